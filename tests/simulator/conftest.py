"""One stand-in for all tests of this folder, begun anew for each; its clock is turned by hand. And a webhook."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from simulator.simulator import Simulator
from tests.processes import TOKEN
from tests.simulator.desk import Clock, Desk, Receiver, opened, receiving

HERE = Path(__file__).resolve().parent
RETRY_SECONDS = 0.02


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests share a loop, as they share the server: to stop one takes longer than most tests."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def session_clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def session_desk(session_clock: Clock) -> AsyncIterator[Desk]:
    async with opened(Simulator(token=TOKEN, now=session_clock, retry_seconds=RETRY_SECONDS)) as desk:
        yield desk


@pytest.fixture
def clock(session_clock: Clock) -> Clock:
    return session_clock


@pytest_asyncio.fixture(loop_scope="session")
async def desk(session_desk: Desk) -> Desk:
    await session_desk.ask("POST", "/reset")
    return session_desk


@pytest_asyncio.fixture(loop_scope="session")
async def sari(desk: Desk) -> int:
    return await desk.person()


@pytest_asyncio.fixture(loop_scope="session")
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver
