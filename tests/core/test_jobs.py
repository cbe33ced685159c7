"""Work that comes back by itself."""

import asyncio
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import Database
from core.jobs import Errand, Job, Jobs, always

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def jobs(database: Database, *made: Job | Errand) -> Jobs:
    return Jobs(database, made, lambda: NOW)


async def test_a_job_comes_back_and_another_that_fails_does_not_stop_it(database: Database) -> None:
    done, failed = asyncio.Semaphore(0), asyncio.Semaphore(0)

    async def work(session: AsyncSession, now: datetime) -> None:
        await session.execute(text("SELECT 1"))
        done.release()

    async def fail(_session: AsyncSession, now: datetime) -> None:
        failed.release()
        raise ValueError("a bug")

    running = jobs(database, Job("fails", 0.001, always, fail), Job("works", 0.001, always, work))
    running.start()
    async with asyncio.timeout(30):
        for _ in range(2):
            await done.acquire()
            await failed.acquire()
    await running.stop()


async def test_what_is_not_due_takes_no_transaction(database: Database) -> None:
    async def never(_session: AsyncSession, _now: datetime) -> bool:
        return False

    async def work(_session: AsyncSession, _now: datetime) -> None:
        raise AssertionError("it was not due")

    job = Job("not due", 1, never, work)
    async with database.writing():  # who holds the only lock of SQLite is not waited for
        async with asyncio.timeout(4):  # SQLite waits for five seconds
            await jobs(database, job).run_once(job)


async def test_stopping_lets_what_was_begun_end(database: Database) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def work(_session: AsyncSession, _now: datetime) -> None:
        begun.set()
        await asyncio.sleep(0.1)
        ended.set()

    running = jobs(database, Job("slow", 60, always, work))
    running.start()
    await begun.wait()
    await running.stop()
    assert ended.is_set()


async def test_an_errand_comes_back_after_a_fault_and_ends_at_once_where_the_jobs_are_stopped(
    database: Database,
) -> None:
    begun, runs = asyncio.Event(), 0

    async def run() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise ValueError("a bug")
        begun.set()
        await asyncio.sleep(60)

    running = jobs(database, Errand("asks others", 0.001, run))
    running.start()
    async with asyncio.timeout(30):
        await begun.wait()
    async with asyncio.timeout(10):
        await running.stop()
