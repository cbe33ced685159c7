"""Roles: what a person of the staff may do, and in which language, programme or province."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import Id
from core.db import Base
from core.errors import RuleBroken
from core.i18n import LANGUAGES
from staff import audit
from staff.accounts import StaffAccount
from staff.actors import SYSTEM, Actor, Grant, Role
from staff.audit import AuditEntry

WITH_LANGUAGE = frozenset({Role.TRANSLATOR, Role.VERIFIER})
# What puts an account into the hands of whoever does it: she has the link, or takes the second factor away.
LETTING_IN = frozenset({"staff.invite", "staff.reset", "staff.forget_code"})


class RoleGrant(Base):
    """One role of one account, from when until when. Translators and verifiers have it for one language."""

    __tablename__ = "role_grant"

    id: Mapped[Id]
    account_id: Mapped[str] = mapped_column(String(32), ForeignKey("staff_account.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    language: Mapped[str | None] = mapped_column(String(8))
    programme: Mapped[str | None] = mapped_column(String(40))
    province: Mapped[str | None] = mapped_column(String(8))
    granted_by: Mapped[str] = mapped_column(String(32))
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class WrongScope(RuleBroken):
    """A role was given with a language it cannot have, or without the one it needs."""


class LastAdministrator(RuleBroken):
    """Nobody would be left who can give roles."""


async def of_account(session: AsyncSession, account_id: str) -> tuple[Grant, ...]:
    """Return the roles that an account has now."""
    current = select(RoleGrant).where(RoleGrant.account_id == account_id, RoleGrant.revoked_at.is_(None))
    return tuple(_plain(row) for row in await session.scalars(current.order_by(RoleGrant.id)))


async def give(
    session: AsyncSession,
    *,
    account_id: str,
    role: Role,
    language: str | None = None,
    programme: str | None = None,
    province: str | None = None,
    by: Actor,
    now: datetime,
) -> None:
    """Give a role; one that is already there stays as it is. Raise NotAllowed, ProofNeeded or WrongScope."""
    by.require(Role.ADMINISTRATOR)
    by.require_proof(now)
    if (role in WITH_LANGUAGE) != (language in LANGUAGES):
        raise WrongScope("Choose the language for a translator or a verifier, and none for other roles.")
    scope = (role, language, programme, province)
    held = await of_account(session, account_id)
    if any((one.role, one.language, one.programme, one.province) == scope for one in held):
        return
    session.add(
        RoleGrant(
            account_id=account_id, role=role, language=language, programme=programme, province=province,
            granted_by=by.account_id, granted_at=now,
        )
    )  # fmt: skip
    details = {"role": role, "language": language, "programme": programme, "province": province}
    audit.record(session, by=by, action="role.give", subject=f"staff:{account_id}", now=now, details=details)
    await session.flush()


async def let_in_by(session: AsyncSession, account_id: str, *, since: datetime) -> frozenset[str]:
    """Return who gave an account its link or took its second factor away since a moment, and who let those in."""
    return await _follow(session, await _actors(session, {account_id}, since, LETTING_IN), since)


async def makers_of(session: AsyncSession, granted_by: str, *, since: datetime) -> frozenset[str]:
    """Return who gave a role, and who made her an administrator or let her in since a moment, and so on."""
    return await _follow(session, {granted_by}, since)


async def _follow(session: AsyncSession, first: set[str], since: datetime) -> frozenset[str]:
    found, new = set(first), set(first)
    while new:
        let_in = await _actors(session, new, since, LETTING_IN)
        new = (let_in | await _givers(session, new, since)) - found
        found |= new
    return frozenset(found - {SYSTEM.account_id})


async def _actors(
    session: AsyncSession, account_ids: Iterable[str], since: datetime, actions: Iterable[str]
) -> set[str]:
    """Return who did one of these things to one of these accounts: the audit log tells, and cannot be changed."""
    done = select(AuditEntry.actor_id).where(
        AuditEntry.subject.in_([f"staff:{account_id}" for account_id in account_ids]), AuditEntry.action.in_(actions),
        AuditEntry.at > since,
    )  # fmt: skip
    return set(await session.scalars(done))


async def _givers(session: AsyncSession, account_ids: Iterable[str], since: datetime) -> set[str]:
    """Return who made one of these an administrator, taken away again or not."""
    given = select(RoleGrant.granted_by).where(
        RoleGrant.account_id.in_(account_ids), RoleGrant.role == Role.ADMINISTRATOR, RoleGrant.granted_at > since
    )
    return set(await session.scalars(given))


async def take_away(session: AsyncSession, *, grant_id: int, by: Actor, now: datetime) -> None:
    """Take a role away from now on; raise NotAllowed, ProofNeeded or LastAdministrator."""
    by.require(Role.ADMINISTRATOR)
    by.require_proof(now)
    row = await session.get(RoleGrant, grant_id, with_for_update=True)
    if row is None or row.revoked_at is not None:
        return
    if row.role == Role.ADMINISTRATOR:
        _require_another(set(await _administrators(session)) - {row.id})
    row.revoked_at = now
    details = {"role": row.role, "language": row.language, "programme": row.programme, "province": row.province}
    audit.record(session, by=by, action="role.take", subject=f"staff:{row.account_id}", now=now, details=details)
    await session.flush()


async def require_another_administrator(session: AsyncSession, *, without: str) -> None:
    """Raise LastAdministrator if nobody but this account, which is about to end, could give roles."""
    administrators = await _administrators(session)
    _require_another({held_by for held_by in administrators.values() if held_by != without})


def _require_another(left: Collection[object]) -> None:
    if not left:
        raise LastAdministrator("This is the last administrator: give the role to another person first.")


async def _administrators(session: AsyncSession) -> dict[int, str]:
    """Lock and return the grants that make administrators, with whose they are.

    Locked with their accounts: two people cannot take away, or end, the last ones at once. An account that was ended
    gives nobody a role any more.
    """
    current = select(RoleGrant.id, RoleGrant.account_id).join(StaffAccount, StaffAccount.id == RoleGrant.account_id)
    current = current.where(
        RoleGrant.role == Role.ADMINISTRATOR, RoleGrant.revoked_at.is_(None), StaffAccount.disabled_at.is_(None)
    )
    rows = await session.execute(current.order_by(RoleGrant.id).with_for_update(of=(RoleGrant, StaffAccount)))
    return {grant_id: account_id for grant_id, account_id in rows}


def _plain(row: RoleGrant) -> Grant:
    return Grant(row.id, Role(row.role), row.language, row.programme, row.province, row.granted_by, row.granted_at)
