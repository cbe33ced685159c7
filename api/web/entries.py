"""What the pages of a fact and of a contact share: the proposal beside what is live, history, where it is shown."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.web.labels import difference_labels, field_names
from content.bodies import Reference
from content.desk import differences, reading, usage
from content.revisions import Entry, RevisionState
from content.sources import Source
from core.i18n import Words
from staff.actors import Actor, Role

MOST_SOURCES = 2000


async def shown(session: AsyncSession, entry: Entry, language: str, words: Words, by: Actor) -> dict[str, Any]:
    """Return what a page shows of one text of an entry."""
    newest = await reading.newest(session, entry_id=entry.id, language=language)
    live = await reading.live(session, entry_id=entry.id, language=language)
    exact = await reading.exact(session, entry, newest) if newest else None
    old = await reading.exact(session, entry, live) if live and newest and live.id != newest.id else None
    return {
        "newest": newest, "live_one": live, "exact": exact,
        "difference": differences.between(old, exact) if old and exact else None, "labels": difference_labels(words),
        "history": await reading.history(session, entry_id=entry.id, language=language),
        "notes": await reading.notes(session, newest.id) if newest else [],
        "is_submitted": newest is not None and newest.state == RevisionState.SUBMITTED,
        "chosen": await reading.source_ids(session, newest.id) if newest else [],
        "fields": field_names(words), "may_write": by.has(Role.EDITOR),
    }  # fmt: skip


async def around(session: AsyncSession, entry: Entry, by: Actor) -> dict[str, Any]:
    """Return what a page shows around the texts of an entry."""
    return {
        "entry": entry, "used_in": await usage.used_in(session, Reference(entry.kind, entry.slug)),
        "sources": list(await session.scalars(select(Source).order_by(Source.title).limit(MOST_SOURCES))),
        "may_write": by.has(Role.EDITOR), "may_confirm": by.has(Role.EDITOR, Role.VERIFIER),
        "may_retract": by.has(Role.EDITOR, Role.VERIFIER, Role.ADMINISTRATOR),
    }  # fmt: skip
