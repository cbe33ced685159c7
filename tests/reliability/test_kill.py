"""kill -9 in the middle of everything: every update has one effect, every reply arrives, repeats stay in the window."""

import asyncio
from pathlib import Path
from random import Random

import pytest

from bot.telegram.sender import REPEAT_WINDOW
from core.db import Database
from tests.phones import Telegram
from tests.processes import Product, telegram_settings
from tests.reliability.effects import Traffic, all_settled, all_taken, answers, effects, taken
from tests.reliability.killing import LEAST_SHARE_OF_UPDATES, Killer, disorder, disordered
from tests.reports import Report

EVERY_DAY = [("sqlite", "poll")]  # test_two_workers.py kills one that serves on PostgreSQL; the deep run takes all four
MOST_SECONDS_ALIVE = 0.05  # after so many updates as a round's dice say
SHARE_AT_WORK = 0.8


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
    traffic, killer = Traffic(telegram), Killer(telegram, database)
    await traffic.gather(people)
    await disorder(telegram)
    await product.start()
    dice = Random(20261126)
    try:
        await traffic.act(people // 2)
        await all_settled(telegram, database, seconds=120)  # so that there is something to tap
        for _ in range(kills):
            round_of = updates // kills
            goal = await taken(database) + dice.randint(1, round_of)
            writing = asyncio.create_task(traffic.act(round_of))
            await killer.strike(product, goal=goal, seconds=dice.uniform(0, MOST_SECONDS_ALIVE))
            await writing
            await all_taken(telegram, seconds=120)  # or taps would wait longer than Telegram keeps them
        await all_settled(telegram, database, seconds=120)
        seen, disturbed, repeatable = await effects(database), await disordered(telegram), await killer.repeatable()
        reached = await answers(traffic)
    finally:
        await product.interrupt()

    report.note(
        updates=traffic.updates, kills=kills, kills_at_work=killer.at_work(),
        pending_at_kills=sum(kill.pending for kill in killer.kills),
        unsent_at_kills=sum(kill.unsent for kill in killer.kills),
        most_repeatable=max(repeatable), repeated=reached.repeated, missing=reached.missing,
        taps=traffic.tapped.total(), missing_edits=reached.missing_edits, **disturbed,
    )  # fmt: skip
    assert seen.parked == 0
    assert seen.failed == 0
    assert seen.claimed == traffic.updates
    assert seen.turns == traffic.updates
    assert (reached.missing, reached.missing_edits) == (0, 0)
    assert traffic.tapped
    assert min(disturbed.values()) >= LEAST_SHARE_OF_UPDATES * updates
    assert max(repeatable) <= REPEAT_WINDOW, repeatable
    assert repeatable[-1] == 0, "only a kill leaves what is sent again"
    assert reached.repeated <= sum(repeatable)
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
