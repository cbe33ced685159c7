"""Answers to creates, kept for a day: a request that is sent again under its key gets the first answer again.

The answers are sealed, since some show a secret once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, LargeBinary, String, UniqueConstraint, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import Id
from core.crypto import Vault
from core.db import Base
from core.errors import RuleBroken

KEPT_FOR = timedelta(hours=24)


class IdempotentAnswer(Base):
    """One answer. Until it is known, its row is seen only by the transaction that makes it."""

    __tablename__ = "idempotent_answer"
    __table_args__ = (UniqueConstraint("account_id", "key", "route"),)

    id: Mapped[Id]
    account_id: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(100))
    route: Mapped[str] = mapped_column(String(200))
    body_hash: Mapped[str] = mapped_column(String(64))
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(index=True)


class KeyReused(RuleBroken):
    """Something else was asked under this key before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked: by whom, under which key, of which route, with which body.

    `body_hashes`: one under each data key, the newest first, which is kept.
    """

    account_id: str
    key: str
    route: str
    body_hashes: tuple[str, ...]


async def claim(session: AsyncSession, question: Question, *, vault: Vault, now: datetime) -> bytes | None:
    """Return the answer that was given before, or None: then the caller makes it and calls `keep`.

    Raise KeyReused where another body came under this key. Who asks the same at the same time waits here.
    """
    await _forget(session, question, now)
    if await _is_first(session, question, now):
        return None
    row = (await session.scalars(select(IdempotentAnswer).where(*_same(question)))).one()
    if row.body_hash not in question.body_hashes or row.answer is None:
        raise KeyReused("Something else was asked under this Idempotency-Key. Choose a new key.")
    return vault.open(row.answer, place=_place(question))


async def keep(session: AsyncSession, question: Question, answer: bytes, *, vault: Vault) -> None:
    """Keep the answer to what was claimed, in the transaction that did it."""
    sealed = vault.seal(answer, place=_place(question))
    await session.execute(update(IdempotentAnswer).where(*_same(question)).values(answer=sealed))


async def forget_old(session: AsyncSession, *, now: datetime) -> None:
    """Delete the answers of yesterday."""
    await session.execute(delete(IdempotentAnswer).where(IdempotentAnswer.created_at <= now - KEPT_FOR))


async def _forget(session: AsyncSession, question: Question, now: datetime) -> None:
    old = IdempotentAnswer.created_at <= now - KEPT_FOR
    await session.execute(delete(IdempotentAnswer).where(*_same(question), old))


async def _is_first(session: AsyncSession, question: Question, now: datetime) -> bool:
    values = {
        "account_id": question.account_id, "key": question.key, "route": question.route,
        "body_hash": question.body_hashes[0], "created_at": now,
    }  # fmt: skip
    is_sqlite = (await session.connection()).dialect.name == "sqlite"
    insert = (sqlite if is_sqlite else postgresql).insert(IdempotentAnswer)
    claiming = insert.values(**values).on_conflict_do_nothing().returning(IdempotentAnswer.id)
    return (await session.execute(claiming)).first() is not None


def _same(question: Question) -> tuple[ColumnElement[bool], ...]:
    return (
        IdempotentAnswer.account_id == question.account_id,
        IdempotentAnswer.key == question.key,
        IdempotentAnswer.route == question.route,
    )


def _place(question: Question) -> str:
    return f"idempotent_answer.answer.{question.account_id}.{question.key}.{question.route}"
