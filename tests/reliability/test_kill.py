"""kill -9 in the middle of everything: every update has one effect, every reply arrives, repeats stay in the window."""

import asyncio
from pathlib import Path

import pytest

from bot.telegram.sender import REPEAT_WINDOW
from core.db import Database
from tests.phones import Telegram
from tests.processes import Product, telegram_settings
from tests.reliability.effects import Traffic, all_settled, answers, effects
from tests.reports import Report

EVERY_DAY = [("sqlite", "poll"), ("postgres", "serve")]  # the deep run takes all four


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
    traffic = Traffic(telegram)
    await traffic.gather(people)
    await telegram.faults(
        {"kind": "duplicate_updates", "share": 0.05, "seed": 1}, {"kind": "shuffle_updates", "share": 0.05, "seed": 2}
    )
    await product.start()
    try:
        for _ in range(kills):
            await traffic.act(updates // kills)
            await asyncio.sleep(traffic.dice.uniform(0, 0.1))
            await product.kill()
            await product.start()
        await all_settled(telegram, database, seconds=120)
        seen = await effects(database)
        reached = await answers(traffic)
    finally:
        await product.interrupt()

    report.note(updates=traffic.updates, kills=kills, repeated=reached.repeated, missing=reached.missing)
    assert seen.parked == 0
    assert seen.failed == 0
    assert seen.claimed == traffic.updates
    assert seen.turns == traffic.updates
    assert reached.missing == 0
    assert reached.repeated <= REPEAT_WINDOW * kills


def product_in(mode: str, telegram: Telegram, database_url: str, folder: Path) -> Product:
    product = Product(mode, folder, **telegram_settings(telegram.url, database_url))
    if mode == "serve":
        product.environment["BEKAL_PUBLIC_URL"] = product.url
    return product


@pytest.mark.parametrize(
    ("database_url", "mode"), [("sqlite", "poll"), ("postgres", "serve")], indirect=["database_url"]
)
async def test_nothing_is_lost_when_it_is_killed(
    mode: str, telegram: Telegram, stocked: Database, database_url: str, tmp_path: Path, report: Report
) -> None:
    product = product_in(mode, telegram, database_url, tmp_path)
    await survive(telegram, stocked, product, updates=120, kills=3, people=12, report=report)


@pytest.mark.deep
@pytest.mark.parametrize("mode", ["poll", "serve"])
async def test_nothing_is_lost_in_20_kills_during_2000_updates(
    mode: str, telegram: Telegram, stocked: Database, database_url: str, tmp_path: Path, report: Report
) -> None:
    product = product_in(mode, telegram, database_url, tmp_path)
    await survive(telegram, stocked, product, updates=2000, kills=20, people=100, report=report)
