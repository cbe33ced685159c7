"""kill -9 in the middle of everything, and what each kill left behind."""

import asyncio
from bisect import bisect_left
from dataclasses import dataclass, field

from sqlalchemy import select

from bot.conversations import ChatMessage
from core.db import Database
from tests.phones import Telegram
from tests.processes import Product
from tests.reliability.effects import until_taken, waiting

MANY = 1_000_000  # strikes are counted down from here
SHARE_OF_UPDATES = 0.05
LEAST_SHARE_OF_UPDATES = 0.02  # what is polled one by one cannot be shuffled
DISORDER = {"duplicate_updates": 1, "shuffle_updates": 315}  # and seeds that strike early


@dataclass(frozen=True)
class Kill:
    """What lay there just after a kill: updates not taken, messages not settled; how many had been sent in all."""

    pending: int
    unsent: int
    sent: int


@dataclass
class Killer:
    """Kills products while people write, and looks at what that leaves."""

    telegram: Telegram
    database: Database
    kills: list[Kill] = field(default_factory=list)

    async def strike(self, product: Product, *, goal: int, seconds: float = 0) -> None:
        """Kill one once so many updates are taken in all, and start it again."""
        await until_taken(self.database, goal)
        await asyncio.sleep(seconds)
        pending = await self.telegram.pending()
        await product.kill()
        await asyncio.sleep(0.05)  # what it had sent by then reaches the stand-in
        self.kills.append(Kill(pending, await waiting(self.database), len(await self._sent())))
        await product.start()

    async def repeatable(self) -> list[int]:
        """Count what each kill left as sent and not settled: it never will be, for what is repeated is another one.

        To be asked once all is settled. What no kill explains stands last.
        """
        ours = select(ChatMessage.chat_id, ChatMessage.message_id).where(ChatMessage.is_ours.is_(True))
        async with self.database.reading() as connection:
            settled = {(chat, message) for chat, message in await connection.execute(ours)}
        counts = [0] * (len(self.kills) + 1)
        for number, message in enumerate(await self._sent(), start=1):
            if message not in settled:
                counts[bisect_left([kill.sent for kill in self.kills], number)] += 1
        return counts

    async def _sent(self) -> list[tuple[int, int]]:
        """Return the chat and the number of each message that was sent, in order."""
        calls = [call for call in await self.telegram.calls("sendMessage") if call["status"] == 200]
        return [(call["parameters"]["chat_id"], call["result_or_description"]["message_id"]) for call in calls]

    def at_work(self) -> int:
        """Count the kills that struck messages on their way."""
        return sum(kill.unsent > 0 for kill in self.kills)


async def disorder(telegram: Telegram) -> None:
    """Let updates come twice, and out of their order."""
    await telegram.faults(
        *(
            {"kind": kind, "share": SHARE_OF_UPDATES, "seed": seed, "times": MANY}
            for kind, seed in DISORDER.items()
        )
    )  # fmt: skip


async def disordered(telegram: Telegram) -> dict[str, int]:
    """Count the updates that came twice, and those out of their order."""
    faults = await telegram.ask("GET", "/faults")
    return {fault["kind"]: MANY - fault["times"] for fault in faults}
