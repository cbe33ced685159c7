"""A whole bot, in this process, talking over HTTP to the strict stand-in, on each database."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.service import BotService
from content.importing import import_pack
from content.pack import read_pack
from core.clock import utc_now
from core.db import Database
from simulator.server import running
from simulator.simulator import Simulator
from tests.bot.harness import TOKEN, make_bot
from tests.phones import Telegram


@pytest.fixture
def standin() -> Simulator:
    return Simulator(token=TOKEN)


@pytest.fixture
async def telegram(standin: Simulator) -> AsyncIterator[Telegram]:
    async with running(standin) as server, aiohttp.ClientSession() as session:
        yield Telegram(server.url, session)


@pytest.fixture
async def stocked(database: Database) -> Database:
    """A database that holds the shipped content."""
    async with database.session() as session:
        await import_pack(session, read_pack(), now=utc_now())
    return database


@pytest.fixture
async def bot(stocked: Database, telegram: Telegram) -> AsyncIterator[BotService]:
    """The bot, polling."""
    service = make_bot(stocked, telegram)
    await service.start()
    service.start_polling()
    yield service
    await service.stop()
