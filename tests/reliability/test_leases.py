"""A row is never stranded and never in two hands, whatever happens to the leases under which it waits."""

import asyncio
import itertools
import sqlite3
import time
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, make_url, select, text, update

from bot.conversations import add_conversations
from bot.leases import Leases
from bot.service import BotService
from core.clock import utc_now
from core.crypto import Vault
from core.db import Database
from core.messages import Reply, plain
from core.outbox import Delivery, OutboxRow, Outgoing, SendPause, Worker, put
from tests.harness import VAULT, make_bot
from tests.phones import Phone, Telegram, labels
from tests.reliability.effects import effects, waiting

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
POSTGRES = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
BOT_ID = 1000001
numbers = itertools.count(1000)


def menu(person: Phone) -> dict[str, Any]:
    """An update in which a person types /menu."""
    number = next(numbers)
    user = {"id": person.id, "is_bot": False, "first_name": "S", "language_code": "id"}
    entities = [{"type": "bot_command", "offset": 0, "length": 5}]
    chat = {"id": person.id, "type": "private"}
    message = {"message_id": number, "date": int(time.time()), "text": "/menu", "entities": entities}
    return {"update_id": number, "message": {**message, "chat": chat, "from": user}}


@asynccontextmanager
async def running_bot(database: Database, telegram: Telegram) -> AsyncIterator[BotService]:
    bot = make_bot(database, telegram)
    await bot.start()
    try:
        yield bot
    finally:
        await bot.stop()


@asynccontextmanager
async def locked_out(database: Database, person: Phone) -> AsyncIterator[None]:
    """Hold the lock on a person's conversation, as a slow worker would."""
    async with database.engine.connect() as connection, connection.begin():
        lock = text("SELECT 1 FROM conversation WHERE chat_id = :chat FOR UPDATE")
        await connection.execute(lock, {"chat": person.id})
        yield


async def lease_is_nearly_due(bot: BotService) -> None:
    """Wait for the moment from which the next transaction renews the leases."""
    leases = bot._leases
    assert leases._alive_until is not None
    while (leases._alive_until - datetime.now(UTC)).total_seconds() > 2.99:  # noqa: ASYNC110  nobody tells
        await asyncio.sleep(0.005)


async def lease_is_over(bot: BotService) -> None:
    leases = bot._leases
    async with asyncio.timeout(30):
        while leases.hold(datetime.now(UTC)):  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(0.05)


@SQLITE
async def test_a_row_outlives_that_database_and_telegram_are_away_at_once(
    telegram: Telegram, stocked: Database, database_url: str
) -> None:
    sari = await telegram.person()
    await sari.write("hello")
    blocker = sqlite3.connect(make_url(database_url).database or "", isolation_level=None)
    seen_by_bot = Database(f"{database_url}?timeout=0.1")
    await telegram.faults({"kind": "error", "status": 500, "methods": ["sendMessage"]})
    async with running_bot(seen_by_bot, telegram) as bot:
        assert await bot.take(menu(sari))
        blocker.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(6)  # longer than the leases
        blocker.execute("ROLLBACK")
        await telegram.no_faults()

        await all_sent(stocked, seconds=15)
    blocker.close()
    await seen_by_bot.close()
    assert len([message for message in await sari.bot_messages() if labels(message)]) == 1


@POSTGRES
async def test_a_renewal_that_commits_too_late_strands_nothing(telegram: Telegram, stocked: Database) -> None:
    sari, dewi = await telegram.person("Sari"), await telegram.person("Dewi")
    async with running_bot(stocked, telegram) as bot:
        for person in (sari, dewi):
            await person.write("hello")
        assert await bot.take(menu(dewi))
        await all_sent(stocked, seconds=10)
        await telegram.faults({"kind": "error", "status": 500, "methods": ["sendMessage"]})
        assert await bot.take(menu(sari))
        async with locked_out(stocked, dewi):
            await lease_is_nearly_due(bot)
            renewing = asyncio.ensure_future(bot.take(menu(dewi)))
            await lease_is_over(bot)
        await telegram.no_faults()
        assert await renewing
        for _ in range(8):  # a busy bot keeps its name alive
            await asyncio.sleep(1)
            assert await bot.take(menu(dewi))
        await all_sent(stocked, seconds=10)

    assert len([message for message in await sari.bot_messages() if labels(message)]) == 1


@POSTGRES
async def test_a_row_whose_lease_ran_out_is_not_sent_by_two_workers(
    telegram: Telegram, stocked: Database, database_url: str
) -> None:
    sari, dewi = await telegram.person("Sari"), await telegram.person("Dewi")
    other = Database(database_url)
    async with running_bot(stocked, telegram) as first:
        for person in (sari, dewi):
            await person.write("hello")
        assert await first.take(menu(dewi))
        await all_sent(stocked, seconds=10)
        first._client.pause.impose(8)  # as if only this worker had been asked for silence
        assert await first.take(menu(sari))
        async with locked_out(stocked, dewi):
            await lease_is_nearly_due(first)
            renewing = asyncio.ensure_future(first.take(menu(dewi)))
            async with running_bot(other, telegram):
                await sari.shows("topik")
        assert await renewing
        await all_sent(stocked, seconds=20)
    await other.close()

    assert len([message for message in await sari.bot_messages() if labels(message)]) == 1


async def test_a_row_that_cannot_be_read_holds_up_nobody(telegram: Telegram, stocked: Database) -> None:
    sari = await telegram.person()
    await sari.write("hello")
    now = datetime.now(UTC)
    async with stocked.writing() as connection:
        await add_conversations(connection, [77, sari.id])
        lost = Vault([bytes(range(1, 33))])
        await put(connection, [Delivery("a", BOT_ID, 77, Outgoing(Reply(plain("lost"))), now)], lost)
        await put(connection, [Delivery("b", BOT_ID, sari.id, Outgoing(Reply(plain("kept"))), now)], VAULT)

    async with running_bot(stocked, telegram):
        await sari.sees("kept")
        await all_sent(stocked, seconds=10)

    assert (await effects(stocked)).failed == 1


async def test_a_clock_that_was_set_back_silences_and_strands_nobody(telegram: Telegram, stocked: Database) -> None:
    sari = await telegram.person()
    await sari.write("hello")
    ahead = datetime.now(UTC) + timedelta(hours=1)
    async with stocked.writing() as connection:
        await add_conversations(connection, [sari.id])
        await put(connection, [Delivery("a", BOT_ID, sari.id, Outgoing(Reply(plain("kept"))), ahead)], VAULT)
        await connection.execute(update(OutboxRow).values(leased_by="dead"))
        await connection.execute(insert(Worker).values(id="dead", alive_until=ahead + timedelta(seconds=5)))
        silence = {"asked_at": ahead, "paused_until": ahead + timedelta(seconds=1)}
        await connection.execute(insert(SendPause).values(bot_id=BOT_ID, **silence))

    async with running_bot(stocked, telegram):
        await sari.sees("kept", seconds=10)


async def left_by_a_dead_worker(database: Database, chats: Collection[int], *, rows_each: int = 1) -> None:
    """Leave rows of chats that have no conversation, as of a group or of who erased herself."""
    now = utc_now()
    async with database.writing() as connection:
        await connection.execute(insert(Worker).values(id="dead", alive_until=now - timedelta(seconds=1)))
        rows = [
            Delivery(f"{chat}.{number}", BOT_ID, chat, Outgoing(Reply(plain(f"row {number}"))), now, leased_by="dead")
            for number in range(rows_each)
            for chat in chats
        ]
        await put(connection, rows, VAULT)


async def test_what_a_dead_worker_left_to_a_group_is_sent_once(
    telegram: Telegram, stocked: Database, database_url: str
) -> None:
    sari = await telegram.person()  # the stand-in takes messages to her; Bekal knows no conversation of hers
    await left_by_a_dead_worker(stocked, [sari.id], rows_each=3)
    other = Database(database_url)

    async with running_bot(stocked, telegram), running_bot(other, telegram):
        await all_sent(stocked, seconds=10)

    await other.close()
    assert [message["text"] for message in await sari.bot_messages()] == ["row 0", "row 1", "row 2"]


async def test_two_workers_that_take_over_at_once_never_share_a_chat(database: Database, database_url: str) -> None:
    chats = [-1, -2, -3, 4, 5]
    await left_by_a_dead_worker(database, chats, rows_each=4)
    async with database.writing() as connection:
        await add_conversations(connection, [4, 5])

    async def take_over() -> list[Delivery]:
        leases, own, taken = Leases(BOT_ID, utc_now), Database(database_url), list[Delivery]()
        is_more = True
        while is_more:
            async with own.writing() as connection:
                taken += await leases.take_over(connection, VAULT, now=utc_now())
                await asyncio.sleep(0.05)  # the others look meanwhile
            async with own.reading() as connection:
                is_more = await leases.sees_unattended(connection, now=utc_now())
        await own.close()
        return taken

    hands = await asyncio.gather(*(take_over() for _ in range(6)))

    taken = [delivery for hand in hands for delivery in hand]
    assert len(taken) == len({delivery.key for delivery in taken}) == 4 * len(chats), "each row in one hand"
    assert len({(delivery.chat_id, delivery.leased_by) for delivery in taken}) == len(chats), "each chat in one hand"


@POSTGRES
async def test_a_chat_that_gets_a_conversation_while_it_is_taken_over_stays_in_one_hand(database: Database) -> None:
    await left_by_a_dead_worker(database, [7])

    async def take_over() -> list[Delivery]:
        async with database.writing() as connection:
            return await Leases(BOT_ID, utc_now).take_over(connection, VAULT, now=utc_now())

    async with database.writing() as first:
        taken = await Leases(BOT_ID, utc_now).take_over(first, VAULT, now=utc_now())
        async with database.writing() as turn:
            await add_conversations(turn, [7])
        second = asyncio.ensure_future(take_over())
        await asyncio.sleep(0.3)

    assert (len(taken), await second) == (1, [])


@POSTGRES
async def test_a_chat_of_which_a_row_is_just_being_settled_is_left_for_the_next_look(database: Database) -> None:
    await left_by_a_dead_worker(database, [-1], rows_each=2)

    async with database.writing() as settling, database.writing() as taking:
        await settling.execute(select(OutboxRow.id).where(OutboxRow.key == "-1.0").with_for_update())
        taken = await Leases(BOT_ID, utc_now).take_over(taking, VAULT, now=utc_now())

    assert taken == []


async def all_sent(database: Database, *, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while await waiting(database):  # noqa: ASYNC110  other processes tell nobody
            await asyncio.sleep(0.05)
