"""What somebody wishes for her sign-up to a discreet programme. Staff do it, once they have asked her at a safe time.

Who holds her phone may be somebody else: a tap on "Withdraw", or /hapus, must not take her place away.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, String, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import Id
from core.db import Base


class Kind(StrEnum):
    """What is wished for."""

    WITHDRAW = "withdraw"
    ERASE = "erase"


class Wish(Base):
    """One wish. `done_at`, `done_by`: when it was fulfilled or dismissed, and by whom of the staff."""

    __tablename__ = "wish"

    id: Mapped[Id]
    registration_id: Mapped[str] = mapped_column(ForeignKey("registration.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(ForeignKey("staff_account.id"))


def is_open() -> ColumnElement[bool]:
    """Tell which wishes wait for somebody of the staff."""
    return Wish.done_at.is_(None)


async def ask(connection: AsyncConnection, registration_id: str, kind: Kind, *, now: datetime) -> None:
    """Note a wish, unless it waits already. Whoever calls has locked the registration."""
    waiting = select(Wish.id).where(Wish.registration_id == registration_id, Wish.kind == kind, is_open())
    if (await connection.execute(waiting)).first() is None:
        await connection.execute(insert(Wish).values(registration_id=registration_id, kind=kind, at=now))


async def of(session: AsyncSession, registration_id: str) -> list[Wish]:
    """Return all that was ever wished for a registration, the oldest first."""
    hers = select(Wish).where(Wish.registration_id == registration_id).order_by(Wish.id)
    return list(await session.scalars(hers))


async def waiting(session: AsyncSession, registration_id: str) -> list[Wish]:
    """Return what waits to be done for a registration, the oldest first."""
    hers = select(Wish).where(Wish.registration_id == registration_id, is_open()).order_by(Wish.id)
    return list(await session.scalars(hers))


async def close(
    session: AsyncSession, registration_id: str, kinds: Collection[Kind], *, account_id: str, now: datetime
) -> bool:
    """Note that what was wished for is dealt with; tell whether any of it waited."""
    hers = update(Wish).where(Wish.registration_id == registration_id, Wish.kind.in_(kinds), is_open())
    done = await session.execute(hers.values(done_at=now, done_by=account_id).returning(Wish.id))
    return bool(done.all())
