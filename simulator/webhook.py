"""Bringing updates to a webhook until it says 2xx, again and again, later and later.

Telegram keeps the order within a chat's messages and within a person's taps: while one update is refused, those
behind it wait. Everything else goes by itself, over as many connections as setWebhook allows.
"""

import asyncio
import json
import random
from collections import deque
from collections.abc import Callable
from typing import Any

import aiohttp

from simulator.faults import Faults
from simulator.pending import Queue

LONGEST_RETRY_SECONDS = 60.0
ANSWER_SECONDS = 30.0
LATE_SECONDS = 0.2
CONNECTIONS = 200


class Webhook:
    """One webhook as setWebhook asked for it, and how it goes."""

    def __init__(
        self,
        url: str,
        *,
        secret_token: str,
        max_connections: int,
        queue: Queue,
        faults: Faults,
        now: Callable[[], float],
        retry_seconds: float,
    ) -> None:
        self.url = url
        self.secret_token = secret_token
        self.max_connections = max_connections
        self.last_error_date: int | None = None
        self.last_error_message = ""
        self._queue = queue
        self._faults = faults
        self._retry_seconds = retry_seconds
        self._now = now
        self._lines: dict[tuple[str, str], deque[int]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._connections = asyncio.Semaphore(max_connections)
        self._session: aiohttp.ClientSession | None = None

    def is_like(self, other: "Webhook | None") -> bool:
        """Tell whether another one was asked for in the same words."""
        return other is not None and (self.url, self.secret_token, self.max_connections) == (
            other.url, other.secret_token, other.max_connections,
        )  # fmt: skip

    def line_up(self, key: int) -> None:
        """Bring an update when its turn comes. Faults may let it be overtaken, or be brought twice."""
        pending = self._queue.get(key)
        if pending is None:
            return
        if self._faults.strikes("shuffle_updates"):
            self._start(self._bring(key, late=True))
        else:
            name = _line_of(key, pending.update)
            line = self._lines.setdefault(name, deque())
            line.append(key)
            if len(line) == 1:
                self._start(self._bring_in_order(name))
        if self._faults.strikes("duplicate_updates"):
            self._start(self._bring_copy(pending.update))

    async def close(self) -> None:
        """Stop bringing; what waits goes on waiting."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _bring_in_order(self, name: tuple[str, str]) -> None:
        line = self._lines[name]
        while line:
            await self._bring(line[0])
            line.popleft()
        del self._lines[name]

    async def _bring(self, key: int, *, late: bool = False) -> None:
        if late:
            await _wait_a_little()
        attempts = 0
        while (pending := self._queue.get(key)) is not None:
            problem = await self._post(pending.update)
            if problem is None:
                self._queue.done(key)
                return
            self.last_error_date, self.last_error_message = int(self._now()), problem
            await asyncio.sleep(min(self._retry_seconds * 2 ** min(attempts, 10), LONGEST_RETRY_SECONDS))
            attempts += 1

    async def _bring_copy(self, update: dict[str, Any]) -> None:
        await _wait_a_little()
        await self._post(update)

    async def _post(self, update: dict[str, Any]) -> str | None:
        """Bring an update once; return what was wrong, or None. A redirect is wrong: Telegram follows none."""
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS))
        headers = {"Content-Type": "application/json"}
        if self.secret_token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.secret_token
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        call = self._session.post
        try:
            async with (
                self._connections,
                call(
                    self.url, data=json.dumps(update), headers=headers, timeout=timeout, allow_redirects=False
                ) as told,
            ):
                await told.read()
                is_well = 200 <= told.status <= 299  # noqa: PLR2004  HTTP's successes
                return None if is_well else f"Wrong response from the webhook: {told.status} {told.reason}"
        except TimeoutError:
            return "Read timeout expired"
        except (aiohttp.ClientError, OSError):
            return "Connection refused"


def _line_of(key: int, update: dict[str, Any]) -> tuple[str, str]:
    """Name the line in which an update stands; one of a strange shape, or of another kind, stands alone."""
    try:
        if "callback_query" in update:
            return "taps", str(update["callback_query"]["from"]["id"])
        for kind in ("message", "edited_message"):
            if kind in update:
                return "messages", str(update[kind]["chat"]["id"])
        return "members", str(update["my_chat_member"]["chat"]["id"])
    except (KeyError, TypeError, IndexError):
        return "alone", str(key)


async def _wait_a_little() -> None:
    await asyncio.sleep(random.uniform(0, LATE_SECONDS))  # noqa: S311  a test's dice
