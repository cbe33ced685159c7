"""The stand-in with its control address, for tests that start the product as processes."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from core.db import Database
from simulator.server import running
from simulator.simulator import Simulator
from tests.bot.harness import stock
from tests.phones import Telegram
from tests.processes import TOKEN


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
