"""A whole bot, in this process, talking over HTTP to the strict stand-in, on each database."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.service import BotService
from core.db import Database
from simulator.server import running
from simulator.simulator import Simulator
from tests.bot.harness import TOKEN, make_bot, stock
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
    return await stock(database)


@pytest.fixture
async def bot(stocked: Database, telegram: Telegram) -> AsyncIterator[BotService]:
    """The bot, polling."""
    service = make_bot(stocked, telegram)
    await service.start()
    service.start_polling()
    yield service
    await service.stop()
