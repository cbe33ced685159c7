"""Which registrations somebody of the staff may see: those of her programmes and provinces. It is in every query."""

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, false, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from content.programmes import Programme, is_read, readers
from registrations.registrations import OPEN, Registration, Status
from staff.accounts import StaffAccount
from staff.actors import Actor, Role
from staff.grants import RoleGrant


async def has_reader(session: AsyncSession, slug: str) -> bool:
    """Tell whether anybody of the staff would read an application for a programme: else nobody is to send one."""
    return is_read(slug, await readers(await session.connection()))


async def is_used(session: AsyncSession, slug: str) -> bool:
    """Tell whether anybody has signed up for a programme: then it cannot be made less discreet."""
    held = select(Registration.id).join(Programme, Programme.id == Registration.programme_id)
    return (await session.execute(held.where(Programme.slug == slug).limit(1))).first() is not None


async def programmes_of(session: AsyncSession, *, by: Actor) -> list[str]:
    """Return the programmes of which somebody is a registrar, in their order; raise NotAllowed."""
    by.require(Role.REGISTRAR)
    hers = select(Programme.slug).where(is_hers(by)).order_by(Programme.position, Programme.slug)
    return list(await session.scalars(hers))


def is_hers(by: Actor) -> ColumnElement[bool]:
    """Tell of which programmes somebody is a registrar, in all provinces or in some."""
    held = [grant.programme for grant in by.grants_of(Role.REGISTRAR)]
    return or_(false(), *(Programme.slug == slug if slug else true() for slug in held))


def may_see(by: Actor) -> ColumnElement[bool]:
    """Tell of which registrations somebody is a registrar; what was begun and not sent is nobody's.

    A grant names a programme, a province, both or neither. A registration without a province is seen by those whose
    grant names none.
    """
    scopes = []
    for grant in by.grants_of(Role.REGISTRAR):
        of_programme: ColumnElement[bool] = true()
        if grant.programme:
            mine = select(Programme.id).where(Programme.slug == grant.programme)
            of_programme = Registration.programme_id.in_(mine)
        of_province = Registration.province == grant.province if grant.province else true()
        scopes.append(and_(of_programme, of_province))
    return and_(or_(false(), *scopes), Registration.status != Status.BEGUN)


def looks_after(programme: SQLColumnExpression[str], province: SQLColumnExpression[str | None]) -> ColumnElement[bool]:
    """Tell which grants make a registrar of a programme and a province, by the rule of may_see.

    The caller joins the accounts: who has been let go looks after nothing.
    """
    return and_(
        RoleGrant.role == Role.REGISTRAR, RoleGrant.revoked_at.is_(None), StaffAccount.disabled_at.is_(None),
        or_(RoleGrant.programme.is_(None), RoleGrant.programme == programme),
        or_(RoleGrant.province.is_(None), RoleGrant.province == province),
    )  # fmt: skip


async def count_unseen(session: AsyncSession) -> int:
    """Return how many registrations wait for somebody, and no registrar sees them: more than none is an alarm."""
    seen = select(RoleGrant.id).join(StaffAccount, StaffAccount.id == RoleGrant.account_id)
    seen = seen.where(looks_after(Programme.slug, Registration.province))
    waiting = select(func.count()).select_from(Registration)
    waiting = waiting.join(Programme, Programme.id == Registration.programme_id)
    waiting = waiting.where(Registration.status.in_(OPEN), Registration.status != Status.BEGUN, ~seen.exists())
    return (await session.execute(waiting)).scalar_one()
