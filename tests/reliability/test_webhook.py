"""The webhook's door, over HTTP, as the internet sees it."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest

from core.db import Database
from tests.phones import Telegram
from tests.processes import SECRET, Product, telegram_settings
from tests.reliability.effects import effects
from tests.reports import Report

FORGERIES: list[list[tuple[str, str]]] = [
    [],
    [("X-Telegram-Bot-Api-Secret-Token", "wrong")],
    [("X-Telegram-Bot-Api-Secret-Token", "")],
    [("X-Telegram-Bot-Api-Secret-Token", SECRET[:-1])],
    [("X-Telegram-Bot-Api-Secret-Token", SECRET + "x")],
    [("X-Telegram-Bot-Api-Secret-Token", SECRET.lower())],
    [("X-Telegram-Bot-Api-Secret-Token", SECRET), ("X-Telegram-Bot-Api-Secret-Token", SECRET)],
    [("X-Telegram-Bot-Api-Secret-Token", f"{SECRET}, {SECRET}")],
    [("X-Telegram-Bot-Api-Secret-Token", "a" * 4000)],
    [("Authorization", f"Bearer {SECRET}")],
]
STRANGE_BODIES = [
    (b"{", 400),
    (b"", 400),
    (b"[" * 100_000, 400),
    (b'{"update_id": 5}', 200),
    (b"null", 200),
    (b"7", 200),
]
UPDATE = {
    "update_id": 1,
    "message": {
        "message_id": 1, "date": 1795500000, "text": "hello",
        "chat": {"id": 5, "type": "private", "first_name": "S"}, "from": {"id": 5, "is_bot": False, "first_name": "S"},
    },
}  # fmt: skip


@pytest.fixture
async def served(telegram: Telegram, stocked: Database, database_url: str, tmp_path: Path) -> AsyncIterator[Product]:
    del stocked  # only says what the database is to hold
    product = Product("serve", tmp_path, **telegram_settings(telegram.url, database_url))
    product.environment["BEKAL_PUBLIC_URL"] = product.url
    await product.start()
    yield product
    await product.interrupt()


async def forge(product: Product, count: int) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=50)) as session:

        async def call(number: int) -> int:
            headers = FORGERIES[number % len(FORGERIES)]
            async with session.post(f"{product.url}/telegram/webhook", json=UPDATE, headers=headers) as answer:
                return answer.status

        for start in range(0, count, 500):
            statuses = await asyncio.gather(*(call(n) for n in range(start, min(start + 500, count))))
            assert set(statuses) == {403}


async def test_forged_calls_leave_no_trace(served: Product, database: Database) -> None:
    await forge(served, 200)

    assert (await effects(database)).claimed == 0


@pytest.mark.deep
async def test_10000_forged_calls_leave_no_trace(served: Product, database: Database, report: Report) -> None:
    await forge(served, 10_000)

    report.note(calls=10_000, rows=0)
    assert (await effects(database)).claimed == 0


async def test_a_strange_body_with_the_right_secret_is_never_a_fault(served: Product) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with aiohttp.ClientSession() as session:
        for body, status in STRANGE_BODIES:
            async with session.post(f"{served.url}/telegram/webhook", data=body, headers=headers) as answer:
                assert answer.status == status, body[:20]
        async with session.post(
            f"{served.url}/telegram/webhook", data=BytesIO(b" " * 2_000_000), headers=headers
        ) as answer:
            assert answer.status == 413
        async with session.get(f"{served.url}/telegram/webhook", headers=headers) as answer:
            assert answer.status == 405


async def test_health_is_told(served: Product) -> None:
    async with aiohttp.ClientSession() as session:
        async with asyncio.timeout(10):
            while True:
                async with session.get(f"{served.url}/readyz") as answer:
                    if answer.status == 200:
                        break
                await asyncio.sleep(0.05)
        async with session.get(f"{served.url}/metrics") as answer:
            assert "bekal_updates" in await answer.text()
