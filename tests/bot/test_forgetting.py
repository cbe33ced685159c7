"""Claims and messages are kept 48 hours, and no longer."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from bot import conversations
from bot.conversations import ChatMessage, SeenUpdate, forget_old
from core.db import Base, Database

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


async def count(database: Database, table: type[Base]) -> int:
    async with database.reading() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


async def fill(database: Database, count_of_each: int, *, at: datetime) -> None:
    numbers = range(int(at.timestamp()), int(at.timestamp()) + count_of_each)
    claims = [{"bot_id": 1, "update_id": number, "seen_at": at} for number in numbers]
    messages = [
        {"bot_id": 1, "chat_id": 5, "message_id": number, "is_ours": True, "purpose": "screen", "sent_at": at}
        for number in numbers
    ]
    async with database.writing() as connection:
        await connection.execute(insert(SeenUpdate), claims)
        await connection.execute(insert(ChatMessage), messages)


async def test_what_is_older_than_48_hours_goes_in_portions_and_the_rest_stays(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversations, "FORGOTTEN_AT_ONCE", 20)
    await fill(database, 30, at=NOW - timedelta(hours=48, minutes=1))
    await fill(database, 7, at=NOW - timedelta(hours=47))

    async with database.writing() as connection:
        assert await forget_old(connection, now=NOW), "there are more"
    async with database.writing() as connection:
        assert not await forget_old(connection, now=NOW)

    assert (await count(database, SeenUpdate), await count(database, ChatMessage)) == (7, 7)
