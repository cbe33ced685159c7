"""Where each chat stands, which updates were seen, and which messages the chat holds. Nothing of it lives in memory."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Boolean, Index, Integer, String, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from core.outbox import OutboxRow
from registrations.people import Person, TelegramAccount

KEPT_FOR = timedelta(hours=48)  # Telegram lets a bot delete messages for 48 hours, and repeats updates for 24


class SeenUpdate(Base):
    """An update that was claimed. Kept 48 hours, never as "newer than the last": Telegram re-draws its ids."""

    __tablename__ = "seen_update"

    bot_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seen_at: Mapped[datetime] = mapped_column(index=True)


class ParkedUpdate(Base):
    """An update that a bug kept from being answered: its id and where the error rose, none of its text."""

    __tablename__ = "parked_update"

    bot_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    error: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(200))
    parked_at: Mapped[datetime]


class Conversation(Base):
    """Where a chat stands: its row is the lock that makes turns of one chat follow each other."""

    __tablename__ = "conversation"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    step: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(Integer)
    screen_message_id: Mapped[int | None] = mapped_column(BigInteger)


class ChatMessage(Base):
    """A message in a chat, ours or theirs, kept 48 hours so that it can be deleted or edited."""

    __tablename__ = "chat_message"
    __table_args__ = (Index(None, "sent_at"),)

    bot_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    is_ours: Mapped[bool] = mapped_column(Boolean)
    purpose: Mapped[str] = mapped_column(String(16))
    sent_at: Mapped[datetime]


@dataclass(slots=True)
class Chat:
    """A chat as one turn finds it, under its lock."""

    chat_id: int
    person_id: str
    language: str
    step: str
    version: int
    screen_message_id: int | None
    is_sent_elsewhere: bool


def insert_or_keep(connection: AsyncConnection, table: type[Base]) -> Any:
    """Return an insert that leaves rows which are already there alone, in the words of the database in use."""
    insert = sqlite_insert if connection.dialect.name == "sqlite" else postgres_insert
    return insert(table).on_conflict_do_nothing()


async def claim(connection: AsyncConnection, *, bot_id: int, update_ids: Collection[int], now: datetime) -> set[int]:
    """Claim updates and return those that nobody had claimed. In a fixed order, so that workers cannot deadlock."""
    rows = [{"bot_id": bot_id, "update_id": number, "seen_at": now} for number in sorted(set(update_ids))]
    statement = insert_or_keep(connection, SeenUpdate).returning(SeenUpdate.update_id)
    claimed = await connection.execute(statement, rows)
    return set(claimed.scalars())


async def lock_chats(connection: AsyncConnection, *, chat_ids: Collection[int], worker: str) -> dict[int, Chat]:
    """Lock and read the conversations of these chats; a chat that was never seen is not among them.

    `is_sent_elsewhere` tells that rows of the chat wait which another worker, or none yet, is to send.
    """
    elsewhere = (
        select(OutboxRow.id)
        .where(OutboxRow.chat_id == Conversation.chat_id, OutboxRow.failure.is_(None))
        .where(OutboxRow.leased_by.is_distinct_from(worker))
        .exists()
    )
    if connection.dialect.name != "sqlite":  # on SQLite the claim has already taken the only lock there is
        lock = select(Conversation.chat_id).where(Conversation.chat_id.in_(chat_ids))
        await connection.execute(lock.order_by(Conversation.chat_id).with_for_update())
    rows = await connection.execute(
        select(
            Conversation.chat_id, TelegramAccount.person_id, Person.language, Conversation.step,
            Conversation.version, Conversation.screen_message_id, elsewhere.label("is_sent_elsewhere"),
        )
        .join(TelegramAccount, TelegramAccount.chat_id == Conversation.chat_id)
        .join(Person, Person.id == TelegramAccount.person_id)
        .where(Conversation.chat_id.in_(chat_ids))
    )  # fmt: skip
    return {row.chat_id: Chat(*row) for row in rows}


async def add_conversations(connection: AsyncConnection, chat_ids: Collection[int]) -> set[int]:
    """Add conversations for new chats and return those that were really new, now locked by this transaction."""
    rows = [{"chat_id": chat, "step": "", "version": 0} for chat in sorted(chat_ids)]
    statement = insert_or_keep(connection, Conversation).returning(Conversation.chat_id)
    return set((await connection.execute(statement, rows)).scalars())


async def save_chats(connection: AsyncConnection, chats: Sequence[Chat]) -> None:
    """Write back where chats stand now."""
    table = Conversation.__table__
    statement = (
        update(Conversation)
        .where(table.c.chat_id == bindparam("chat"))
        .values(step=bindparam("to_step"), version=bindparam("to_version"))
    )
    values = [{"chat": chat.chat_id, "to_step": chat.step, "to_version": chat.version} for chat in chats]
    await connection.execute(statement, values)


async def note_screens(connection: AsyncConnection, screens: dict[int, int]) -> None:
    """Note which message of each chat carries the buttons now: {chat id: message id}."""
    table = Conversation.__table__
    statement = (
        update(Conversation).where(table.c.chat_id == bindparam("chat")).values(screen_message_id=bindparam("screen"))
    )
    await connection.execute(statement, [{"chat": chat, "screen": screen} for chat, screen in screens.items()])


async def note_messages(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Note messages of chats, ours or theirs; one that is known already stays as it is."""
    await connection.execute(insert_or_keep(connection, ChatMessage), list(rows))


async def forget_old(connection: AsyncConnection, *, now: datetime) -> None:
    """Delete claims and messages older than 48 hours."""
    await connection.execute(delete(SeenUpdate).where(SeenUpdate.seen_at < now - KEPT_FOR))
    await connection.execute(delete(ChatMessage).where(ChatMessage.sent_at < now - KEPT_FOR))
