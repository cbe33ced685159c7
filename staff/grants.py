"""Roles: what a person of the staff may do, and in which language, programme or province."""

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
from staff.actors import Actor, Grant, Role

WITH_LANGUAGE = frozenset({Role.TRANSLATOR, Role.VERIFIER})


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
    if any(
        (held.role, held.language, held.programme, held.province) == scope for held in await _held(session, account_id)
    ):
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


async def _held(session: AsyncSession, account_id: str) -> tuple[Grant, ...]:
    return await of_account(session, account_id)


async def take_away(session: AsyncSession, *, grant_id: int, by: Actor, now: datetime) -> None:
    """Take a role away from now on; raise NotAllowed, ProofNeeded or LastAdministrator."""
    by.require(Role.ADMINISTRATOR)
    by.require_proof(now)
    row = await session.get(RoleGrant, grant_id, with_for_update=True)
    if row is None or row.revoked_at is not None:
        return
    if row.role == Role.ADMINISTRATOR and not set(await _administrators(session)) - {row.id}:
        raise LastAdministrator("This is the last administrator: give the role to another person first.")
    row.revoked_at = now
    details = {"role": row.role, "language": row.language}
    audit.record(session, by=by, action="role.take", subject=f"staff:{row.account_id}", now=now, details=details)
    await session.flush()


async def _administrators(session: AsyncSession) -> list[int]:
    """Lock and return the grants that make administrators, so that two cannot take away the last ones at once.

    An account that was ended gives nobody a role any more.
    """
    current = select(RoleGrant.id).join(StaffAccount, StaffAccount.id == RoleGrant.account_id)
    current = current.where(
        RoleGrant.role == Role.ADMINISTRATOR, RoleGrant.revoked_at.is_(None), StaffAccount.disabled_at.is_(None)
    )
    return list(await session.scalars(current.order_by(RoleGrant.id).with_for_update(of=RoleGrant)))


def _plain(row: RoleGrant) -> Grant:
    return Grant(row.id, Role(row.role), row.language, row.programme, row.province, row.granted_by, row.granted_at)
