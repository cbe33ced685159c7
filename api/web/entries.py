"""What the pages of a fact and of a contact share: the proposal beside what is live, history, where it is shown."""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Path
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.problems import told
from api.web.labels import card_words, difference_labels, revision_states
from content.bodies import Reference
from content.desk import approving, differences, drafting, due, ended, reading, usage
from content.desk.exact import Exact
from content.desk.rules import NotThere
from content.revisions import Approval, Entry, EntryKind, Origin, Revision, RevisionAuthor, RevisionState
from content.seals import Seals
from content.sources import Source
from core.errors import RuleBroken
from core.i18n import Words
from staff.accounts import StaffAccount
from staff.actors import Actor, NotAllowed, Role

MOST_SOURCES = 2000
LARGEST = 2**53  # no id comes near it, and every database holds it
RevisionId = Annotated[int, Path(ge=1, le=LARGEST)]


def number_of(written: object) -> int | None:
    """Return the id that a form's field holds, or none."""
    return int(written) if isinstance(written, str) and re.fullmatch("[0-9]{1,15}", written) else None


def in_order(chosen: Sequence[int], before: Sequence[int]) -> list[int]:
    """Return the chosen sources in the order in which they stood; a list in a form tells them in one of its own."""
    return [*(number for number in before if number in chosen), *(number for number in chosen if number not in before)]


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
        "history": await past(session, history, words),
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


async def refusal(
    session: AsyncSession, revision: Revision, by: Actor, now: datetime, seals: Seals, words: Words
) -> str:
    """Return why the person may not approve a text, as approving it would say; nothing where she may."""
    try:
        await approving.require_reader(session, revision, by=by, now=now, seals=seals)
    except RuleBroken as broken:
        return told(broken, words)
    return ""


@dataclass(frozen=True, slots=True)
class Past:
    """One revision of a history: who wrote it, how far it came, and who approved it."""

    revision: Revision
    writers: Sequence[str]
    state: str
    approved_by: Sequence[str]


async def past(session: AsyncSession, revisions: Sequence[Revision], words: Words) -> list[Past]:
    """Return what a history tells of revisions, in the words of who reads it."""
    ids = [revision.id for revision in revisions]
    wrote, approved = await writers(session, ids, words), await _approvers(session, ids)
    states, now = revision_states(words), await _standing(session, revisions)
    return [
        Past(revision, wrote[revision.id], states[now[revision.id]], approved[revision.id]) for revision in revisions
    ]


async def _standing(session: AsyncSession, revisions: Sequence[Revision]) -> dict[int, str]:
    """Return of each revision its state, or what became of it once it was released, as labels.revision_states() has."""
    released = [revision.id for revision in revisions if revision.state == RevisionState.RELEASED]
    became: dict[int, str] = {**await ended.became(session, released)}
    became |= dict.fromkeys(await ended.planned(session, released), "planned")
    return {revision.id: became.get(revision.id, revision.state) for revision in revisions}


async def writers(session: AsyncSession, revision_ids: Collection[int], words: Words) -> dict[int, list[str]]:
    """Return the names of who wrote each revision, or a part of it since the last approved one."""
    query = select(RevisionAuthor.revision_id, func.coalesce(StaffAccount.name, RevisionAuthor.author))
    query = query.outerjoin(StaffAccount, StaffAccount.id == RevisionAuthor.author)
    query = query.where(RevisionAuthor.revision_id.in_(revision_ids)).order_by(RevisionAuthor.author)
    names: dict[int, list[str]] = defaultdict(list)
    for revision_id, name in await session.execute(query):
        names[revision_id].append(words.gettext("the makers of Bekal") if name == Origin.PACK else name)
    return names


async def _approvers(session: AsyncSession, revision_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the names of who approved exactly what each revision holds."""
    query = select(Approval.revision_id, func.coalesce(StaffAccount.name, Approval.approved_by))
    query = query.join(Revision, Revision.id == Approval.revision_id)
    query = query.outerjoin(StaffAccount, StaffAccount.id == Approval.approved_by)
    query = query.where(Approval.revision_id.in_(revision_ids), Approval.text_hash == Revision.text_hash)
    names: dict[int, list[str]] = defaultdict(list)
    for revision_id, name in await session.execute(query.order_by(Approval.id)):
        names[revision_id] = [*(known for known in names[revision_id] if known != name), name]
    return names


async def against(
    session: AsyncSession, entry: Entry, language: str, typed: Exact, words: Words
) -> differences.Difference:
    """Return what saving a text would change of what somebody else saved meanwhile."""
    newest = await reading.newest(session, entry_id=entry.id, language=language)
    theirs = await reading.exact(session, entry, newest) if newest else Exact(kind=EntryKind(entry.kind))
    return difference(theirs, typed, words)


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
        "told": (await past(session, [revision], words))[0],
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
