"""Who looks after a registration: somebody of the staff who may see it, and the province that it belongs to."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import String, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.catalogue import Catalogue
from content.desk.rules import NotThere, WrongState
from content.programmes import Programme
from core.crypto import Vault
from registrations import places, provinces, standings
from registrations.desk.deciding import AllTaken, in_scope, locked
from registrations.registrations import TAKES_A_PLACE, Registration
from registrations.scopes import looks_after
from staff import audit
from staff.accounts import StaffAccount
from staff.actors import Actor
from staff.audit import AuditEntry
from staff.grants import RoleGrant

HAND_OVER = "registration.hand_over"


async def colleagues(session: AsyncSession, programme_id: int, province: str | None) -> Mapping[str, str]:
    """Return who may look after registrations of a province: the names of its registrars by account, in their order."""
    programme = select(Programme.slug).where(Programme.id == programme_id).scalar_subquery()
    may_see = (
        select(StaffAccount.id, StaffAccount.name)
        .join(RoleGrant, RoleGrant.account_id == StaffAccount.id)
        .where(looks_after(programme, literal(province, String)))
        .distinct()
        .order_by(StaffAccount.name, StaffAccount.id)
    )
    return {row.id: row.name for row in await session.execute(may_see)}


async def assign(session: AsyncSession, *, registration_id: str, to: str, by: Actor, now: datetime) -> None:
    """Give a registration to a registrar who may see it, or with "" to nobody; raise NotAllowed or NotThere."""
    registration = await in_scope(session, registration_id, by=by, to_change=True)  # or it is handed over meanwhile
    if to and to not in await colleagues(session, registration.programme_id, registration.province):
        raise NotThere("This person cannot look after it: her role is for others.")
    registration.assigned_to = to or None
    subject = f"registration:{registration.id}"
    audit.record(session, by=by, action="registration.assign", subject=subject, now=now, details={"to": to})
    await session.flush()


async def hand_over(
    session: AsyncSession, vault: Vault, content: Catalogue, *, registration_id: str, province: str, by: Actor,
    bot_id: int | None, now: datetime,
) -> None:  # fmt: skip
    """Give a registration to the staff of another province, with its place where that province has one.

    Raise NotAllowed, NotThere, WrongState and AllTaken. Locks the programme, then the registration.
    """
    programme, registration = await locked(session, registration_id, by=by)
    before = registration.province
    if province not in provinces.all_names() or province == before:
        raise WrongState("Choose another province.")
    if programme.provinces and province not in programme.provinces:
        raise WrongState("This programme is not held in that province.")
    if not await colleagues(session, programme.id, province):
        raise WrongState("Nobody looks after that province.")
    own = programme.places_by_province
    takes_another = not programme.places_question and not (before not in own and province not in own)
    if registration.status in TAKES_A_PLACE and takes_another and not await _has_room(session, programme, province):
        raise AllTaken("All places of that province are taken.")
    registration.province, registration.assigned_to = province, None
    details = {"from": before or "", "to": province}
    subject = f"registration:{registration.id}"
    audit.record(session, by=by, action=HAND_OVER, subject=subject, now=now, details=details)
    await session.flush()
    offered = list[Registration]()
    for group in (before, province) if takes_another else ():
        offered += await places.pass_on(session, programme, group, now=now)
    await standings.tell(session, vault, offered, content, bot_id=bot_id, now=now)


async def hand_overs(session: AsyncSession, registration_id: str) -> Sequence[AuditEntry]:
    """Return what the audit log holds of a registration's hand-overs, the oldest first."""
    subject = f"registration:{registration_id}"
    handed = select(AuditEntry).where(AuditEntry.subject == subject, AuditEntry.action == HAND_OVER)
    return (await session.scalars(handed.order_by(AuditEntry.id))).all()


async def _has_room(session: AsyncSession, programme: Programme, province: str) -> bool:
    return await places.left(session, programme, province) != 0
