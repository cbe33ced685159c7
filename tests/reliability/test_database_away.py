"""The database goes away and comes back: nothing is lost, and nobody is answered twice but within the window."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import make_url

from bot.telegram.sender import REPEAT_WINDOW
from core.db import Database
from tests.harness import make_bot, stock
from tests.phones import Phone, Telegram
from tests.reliability.effects import Traffic, all_settled, answers, effects
from tests.reliability.proxy import Wire

Switch = Callable[[], Awaitable[None]]


@asynccontextmanager
async def on_a_wire(database_url: str) -> AsyncIterator[tuple[Database, Switch, Switch]]:
    """Give the database as the bot sees it, and what takes it away and brings it back."""
    if database_url.startswith("sqlite"):
        path = make_url(database_url).database or ""
        blocker = sqlite3.connect(path, isolation_level=None, check_same_thread=False)

        async def away() -> None:
            await asyncio.to_thread(blocker.execute, "BEGIN IMMEDIATE")  # it waits for the bot

        async def back() -> None:
            blocker.execute("ROLLBACK")

        database = Database(f"{database_url}?timeout=0.1")
        yield database, away, back
        await database.close()
        blocker.close()
        return
    wire = Wire(database_url)
    await wire.up()
    database = Database(wire.url)
    yield database, wire.down, wire.up
    await database.close()
    await wire.down()


async def test_nothing_is_lost_while_the_database_is_away(
    telegram: Telegram, database: Database, database_url: str
) -> None:
    await stock(database)
    traffic = Traffic(telegram)
    await traffic.gather(10)
    async with on_a_wire(database_url) as (seen_by_bot, away, back):
        bot = make_bot(seen_by_bot, telegram)
        await bot.start()
        bot.start_polling()
        try:
            for _ in range(2):
                await traffic.act(20)
                await away()
                await traffic.act(20)
                await asyncio.sleep(1.5)
                await back()
            await all_settled(telegram, database, seconds=60)
            seen, reached = await effects(database), await answers(traffic)
        finally:
            await bot.stop()

    assert (seen.turns, seen.parked, seen.failed) == (traffic.updates, 0, 0)
    assert reached.missing == 0
    assert reached.repeated <= REPEAT_WINDOW * 2


POSTGRES = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


@asynccontextmanager
async def greeted_on_a_wire(telegram: Telegram, database: Database, url: str) -> AsyncIterator[tuple[Wire, Phone]]:
    """Run a bot that reaches PostgreSQL through a wire, and let Sari be greeted by it."""
    await stock(database)
    wire = Wire(url)
    await wire.up()
    seen_by_bot = Database(wire.url)
    bot = make_bot(seen_by_bot, telegram)
    await bot.start()
    bot.start_polling()
    try:
        sari = await telegram.person("Sari", "id")
        await sari.write("/start")
        await sari.sees("Halo")
        await all_settled(telegram, database, seconds=20)
        yield wire, sari
    finally:
        await bot.stop()
        await seen_by_bot.close()
        await wire.down()


@POSTGRES
async def test_a_reply_whose_commit_nobody_answered_is_still_sent_once(
    telegram: Telegram, database: Database, database_url: str
) -> None:
    async with greeted_on_a_wire(telegram, database, database_url) as (wire, sari):
        wire.loses_next_commit = True
        await sari.write("/menu")
        await sari.sees(lambda messages: len(messages) == 3, seconds=20)  # with the line that brings the keys
        await all_settled(telegram, database, seconds=20)

    assert not wire.loses_next_commit
    assert (await effects(database)).turns == 2
    assert len(await sari.bot_messages()) == 3


@POSTGRES
async def test_a_database_that_says_nothing_counts_as_away(
    telegram: Telegram, database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.db.STATEMENT_SECONDS", 1)
    async with greeted_on_a_wire(telegram, database, database_url) as (wire, sari):
        wire.is_silent = True
        await sari.write("/menu")
        await asyncio.sleep(3)
        wire.is_silent = False
        await sari.sees(lambda messages: len(messages) == 3, seconds=20)  # with the line that brings the keys
