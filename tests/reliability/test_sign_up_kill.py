"""kill -9 while somebody signs up, in the chat or on a page: one registration, whole, and nothing typed stays there.

In the chat also while she keeps it for later, stops, changes an answer, withdraws, and while the next takes her place.
"""

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import aiohttp
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import utc_now
from core.db import Database
from registrations import form_links
from registrations.notices import Notice
from registrations.registrations import Answer, ConsentEvent, Registration, Status, StatusEvent, opened
from tests.api.test_registration_entries import TYPED as TYPED_ON_PAGE
from tests.harness import VAULT
from tests.phones import Phone, Telegram
from tests.processes import Product
from tests.registrations.chat import (
    PATIENCE_SECONDS,
    TYPED,
    answer_all,
    asked,
    offered,
    open_page,
    opened_page,
    see_button,
)
from tests.registrations.forms import GIVEN
from tests.reliability.effects import all_settled, count
from tests.reliability.test_kill import product_in

MOST_SECONDS_ALIVE = 0.2
NEW_NAME = "Siti Rahayu"
HELD, QUEUED = [Status.APPLIED, Status.ACCEPTED], [Status.APPLIED, Status.WAITLISTED]


@dataclass
class Killer:
    """Kills the product shortly after every so many steps, and starts it again."""

    product: Product
    every: int
    steps: int = 0
    kills: int = 0
    _dice: Random = field(default_factory=lambda: Random(20261126))

    async def strike(self) -> None:
        self.steps += 1
        if self.steps % self.every == 0:
            await asyncio.sleep(self._dice.uniform(0, MOST_SECONDS_ALIVE))
            await self.product.kill()
            await self.product.start()
            self.kills += 1


async def sign_up_under_kills(telegram: Telegram, database: Database, product: Product, *, every: int) -> int:
    """Go through all that somebody does with a sign-up, killing after every so many steps; return how many kills."""
    killer = Killer(product, every)
    await product.start()
    try:
        sari = await offered(database, telegram, places=1)
        await wait_and_stop(sari, killer)
        assert [await count(database, table) for table in (Registration, Answer, ConsentEvent)] == [0, 0, 0]
        await open_page(sari)
        await answer_all(sari, after=killer.strike)
        await change_name(sari, killer)
        await tap(sari, "📨 Kirim", killer)
        done = await sari.shows("Anda mendapat tempat", PATIENCE_SECONDS)
        dewi = await queued(telegram)
        assert await histories(database) == [HELD, QUEUED]
        await hand_on(sari, dewi, killer)
        await all_settled(telegram, database, seconds=PATIENCE_SECONDS)
    finally:
        await product.interrupt()
    assert await histories(database) == [[*HELD, Status.WITHDRAWN], [*QUEUED, Status.OFFERED, Status.ACCEPTED]]
    async with database.reading_session() as session:
        first, second = list(await session.scalars(select(Registration).order_by(Registration.number)))
        assert await answers(session, first) == GIVEN | {"name": NEW_NAME}
        assert await answers(session, second) == GIVEN
        assert list(await session.scalars(select(Notice.registration_id))) == [second.id], "told of her place once"
    assert str(first.reference) in done["text"]
    left = f"{await sari.messages()} {await dewi.messages()}"
    assert [typed for typed in (*TYPED.values(), NEW_NAME, GIVEN["phone"]) if typed in left] == []
    return killer.kills


async def tap(phone: Phone, label: str, killer: Killer) -> None:
    """Tap a button as soon as it is there, and let the killer strike."""
    await see_button(phone, label)
    await phone.tap(label)
    await killer.strike()


async def wait_and_stop(sari: Phone, killer: Killer) -> None:
    """Begin, leave it for later, go on at the same question, and stop."""
    await sari.tap("✍️ Daftarkan saya")
    for number, label in enumerate(("Saya setuju", "Saya tidak setuju"), 1):
        await asked(sari, f"{number}/12")
        await sari.tap(label)
    await asked(sari, "3/12")
    await sari.write(TYPED["name"])
    await asked(sari, "4/12")
    await tap(sari, "💾 Lanjut nanti", killer)
    await sari.shows("Sudah disimpan", PATIENCE_SECONDS)
    await tap(sari, "▶️ Lanjutkan pendaftaran", killer)
    await asked(sari, "4/12")
    await tap(sari, "🗑️ Berhenti", killer)
    await tap(sari, "🗑️ Ya, berhenti dan hapus", killer)
    await sari.shows("Sudah berhenti", PATIENCE_SECONDS)


async def change_name(sari: Phone, killer: Killer) -> None:
    """Change an answer from the summary on."""
    await tap(sari, "✏️ Ubah jawaban", killer)
    await tap(sari, "Nama Anda?", killer)
    await asked(sari, "3/12")
    await sari.write(NEW_NAME)
    await killer.strike()
    await see_button(sari, "📨 Kirim")


async def queued(telegram: Telegram) -> Phone:
    """Let somebody else sign up, for whom no place is left."""
    dewi = await opened_page(telegram)
    await answer_all(dewi)
    await dewi.tap("📨 Kirim")
    await dewi.shows("Anda nomor 1 dalam antrean", PATIENCE_SECONDS)
    return dewi


async def hand_on(sari: Phone, dewi: Phone, killer: Killer) -> None:
    """Withdraw: the place goes to who waits for it, and she takes it."""
    await sari.write("/status")
    await tap(sari, "✖️ Batalkan", killer)
    await tap(sari, "✖️ Ya, batalkan", killer)
    await sari.shows("Pendaftaran sudah dibatalkan", PATIENCE_SECONDS)
    await tap(dewi, "✔️ Ambil tempat", killer)
    await dewi.shows("Anda mendapat tempat", PATIENCE_SECONDS)


async def histories(database: Database) -> list[list[str]]:
    """Return what became of each registration, in the order of applying: a step that was done twice stands there so."""
    async with database.reading_session() as session:
        ids = await session.scalars(select(Registration.id).order_by(Registration.number))
        steps = select(StatusEvent.status).order_by(StatusEvent.id)
        return [list(await session.scalars(steps.where(StatusEvent.registration_id == each))) for each in list(ids)]


async def answers(session: AsyncSession, registration: Registration) -> dict[str, str]:
    return opened(VAULT, await session.scalars(select(Answer).where(Answer.registration_id == registration.id)))


@pytest.mark.parametrize(
    ("database_url", "mode"),
    [("sqlite", "serve")],
    indirect=["database_url"],  # the deep run takes all four
)
async def test_a_sign_up_survives_kills(
    mode: str, telegram: Telegram, stocked: Database, database_url: str, tmp_path: Path
) -> None:
    product = product_in(mode, telegram, database_url, tmp_path)
    assert await sign_up_under_kills(telegram, stocked, product, every=12) == 2  # the second as a place is taken


@pytest.mark.deep
@pytest.mark.parametrize("mode", ["poll", "serve"])
async def test_a_sign_up_survives_a_kill_at_every_step(
    mode: str, telegram: Telegram, stocked: Database, database_url: str, tmp_path: Path
) -> None:
    product = product_in(mode, telegram, database_url, tmp_path)
    assert await sign_up_under_kills(telegram, stocked, product, every=1) == len(GIVEN) + 12


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
