"""Invitations: a one-time link with which a person sets the first password, or a new one after losing it."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import Id
from core.db import Base
from core.errors import RuleBroken
from staff import accounts, api_tokens, audit, sessions
from staff.accounts import StaffAccount
from staff.actors import Actor, Role
from staff.sessions import token_hash

VALID_FOR = timedelta(days=3)


class Invitation(Base):
    """One link, of which only the hash is kept."""

    __tablename__ = "invitation"

    id: Mapped[Id]
    account_id: Mapped[str] = mapped_column(String(32), ForeignKey("staff_account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class InvitationOver(RuleBroken):
    """The link was used, replaced, or is older than three days."""


async def invite(
    session: AsyncSession, *, email: str, name: str, language: str, by: Actor, now: datetime
) -> tuple[StaffAccount, str]:
    """Add an account and return it with the token of its link; raise EmailTaken, WrongEmail, WrongName, NotAllowed."""
    by.require(Role.ADMINISTRATOR)
    by.require_proof(now)
    account = await accounts.add(session, email=email, name=name, language=language, now=now)
    audit.record(session, by=by, action="staff.invite", subject=f"staff:{account.id}", now=now)
    return account, await make_link(session, account_id=account.id, now=now)


async def invite_again(session: AsyncSession, *, account_id: str, by: Actor, now: datetime) -> str:
    """Return the token of a fresh link: the ones before it, the password, sessions and API tokens are void."""
    by.require(Role.ADMINISTRATOR)
    by.require_proof(now)
    account = await session.get_one(StaffAccount, account_id)
    account.password_hash = None
    await sessions.end(session, account_id=account_id, now=now)
    await api_tokens.end_all(session, account_id=account_id, now=now)
    audit.record(session, by=by, action="staff.reset", subject=f"staff:{account_id}", now=now)
    return await make_link(session, account_id=account_id, now=now)


async def make_link(session: AsyncSession, *, account_id: str, now: datetime) -> str:
    """Replace an account's link; for `./bekal staff add`, which has no actor, and the functions above."""
    open_ones = update(Invitation).where(Invitation.account_id == account_id, Invitation.used_at.is_(None))
    await session.execute(open_ones.values(used_at=now))
    token = secrets.token_urlsafe(32)
    session.add(Invitation(account_id=account_id, token_hash=token_hash(token), created_at=now))
    await session.flush()
    return token


async def account_of(session: AsyncSession, *, token: str, now: datetime) -> StaffAccount:
    """Return whom a link was made for, and lock it; raise InvitationOver."""
    return (await _open(session, token=token, now=now))[1]


async def take_up(session: AsyncSession, *, token: str, password_hash: str, now: datetime) -> StaffAccount:
    """Set the password with a link and use the link up; raise InvitationOver. The password was checked before."""
    invitation, account = await _open(session, token=token, now=now)
    using = update(Invitation).where(Invitation.id == invitation.id, Invitation.used_at.is_(None)).values(used_at=now)
    if (await session.execute(using.returning(Invitation.id))).first() is None:  # somebody was quicker
        raise InvitationOver("This link was used or is too old. Ask an administrator for a new one.")
    account.password_hash = password_hash
    by = Actor(account.id, account.name, ())
    audit.record(session, by=by, action="staff.set_password", subject=f"staff:{account.id}", now=now)
    await session.flush()
    return account


async def end_everybodys(session: AsyncSession, *, now: datetime) -> None:
    """End every link: those that had been used or replaced came back with a backup."""
    await session.execute(update(Invitation).where(Invitation.used_at.is_(None)).values(used_at=now))


async def _open(session: AsyncSession, *, token: str, now: datetime) -> tuple[Invitation, StaffAccount]:
    query = select(Invitation, StaffAccount).join(StaffAccount, StaffAccount.id == Invitation.account_id)
    query = query.where(Invitation.token_hash == token_hash(token))
    row = (await session.execute(query)).one_or_none()
    if row is None or row[0].used_at or row[0].created_at + VALID_FOR <= now or row[1].disabled_at:
        raise InvitationOver("This link was used or is too old. Ask an administrator for a new one.")
    invitation, account = row
    return invitation, account
