"""What one person sends at once is answered in the order sent, but for what would wait for a search that hangs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.events import Event
from bot.finder import Finder
from bot.service import BotService
from bot.telegram.client import TelegramClient
from bot.telegram.polling import Poller
from content.search import Hit
from core.db import Database, DatabaseAway
from tests.harness import make_bot
from tests.phones import Phone, Telegram
from tests.processes import TOKEN
from tests.reliability.effects import effects

# Texts that are searched for, commands that are not, and what each is answered
SENT_AT_ONCE = {
    "gaji tidak dibayar": "Perlu bantuan sekarang?", "/bantuan": "Cara pakai", "resep rendang": "tidak menemukan",
    "/privacy": "Yang kami simpan", "cuci tangan": "Ini mungkin membantu", "/menu": "Pilih topik, atau",
}  # fmt: skip


class SlowFinder(Finder):
    """Finds as the real one does, once it may."""

    searching = 0
    may_search: asyncio.Event
    refused = ""  # of this text the database is away

    async def find(self, event: Event, question: str) -> tuple[Hit, ...]:
        if question == SlowFinder.refused:
            SlowFinder.refused = ""
            raise DatabaseAway("it was restarted")
        SlowFinder.searching += 1
        try:
            await SlowFinder.may_search.wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0.05)  # as a read does that closes its connection
            raise
        return await super().find(event, question)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> type[SlowFinder]:
    monkeypatch.setattr("bot.service.Finder", SlowFinder)
    SlowFinder.searching, SlowFinder.may_search, SlowFinder.refused = 0, asyncio.Event(), ""
    return SlowFinder


@asynccontextmanager
async def polling(database: Database, telegram: Telegram) -> AsyncIterator[BotService]:
    bot = make_bot(database, telegram, send_per_second=0)
    await bot.start()
    bot.start_polling()
    try:
        yield bot
    finally:
        await bot.stop()


async def answers(sari: Phone) -> list[str]:
    """What of SENT_AT_ONCE is answered, in order."""
    told = [message["text"] for message in await sari.bot_messages()]
    known = [next((sent for sent, answer in SENT_AT_ONCE.items() if answer in text), "") for text in told]
    return [sent for sent in known if sent]


async def until_searched(slow: type[SlowFinder], count: int) -> None:
    async with asyncio.timeout(30):
        while slow.searching < count:  # noqa: ASYNC110  the search tells nobody
            await asyncio.sleep(0.01)


async def test_what_one_person_sends_at_once_is_answered_in_that_order(stocked: Database, telegram: Telegram) -> None:
    """As after an outage, when one poll brings all of it."""
    sari = await telegram.person()
    for text in SENT_AT_ONCE:
        await sari.write(text)
    async with polling(stocked, telegram):
        await sari.sees(lambda messages: len(messages) > len(SENT_AT_ONCE))  # the first brings the keys, too

    assert await answers(sari) == list(SENT_AT_ONCE)


async def test_a_stop_in_the_middle_of_a_search_leaves_all_of_it_to_the_next_start(
    stocked: Database, telegram: Telegram, slow: type[SlowFinder]
) -> None:
    sari = await telegram.person()
    for text in SENT_AT_ONCE:
        await sari.write(text)
    async with polling(stocked, telegram):
        await until_searched(slow, 3)
    done = await effects(stocked)
    assert (done.parked, done.claimed) == (0, 0)

    slow.may_search.set()
    async with polling(stocked, telegram):
        await sari.sees(lambda messages: len(messages) > len(SENT_AT_ONCE))
    assert await answers(sari) == list(SENT_AT_ONCE)


async def test_a_text_that_is_put_off_costs_the_one_before_it_nothing(
    stocked: Database, telegram: Telegram, slow: type[SlowFinder]
) -> None:
    sari = await telegram.person()
    first, put_off = "gaji tidak dibayar", "cuci tangan"
    slow.refused = put_off
    for text in (first, put_off):
        await sari.write(text)
    async with polling(stocked, telegram):
        await until_searched(slow, 1)
        async with asyncio.timeout(30):
            while slow.refused:  # noqa: ASYNC110  the search tells nobody
                await asyncio.sleep(0.01)
        slow.may_search.set()
        await sari.sees(lambda messages: len(messages) > 2)  # the first brings the keys, too

    assert await answers(sari) == [first, put_off]
    assert (await effects(stocked)).parked == 0


async def test_a_search_that_hangs_does_not_hold_up_a_call_for_help(
    stocked: Database, telegram: Telegram, slow: type[SlowFinder]
) -> None:
    sari = await telegram.person()
    for text in ("cuci tangan", "/darurat"):
        await sari.write(text)
    async with polling(stocked, telegram):
        await sari.sees(lambda messages: any("Dalam bahaya?" in message["text"] for message in messages))
        slow.may_search.set()
        await sari.sees(lambda messages: any(SENT_AT_ONCE["cuci tangan"] in each["text"] for each in messages))


async def test_an_update_that_cannot_be_taken_holds_up_no_other_and_is_brought_again(telegram: Telegram) -> None:
    sari, taken = await telegram.person(), list[str]()
    for text in ("one", "two"):
        await sari.write(text)

    async def take(update: dict[str, Any]) -> bool:
        taken.append(update["message"]["text"])
        if taken == ["one"]:
            raise RuntimeError
        return True

    client = TelegramClient(TOKEN, api_url=telegram.url)
    await client.open()
    polling = asyncio.create_task(Poller(client, take).run())
    try:
        async with asyncio.timeout(30):
            while len(taken) < 4:  # noqa: ASYNC110  the edge tells nobody
                await asyncio.sleep(0.01)
    finally:
        polling.cancel()
        await asyncio.wait([polling])
        await client.close()

    assert taken == ["one", "two"] * 2
