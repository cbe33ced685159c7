"""One revision as the API gives it: its text, sources, authors and notes. Shared by articles, facts and contacts."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.v1 import conditional
from api.v1.outputs import Note, Planned, Text
from content.contacts import ContactDetails
from content.desk import reading, scheduling, sources
from content.desk.rules import NotThere
from content.revisions import Entry, EntryKind, Revision
from content.seals import details_of


async def text(session: AsyncSession, entry: Entry, revision: Revision) -> Text:
    """Return a revision."""
    live = await reading.live(session, entry_id=entry.id, language=revision.language)
    notes = await reading.notes(session, revision.id)
    planned = await scheduling.waiting(session, entry_id=entry.id, language=revision.language)
    return Text(
        revision_id=revision.id, kind=entry.kind, slug=entry.slug, language=revision.language, title=revision.title,
        summary=revision.summary, body=revision.body, card=await _card(session, entry, revision),
        text_hash=revision.text_hash, state=revision.state, origin=revision.origin, is_major=revision.is_major,
        is_correction=revision.is_correction, derived_from_id=revision.derived_from_revision_id,
        sources=await sources.slugs_of(session, revision.id), evidence=revision.evidence,
        authors=list(await reading.authors(session, revision.id)),
        notes=[Note.model_validate(note) for note in notes], is_live=live is not None and live.id == revision.id,
        planned=Planned(live_from=planned.begins_at, live_until=planned.ends_at) if planned else None,
        created_at=revision.created_at, review_due_on=revision.review_due_on,
    )  # fmt: skip


async def _card(session: AsyncSession, entry: Entry, revision: Revision) -> dict[str, Any] | None:
    if entry.kind != EntryKind.CONTACT:
        return None
    details = details_of(await session.get_one(ContactDetails, revision.id))
    return {"official_name": revision.title} | details


async def newest(session: AsyncSession, answer: Response, entry: Entry, language: str) -> Text:
    """Return the newest text in a language, with its ETag; raise NotThere."""
    found = await reading.newest(session, entry_id=entry.id, language=language)
    if found is None:
        raise NotThere("There is nothing here (any more).")
    return await tagged(session, answer, entry, found)


async def tagged(session: AsyncSession, answer: Response, entry: Entry, revision: Revision) -> Text:
    """Return the newest text with its ETag."""
    conditional.tag(answer, revision.id)
    return await text(session, entry, revision)


async def one(session: AsyncSession, revision_id: int) -> Text:
    """Return one revision; raise NotThere."""
    entry, revision = await reading.get(session, revision_id)
    return await text(session, entry, revision)
