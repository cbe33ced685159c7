"""What is to be sent: written in the transaction that decided it, cleared when it has arrived.

    put() --> waiting, leased to a worker or to none --> sent: the row goes
                                                    \\-> failed: the row stays 48 h, without its text

A row's payload is always sealed: it may hold what a person typed, and a rule without exceptions cannot be forgotten.
Leasing rows is in bot/leases.py; sending them in bot/telegram/sender.py.
"""

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Delete, Index, Integer, LargeBinary, String, bindparam, delete, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import Vault
from core.db import Base
from core.messages import Button, Clearing, Entity, File, FileKind, Formatted, Key, Keys, Reply

LEASE = timedelta(seconds=5)
KEPT_FOR = timedelta(hours=48)  # Telegram lets a bot delete messages for 48 hours, and repeats updates for 24
BigKey = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only INTEGER keys


class Lane(IntEnum):
    """Answers to a person go before everything that Bekal starts itself."""

    ANSWER = 0
    NOTICE = 1


class OutboxRow(Base):
    """One message that waits to be sent, or that could not be."""

    __tablename__ = "outbox"
    # Workers know rows by their ids: without AUTOINCREMENT SQLite would give the id of a sent row to the next one.
    __table_args__ = (Index(None, "chat_id", "id"), Index(None, "leased_by"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    bot_id: Mapped[int] = mapped_column(BigInteger)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    lane: Mapped[int] = mapped_column(Integer)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    leased_by: Mapped[str | None] = mapped_column(String(40))
    failure: Mapped[str | None] = mapped_column(String(300))


class Worker(Base):
    """A process that sends. Its leases hold while `alive_until` lies ahead."""

    __tablename__ = "worker"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    alive_until: Mapped[datetime]


class SendPause(Base):
    """Until when Telegram wants silence after a 429: shared by all workers of a bot."""

    __tablename__ = "send_pause"

    bot_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    asked_at: Mapped[datetime]
    paused_until: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message on its way: a reply, and the small calls that belong to it. `answers_message_id` is the person's."""

    reply: Reply
    edits_message_id: int | None = None
    acknowledges_tap: str | None = None
    previous_screen_id: int | None = None
    answers_message_id: int | None = None


@dataclass(slots=True)
class Delivery:
    """An outbox row in a worker's hands."""

    key: str
    bot_id: int
    chat_id: int
    outgoing: Outgoing
    created_at: datetime
    lane: Lane = Lane.ANSWER
    id: int = 0
    leased_by: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """How a delivery ended: sent (with the ids of new messages), refused for good, or blocked by the person.

    `cleared_message_ids` are messages of the chat that are gone now; `file_id` is Telegram's name of a file that was
    sent for the first time.
    """

    delivery: Delivery
    at: datetime
    sent_message_ids: tuple[int, ...] = ()
    cleared_message_ids: tuple[int, ...] = ()
    screen_message_id: int | None = None
    failure: str | None = None
    is_blocked: bool = False
    file_id: str | None = None


@cache
def _put() -> Any:
    return insert(OutboxRow).returning(OutboxRow.id, sort_by_parameter_order=True)


@cache
def _clear() -> Delete:
    return delete(OutboxRow).where(OutboxRow.id.in_(bindparam("arrived", expanding=True)))


async def put(connection: AsyncConnection, deliveries: Sequence[Delivery], vault: Vault) -> None:
    """Write deliveries in order and give each its id. A key that is already there raises IntegrityError."""
    if not deliveries:
        return
    ids = await connection.execute(_put(), [_row(delivery, vault) for delivery in deliveries])
    for delivery, row in zip(deliveries, ids, strict=True):
        delivery.id = row.id


def read_row(row: Any, vault: Vault) -> Delivery:
    """Turn a row of the table back into a delivery; raise WrongSeal if it was tampered with."""
    payload = json.loads(vault.open(row.payload, place=_place(row.key)))
    return Delivery(
        key=row.key, bot_id=row.bot_id, chat_id=row.chat_id, outgoing=_outgoing(payload),
        created_at=row.created_at, lane=Lane(row.lane), id=row.id, leased_by=row.leased_by,
    )  # fmt: skip


async def clear(connection: AsyncConnection, settled: Sequence[Settled]) -> None:
    """Remove what arrived; keep what failed with its reason, but without its text."""
    arrived = [result.delivery.id for result in settled if result.failure is None]
    if arrived:
        await connection.execute(_clear(), {"arrived": arrived})
    for result in settled:
        if result.failure is not None:
            await connection.execute(
                update(OutboxRow)
                .where(OutboxRow.id == result.delivery.id)
                .values(failure=result.failure[:300], payload=b"", leased_by=None)
            )


async def forget_old_failures(connection: AsyncConnection, *, now: datetime) -> None:
    """Delete failed rows older than 48 hours."""
    old = OutboxRow.created_at < now - KEPT_FOR
    await connection.execute(delete(OutboxRow).where(OutboxRow.failure.is_not(None), old))


def _row(delivery: Delivery, vault: Vault) -> dict[str, Any]:
    payload = json.dumps(_payload(delivery.outgoing), ensure_ascii=False, separators=(",", ":")).encode()
    return {
        "key": delivery.key,
        "bot_id": delivery.bot_id,
        "chat_id": delivery.chat_id,
        "lane": int(delivery.lane),
        "payload": vault.seal(payload, place=_place(delivery.key)),
        "created_at": delivery.created_at,
        "leased_by": delivery.leased_by,
    }


def _place(key: str) -> str:
    return f"outbox.payload.{key}"


def _payload(outgoing: Outgoing) -> dict[str, Any]:
    reply = outgoing.reply
    return {
        "text": reply.body.text,
        "entities": [(entity.type, entity.offset, entity.length, entity.url) for entity in reply.body.entities],
        "rows": [[(button.label, button.target, button.url) for button in row] for row in reply.rows],
        "keys": None if reply.keys is None else [[astuple(key) for key in row] for row in reply.keys],
        "clearing": reply.clearing,
        "file": (reply.file.kind, reply.file.sha256, reply.file.seconds) if reply.file else None,
        "edits_message_id": outgoing.edits_message_id,
        "acknowledges_tap": outgoing.acknowledges_tap,
        "previous_screen_id": outgoing.previous_screen_id,
        "answers_message_id": outgoing.answers_message_id,
    }


def _outgoing(payload: dict[str, Any]) -> Outgoing:
    body = Formatted(payload.pop("text"), tuple(Entity(*entity) for entity in payload.pop("entities")))
    rows = tuple(tuple(Button(*button) for button in row) for row in payload.pop("rows"))
    keys, clearing = _keys(payload.pop("keys")), Clearing(payload.pop("clearing"))
    file = _file(payload.pop("file", None))  # rows of an older version name none
    return Outgoing(Reply(body, rows, keys, clearing, file=file), **payload)


def _file(written: tuple[str, str, int | None] | None) -> File | None:
    return File(FileKind(written[0]), written[1], written[2]) if written else None


def _keys(rows: list[list[tuple[str, bool, bool]]] | None) -> Keys | None:
    return None if rows is None else tuple(tuple(Key(*key) for key in row) for row in rows)
