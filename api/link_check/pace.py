"""Politeness: one request at a time to a host, five seconds apart, and to four hosts at once."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

APART_SECONDS = 5.0
HOSTS_AT_ONCE = 4


class Pace:
    """Whoever asks a host waits for a turn. One pace is kept as long as the process runs."""

    def __init__(self, apart_seconds: float = APART_SECONDS) -> None:
        self._apart_seconds = apart_seconds
        self._locks = defaultdict[str, asyncio.Lock](asyncio.Lock)
        self._free_at = dict[str, float]()
        self._hosts = asyncio.Semaphore(HOSTS_AT_ONCE)

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait until the host may be asked, and hold it while the block runs."""
        loop = asyncio.get_running_loop()
        async with self._locks[host]:
            await asyncio.sleep(self._free_at.get(host, 0) - loop.time())
            async with self._hosts:
                try:
                    yield
                finally:
                    self._free_at[host] = loop.time() + self._apart_seconds
