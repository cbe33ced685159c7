"""The database, where something is in the way."""

import asyncio
import gc
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from core.db import Database

LONG = """INSERT INTO daily_count (what, day, subject, language, country, stage, number)
WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 20000)
SELECT 'read', DATE '2026-11-27', CAST(number AS VARCHAR(40)), 'id', '', '', 1 FROM numbers RETURNING number"""


@pytest.fixture
def no_collection() -> Iterator[None]:
    """Keep what nobody needs any more, as a running product does for long."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collection")
async def test_who_is_cancelled_in_a_statement_holds_up_no_other_writer(database: Database) -> None:
    has_begun = asyncio.Event()

    async def write() -> None:
        async with database.writing() as connection:
            has_begun.set()
            await connection.execute(text(LONG.replace("DATE ", "") if database.is_sqlite else LONG))

    task = asyncio.create_task(write())
    await has_begun.wait()
    await asyncio.sleep(0.005)  # into the statement
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    async with asyncio.timeout(3), database.writing() as connection:  # a writer waits 5 seconds for another one
        kept = (await connection.execute(text("SELECT count(*) FROM daily_count"))).scalar_one()
    assert kept == 0
