"""Work that comes back by itself: each job has an interval and its own transaction. A failing one is told and goes on.

Several processes may run the same jobs: each job sees to it that only one of them does the work at a time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import Clock
from core.db import Database, DatabaseAway
from core.log import log, place_of

PATIENCE_SECONDS = 1.0
Work = Callable[[AsyncSession, datetime], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Job:
    """One job. `is_due` looks, without a lock, whether there is anything to do; only then `work` gets a transaction."""

    name: str
    every_seconds: float
    is_due: Callable[[AsyncSession, datetime], Awaitable[bool]]
    work: Work


@dataclass(frozen=True, slots=True)
class Errand:
    """Work that waits for others than the database, like other servers. It opens transactions of its own, short ones,
    and may be cancelled at any moment.
    """

    name: str
    every_seconds: float
    run: Callable[[], Awaitable[object]]


async def always(_session: AsyncSession, _now: datetime) -> bool:
    """Say that there is something to do."""
    return True


class Jobs:
    """Runs jobs until stopped."""

    def __init__(self, database: Database, jobs: Sequence[Job | Errand], clock: Clock) -> None:
        self._database = database
        self._jobs = jobs
        self._clock = clock
        self._tasks: list[asyncio.Task[None]] = []
        self._errands: list[asyncio.Task[None]] = []
        self._is_stopping = asyncio.Event()

    def start(self) -> None:
        """Begin; each job is done at once and then after every interval."""
        for job in self._jobs:
            tasks = self._errands if isinstance(job, Errand) else self._tasks
            tasks.append(asyncio.create_task(self._repeat(job), name=job.name))

    async def stop(self) -> None:
        """Let what was begun end, and begin nothing more; what the database holds up is undone by its transaction."""
        self._is_stopping.set()
        for task in self._errands:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=PATIENCE_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._errands, return_exceptions=True)

    async def _repeat(self, job: Job | Errand) -> None:
        while not self._is_stopping.is_set():
            await self.run_once(job)
            with suppress(TimeoutError):
                async with asyncio.timeout(job.every_seconds):
                    await self._is_stopping.wait()

    async def run_once(self, job: Job | Errand) -> None:
        """Do a job now, if it is due, or an errand."""
        try:
            await (job.run() if isinstance(job, Errand) else self._work(job))
        except DatabaseAway as error:
            log.error("a job waits for the database", error=str(error), kind=job.name)
        except Exception as error:  # the catch-all of this edge: the other jobs, and the next time, go on
            log.error("a job failed", error=type(error).__name__, kind=job.name, place=place_of(error))

    async def _work(self, job: Job) -> None:
        async with self._database.reading_session() as session:
            is_due = await job.is_due(session, self._clock())
        if is_due:
            async with self._database.session() as session:
                await job.work(session, self._clock())
