"""What is live: making a revision live, at once or at a moment, and ending it."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from content.articles import Article
from content.desk import proof, reading, structure
from content.desk.drafting import lock
from content.desk.rules import NotThere, WrongState
from content.revisions import (
    ALL_LANGUAGES,
    Entry,
    EntryKind,
    Publication,
    Revision,
    RevisionState,
    ScheduledChange,
)
from content.seals import Seals
from content.topics import Topic
from content.versions import raise_version
from core.db import one_at_a_time
from core.i18n import SOURCE_LANGUAGE
from staff import audit
from staff.actors import SYSTEM, Actor, Role

LOCK_KEY = 0x73636864  # "schd": one process carries out what is due
DUE_AT_ONCE = 100
REASON_LETTERS = 300
RETIRED, AS_PLANNED = "retired", "scheduled"  # the reasons that nobody typed


async def release(
    session: AsyncSession,
    *,
    entry: Entry,
    revision: Revision,
    seals: Seals,
    by: Actor,
    now: datetime,
    live_from: datetime | None = None,
    live_until: datetime | None = None,
) -> None:
    """Make a revision live, at once or from a moment, and for good or until a moment. Only an approval calls this.

    What older texts were to become is cancelled: this one was written on top of them. Until it is live, an end that
    was set for the one that readers have still counts.
    """
    require_order(live_from, live_until, now=now)
    change = {"entry_id": entry.id, "language": revision.language, "made_by": by.account_id, "revision_id": revision.id}
    if live_from is not None and live_from > now:
        live = await reading.live(session, entry_id=entry.id, language=revision.language)
        keeping = live.id if live else None
        await cancel(session, entry_id=entry.id, language=revision.language, now=now, keeping=keeping)
        session.add(ScheduledChange(**change, is_end=False, due_at=live_from))
    else:
        await cancel(session, entry_id=entry.id, language=revision.language, now=now)
        await _go_live(session, revision, seals, now)
    if live_until is not None:
        session.add(ScheduledChange(**change, is_end=True, due_at=live_until))
    await session.flush()


def require_order(live_from: datetime | None, live_until: datetime | None, *, now: datetime) -> None:
    """Raise WrongState where a text would end before it begins."""
    if live_until is not None and live_until <= max(live_from or now, now):
        raise WrongState("The end must lie after the beginning.")


async def _go_live(session: AsyncSession, revision: Revision, seals: Seals, now: datetime) -> None:
    await _close(session, entry_id=revision.entry_id, language=revision.language, now=now, reason=None)
    session.add(seals.published(await session.get_one(Entry, revision.entry_id), revision, now=now))
    await session.flush()


async def _close(
    session: AsyncSession, *, entry_id: int, language: str | None, now: datetime, reason: str | None
) -> int:
    """End what is live of an entry, in one language or in all; return how many texts that were."""
    open_ones = update(Publication).where(Publication.entry_id == entry_id, Publication.published_until.is_(None))
    if language is not None:
        open_ones = open_ones.where(Publication.language == language)
    ended = await session.execute(open_ones.values(published_until=now, end_reason=reason).returning(Publication.id))
    return len(ended.all())


async def retract(
    session: AsyncSession, *, kind: EntryKind, slug: str, language: str, reason: str, by: Actor, now: datetime
) -> None:
    """Take a text away from readers at once, alone, with a reason. Retracting the source text retracts all languages.

    Editors, verifiers and administrators may; raises NotAllowed, NotThere, WrongState.
    """
    by.require(Role.EDITOR, Role.VERIFIER, Role.ADMINISTRATOR)
    if not reason.strip():
        raise WrongState("Say why, in a few words: the others will read it.")
    entry = await reading.entry(session, kind, slug)
    await lock(session, entry.id)
    whole = kind is not EntryKind.ARTICLE or _takes_all(language)
    told = reason.strip()[:REASON_LETTERS]
    if not await _close(session, entry_id=entry.id, language=None if whole else language, now=now, reason=told):
        raise NotThere("There is nothing here (any more).")
    await cancel(session, entry_id=entry.id, language=None if whole else language, now=now)
    audit.record(
        session, by=by, action="text.retract", subject=f"{kind}:{slug}", now=now,
        details={"language": language, "all_languages": whole, "reason": told},
    )  # fmt: skip
    await raise_version(session)


async def cancel(
    session: AsyncSession, *, entry_id: int, language: str | None, now: datetime, keeping: int | None = None
) -> None:
    """Cancel what was to happen, but for what is to happen to one revision.

    Nothing that was retracted comes back by itself.
    """
    waiting = update(ScheduledChange).where(ScheduledChange.entry_id == entry_id, ScheduledChange.done_at.is_(None))
    if language is not None:
        waiting = waiting.where(ScheduledChange.language == language)
    if keeping is not None:
        waiting = waiting.where(ScheduledChange.revision_id != keeping)
    await session.execute(waiting.values(done_at=now))


async def planned(session: AsyncSession, revision_id: int) -> dict[bool, datetime]:
    """Return when a revision is to become live (False) and when it is to end (True), as far as that is planned."""
    waiting = select(ScheduledChange.is_end, ScheduledChange.due_at)
    waiting = waiting.where(ScheduledChange.revision_id == revision_id, ScheduledChange.done_at.is_(None))
    return {is_end: due_at for is_end, due_at in await session.execute(waiting)}


async def retire(session: AsyncSession, *, slug: str, by: Actor, now: datetime) -> None:
    """End an article for good, in all languages; raises NotAllowed, NotThere."""
    by.require(Role.EDITOR, Role.ADMINISTRATOR)
    entry = await reading.entry(session, EntryKind.ARTICLE, slug)
    await lock(session, entry.id)
    article = await session.get_one(Article, entry.id)
    if article.retired_at is not None:
        raise NotThere("There is nothing here (any more).")
    article.retired_at = now
    await _close(session, entry_id=entry.id, language=None, now=now, reason=RETIRED)
    await cancel(session, entry_id=entry.id, language=None, now=now)
    audit.record(session, by=by, action="article.retire", subject=f"article:{slug}", now=now)
    await raise_version(session)


async def bring_back(session: AsyncSession, *, slug: str, by: Actor, now: datetime) -> None:
    """Let a retired article be worked on again. Nothing becomes live by it: its texts are approved anew.

    Raise NotAllowed, NotThere, and WrongState where its topic's screen is full.
    """
    by.require(Role.EDITOR, Role.ADMINISTRATOR)
    await one_at_a_time(await session.connection(), structure.LOCK_KEY)
    entry = await reading.entry(session, EntryKind.ARTICLE, slug)
    article = await session.get_one(Article, entry.id)
    if article.retired_at is not None:
        await structure.room_in(session, await session.get_one(Topic, article.topic_id))
    article.retired_at = None
    audit.record(session, by=by, action="article.bring_back", subject=f"article:{slug}", now=now)
    await session.flush()


async def is_anything_due(session: AsyncSession, now: datetime) -> bool:
    """Tell whether a change waits to be carried out."""
    due = select(ScheduledChange.id).where(ScheduledChange.done_at.is_(None), ScheduledChange.due_at <= now).limit(1)
    return (await session.execute(due)).first() is not None


async def carry_out_due(session: AsyncSession, *, seals: Seals, now: datetime) -> int:
    """Do what is due: texts become live or end. Return how many. What lost its approval meanwhile does not go live.

    Each entry is locked first, as whoever retracts or approves does, and what was cancelled meanwhile is left out.
    """
    await one_at_a_time(await session.connection(), LOCK_KEY)
    due = select(ScheduledChange.id, ScheduledChange.entry_id)
    due = due.where(ScheduledChange.done_at.is_(None), ScheduledChange.due_at <= now)
    waiting = await session.execute(due.order_by(ScheduledChange.due_at, ScheduledChange.id).limit(DUE_AT_ONCE))
    count = 0
    for change_id, entry_id in list(waiting):
        await lock(session, entry_id)
        change = await _still_waiting(session, change_id)
        if change is None:
            continue
        change.done_at = now
        is_done = await _carry_out(session, change, seals, now)
        details = {"language": change.language, "revision": change.revision_id, "done": is_done}
        audit.record(
            session, by=SYSTEM, action="text.scheduled", subject=f"entry:{change.entry_id}", now=now, details=details
        )
        count += 1
    if count:
        await raise_version(session)
    return count


async def _still_waiting(session: AsyncSession, change_id: int) -> ScheduledChange | None:
    found = select(ScheduledChange).where(ScheduledChange.id == change_id, ScheduledChange.done_at.is_(None))
    found = found.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(found)).one_or_none()


async def _carry_out(session: AsyncSession, change: ScheduledChange, seals: Seals, now: datetime) -> bool:
    """Do one change; tell whether there was anything that could be done."""
    revision = await session.get_one(Revision, change.revision_id, populate_existing=True)
    if change.is_end:
        live = await reading.live(session, entry_id=change.entry_id, language=change.language)
        if live is None or live.id != revision.id:
            return False
        language = None if _takes_all(change.language) else change.language
        return await _close(session, entry_id=change.entry_id, language=language, now=now, reason=AS_PLANNED) > 0
    if not await _may_go_live(session, revision, seals):
        return False
    await cancel(session, entry_id=change.entry_id, language=change.language, now=now, keeping=revision.id)
    await _go_live(session, revision, seals, now)
    return True


async def _may_go_live(session: AsyncSession, revision: Revision, seals: Seals) -> bool:
    """Tell whether a text still may, now that its moment has come. What was live once does not come back by this."""
    was_live = select(Publication.id).where(Publication.revision_id == revision.id).limit(1)
    if revision.state != RevisionState.RELEASED or (await session.execute(was_live)).first() is not None:
        return False
    return await proof.is_approved(session, revision, seals=seals) and await has_its_source(session, revision)


def _takes_all(language: str) -> bool:
    """Tell whether a text takes its translations with it when it ends."""
    return language in {SOURCE_LANGUAGE, ALL_LANGUAGES}


async def has_its_source(session: AsyncSession, revision: Revision) -> bool:
    """Tell whether the text is live that this is a translation of; one that is no translation needs none."""
    if revision.language in {SOURCE_LANGUAGE, ALL_LANGUAGES}:
        return True
    return await reading.live(session, entry_id=revision.entry_id, language=SOURCE_LANGUAGE) is not None
