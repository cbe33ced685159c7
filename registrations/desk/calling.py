"""People whom news did not reach: staff telephone them, and say so here."""

from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from content.desk.rules import WrongState
from registrations.desk.deciding import locked, require_seen
from registrations.notices import Notice, is_untold
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
    hers = update(Notice).where(Notice.registration_id == registration.id, is_untold())
    told = await session.execute(hers.values(called_at=now, called_by=by.account_id).returning(Notice.id))
    if not told.all():
        raise WrongState("Nothing waits to be done here any more.")
    audit.record(session, by=by, action="registration.call", subject=f"registration:{registration.id}", now=now)
    await session.flush()
