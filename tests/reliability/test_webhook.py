"""The webhook's door, over HTTP, as the internet sees it."""

import asyncio
import json
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import func, inspect, select, table

from core.db import Database
from tests.phones import Telegram
from tests.processes import SECRET, Product, telegram_settings
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
# What forged calls bring: an update; what is no JSON; what is larger than any update, which read would be a 413
FORGED_BODIES = [b"", b"{", b"[" * 100_000, b"\xff\xfe", b"x" * 1_100_000]
BY_ITSELF = {"link_check", "link_survey", "link_use"}  # filled after a start: the links of all sources are looked at
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
    """Call with every forged header; every third call brings a body that must not be parsed, of every kind by turns."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=50)) as session:

        async def call(number: int) -> int:
            headers = FORGERIES[number % len(FORGERIES)]
            body = FORGED_BODIES[number // 3 % len(FORGED_BODIES)] if number % 3 == 0 else json.dumps(UPDATE).encode()
            async with session.post(f"{product.url}/telegram/webhook", data=BytesIO(body), headers=headers) as answer:
                return answer.status

        for start in range(0, count, 500):
            statuses = await asyncio.gather(*(call(n) for n in range(start, min(start + 500, count))))
            assert set(statuses) == {403}


async def rows_by_table(database: Database) -> dict[str, int]:
    """Count the rows of every table that calls could fill."""
    async with database.reading() as connection:
        tables = await connection.run_sync(lambda plain: inspect(plain).get_table_names())
        rows = {name: select(func.count()).select_from(table(name)) for name in tables if name not in BY_ITSELF}
        return {name: (await connection.execute(counted)).scalar_one() for name, counted in rows.items()}


async def new_rows(served: Product, database: Database, calls: int) -> dict[str, int]:
    """Forge so many calls, and return the tables whose number of rows changed, with the change."""
    await ready(served)
    before = await rows_by_table(database)
    assert "seen_update" in before
    await forge(served, calls)
    after = await rows_by_table(database)
    assert f'bekal_updates_total{{outcome="forged"}} {calls:.1f}' in await told(served, "/metrics")
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}


async def test_forged_calls_leave_no_trace(served: Product, database: Database) -> None:
    assert await new_rows(served, database, 300) == {}


@pytest.mark.deep
async def test_10000_forged_calls_leave_no_trace(served: Product, database: Database, report: Report) -> None:
    changed = await new_rows(served, database, 10_000)

    report.note(calls=10_000, rows=sum(changed.values()))
    assert changed == {}


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
    await ready(served)
    assert "bekal_updates" in await told(served, "/metrics")


async def ready(product: Product) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(30):
        while True:
            async with session.get(f"{product.url}/readyz") as answer:
                if answer.status == 200:
                    return
            await asyncio.sleep(0.05)


async def told(product: Product, path: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"{product.url}{path}") as answer:
        return await answer.text()
