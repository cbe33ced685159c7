"""While the database cannot be written, whom to call is still answered; everything else waits and is not lost."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.service import BotService
from core.db import Database
from tests.conftest import run_sql
from tests.harness import make_bot
from tests.phones import Telegram, labels
from tests.reliability.effects import all_settled, all_taken
from tests.reliability.proxy import Wire
from tests.reliability.test_kill import product_in

FOREIGN_MINISTRY = "+6281290070027"


@asynccontextmanager
async def read_only(database_url: str) -> AsyncIterator[None]:
    """Let nobody write into the database for a while; reading goes on."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        blocker = sqlite3.connect(str(url.database), isolation_level=None, check_same_thread=False)
        await asyncio.to_thread(blocker.execute, "BEGIN IMMEDIATE")  # it waits for the bot
        yield
        blocker.execute("ROLLBACK")
        blocker.close()
        return
    server = url.set(database="postgres").render_as_string(hide_password=False)
    mine = f"datname = '{url.database}' AND pid <> pg_backend_pid()"
    end_connections = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}"
    for setting in ("on", "off"):
        run_sql(server, f'ALTER DATABASE "{url.database}" SET default_transaction_read_only = {setting}')
        run_sql(server, end_connections)
        if setting == "on":
            yield


async def started(database: Database, telegram: Telegram) -> BotService:
    bot = make_bot(database, telegram)
    await bot.start()
    bot.start_polling()
    return bot


@pytest.mark.parametrize(
    ("cry", "shown"),
    [
        ("/darurat", FOREIGN_MINISTRY),
        ("saya dipukul majikan", "Iki dudu salahé panjenengan"),
        ("☎️ Important contacts", FOREIGN_MINISTRY),
        ("/kontak taiwan", "1955"),
        ("taiwan", "1955"),
    ],
)
async def test_a_cry_is_answered_in_the_persons_language_while_nothing_can_be_written(
    telegram: Telegram, stocked: Database, database_url: str, cry: str, shown: str
) -> None:
    seen_by_bot = Database(f"{database_url}?timeout=0.1" if stocked.is_sqlite else database_url)
    bot = await started(seen_by_bot, telegram)
    sari = await telegram.person("Sari", "en")
    await sari.met("jv")
    try:
        async with read_only(database_url):
            await sari.write(cry)
            answer = await sari.sees(shown, seconds=30)
            assert "penting" in answer["text"]
            async with asyncio.timeout(20):
                while await telegram.pending():  # noqa: ASYNC110  until Telegram hears that it need not bring it again
                    await asyncio.sleep(0.05)
    finally:
        await bot.stop()
        await seen_by_bot.close()


async def test_a_cry_that_comes_by_webhook_is_answered_while_nothing_can_be_written(
    telegram: Telegram, stocked: Database, database_url: str, tmp_path: Path
) -> None:
    as_seen = f"{database_url}?timeout=0.1" if stocked.is_sqlite else database_url
    product = product_in("serve", telegram, as_seen, tmp_path)
    await product.start()
    sari = await telegram.person("Sari", "en")
    try:
        await sari.met("jv")
        await all_settled(telegram, stocked, seconds=30)
        async with read_only(database_url):
            await sari.write("saya dipukul majikan")
            answer = await sari.sees("Iki dudu salahé panjenengan", seconds=30)
            assert FOREIGN_MINISTRY in answer["text"]
            await all_taken(telegram, seconds=20)  # Telegram hears that it need not bring it again
        await sari.write("/menu")
        await sari.shows("topik")
    finally:
        await product.interrupt()


async def test_a_tap_from_country_to_country_goes_on(telegram: Telegram, stocked: Database, database_url: str) -> None:
    seen_by_bot = Database(f"{database_url}?timeout=0.1" if stocked.is_sqlite else database_url)
    bot = await started(seen_by_bot, telegram)
    sari = await telegram.person()
    await sari.met("id")
    await sari.write("/kontak")
    await sari.sees("Di negara mana")
    try:
        async with read_only(database_url):
            await sari.tap("Taiwan")
            await sari.sees("1955", seconds=30)
            await sari.tap("Negara lain")
            await sari.sees("Di negara mana", seconds=30)
    finally:
        await bot.stop()
        await seen_by_bot.close()


async def test_what_is_no_cry_waits_until_the_database_is_back(
    telegram: Telegram, stocked: Database, database_url: str
) -> None:
    seen_by_bot = Database(f"{database_url}?timeout=0.1" if stocked.is_sqlite else database_url)
    bot = await started(seen_by_bot, telegram)
    sari = await telegram.person()
    await sari.met("id")
    try:
        async with read_only(database_url):
            await sari.write("/darurat")
            await sari.sees(FOREIGN_MINISTRY, seconds=30)
            await sari.write("cuci tangan")
        found = await sari.sees("Ini mungkin membantu", seconds=30)
    finally:
        await bot.stop()
        await seen_by_bot.close()

    assert "Cuci tangan pakai sabun" in labels(found)
    answers = [message for message in await sari.bot_messages() if FOREIGN_MINISTRY in message["text"]]
    assert len(answers) == 1, "the cry was answered once"


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_database_that_cannot_even_be_read_leaves_the_numbers(
    telegram: Telegram, stocked: Database, database_url: str
) -> None:
    wire = Wire(database_url)
    await wire.up()
    seen_by_bot = Database(wire.url)
    bot = await started(seen_by_bot, telegram)
    try:
        await wire.down()
        dewi = await telegram.person("Dewi", "en")
        await dewi.write("help")
        await dewi.sees(FOREIGN_MINISTRY, seconds=40)
        assert "In which country" in (await dewi.bot_messages())[-1]["text"]
    finally:
        await wire.up()
        await bot.stop()
        await seen_by_bot.close()
        await wire.down()
