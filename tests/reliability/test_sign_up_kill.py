"""kill -9 while somebody signs up, in the chat or on a page: one registration, whole, and nothing typed stays there."""

import asyncio
import re
from pathlib import Path
from random import Random

import aiohttp
import pytest
from sqlalchemy import func, select

from core.clock import utc_now
from core.db import Database
from registrations import form_links
from registrations.registrations import Answer, Registration, Status, opened
from tests.api.test_registration_entries import TYPED as TYPED_ON_PAGE
from tests.harness import VAULT
from tests.phones import Telegram
from tests.processes import Product
from tests.registrations.chat import PATIENCE_SECONDS, TYPED, answer_all, offered
from tests.registrations.forms import GIVEN
from tests.reliability.test_kill import product_in

MOST_SECONDS_ALIVE = 0.2


async def sign_up_under_kills(telegram: Telegram, database: Database, product: Product, *, share: float) -> int:
    """Fill the form in and send it, killing after a share of the steps; return how many kills there were."""
    dice, kills = Random(20261126), 0

    async def kill() -> None:
        nonlocal kills
        if dice.random() < share:
            await asyncio.sleep(dice.uniform(0, MOST_SECONDS_ALIVE))
            await product.kill()
            await product.start()
            kills += 1

    await product.start()
    try:
        sari = await offered(database, telegram)
        await answer_all(sari, after=kill)
        await sari.tap("📨 Kirim")
        await kill()
        done = await sari.sees("Anda mendapat tempat", PATIENCE_SECONDS)
    finally:
        await product.interrupt()
    async with database.reading_session() as session:
        (registration,) = await session.scalars(select(Registration))
        assert (registration.status, registration.number) == (Status.ACCEPTED, 1)
        assert opened(VAULT, await session.scalars(select(Answer))) == GIVEN
        assert await session.scalar(select(func.count()).select_from(Answer)) == len(GIVEN)
    assert str(registration.reference) in done["text"]
    left = str(await sari.messages())
    assert [typed for typed in (*TYPED.values(), GIVEN["phone"]) if typed in left] == []
    return kills


@pytest.mark.parametrize(
    ("database_url", "mode"),
    [("sqlite", "serve")],
    indirect=["database_url"],  # the deep run takes all four
)
async def test_a_sign_up_survives_kills(
    mode: str, telegram: Telegram, stocked: Database, database_url: str, tmp_path: Path
) -> None:
    assert await sign_up_under_kills(telegram, stocked, product_in(mode, telegram, database_url, tmp_path), share=0.2)


@pytest.mark.deep
@pytest.mark.parametrize("mode", ["poll", "serve"])
async def test_a_sign_up_survives_a_kill_at_every_step(
    mode: str, telegram: Telegram, stocked: Database, database_url: str, tmp_path: Path
) -> None:
    product = product_in(mode, telegram, database_url, tmp_path)
    assert await sign_up_under_kills(telegram, stocked, product, share=1) == len(GIVEN) + 2


async def send_page_under_kills(telegram: Telegram, database: Database, product: Product, *, kills: int) -> None:
    """Send a form on its page, killing while it is sent; send it again until the page tells what came of it."""
    dice, code = Random(20261126), ""
    await product.start()
    try:
        sari = await offered(database, telegram)
        await sari.tap("✍️ Daftarkan saya")
        await sari.shows("1/", PATIENCE_SECONDS)
        async with database.session() as session:  # the chat gives links on a machine with https only
            begun = (await session.scalars(select(Registration))).one()
            url = f"{product.url}/f/{await form_links.make(session, begun, now=utc_now())}"
        async with aiohttp.ClientSession(headers={"sec-fetch-site": "same-origin"}) as browser:
            for turn in range(kills + 1):
                sending = asyncio.create_task(browser.post(url, data=TYPED_ON_PAGE))
                if turn < kills:
                    await asyncio.sleep(dice.uniform(0, MOST_SECONDS_ALIVE))
                    await product.kill()
                    await product.start()
                try:
                    answer = await sending
                    (code,) = re.findall(r"<strong>([^<]+)</strong>", await answer.text())
                except aiohttp.ClientError:
                    assert turn < kills, "it stayed alive"
        done = await sari.sees("Anda mendapat tempat", PATIENCE_SECONDS)
    finally:
        await product.interrupt()
    async with database.reading_session() as session:
        (registration,) = await session.scalars(select(Registration))
        assert (registration.status, registration.number, registration.reference) == (Status.ACCEPTED, 1, code)
        assert opened(VAULT, await session.scalars(select(Answer))) == GIVEN
    assert code in done["text"]
    assert [message for message in await sari.bot_messages() if code in message["text"]] == [done], "told once"


@pytest.mark.deep
async def test_a_page_survives_many_kills(
    telegram: Telegram, stocked: Database, database_url: str, tmp_path: Path
) -> None:
    await send_page_under_kills(telegram, stocked, product_in("serve", telegram, database_url, tmp_path), kills=20)
