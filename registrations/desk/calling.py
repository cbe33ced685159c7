"""People whom news did not reach: staff telephone them, and say so here."""

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.desk.rules import WrongState
from registrations.desk.deciding import locked, require_seen
from registrations.notices import Notice, is_untold, note_told
from registrations.registrations import Registration, Status
from staff import audit
from staff.actors import Actor


def must_be_called() -> ColumnElement[bool]:
    """Tell which registrations have news that did not reach the person, and that nobody has told her."""
    return Registration.id.in_(select(Notice.registration_id).where(is_untold()))


async def note_called(session: AsyncSession, *, registration_id: str, seen: Status, by: Actor, now: datetime) -> None:
    """Note that somebody was told by telephone where she stands, as the caller saw it.

    Raise NotAllowed, NotThere, and WrongState if nothing was to be told, or if she stands elsewhere now: she would
    never hear of that. Locks the programme, then the registration.
    """
    _programme, registration = await locked(session, registration_id, by=by)
    require_seen(registration, seen)
    if not await note_told(session, registration.id, account_id=by.account_id, now=now):
        raise WrongState("Nothing waits to be done here any more.")
    audit.record(session, by=by, action="registration.call", subject=f"registration:{registration.id}", now=now)
    await session.flush()
