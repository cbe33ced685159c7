"""Where a fact or a contact is shown: which live texts refer to it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.bodies import Reference
from content.revisions import Entry, EntryKind, Publication, Revision

MOST = 500


@dataclass(frozen=True, slots=True)
class Use:
    """One live text that shows it."""

    slug: str
    language: str
    title: str


async def used_in(session: AsyncSession, reference: Reference) -> list[Use]:
    """Return the live articles that refer to a fact or a contact, by name and language."""
    written = f"{{{{{reference}}}}}"
    query = (
        select(Entry.slug, Revision.language, Revision.title)
        .join(Revision, Revision.entry_id == Entry.id)
        .join(Publication, Publication.revision_id == Revision.id)
        .where(
            Entry.kind == EntryKind.ARTICLE, Publication.published_until.is_(None),
            Revision.body.contains(written, autoescape=True),
        )
        .order_by(Entry.slug, Revision.language)
        .limit(MOST)
    )  # fmt: skip
    return [Use(*row) for row in await session.execute(query)]
