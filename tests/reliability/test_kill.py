"""kill -9 in the middle of everything: every update has one effect, every reply arrives, repeats stay in the window."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from bot.conversations import ChatMessage
from bot.telegram.sender import REPEAT_WINDOW
from core.db import Database
from tests.phones import Telegram
from tests.processes import Product, telegram_settings
from tests.reliability.effects import (
    Traffic,
    all_settled,
    all_taken,
    answers,
    count,
    effects,
    taken,
    until_taken,
    waiting,
)
from tests.reports import Report

EVERY_DAY = [("sqlite", "poll")]  # test_two_workers.py kills one that serves on PostgreSQL; the deep run takes all four
MOST_SECONDS_ALIVE = 0.05  # after so many updates as a round's dice say
SHARE_AT_WORK = 0.8


@dataclass(frozen=True)
class Kill:
    """What lay there just after a kill: updates not taken, messages not settled, messages sent but not settled."""

    pending: int
    unsent: int
    repeatable: int


@dataclass
class Killer:
    """Kills the product while people write, and looks at what it left."""

    telegram: Telegram
    database: Database
    product: Product
    kills: list[Kill] = field(default_factory=list)

    async def strike(self, *, goal: int, seconds: float) -> None:
        """Kill it once it has taken so many updates in all, and start it again."""
        await until_taken(self.database, goal)
        await asyncio.sleep(seconds)
        pending = await self.telegram.pending()
        await self.product.kill()
        await asyncio.sleep(0.05)  # what it had sent by then reaches the stand-in
        self.kills.append(Kill(pending, await waiting(self.database), await self._repeatable()))
        await self.product.start()

    async def _repeatable(self) -> int:
        """Count what this kill left as sent and not settled: it never will be, for what is repeated is another one."""
        sent = [call for call in await self.telegram.calls("sendMessage") if call["status"] == 200]
        settled = await count(self.database, ChatMessage, ChatMessage.is_ours.is_(True))
        return len(sent) - settled - sum(kill.repeatable for kill in self.kills)

    def at_work(self) -> int:
        """Count the kills that struck messages on their way."""
        return sum(kill.unsent > 0 for kill in self.kills)


async def survive(
    telegram: Telegram,
    database: Database,
    product: Product,
    *,
    updates: int,
    kills: int,
    people: int,
    report: Report,
) -> None:
    traffic, killer = Traffic(telegram), Killer(telegram, database, product)
    await traffic.gather(people)
    await telegram.faults(
        {"kind": "duplicate_updates", "share": 0.05, "seed": 1}, {"kind": "shuffle_updates", "share": 0.05, "seed": 2}
    )
    await product.start()
    dice = Random(20261126)
    try:
        for _ in range(kills):
            round_of = updates // kills
            goal = await taken(database) + dice.randint(1, round_of)
            writing = asyncio.create_task(traffic.act(round_of))
            await killer.strike(goal=goal, seconds=dice.uniform(0, MOST_SECONDS_ALIVE))
            await writing
            await all_taken(telegram, seconds=120)  # or taps would wait longer than Telegram keeps them
        await all_settled(telegram, database, seconds=120)
        seen = await effects(database)
        reached = await answers(traffic)
    finally:
        await product.interrupt()

    report.note(
        updates=traffic.updates, kills=kills, kills_at_work=killer.at_work(),
        pending_at_kills=sum(kill.pending for kill in killer.kills),
        unsent_at_kills=sum(kill.unsent for kill in killer.kills),
        most_repeatable=max(kill.repeatable for kill in killer.kills),
        repeated=reached.repeated, missing=reached.missing,
    )  # fmt: skip
    assert seen.parked == 0
    assert seen.failed == 0
    assert seen.claimed == traffic.updates
    assert seen.turns == traffic.updates
    assert reached.missing == 0
    assert all(0 <= kill.repeatable <= REPEAT_WINDOW for kill in killer.kills), killer.kills
    assert reached.repeated <= sum(kill.repeatable for kill in killer.kills)
    assert killer.at_work() >= int(SHARE_AT_WORK * kills), killer.kills


def product_in(mode: str, telegram: Telegram, database_url: str, folder: Path) -> Product:
    product = Product(mode, folder, **telegram_settings(telegram.url, database_url))
    if mode == "serve":
        product.environment["BEKAL_PUBLIC_URL"] = product.url
    return product


@pytest.mark.parametrize(("database_url", "mode"), EVERY_DAY, indirect=["database_url"])
async def test_nothing_is_lost_when_it_is_killed(
    mode: str, telegram: Telegram, stocked: Database, database_url: str, tmp_path: Path, report: Report
) -> None:
    product = product_in(mode, telegram, database_url, tmp_path)
    await survive(telegram, stocked, product, updates=120, kills=3, people=40, report=report)


@pytest.mark.deep
@pytest.mark.parametrize("mode", ["poll", "serve"])
async def test_nothing_is_lost_in_20_kills_during_2000_updates(
    mode: str, telegram: Telegram, stocked: Database, database_url: str, tmp_path: Path, report: Report
) -> None:
    product = product_in(mode, telegram, database_url, tmp_path)
    await survive(telegram, stocked, product, updates=2000, kills=20, people=100, report=report)
