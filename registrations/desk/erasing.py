"""Erasing a registration for somebody who asks for it. A line of the ledger stays, with a random id."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from registrations.desk.deciding import in_scope
from registrations.erasing import Erasure
from registrations.registrations import Registration
from registrations.removing import remove
from staff import audit
from staff.actors import Actor


async def erase(session: AsyncSession, *, registration_id: str, by: Actor, now: datetime) -> None:
    """Delete a registration with all that belongs to it; raise NotAllowed, NotThere and ProofNeeded.

    A place that it held is passed on by the job that looks for free ones.
    """
    registration = await in_scope(session, registration_id, by=by)
    by.require_proof(now)
    subject = f"registration:{registration.id}"
    audit.record(session, by=by, action="registration.erase", subject=subject, now=now)
    session.add(Erasure(subject=registration.id, at=now))
    await session.flush()
    session.expunge(registration)
    await remove(await session.connection(), Registration.id == registration_id)
