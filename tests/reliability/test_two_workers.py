"""Two workers on PostgreSQL behind one webhook: the same guarantees, and each chat's replies in order."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.telegram.sender import REPEAT_WINDOW
from core.db import Database
from tests.phones import Phone, Telegram
from tests.processes import Product, telegram_settings
from tests.reliability.effects import LINKS, Traffic, all_settled, answers, effects, screens_of
from tests.reports import Report

POSTGRES = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


@asynccontextmanager
async def balanced(products: list[Product]) -> AsyncIterator[str]:
    """Stand before the workers as a load balancer does: turn by turn, and past one that does not answer."""
    turn = itertools.cycle(products)
    async with aiohttp.ClientSession() as session:

        async def forward(request: web.Request) -> web.Response:
            body = await request.read()
            product = next(turn)
            secret = request.headers.getall("X-Telegram-Bot-Api-Secret-Token", [])
            headers = [("X-Telegram-Bot-Api-Secret-Token", value) for value in secret]
            try:
                async with session.post(f"{product.url}{request.path}", data=body, headers=headers) as answer:
                    return web.Response(status=answer.status)
            except aiohttp.ClientError:
                return web.Response(status=502)

        app = web.Application()
        app.router.add_post("/telegram/webhook", forward)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        assert site._server is not None
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            await runner.cleanup()


@asynccontextmanager
async def two_workers(telegram: Telegram, database_url: str, folder: Path) -> AsyncIterator[list[Product]]:
    products = []
    for name in ("one", "two"):
        (folder / name).mkdir()
        products.append(Product("serve", folder / name, **telegram_settings(telegram.url, database_url)))
    async with balanced(products) as address:
        for product in products:
            product.environment["BEKAL_PUBLIC_URL"] = address
            await product.start()
        try:
            yield products
        finally:
            for product in products:
                await product.interrupt()


async def serve_together(
    telegram: Telegram, database: Database, products: list[Product], *, updates: int, kills: int, report: Report
) -> None:
    traffic = Traffic(telegram)
    await traffic.gather(updates // 20)
    await telegram.faults({"kind": "duplicate_updates", "share": 0.05, "seed": 1})
    for number in range(kills + 1):
        await traffic.act(updates // (kills + 1))
        if number < kills:
            await products[number % 2].kill()
            await products[number % 2].start()
    await all_settled(telegram, database, seconds=120)
    seen = await effects(database)
    reached = await answers(traffic)

    report.note(updates=traffic.updates, kills=kills, missing=reached.missing, repeated=reached.repeated)
    assert (seen.claimed, seen.turns, seen.parked, seen.failed) == (traffic.updates, traffic.updates, 0, 0)
    assert reached.missing == 0
    assert reached.repeated <= REPEAT_WINDOW * kills


@POSTGRES
async def test_two_workers_serve_the_same_chats(
    telegram: Telegram, stocked: Database, database_url: str, tmp_path: Path, report: Report
) -> None:
    async with two_workers(telegram, database_url, tmp_path) as products:
        await serve_together(telegram, stocked, products, updates=120, kills=1, report=report)


@pytest.mark.deep
@POSTGRES
async def test_two_workers_serve_the_same_chats_in_2000_updates(
    telegram: Telegram, stocked: Database, database_url: str, tmp_path: Path, report: Report
) -> None:
    async with two_workers(telegram, database_url, tmp_path) as products:
        await serve_together(telegram, stocked, products, updates=2000, kills=10, report=report)


async def talk(person: Phone, telegram: Telegram, count: int) -> list[str]:
    """Write, each text as soon as the one before is taken, and return the links in the order written."""
    written = []
    for number in range(count):
        link = LINKS[number * 7 % 3]
        await person.write(link)
        written.append(link)
        while await telegram.pending():  # noqa: ASYNC110  the stand-in tells nobody
            await asyncio.sleep(0.005)
    return written


@POSTGRES
async def test_replies_of_one_chat_arrive_in_order(
    telegram: Telegram, stocked: Database, database_url: str, tmp_path: Path
) -> None:
    sari = await telegram.person()
    async with two_workers(telegram, database_url, tmp_path):
        written = await talk(sari, telegram, 12)
        await all_settled(telegram, stocked, seconds=60)
        answered = [message["text"][:20] for message in await screens_of(sari)]

    titles = dict(zip(written, answered, strict=False))
    assert answered == [titles[link] for link in written]
