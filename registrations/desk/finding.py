"""Finding a registration by what somebody says on the telephone: a reference, a phone number, her name."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.crypto import Vault
from registrations.blind_index import found_by
from registrations.desk import listing
from registrations.desk.listing import Listed
from registrations.registrations import Registration
from registrations.scopes import may_see
from staff import audit
from staff.actors import Actor, Role

MOST_FOUND = 50


async def find(session: AsyncSession, vault: Vault, *, typed: str, by: Actor, now: datetime) -> list[Listed]:
    """Return the registrations in a registrar's scope that she may mean, the newest first, MOST_FOUND at most.

    `typed`: see blind_index.found_by. That she looked is noted, without what she typed. Raise NotAllowed.
    """
    by.require(Role.REGISTRAR)
    wanted = select(Registration.id).where(may_see(by), found_by(vault, typed))
    newest = wanted.order_by(Registration.applied_at.desc(), Registration.id).limit(MOST_FOUND)
    ids = list(await session.scalars(newest))
    audit.record(
        session, by=by, action="registration.find", subject="registrations:all", now=now, details={"found": len(ids)}
    )
    await session.flush()
    return await listing.told(session, ids)
