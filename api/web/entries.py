"""What the pages of a fact and of a contact share: the proposal beside what is live, history, where it is shown."""

import re
from collections import defaultdict
from collections.abc import Collection
from typing import Annotated, Any

from fastapi import Path
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.web.labels import card_words, difference_labels
from content.bodies import Reference
from content.desk import differences, drafting, due, reading, usage
from content.desk.exact import Exact
from content.desk.rules import NotThere
from content.revisions import Entry, EntryKind, Revision, RevisionAuthor, RevisionState
from content.sources import Source
from core.i18n import Words
from staff.accounts import StaffAccount
from staff.actors import Actor, NotAllowed, Role

MOST_SOURCES = 2000
LARGEST = 2**53  # no id comes near it, and every database holds it
RevisionId = Annotated[int, Path(ge=1, le=LARGEST)]


def number_of(written: object) -> int | None:
    """Return the id that a form's field holds, or none."""
    return int(written) if isinstance(written, str) and re.fullmatch("[0-9]{1,15}", written) else None


async def shown(session: AsyncSession, entry: Entry, language: str, words: Words, by: Actor) -> dict[str, Any]:
    """Return what a page shows of one text of an entry."""
    newest = await reading.newest(session, entry_id=entry.id, language=language)
    live = await reading.live(session, entry_id=entry.id, language=language)
    exact = await reading.exact(session, entry, newest) if newest else None
    old = await reading.exact(session, entry, live) if live and newest and live.id != newest.id else None
    history = await reading.history(session, entry_id=entry.id, language=language)
    return {
        "newest": newest, "live_one": live, "exact": exact,
        "difference": difference(old, exact, words) if old and exact else None, "labels": difference_labels(words),
        "age": await due.age_of(session, live.id) if live else None,
        "live_lines": await _lines(session, entry, live, words) if live else {},
        "history": history, "writers": await _writers(session, [revision.id for revision in history]),
        "notes": await reading.notes(session, newest.id) if newest else [],
        "is_submitted": newest is not None and newest.state == RevisionState.SUBMITTED,
        "chosen": await reading.source_ids(session, newest.id) if newest else [],
        "may_write": may_write(by, entry.kind, language),
    }  # fmt: skip


def difference(old: Exact | None, new: Exact, words: Words) -> differences.Difference:
    """Compare two texts in the words of who reads the page."""
    return differences.between(old, new, card_words(words))


async def _lines(session: AsyncSession, entry: Entry, revision: Revision, words: Words) -> dict[str, str]:
    return differences.lines(await reading.exact(session, entry, revision), card_words(words))


def may_write(by: Actor, kind: str, language: str) -> bool:
    """Tell whether the person may write this kind in this language."""
    try:
        drafting.require_writer(by, kind, language)
    except NotAllowed:
        return False
    return True


async def _writers(session: AsyncSession, revision_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the names of who wrote each revision, or a part of it since the last approved one."""
    query = select(RevisionAuthor.revision_id, func.coalesce(StaffAccount.name, RevisionAuthor.author))
    query = query.outerjoin(StaffAccount, StaffAccount.id == RevisionAuthor.author)
    query = query.where(RevisionAuthor.revision_id.in_(revision_ids)).order_by(RevisionAuthor.author)
    names: dict[int, list[str]] = defaultdict(list)
    for revision_id, name in await session.execute(query):
        names[revision_id].append(name)
    return names


async def around(session: AsyncSession, entry: Entry, by: Actor) -> dict[str, Any]:
    """Return what a page shows around the texts of an entry."""
    return {
        "entry": entry, "used_in": await usage.used_in(session, Reference(entry.kind, entry.slug)),
        "sources": list(await session.scalars(select(Source).order_by(Source.title).limit(MOST_SOURCES))),
        "may_confirm": by.has(Role.EDITOR, Role.VERIFIER),
        "may_retract": by.has(Role.EDITOR, Role.VERIFIER, Role.ADMINISTRATOR),
    }  # fmt: skip


async def version(session: AsyncSession, entry: Entry, revision_id: int, words: Words, by: Actor) -> dict[str, Any]:
    """Return what a page shows of one revision: what it changed of the one before it; raise NotThere."""
    owner, revision = await reading.get(session, revision_id)
    if owner.id != entry.id:
        raise NotThere("There is nothing here (any more).")
    older = await reading.history(session, entry_id=entry.id, language=revision.language, before=revision_id)
    exact = await reading.exact(session, entry, revision)
    before = await reading.exact(session, entry, older[0]) if older else None
    return {
        "entry": entry, "revision": revision, "exact": exact, "labels": difference_labels(words),
        "newest": await reading.newest(session, entry_id=entry.id, language=revision.language),
        "difference_of_page": difference(before, exact, words),
        "may_write": may_write(by, entry.kind, revision.language),
    }  # fmt: skip


async def take_back(session: AsyncSession, entry: Entry, language: str, by: Actor, now: Any) -> None:
    """Take what was handed in back, to go on writing; raise NotThere where nothing is written."""
    drafting.require_writer(by, entry.kind, language)
    newest = await reading.newest(session, entry_id=entry.id, language=language)
    if newest is None:
        raise NotThere("There is nothing here (any more).")
    await drafting.give_back(session, revision_id=newest.id, reason="", by=by, now=now)


async def restore(
    session: AsyncSession, kind: EntryKind, slug: str, *, revision_id: int, base_id: int, by: Actor, now: Any
) -> None:
    """Make an older revision of this entry the newest draft; raise NotThere if it is another's."""
    owner, revision = await reading.get(session, revision_id)
    drafting.require_writer(by, kind, revision.language)
    if (owner.kind, owner.slug) != (kind, slug):
        raise NotThere("There is nothing here (any more).")
    await drafting.restore(session, revision_id=revision_id, base_id=base_id, by=by, now=now)
