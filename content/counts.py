"""What is counted a day: reads, searches, votes, opened contacts. Sums only: no person, no chat, no time of the day."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, String, delete
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base

KEPT_FOR = timedelta(days=3 * 365 + 1)


class What(StrEnum):
    """What is counted; what the subject of each is stands behind it."""

    READ = "read"  # an article
    TOPIC = "topic"  # a topic that was opened
    CONTACTS = "contacts"  # the country whose contacts were opened; nothing where the country was still to be chosen
    SEARCH = "search"  # nothing
    SEARCH_NONE = "search_none"  # nothing
    HELPFUL = "helpful"  # an article
    NOT_HELPFUL = "not_helpful"  # an article


class DailyCount(Base):
    """How often something happened on a day (in UTC) among readers of one language, country and stage, "" if unsaid."""

    __tablename__ = "daily_count"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  SQLAlchemy's own spelling

    what: Mapped[str] = mapped_column(String(16), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(40), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    stage: Mapped[str] = mapped_column(String(16), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)


class Count(NamedTuple):
    """One thing to be counted: the key of a row."""

    day: date
    what: str
    subject: str
    language: str
    country: str
    stage: str


async def add(connection: AsyncConnection, counted: Mapping[Count, int]) -> None:
    """Add to the sums. In a fixed order, so that workers who add to the same rows cannot deadlock."""
    rows = [{**one._asdict(), "number": counted[one]} for one in sorted(counted)]
    if rows:
        await connection.execute(_addition(connection.dialect.name), rows)


@cache
def _addition(dialect: str) -> Any:
    row = (sqlite_insert if dialect == "sqlite" else postgres_insert)(DailyCount)
    summed = {"number": DailyCount.number + row.excluded.number}
    return row.on_conflict_do_update(index_elements=list(Count._fields), set_=summed)


async def forget_old(session: AsyncSession, *, now: datetime) -> None:
    """Delete the counts of days more than three years ago."""
    is_old = DailyCount.day < now.date() - KEPT_FOR
    await session.execute(delete(DailyCount).where(DailyCount.what.in_(What), is_old))  # by the key, which begins so
