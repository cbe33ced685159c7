"""One registration as a registrar sees it: where it stands, how it came there, what was asked. Answers: opening.py."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.programmes import Programme
from registrations import forms, places
from registrations.desk import listing
from registrations.desk.deciding import in_scope, possible
from registrations.desk.listing import Listed
from registrations.forms import Asked
from registrations.registrations import Registration, Status, StatusEvent
from staff.accounts import StaffAccount
from staff.actors import Actor


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the history. `actor` is PERSON, BEKAL or an account; `name` is that of the account."""

    status: Status
    at: datetime
    actor: str
    name: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A registration without its answers. `left`: places for her province, None for room for all."""

    listed: Listed
    language: str
    queue: int | None
    offered_until: datetime | None
    left: int | None
    can_become: tuple[Status, ...]
    history: tuple[Step, ...]
    asked: Asked


async def show(session: AsyncSession, *, registration_id: str, by: Actor) -> Shown:
    """Return one registration; raise NotAllowed, and NotThere whether it is gone or not hers to see."""
    registration = await in_scope(session, registration_id, by=by)
    programme = await session.get_one(Programme, registration.programme_id)
    [listed] = await listing.told(session, [registration.id])
    is_waiting = listed.status is Status.WAITLISTED
    left = await places.left(session, programme, registration.province)
    return Shown(
        listed=listed, language=registration.language,
        queue=await places.place_in_queue(session, programme, registration) if is_waiting else None,
        offered_until=registration.offered_until, left=left,
        can_become=possible(listed.status, left=left, has_queue=programme.waitlist),
        history=await _history(session, registration),
        asked=await forms.version(session, registration.form_version_id),
    )  # fmt: skip


async def _history(session: AsyncSession, registration: Registration) -> tuple[Step, ...]:
    events = select(StatusEvent.status, StatusEvent.at, StatusEvent.actor, StaffAccount.name)
    events = events.outerjoin(StaffAccount, StaffAccount.id == StatusEvent.actor)
    events = events.where(StatusEvent.registration_id == registration.id).order_by(StatusEvent.id)
    return tuple(Step(Status(row.status), row.at, row.actor, row.name or "") for row in await session.execute(events))
