"""Sessions of the desk: rows on the server, so that one can be ended at once on every worker."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import ForeignKey, String, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from staff import grants
from staff.accounts import StaffAccount
from staff.actors import Actor

IDLE = timedelta(hours=2)
ABSOLUTE = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=1)
KEPT_FOR = timedelta(days=30)
DEVICE_LETTERS = 120


class Waits(StrEnum):
    """What a session still waits for before it opens the desk."""

    NOTHING = ""
    CODE = "code"
    ENROLMENT = "enrolment"


class StaffSession(Base):
    """One sign-in. Only the hash of its token is kept; `device` is what the browser says of itself."""

    __tablename__ = "staff_session"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(32), ForeignKey("staff_account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    waits_for: Mapped[str] = mapped_column(String(16))
    device: Mapped[str] = mapped_column(String(DEVICE_LETTERS))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    proved_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session, its account, and whom the domain sees."""

    session: StaffSession
    account: StaffAccount
    actor: Actor


async def open_for(
    session: AsyncSession, *, account: StaffAccount, waits_for: Waits, device: str, now: datetime
) -> str:
    """Open a session and return its token, which is told to the browser once."""
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            id=uuid4().hex, account_id=account.id, token_hash=token_hash(token), waits_for=waits_for,
            device=device[:DEVICE_LETTERS], created_at=now, last_seen_at=now, proved_at=now,
        )
    )  # fmt: skip
    await session.flush()
    return token


async def find(session: AsyncSession, *, token: str, may_be_demo: bool, now: datetime) -> SignedIn | None:
    """Return who a token belongs to, if the session is still good. Only reads: `note_seen` writes that it was used."""
    query = select(StaffSession, StaffAccount).join(StaffAccount, StaffAccount.id == StaffSession.account_id)
    row = (await session.execute(query.where(StaffSession.token_hash == token_hash(token)))).one_or_none()
    if row is None:
        return None
    found, account = row
    is_over = found.ended_at or account.disabled_at or now - found.last_seen_at > IDLE
    if is_over or now - found.created_at > ABSOLUTE or (account.is_demo and not may_be_demo):
        return None
    return SignedIn(found, account, await actor_of(session, account, proved_at=found.proved_at))


def is_to_be_noted(found: StaffSession, now: datetime) -> bool:
    """Tell whether it is a minute ago that a session's use was noted."""
    return now - found.last_seen_at > NOTED_EVERY


async def note_seen(session: AsyncSession, *, session_id: str, now: datetime) -> None:
    """Note that a session is in use, from which its idle time counts."""
    await session.execute(update(StaffSession).where(StaffSession.id == session_id).values(last_seen_at=now))


async def actor_of(session: AsyncSession, account: StaffAccount, *, proved_at: datetime | None) -> Actor:
    """Return an account as the domain sees it."""
    return Actor(
        account.id, account.name, await grants.of_account(session, account.id), language=account.language,
        is_demo=account.is_demo, proved_at=proved_at,
    )  # fmt: skip


async def of_account(session: AsyncSession, *, account_id: str, now: datetime) -> list[StaffSession]:
    """Return the sessions of an account that are still good, the newest first."""
    good = select(StaffSession).where(
        StaffSession.account_id == account_id, StaffSession.ended_at.is_(None),
        StaffSession.last_seen_at > now - IDLE, StaffSession.created_at > now - ABSOLUTE,
    )  # fmt: skip
    return list(await session.scalars(good.order_by(StaffSession.created_at.desc()).limit(100)))


async def end(
    session: AsyncSession, *, account_id: str, now: datetime, session_id: str | None = None, but: str | None = None
) -> None:
    """End one session of an account, or all, or all but one."""
    ending = update(StaffSession).where(StaffSession.account_id == account_id, StaffSession.ended_at.is_(None))
    if session_id is not None:
        ending = ending.where(StaffSession.id == session_id)
    if but is not None:
        ending = ending.where(StaffSession.id != but)
    await session.execute(ending.values(ended_at=now))


async def end_everybodys(session: AsyncSession, *, now: datetime) -> None:
    """End every session: those that had been ended came back with a backup."""
    await session.execute(update(StaffSession).where(StaffSession.ended_at.is_(None)).values(ended_at=now))


async def forget_old(session: AsyncSession, *, now: datetime) -> None:
    """Delete sessions that were over a month ago."""
    await session.execute(delete(StaffSession).where(StaffSession.created_at < now - KEPT_FOR))


def token_hash(token: str) -> str:
    """Return how a token is stored: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
