"""Asking for a reminder by one tap, taking it back by another; it goes with the person."""

import asyncio
from datetime import date

from sqlalchemy import select

from bot.service import BotService
from core.db import Database
from registrations.registrations import Reminder
from tests.phones import Telegram
from tests.registrations.chat import see_button
from tests.registrations.forms import SLUG, add_programme


async def left(database: Database) -> list[str]:
    async with database.reading_session() as session:
        return list(await session.scalars(select(Reminder.kind)))


async def test_a_tap_asks_for_it_another_takes_it_back_and_erasing_forgets_it(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    async with stocked.session() as session:
        await add_programme(session, opens_on=date(2999, 1, 1))
    sari = await telegram.person()
    await sari.met("id")
    for label, other, kinds in (
        ("🔔 Kabari saat dibuka", "🔕 Jangan ingatkan lagi", ["opens"]),
        ("🔕 Jangan ingatkan lagi", "🔔 Kabari saat dibuka", []),
        ("🔔 Kabari saat dibuka", "🔕 Jangan ingatkan lagi", ["opens"]),
    ):
        await sari.tap_target((await sari.screen())["message_id"], f"j:{SLUG}")
        await see_button(sari, label)
        await sari.tap(label)
        await see_button(sari, other)
        assert await left(stocked) == kinds
    await sari.write("/hapus")
    await sari.shows("Hapus semua tentang Anda?")
    await sari.tap("Ya, hapus")
    await sari.sees("sudah dihapus")
    for _ in range(500):
        if not await left(stocked):
            break
        await asyncio.sleep(0.02)
    assert await left(stocked) == []
