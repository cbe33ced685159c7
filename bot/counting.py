"""Counting what people read and look for, without them. A turn adds to sums in memory; upkeep writes them.

So no turn waits for a row that all others count in. A crash loses the counts of its last seconds: they are statistics.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.turn import Noted, Turn
from content import counts, targets, unanswered
from content.counts import Count, What
from content.unanswered import AskedInVain
from core.crypto import Vault
from core.db import DatabaseAway
from core.group_commit import GroupCommit
from core.log import log

WRITE_EVERY_SECONDS = 5.0
MOST_HELD = 20_000  # different sums: what comes beyond, while the database is away, is not counted
OPENED = {"a": What.READ, "t": What.TOPIC, targets.CONTACTS: What.CONTACTS}


def count_opened(turn: Turn, target: str) -> None:
    """Count what is being opened. Another part or page of what the chat already stands at is no second time."""
    kind, subject = _place(target)
    if kind in OPENED and (kind, subject) != _place(turn.chat.step):
        turn.count(OPENED[kind], subject)


def _place(target: str) -> tuple[str, str]:
    """Return kind and slug or country of a target or step, without part, page and results."""
    kind, _, rest = target.partition(" ")[0].partition(":")
    subject = rest.partition(":")[0]
    if kind == targets.CONTACTS and not subject.isupper():
        subject = ""  # the country is still to be chosen
    return ("a" if kind == "n" else kind), subject


class Counting:
    """The sums of this worker that are not in the database yet."""

    def __init__(self, commits: GroupCommit, vault: Vault) -> None:
        self._vault = vault
        self._lane = commits.lane(self._apply)
        self._held: Counter[Noted] = Counter()
        self._written_at = 0.0  # by the clock of the event loop

    def add(self, noted: Iterable[Noted]) -> None:
        """Add what a turn noted that is committed."""
        for one in noted:
            if one in self._held or len(self._held) < MOST_HELD:
                self._held[one] += 1

    async def write_if_due(self) -> None:
        """Write what is held, every few seconds. Raises DatabaseAway."""
        now = asyncio.get_running_loop().time()
        if self._held and now - self._written_at >= WRITE_EVERY_SECONDS:
            self._written_at = now
            await self._write()

    async def stop(self, patience_seconds: float) -> None:
        """Write what is held, if the database takes it in that time; what it does not take is lost."""
        try:
            async with asyncio.timeout(patience_seconds):
                await self._write()
        except Exception as error:  # the catch-all of this edge: whatever else stops after it goes on
            log.error("counts lost", error=type(error).__name__)

    async def _write(self) -> None:
        held, self._held = self._held, Counter()
        if not held:
            return
        try:
            await self._lane.submit(held)
        except DatabaseAway:
            self._held.update(held)
            raise

    async def _apply(self, connection: AsyncConnection, batches: list[Mapping[Noted, int]]) -> list[None]:
        summed: Counter[Noted] = Counter()
        for batch in batches:
            summed.update(batch)
        await counts.add(connection, {one: number for one, number in summed.items() if isinstance(one, Count)})
        await unanswered.note(connection, [one for one in summed if isinstance(one, AskedInVain)], self._vault)
        return [None] * len(batches)
