"""The team: listing accounts, ending them, and what an administrator asks of everybody."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from core.errors import RuleBroken
from staff import audit, codes, grants, sessions
from staff.accounts import StaffAccount
from staff.actors import Actor, Role
from staff.grants import RoleGrant

THE_ROW = 1


class DeskPolicy(Base):
    """The only row: what is asked of everybody who signs in."""

    __tablename__ = "desk_policy"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    must_have_code: Mapped[bool] = mapped_column(Boolean)


class NoMember(RuleBroken):
    """There is no such account."""


class NotOneself(RuleBroken):
    """An administrator cannot shut herself out."""


class Order(StrEnum):
    """What the list of accounts is sorted by."""

    NAME = "name"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Member:
    """One account with its roles, for a list."""

    account: StaffAccount
    held: tuple[RoleGrant, ...]

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles as codes, with the language of those that have one: "translator:jv"."""
        return tuple(f"{grant.role}:{grant.language}" if grant.language else grant.role for grant in self.held)


async def members(
    session: AsyncSession, *, by: Actor, search: str = "", role: Role | None = None, order: Order = Order.NAME,
    descending: bool = False, limit: int = 50, offset: int = 0,
) -> tuple[list[Member], int]:  # fmt: skip
    """Return accounts in an order, and how many there are; raise NotAllowed."""
    by.require(Role.ADMINISTRATOR)
    wanted = _wanted(search, role)
    count = (await session.execute(select(func.count()).select_from(wanted.subquery()))).scalar_one()
    column = {Order.NAME: StaffAccount.name, Order.EMAIL: StaffAccount.email}[order]
    ordered = wanted.order_by(column.desc() if descending else column, StaffAccount.id)
    found = list(await session.scalars(ordered.limit(limit).offset(offset)))
    return await _with_roles(session, found), count


async def members_after(
    session: AsyncSession, *, by: Actor, search: str = "", role: Role | None = None, after: str = "", limit: int = 50
) -> list[Member]:
    """Return the accounts whose id is above `after`, in the order of their ids; raise NotAllowed."""
    by.require(Role.ADMINISTRATOR)
    wanted = _wanted(search, role).where(StaffAccount.id > after)
    return await _with_roles(session, list(await session.scalars(wanted.order_by(StaffAccount.id).limit(limit))))


async def member(session: AsyncSession, *, account_id: str, by: Actor) -> Member:
    """Return one account; raise NotAllowed, NoMember."""
    by.require(Role.ADMINISTRATOR)
    account = await session.get(StaffAccount, account_id)
    if account is None:
        raise NoMember("There is no such account.")
    return (await _with_roles(session, [account]))[0]


def _wanted(search: str, role: Role | None) -> Select[StaffAccount]:
    wanted = select(StaffAccount)
    if search:
        pattern = f"%{_escaped(search.lower())}%"
        wanted = wanted.where(
            or_(func.lower(StaffAccount.name).like(pattern, escape="\\"), StaffAccount.email.like(pattern, escape="\\"))
        )
    if role is not None:
        having = select(RoleGrant.account_id).where(RoleGrant.role == role, RoleGrant.revoked_at.is_(None))
        wanted = wanted.where(StaffAccount.id.in_(having))
    return wanted


async def _with_roles(session: AsyncSession, found: list[StaffAccount]) -> list[Member]:
    held = await _held(session, [account.id for account in found])
    return [Member(account, held.get(account.id, ())) for account in found]


async def _held(session: AsyncSession, account_ids: list[str]) -> dict[str, tuple[RoleGrant, ...]]:
    current = select(RoleGrant).where(RoleGrant.account_id.in_(account_ids), RoleGrant.revoked_at.is_(None))
    held: dict[str, tuple[RoleGrant, ...]] = {}
    for row in await session.scalars(current.order_by(RoleGrant.id)):
        held[row.account_id] = (*held.get(row.account_id, ()), row)
    return held


async def disable(session: AsyncSession, *, account_id: str, by: Actor, now: datetime) -> None:
    """Shut an account out at once, on every worker; raise NotAllowed, ProofNeeded, NotOneself or LastAdministrator."""
    by.require(Role.ADMINISTRATOR)
    by.require_proof(now)
    if account_id == by.account_id:
        raise NotOneself("You cannot end your own account. Another administrator can.")
    account = await session.get_one(StaffAccount, account_id)
    await grants.require_another_administrator(session, without=account_id)
    account.disabled_at = account.disabled_at or now
    await sessions.end(session, account_id=account_id, now=now)
    audit.record(session, by=by, action="staff.disable", subject=f"staff:{account_id}", now=now)


async def enable(session: AsyncSession, *, account_id: str, by: Actor, now: datetime) -> None:
    """Let an account in again."""
    by.require(Role.ADMINISTRATOR)
    by.require_proof(now)
    account = await session.get_one(StaffAccount, account_id)
    account.disabled_at = None
    audit.record(session, by=by, action="staff.enable", subject=f"staff:{account_id}", now=now)


async def forget_code(session: AsyncSession, *, account_id: str, by: Actor, now: datetime) -> None:
    """Take the app away from an account whose owner lost it, and end her sessions."""
    by.require(Role.ADMINISTRATOR)
    by.require_proof(now)
    await codes.remove(session, account=await session.get_one(StaffAccount, account_id))
    await sessions.end(session, account_id=account_id, now=now)
    audit.record(session, by=by, action="staff.forget_code", subject=f"staff:{account_id}", now=now)


async def end_sessions(session: AsyncSession, *, account_id: str, by: Actor, now: datetime) -> None:
    """Sign an account out everywhere; raise NotAllowed or ProofNeeded."""
    by.require(Role.ADMINISTRATOR)
    by.require_proof(now)
    await sessions.end(session, account_id=account_id, now=now)
    audit.record(session, by=by, action="session.end", subject=f"staff:{account_id}", now=now)


async def must_have_code(session: AsyncSession) -> bool:
    """Tell whether everybody needs an app that gives codes."""
    policy = await session.get(DeskPolicy, THE_ROW)
    return policy is not None and policy.must_have_code


async def require_code(session: AsyncSession, *, is_required: bool, by: Actor, now: datetime) -> None:
    """Ask a code of everybody, or leave it to each; raise NotAllowed or ProofNeeded."""
    by.require(Role.ADMINISTRATOR)
    by.require_proof(now)
    await session.merge(DeskPolicy(id=THE_ROW, must_have_code=is_required))
    audit.record(
        session, by=by, action="policy.code", subject="policy:code", now=now, details={"required": is_required}
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
