"""Many pieces of work share a transaction; a bad one fails alone."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from content.versions import ContentVersion
from core.db import Database
from core.group_commit import CommitLane, Ending, GroupCommit


class BadPieceError(Exception):
    """What the bad piece raises."""


class Ledger:
    """Writes numbers, and remembers which went together."""

    def __init__(self, database: Database) -> None:
        self.together: list[list[int]] = []
        self.endings: list[Ending] = []
        self.commits = GroupCommit(database, on_end=self.endings.append)
        self.lane: CommitLane[int, int] = self.commits.lane(self.write)

    async def write(self, connection: AsyncConnection, numbers: list[int]) -> list[int]:
        self.together.append(numbers)
        for number in numbers:
            await connection.execute(insert(ContentVersion).values(id=number, number=number))
            if number == 13:
                raise BadPieceError
        return [number * 2 for number in numbers]


@pytest.fixture
async def ledger(database: Database) -> AsyncIterator[Ledger]:
    ledger = Ledger(database)
    yield ledger
    await ledger.commits.stop(1)


async def written(database: Database) -> list[int]:
    async with database.reading() as connection:
        return list((await connection.execute(select(ContentVersion.id).order_by(ContentVersion.id))).scalars())


async def test_what_waits_shares_one_transaction_and_each_gets_its_own_result(
    database: Database, ledger: Ledger
) -> None:
    handed_in = [asyncio.ensure_future(ledger.lane.submit(number)) for number in (1, 2, 3)]
    await asyncio.sleep(0)
    ledger.commits.start()

    assert await asyncio.gather(*handed_in) == [2, 4, 6]
    assert ledger.together == [[1, 2, 3]]
    assert ledger.endings == [Ending.COMMITTED]
    assert await written(database) == [1, 2, 3]


async def test_a_bad_piece_fails_by_itself(database: Database, ledger: Ledger) -> None:
    handed_in = [asyncio.ensure_future(ledger.lane.submit(number)) for number in (1, 13, 2)]
    await asyncio.sleep(0)
    ledger.commits.start()

    results = await asyncio.gather(*handed_in, return_exceptions=True)

    assert [type(result) for result in results] == [int, BadPieceError, int]
    assert await written(database) == [1, 2]
    assert ledger.endings[0] is Ending.UNDONE


async def test_stopping_commits_what_still_waits(database: Database, ledger: Ledger) -> None:
    waiting = asyncio.ensure_future(ledger.lane.submit(7))
    await asyncio.sleep(0)
    ledger.commits.start()

    await ledger.commits.stop(5)

    assert await waiting == 14
    assert await written(database) == [7]
