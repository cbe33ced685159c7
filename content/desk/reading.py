"""Reading what the desk works on: revisions, their authors and sources, and what is live."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.contacts import ContactDetails
from content.desk.exact import Exact
from content.desk.rules import NotThere
from content.revisions import (
    ALL_LANGUAGES,
    Entry,
    EntryKind,
    Publication,
    ReviewNote,
    Revision,
    RevisionAuthor,
)
from content.seals import details_of
from content.sources import revision_source
from core.i18n import SOURCE_LANGUAGE

HISTORY = 100


async def entry(session: AsyncSession, kind: EntryKind, slug: str) -> Entry:
    """Return an entry; raise NotThere."""
    found = (await session.scalars(select(Entry).where(Entry.kind == kind, Entry.slug == slug))).one_or_none()
    if found is None:
        raise NotThere("There is nothing here (any more).")
    return found


async def taken(session: AsyncSession, slugs: Collection[str]) -> frozenset[str]:
    """Return which of these short names an entry has, of whatever kind, live or not."""
    return frozenset(await session.scalars(select(Entry.slug).where(Entry.slug.in_(slugs))))


async def get(session: AsyncSession, revision_id: int) -> tuple[Entry, Revision]:
    """Return a revision with its entry; raise NotThere."""
    query = select(Entry, Revision).join(Revision, Revision.entry_id == Entry.id).where(Revision.id == revision_id)
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotThere("There is nothing here (any more).")
    entry, revision = row
    return entry, revision


async def newest(session: AsyncSession, *, entry_id: int, language: str) -> Revision | None:
    """Return the newest revision of a text."""
    wanted = select(Revision).where(Revision.entry_id == entry_id, Revision.language == language)
    return (await session.scalars(wanted.order_by(Revision.id.desc()).limit(1))).one_or_none()


async def live(session: AsyncSession, *, entry_id: int, language: str) -> Revision | None:
    """Return the revision that is live in a language."""
    query = select(Revision).join(Publication, Publication.revision_id == Revision.id)
    query = query.where(
        Publication.entry_id == entry_id, Publication.language == language, Publication.published_until.is_(None)
    )
    return (await session.scalars(query)).one_or_none()


async def last_published(session: AsyncSession, *, entry_id: int, language: str) -> Revision | None:
    """Return the revision that is live in a language, or the last one that was."""
    query = select(Revision).join(Publication, Publication.revision_id == Revision.id)
    query = query.where(Publication.entry_id == entry_id, Publication.language == language)
    return (await session.scalars(query.order_by(Publication.id.desc()).limit(1))).one_or_none()


async def history(session: AsyncSession, *, entry_id: int, language: str, before: int | None = None) -> list[Revision]:
    """Return the revisions of a text, the newest first."""
    wanted = select(Revision).where(Revision.entry_id == entry_id, Revision.language == language)
    if before is not None:
        wanted = wanted.where(Revision.id < before)
    return list(await session.scalars(wanted.order_by(Revision.id.desc()).limit(HISTORY)))


async def notes(session: AsyncSession, revision_id: int) -> list[ReviewNote]:
    """Return what reviewers wrote to a revision, the oldest first."""
    found = select(ReviewNote).where(ReviewNote.revision_id == revision_id)
    return list(await session.scalars(found.order_by(ReviewNote.id).limit(HISTORY)))


async def authors(session: AsyncSession, revision_id: int) -> Sequence[str]:
    """Return who wrote a revision: account ids, or "pack"."""
    found = select(RevisionAuthor.author).where(RevisionAuthor.revision_id == revision_id)
    return list(await session.scalars(found.order_by(RevisionAuthor.author)))


async def source_ids(session: AsyncSession, revision_id: int) -> list[int]:
    """Return the sources of a revision in their order."""
    found = select(revision_source.c.source_id).where(revision_source.c.revision_id == revision_id)
    return list((await session.execute(found.order_by(revision_source.c.position))).scalars())


async def exact(session: AsyncSession, entry: Entry, revision: Revision) -> Exact:
    """Return what a revision holds, as it would be written."""
    kind = EntryKind(entry.kind)
    if kind is not EntryKind.CONTACT:
        return Exact(kind=kind, title=revision.title, summary=revision.summary, body=revision.body)
    details = await session.get_one(ContactDetails, revision.id)
    return Exact(kind=kind, title=revision.title, details=details_of(details))


def verified_in(language: str) -> frozenset[str]:
    """Return the languages one of which a verifier of this text must have: contacts are read in the source language."""
    return frozenset({SOURCE_LANGUAGE if language == ALL_LANGUAGES else language})
