"""The link check as it runs in the background: find what is linked, ask a few links, note what they answered.

A transaction is over before any server is asked, and each asking is a small batch: nothing waits for it.
"""

import asyncio
from collections.abc import Callable

from api.link_check.client import LinkClient
from content.desk import link_checking, link_finding
from core.clock import Clock
from core.db import Database

BATCH = 8  # links, each of another host


class LinkRounds:
    """Rounds of the link check. Without a way to make clients no server is asked."""

    def __init__(self, database: Database, clock: Clock, make_client: Callable[[], LinkClient] | None) -> None:
        self._database = database
        self._clock = clock
        self._make_client = make_client

    async def run(self) -> None:
        """Do one round. Of several processes one asks at a time."""
        await self._find()
        if self._make_client is not None:
            await self._ask(self._make_client)

    async def _find(self) -> None:
        async with self._database.reading_session() as session:
            if not await link_finding.is_out_of_date(session):
                return
            found = await link_finding.find(session)
        async with self._database.session() as session:
            await link_finding.keep(session, found, now=self._clock())

    async def _ask(self, make_client: Callable[[], LinkClient]) -> None:
        async with self._database.reading_session() as session:
            if not await link_checking.is_any_due(session, self._clock()):
                return
        async with self._database.session() as session:
            dues = await link_checking.claim(session, now=self._clock(), limit=BATCH)
        if not dues:
            return
        async with make_client() as client:
            answers = await asyncio.gather(*(client.check(due.url) for due in dues))
        async with self._database.session() as session:
            await link_checking.note(session, list(zip(dues, answers, strict=True)), now=self._clock())
