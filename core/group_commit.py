"""One transaction for what is waiting: many people's turns and deliveries share one commit to the disk.

A piece of work is handed to a lane and answered once its transaction has committed. If a shared transaction fails,
each piece is tried again alone, so that one bad piece fails by itself. If the database is away, all fail at once.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any, Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from core.db import Database, DatabaseAway

MOST_A_COMMIT = 64  # per lane: beyond that the first of a batch would wait noticeably for the last

Work = TypeVar("Work")
Result = TypeVar("Result")
Apply = Callable[[AsyncConnection, list[Work]], Awaitable[list[Result]]]


class Ending(Enum):
    """How a transaction ended. Nobody knows, where the database went away while it was to commit."""

    COMMITTED = "committed"
    UNDONE = "undone"
    UNKNOWN = "unknown"


class CommitLane(Generic[Work, Result]):
    """One kind of work. `apply` gets what waits, in order, and gives one result for each."""

    def __init__(self, apply: Apply[Work, Result], wake: asyncio.Event) -> None:
        self._apply = apply
        self._wake = wake
        self._waiting: deque[tuple[Work, asyncio.Future[Result]]] = deque()

    def hand_in(self, work: Work) -> asyncio.Future[Result]:
        """Put a piece of work behind what waits here; its result is there once it is committed."""
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, answer))
        self._wake.set()
        return answer

    async def submit(self, work: Work) -> Result:
        """Hand in a piece of work; return its result once it is committed, or raise what it raised."""
        return await self.hand_in(work)

    @property
    def is_waiting(self) -> bool:
        """Tell whether work waits here."""
        return bool(self._waiting)

    def take(self) -> "Batch[Work, Result]":
        """Take what waits, up to the limit of one commit."""
        count = min(len(self._waiting), MOST_A_COMMIT)
        return Batch(self._apply, [self._waiting.popleft() for _ in range(count)])


class Batch(Generic[Work, Result]):
    """The pieces of one lane that go into one transaction."""

    def __init__(self, apply: Apply[Work, Result], pieces: list[tuple[Work, asyncio.Future[Result]]]) -> None:
        self._apply = apply
        self._pieces = pieces
        self._results: list[Result] = []

    async def run(self, connection: AsyncConnection) -> None:
        """Apply every piece in the open transaction; nobody is answered yet."""
        if self._pieces:
            self._results = await self._apply(connection, [work for work, _ in self._pieces])

    def __bool__(self) -> bool:
        return bool(self._pieces)

    def answer(self) -> None:
        """Answer everyone: the transaction has committed."""
        for (_, answer), result in zip(self._pieces, self._results, strict=True):
            if not answer.done():
                answer.set_result(result)

    def fail(self, error: BaseException) -> None:
        """Tell everyone that the transaction failed."""
        for _, answer in self._pieces:
            if not answer.done():
                answer.set_exception(error)

    def apart(self) -> "list[Batch[Work, Result]]":
        """Split into batches of one piece each."""
        return [Batch(self._apply, [piece]) for piece in self._pieces]


class GroupCommit:
    """Runs the lanes' work, one transaction after another. Lanes are served in the order they were made.

    `on_end` hears how each transaction ended, before anybody is answered.
    """

    def __init__(self, database: Database, *, on_end: Callable[[Ending], None]) -> None:
        self._database = database
        self._on_end = on_end
        self._lanes: list[CommitLane[Any, Any]] = []
        self._wake = asyncio.Event()
        self._is_stopping = False
        self._task: asyncio.Task[None] | None = None

    def lane(self, apply: Apply[Work, Result]) -> CommitLane[Work, Result]:
        """Add a lane for one kind of work."""
        lane = CommitLane(apply, self._wake)
        self._lanes.append(lane)
        return lane

    def start(self) -> None:
        """Begin to commit what is handed in."""
        self._task = asyncio.create_task(self._run(), name="group commit")

    async def stop(self, patience_seconds: float) -> None:
        """Commit what waits, then end; what the database does not take in that time is left to the next start."""
        self._is_stopping = True
        self._wake.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=patience_seconds)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while any(lane.is_waiting for lane in self._lanes):
                for batches in self._together([lane.take() for lane in self._lanes]):
                    await self._commit(batches)
            if self._is_stopping:
                return

    def _together(self, batches: list[Batch[Any, Any]]) -> list[list[Batch[Any, Any]]]:
        """Part the batches into transactions: one for all where each costs a write to the disk, on SQLite.

        On PostgreSQL each lane has its own, so that every transaction locks the chats in one sorted order. What a
        handler locks beyond its chat, a programme, comes in the order of the turns: where two workers wait for each
        other by that, PostgreSQL ends one, and its turns are brought again.
        """
        return [batches] if self._database.is_sqlite else [[batch] for batch in batches if batch]

    async def _commit(self, batches: list[Batch[Any, Any]]) -> None:
        try:
            await self._transaction(batches)
        except DatabaseAway as error:
            for batch in batches:
                batch.fail(error)
        except Exception:  # whatever it was, each piece gets its own chance and its own error
            for batch in batches:
                for single in batch.apart():
                    await self._commit_alone(single)

    async def _commit_alone(self, batch: Batch[Any, Any]) -> None:
        try:
            await self._transaction([batch])
        except Exception as error:
            batch.fail(error)

    async def _transaction(self, batches: list[Batch[Any, Any]]) -> None:
        ending = Ending.UNDONE
        try:
            async with self._database.writing() as connection:
                for batch in batches:
                    await batch.run(connection)
                ending = Ending.UNKNOWN
            ending = Ending.COMMITTED
        finally:
            self._on_end(ending)
        for batch in batches:
            batch.answer()
