"""Where each chat stands, which updates were seen, and which messages the chat holds. Nothing of it lives in memory."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Index,
    Integer,
    Select,
    String,
    Update,
    bindparam,
    delete,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from core.outbox import KEPT_FOR, OutboxRow
from registrations.people import Person, TelegramAccount

FORGOTTEN_AT_ONCE = 5000  # rows: more would keep people waiting for the lock


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
    step: Mapped[str] = mapped_column(String(512))
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
    stage: str | None
    country: str | None
    province: str | None
    is_sent_elsewhere: bool


# The statements of every turn are built once: building one costs more than SQLite needs to run it.


def insert_or_keep(connection: AsyncConnection, table: type[Base]) -> Any:
    """Return an insert that leaves rows which are already there alone, in the words of the database in use."""
    return _insert_or_keep(table, connection.dialect.name)


@cache
def _insert_or_keep(table: type[Base], dialect: str) -> Any:
    insert = sqlite_insert if dialect == "sqlite" else postgres_insert
    return insert(table).on_conflict_do_nothing()


@cache
def _claim(dialect: str) -> Any:
    return _insert_or_keep(SeenUpdate, dialect).returning(SeenUpdate.update_id)


async def claim(connection: AsyncConnection, *, bot_id: int, update_ids: Collection[int], now: datetime) -> set[int]:
    """Claim updates and return those that nobody had claimed. In a fixed order, so that workers cannot deadlock."""
    rows = [{"bot_id": bot_id, "update_id": number, "seen_at": now} for number in sorted(set(update_ids))]
    claimed = await connection.execute(_claim(connection.dialect.name), rows)
    return set(claimed.scalars())


@cache
def _lock() -> Select[int]:
    chats = Conversation.chat_id.in_(bindparam("chats", expanding=True))
    return select(Conversation.chat_id).where(chats).order_by(Conversation.chat_id).with_for_update()


@cache
def _read_chats() -> Any:
    elsewhere = (
        select(OutboxRow.id)
        .where(OutboxRow.chat_id == Conversation.chat_id, OutboxRow.failure.is_(None))
        .where(OutboxRow.leased_by.is_distinct_from(bindparam("worker")))
        .exists()
    )
    return (
        select(
            Conversation.chat_id, TelegramAccount.person_id, Person.language, Conversation.step,
            Conversation.version, Conversation.screen_message_id,
            Person.stage, Person.country, Person.province, elsewhere.label("is_sent_elsewhere"),
        )
        .join(TelegramAccount, TelegramAccount.chat_id == Conversation.chat_id)
        .join(Person, Person.id == TelegramAccount.person_id)
        .where(Conversation.chat_id.in_(bindparam("chats", expanding=True)))
    )  # fmt: skip


async def lock(connection: AsyncConnection, chat_ids: Collection[int]) -> None:
    """Lock the conversations of these chats in the order of their numbers, so that nobody waits in a circle."""
    if connection.dialect.name != "sqlite":  # there the writer has already taken the only lock there is
        await connection.execute(_lock(), {"chats": list(chat_ids)})


async def lock_chats(connection: AsyncConnection, *, chat_ids: Collection[int], worker: str) -> dict[int, Chat]:
    """Lock and read the conversations of these chats; a chat that was never seen is not among them.

    `is_sent_elsewhere` tells that rows of the chat wait which another worker, or none yet, is to send.
    """
    await lock(connection, chat_ids)
    rows = await connection.execute(_read_chats(), {"chats": list(chat_ids), "worker": worker})
    return {row.chat_id: Chat(*row) for row in rows}


@cache
def _language_and_country() -> Any:
    said = select(Person.language, Person.country).join(TelegramAccount, TelegramAccount.person_id == Person.id)
    return said.where(TelegramAccount.chat_id == bindparam("chat"))


async def language_and_country(connection: AsyncConnection, *, chat_id: int) -> tuple[str | None, str | None]:
    """Return what is known of the person in a chat, without a lock; nothing of somebody new."""
    row = (await connection.execute(_language_and_country(), {"chat": chat_id})).one_or_none()
    return (row.language, row.country) if row else (None, None)


async def add_conversations(connection: AsyncConnection, chat_ids: Collection[int]) -> set[int]:
    """Add conversations for new chats and return those that were really new, now locked by this transaction."""
    rows = [{"chat_id": chat, "step": "", "version": 0} for chat in sorted(chat_ids)]
    statement = insert_or_keep(connection, Conversation).returning(Conversation.chat_id)
    return set((await connection.execute(statement, rows)).scalars())


@cache
def _write_conversation(*columns: str) -> Update:
    chat = Conversation.__table__.c.chat_id == bindparam("chat")
    return update(Conversation).where(chat).values({column: bindparam(f"to_{column}") for column in columns})


async def save_chats(connection: AsyncConnection, chats: Sequence[Chat]) -> None:
    """Write back where chats stand now."""
    values = [{"chat": chat.chat_id, "to_step": chat.step, "to_version": chat.version} for chat in chats]
    await connection.execute(_write_conversation("step", "version"), values)


async def note_screens(connection: AsyncConnection, screens: dict[int, int]) -> None:
    """Note which message of each chat carries the buttons now: {chat id: message id}."""
    values = [{"chat": chat, "to_screen_message_id": message} for chat, message in sorted(screens.items())]
    await connection.execute(_write_conversation("screen_message_id"), values)


@cache
def _known_chats() -> Any:
    return select(Conversation.chat_id).where(Conversation.chat_id.in_(bindparam("chats", expanding=True)))


async def known_chats(connection: AsyncConnection, chat_ids: Collection[int]) -> set[int]:
    """Return which of these chats have a conversation."""
    return set((await connection.execute(_known_chats(), {"chats": list(chat_ids)})).scalars())


async def note_messages(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Note messages of chats, ours or theirs; one that is known already stays as it is."""
    await connection.execute(insert_or_keep(connection, ChatMessage), list(rows))


async def messages_in(connection: AsyncConnection, *, bot_id: int, chat_id: int, now: datetime) -> list[int]:
    """Return the ids of a chat's messages, both sides', that Telegram still lets a bot delete.

    One that is too old would make Telegram refuse all: a minute is left for clocks that differ.
    """
    is_young = ChatMessage.sent_at > now - KEPT_FOR + timedelta(minutes=1)
    mine = (ChatMessage.bot_id == bot_id, ChatMessage.chat_id == chat_id, is_young)
    return list((await connection.execute(select(ChatMessage.message_id).where(*mine))).scalars())


async def forget_messages(
    connection: AsyncConnection, *, bot_id: int, chat_id: int, message_ids: Collection[int]
) -> None:
    """Delete the rows of messages that are gone from a chat."""
    mine = (ChatMessage.bot_id == bot_id, ChatMessage.chat_id == chat_id, ChatMessage.message_id.in_(message_ids))
    await connection.execute(delete(ChatMessage).where(*mine))


async def erase_chat(connection: AsyncConnection, *, chat_id: int, until_row: int) -> None:
    """Delete everything that names a chat, whose lock is held; of the outbox what stands there up to a row.

    What was written after that is still answered, and what the answer leaves goes with it.
    """
    for table in (ChatMessage, Conversation):
        await connection.execute(delete(table).where(table.__table__.c.chat_id == chat_id))
    await connection.execute(delete(OutboxRow).where(OutboxRow.chat_id == chat_id, OutboxRow.id <= until_row))


async def forget_old(connection: AsyncConnection, *, now: datetime) -> bool:
    """Delete claims and messages older than 48 hours, a portion of each; tell whether there are more."""
    claims = await _forget_portion(connection, SeenUpdate, SeenUpdate.seen_at < now - KEPT_FOR)
    messages = await _forget_portion(connection, ChatMessage, ChatMessage.sent_at < now - KEPT_FOR)
    return max(claims, messages) == FORGOTTEN_AT_ONCE


async def _forget_portion(connection: AsyncConnection, table: type[Base], is_old: ColumnElement[bool]) -> int:
    key = tuple(table.__table__.primary_key)
    portion = select(*key).where(is_old).limit(FORGOTTEN_AT_ONCE)
    return (await connection.execute(delete(table).where(tuple_(*key).in_(portion)))).rowcount
