"""News that people were to hear of their registrations, and whether it reached them: who did not, staff telephone.

waiting --> delivered | blocked | failed      no_chat: staff entered her, and she has no chat
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, String, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from core.columns import Id
from core.db import Base
from core.outbox import Lane, Settled
from registrations.registrations import Status


class Reached(StrEnum):
    """Whether news reached a person."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    BLOCKED = "blocked"
    FAILED = "failed"
    NO_CHAT = "no_chat"


NOT_REACHED = (Reached.BLOCKED, Reached.FAILED, Reached.NO_CHAT)
WORTH_A_CALL = (Status.ACCEPTED, Status.WAITLISTED, Status.OFFERED, Status.DECLINED, Status.WITHDRAWN)


class Notice(Base):
    """One piece of news: where the registration stood then, and whether that reached the person.

    `outbox_key` is empty where she has no chat. `called_at`, `called_by`: who of the staff told her by telephone.
    """

    __tablename__ = "notice"
    __table_args__ = (Index(None, "registration_id", "id"), Index(None, "reached"))

    id: Mapped[Id]
    registration_id: Mapped[str] = mapped_column(ForeignKey("registration.id"))
    outbox_key: Mapped[str | None] = mapped_column(String(100), unique=True)
    status: Mapped[str] = mapped_column(String(16))
    reached: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    called_at: Mapped[datetime | None]
    called_by: Mapped[str | None] = mapped_column(ForeignKey("staff_account.id"))


def was_unreached() -> ColumnElement[bool]:
    """Tell which news did not reach the person, and is the newest of hers."""
    other = aliased(Notice)
    newer = select(other.id).where(other.registration_id == Notice.registration_id, other.id > Notice.id).exists()
    return Notice.reached.in_(NOT_REACHED) & ~newer


def is_untold() -> ColumnElement[bool]:
    """Tell which news, the newest of hers, did not reach the person, is worth a call, and was told by nobody."""
    return was_unreached() & Notice.status.in_(WORTH_A_CALL) & Notice.called_at.is_(None)


async def note_told(session: AsyncSession, registration_id: str, *, account_id: str, now: datetime) -> bool:
    """Note that somebody of the staff has told a person what did not reach her; tell whether there was anything."""
    hers = update(Notice).where(Notice.registration_id == registration_id, is_untold())
    told = await session.execute(hers.values(called_at=now, called_by=account_id).returning(Notice.id))
    return bool(told.all())


async def settle(connection: AsyncConnection, settled: Iterable[Settled]) -> None:
    """Note how deliveries of news ended."""
    news = [each for each in settled if each.delivery.lane is Lane.NOTICE]  # most of what is settled is an answer
    if news:
        in_order = sorted(news, key=lambda each: each.delivery.key)
        ended = [{"key": each.delivery.key, "how": _how(each), "when": each.at} for each in in_order]
        table = Notice.__table__
        told = update(Notice).where(table.c.outbox_key == bindparam("key"))
        await connection.execute(told.values(reached=bindparam("how"), at=bindparam("when")), ended)


def _how(ended: Settled) -> str:
    if ended.is_blocked:
        return Reached.BLOCKED
    return Reached.FAILED if ended.failure else Reached.DELIVERED
