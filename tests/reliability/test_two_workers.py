"""Two workers on PostgreSQL behind one webhook: the same guarantees, and each chat's replies in order."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import aiohttp
import pytest
from aiohttp import web

from bot.telegram.sender import REPEAT_WINDOW
from core.db import Database
from tests.phones import Phone, Telegram
from tests.processes import Product, telegram_settings
from tests.reliability.effects import LINKS, Traffic, all_settled, all_taken, answers, effects, taken
from tests.reliability.killing import LEAST_SHARE_OF_UPDATES, Killer, disorder, disordered
from tests.reports import Report

# Texts that are answered with new messages, each with another one: some at once, some once they have been searched for
SEARCHED = ("gaji tidak dibayar", "cuci tangan", "resep rendang")
TOLD_APART = (*LINKS, "/kontak", "/bantuan", "/privacy", "/bahasa", "/saya", "/status", *SEARCHED)
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
    telegram: Telegram,
    database: Database,
    products: list[Product],
    *,
    updates: int,
    kills: int,
    people: int,
    report: Report,
) -> None:
    traffic, killer, dice = Traffic(telegram), Killer(telegram, database), Random(20261126)
    await traffic.gather(people)
    await disorder(telegram)
    await traffic.act(people // 2)
    await all_settled(telegram, database, seconds=120)  # so that there is something to tap
    for number in range(kills):
        goal = await taken(database) + dice.randint(1, updates // kills)
        writing = asyncio.create_task(traffic.act(updates // kills))
        await killer.strike(products[number % 2], goal=goal)
        await writing
        await all_taken(telegram, seconds=120)  # or taps would wait longer than Telegram keeps them
    await all_settled(telegram, database, seconds=120)
    seen, disturbed, repeatable = await effects(database), await disordered(telegram), await killer.repeatable()
    reached = await answers(traffic)

    report.note(
        updates=traffic.updates, kills=kills, missing=reached.missing, most_repeatable=max(repeatable),
        repeated=reached.repeated, taps=traffic.tapped.total(), missing_edits=reached.missing_edits, **disturbed,
    )  # fmt: skip
    assert (seen.claimed, seen.turns, seen.parked, seen.failed) == (traffic.updates, traffic.updates, 0, 0)
    assert (reached.missing, reached.missing_edits) == (0, 0)
    assert traffic.tapped
    assert min(disturbed.values()) >= LEAST_SHARE_OF_UPDATES * updates
    assert max(repeatable) <= REPEAT_WINDOW, repeatable
    assert repeatable[-1] == 0, "only a kill leaves what is sent again"
    assert reached.repeated <= REPEAT_WINDOW * kills  # one that stands still for longer than its leases repeats, too


@POSTGRES
async def test_two_workers_serve_the_same_chats(
    telegram: Telegram, stocked: Database, database_url: str, tmp_path: Path, report: Report
) -> None:
    async with two_workers(telegram, database_url, tmp_path) as products:
        await serve_together(telegram, stocked, products, updates=120, kills=1, people=40, report=report)


@pytest.mark.deep
@POSTGRES
async def test_two_workers_serve_the_same_chats_in_2000_updates(
    telegram: Telegram, stocked: Database, database_url: str, tmp_path: Path, report: Report
) -> None:
    async with two_workers(telegram, database_url, tmp_path) as products:
        await serve_together(telegram, stocked, products, updates=2000, kills=10, people=100, report=report)


@pytest.mark.deep
@POSTGRES
async def test_replies_of_60_chats_arrive_in_order_under_load_and_kills(
    telegram: Telegram, stocked: Database, database_url: str, tmp_path: Path, report: Report
) -> None:
    async with two_workers(telegram, database_url, tmp_path) as products:
        killer = Killer(telegram, stocked)
        wrong = await out_of_order(killer, people=60, killed=products)
        repeatable = await killer.repeatable()
    report.note(
        chats=60, updates=60 * len(TOLD_APART), searched=60 * len(SEARCHED), kills=2, chats_out_of_order=wrong,
        most_repeatable=max(repeatable),
    )  # fmt: skip
    assert wrong == 0
    assert max(repeatable) <= REPEAT_WINDOW, repeatable


async def out_of_order(killer: Killer, *, people: int, killed: Sequence[Product]) -> int:
    """Let many people write at once, without waiting for answers; count the chats not answered in the order written.

    A kill may repeat messages: what counts is when each was answered first.
    """
    telegram, database = killer.telegram, killer.database
    probe, *chats = [await telegram.person(f"Sari {number}") for number in range(people + 1)]
    for person in (probe, *chats):
        await person.met("id")
    titles = await titles_by_text(probe)
    written = {person: Random(person.id).sample(TOLD_APART, len(TOLD_APART)) for person in chats}
    portions = len(killed)  # a kill falls into each portion, while it is written
    for number, product in enumerate(killed):
        goal = await taken(database) + people
        writing = asyncio.gather(*(write_all(person, texts[number::portions]) for person, texts in written.items()))
        await killer.strike(product, goal=goal)
        await writing
    await all_settled(telegram, database, seconds=120)
    wrong = 0
    for person, texts in written.items():
        in_order = [titles[text] for number in range(portions) for text in texts[number::portions]]
        wrong += await first_answers(person) != in_order
    return wrong


async def write_all(person: Phone, texts: Sequence[str]) -> None:
    for text in texts:
        await person.write(text)


async def titles_by_text(probe: Phone) -> dict[str, str]:
    """Ask what each text is answered, one by one."""
    titles: dict[str, str] = {}
    for text in TOLD_APART:
        before = len(await probe.bot_messages())
        await probe.write(text)
        answer = await probe.sees(lambda messages, before=before: len(messages) > before)  # type: ignore[misc]
        titles[text] = answer["text"]
    assert len(set(titles.values())) == len(TOLD_APART), "each text has an answer of its own"
    return titles


async def first_answers(person: Phone) -> list[str]:
    """Return what a person was answered after the first meeting, in order, repeats left out."""
    return list(dict.fromkeys(message["text"] for message in (await person.bot_messages())[2:]))
