"""Questions nobody answered: single words of searches that found nothing.

A word that somebody typed may be a name. It is kept under a keyed hash, and stands here in clear only once it was asked
on several days: docs/decisions/0007-figures.md.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import String, bindparam, case, delete
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from content.search_words import is_telling, words_of
from core.crypto import Vault
from core.db import Base

SHOWN_AFTER_DAYS = 5  # different days
KEPT_FOR = timedelta(days=90)
SHORTEST, LONGEST = 3, 40  # letters
MOST_WORDS = 6  # of one search
PLACE = "unanswered_word.key"


class UnansweredWord(Base):
    """A word that searches asked for in vain, in even spelling, on so many different days (in UTC)."""

    __tablename__ = "unanswered_word"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    language: Mapped[str] = mapped_column(String(8))
    word: Mapped[str | None] = mapped_column(String(LONGEST))
    days: Mapped[int]
    last_day: Mapped[date] = mapped_column(index=True)


class AskedInVain(NamedTuple):
    """One word that found nothing, in the language of whoever asked."""

    day: date
    language: str
    word: str


def words_in(text: str) -> tuple[str, ...]:
    """Return the words of a search that may be counted: letters only, each once, the first of them."""
    telling = (word for word in words_of(text) if word.isalpha() and is_telling(word))
    return tuple(dict.fromkeys(word for word in telling if SHORTEST <= len(word) <= LONGEST))[:MOST_WORDS]


async def note(connection: AsyncConnection, asked: Collection[AskedInVain], vault: Vault) -> None:
    """Note words that found nothing; a word counts once a day, however often and by however many it was asked."""
    rows = [
        {"key": vault.sign(f"{one.language}:{one.word}".encode(), place=PLACE), "language": one.language,
         "word": None, "days": 1, "last_day": one.day, "in_clear": one.word}
        for one in set(asked)
    ]  # fmt: skip
    if rows:  # by key, so that workers cannot deadlock; a word of two days with the earlier first
        rows.sort(key=lambda row: (row["key"], row["last_day"]))
        await connection.execute(_noting(connection.dialect.name), rows)


@cache
def _noting(dialect: str) -> Any:
    row = (sqlite_insert if dialect == "sqlite" else postgres_insert)(UnansweredWord)
    days = UnansweredWord.days + 1
    in_clear = case((days >= SHOWN_AFTER_DAYS, bindparam("in_clear", type_=String)), else_=UnansweredWord.word)
    return row.values(
        {name: bindparam(name) for name in ("key", "language", "word", "days", "last_day")}
    ).on_conflict_do_update(
        index_elements=["key"],
        set_={"days": days, "last_day": row.excluded.last_day, "word": in_clear},
        where=UnansweredWord.last_day < row.excluded.last_day,
    )


async def forget_old(session: AsyncSession, *, now: datetime) -> None:
    """Delete the words that nobody asked for in the last 90 days."""
    await session.execute(delete(UnansweredWord).where(UnansweredWord.last_day < now.date() - KEPT_FOR))
