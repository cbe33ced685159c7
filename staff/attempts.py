"""Tries at signing in, counted before anything is checked: ten an account and a hundred an address in 15 minutes."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Index, String, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import Id
from core.db import Base, one_at_a_time
from core.errors import RuleBroken

WITHIN = timedelta(minutes=15)
AN_ACCOUNT = 10
AN_ADDRESS = 100  # an office shares one


class SignInAttempt(Base):
    """One try, for an account (existing or not) or from an address; both only as a hash."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index(None, "subject", "at"),)

    id: Mapped[Id]
    subject: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)


class TooManyTries(RuleBroken):
    """Nothing is checked for a while."""


async def claim(session: AsyncSession, *, email: str, address: str, now: datetime) -> None:
    """Count one try; raise TooManyTries, with the minutes to wait, where there were many. Commit before checking."""
    for subject, most in ((_subject("account", email), AN_ACCOUNT), (_subject("address", address), AN_ADDRESS)):
        await one_at_a_time(await session.connection(), int(subject[:15], 16))
        recent = select(func.count(), func.min(SignInAttempt.at)).where(
            SignInAttempt.subject == subject, SignInAttempt.at > now - WITHIN
        )
        count, first = (await session.execute(recent)).one()
        if count >= most:
            minutes = max(1, -(-int((first + WITHIN - now).total_seconds()) // 60))
            raise TooManyTries("Too many tries. Wait {minutes} minutes and try again.", minutes=minutes)
    session.add_all([SignInAttempt(subject=_subject("account", email), at=now)])
    session.add_all([SignInAttempt(subject=_subject("address", address), at=now)])
    await session.flush()


async def forget(session: AsyncSession, *, email: str) -> None:
    """Forget the tries of an account: its owner has just proved who it is."""
    await session.execute(delete(SignInAttempt).where(SignInAttempt.subject == _subject("account", email)))


async def forget_old(session: AsyncSession, *, now: datetime) -> None:
    """Delete tries that no longer count."""
    await session.execute(delete(SignInAttempt).where(SignInAttempt.at <= now - WITHIN))


def _subject(kind: str, what: str) -> str:
    return hashlib.sha256(f"{kind}\0{what.strip().lower()}".encode()).hexdigest()
