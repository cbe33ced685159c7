"""What is to happen to a text at a moment: seeing it and calling it off. The job that does it is in going_live.py."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.desk import going_live, reading
from content.desk.drafting import lock
from content.desk.rules import NotThere
from content.revisions import EntryKind, Revision, RevisionState, ScheduledChange
from staff import audit
from staff.actors import Actor, Role


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an approved text becomes live and when it ends; None: that is not to happen."""

    begins_at: datetime | None
    ends_at: datetime | None


async def waiting(session: AsyncSession, *, entry_id: int, language: str) -> Schedule | None:
    """Return what is to happen to a text, or None."""
    changes = await _changes(session, entry_id, language)
    begins = [change.due_at for change in changes if not change.is_end]
    ends = [change.due_at for change in changes if change.is_end]
    return Schedule(min(begins, default=None), min(ends, default=None)) if changes else None


async def _changes(session: AsyncSession, entry_id: int, language: str) -> list[ScheduledChange]:
    found = select(ScheduledChange).where(
        ScheduledChange.entry_id == entry_id, ScheduledChange.language == language, ScheduledChange.done_at.is_(None)
    )
    return list(await session.scalars(found.order_by(ScheduledChange.due_at, ScheduledChange.id).limit(10)))


async def call_off(
    session: AsyncSession, *, kind: EntryKind, slug: str, language: str, by: Actor, now: datetime
) -> None:
    """Call off what is to happen to a text. One that was to become live waits for a verifier again.

    Who may retract it may call its beginning off; the end of what readers have meanwhile stays. A text that would only
    end stays live for good by this, which is a verifier's word, as the approval was. Raises NotAllowed, ProofNeeded,
    NotThere. Locks the entry.
    """
    entry = await reading.entry(session, kind, slug)
    by.require(Role.EDITOR, Role.VERIFIER, Role.ADMINISTRATOR)
    await lock(session, entry.id)
    changes = await _changes(session, entry.id, language)
    if not changes:
        raise NotThere("There is nothing here (any more).")
    to_come = [change.revision_id for change in changes if not change.is_end]
    if not to_come:
        by.require_language(Role.VERIFIER, reading.verified_in(language))
        by.require_proof(now)
    live = await reading.live(session, entry_id=entry.id, language=language)
    keeping = live.id if live and to_come else None
    await going_live.cancel(session, entry_id=entry.id, language=language, now=now, keeping=keeping)
    for revision_id in to_come:
        await _wait_again(session, await session.get_one(Revision, revision_id))
    audit.record(
        session, by=by, action="text.call_off", subject=f"{kind}:{slug}", now=now,
        details={"language": language, "revisions": to_come},
    )  # fmt: skip
    await session.flush()


async def _wait_again(session: AsyncSession, revision: Revision) -> None:
    """Put a text that does not become live back among those that wait, unless somebody wrote on top of it."""
    newest = await reading.newest(session, entry_id=revision.entry_id, language=revision.language)
    is_newest = newest is not None and newest.id == revision.id
    revision.state = RevisionState.SUBMITTED if is_newest else RevisionState.DRAFT
