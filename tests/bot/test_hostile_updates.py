"""Updates of every kind and shape: whatever arrives, nothing breaks and nothing leaks."""

import asyncio
import json
from collections import Counter
from typing import Any

import aiohttp
import pytest
from hypothesis import strategies as st
from sqlalchemy import select

from bot.conversations import ParkedUpdate
from bot.service import BotService
from core.db import Database
from simulator.server import serving
from tests.harness import make_bot
from tests.phones import Telegram
from tests.processes import SECRET
from tests.reports import Report

NASTY = st.sampled_from(
    [
        "", " ", "\x00", "a\x00b", "\u202egnp.exe", "\u2066\u2069", "😀" * 600, "<b>bold", "&lt;", "{count}", "%s",
        "' OR 1=1 --", "/start", "/start a-passport-held", "/start t-", "/start l-zz", "/menu@bekal_bot", "/" * 50,
        "1", "0", "-1", "999999999999999999999", "٣", "h", "a:washing-hands:1", "t:money", "l:en", "\ud83d", "İ" * 64,
    ]
)  # fmt: skip
TEXTS = NASTY | st.text(max_size=80)
IDS = st.integers(1, 40) | st.sampled_from([0, -1, 2**31, 2**52, 2**63 - 1, 2**63, 2**80, -(2**63)])
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
USERS = st.fixed_dictionaries(
    {"id": IDS, "is_bot": st.booleans() | st.just(False), "first_name": TEXTS},
    optional={"language_code": st.sampled_from(["id", "en", "en-GB", "zh-hans", "", "xx"]) | TEXTS, "username": TEXTS},
)
CHATS = st.fixed_dictionaries({"id": IDS, "type": st.sampled_from(["private"] * 6 + ["group", "supergroup", "wat"])})
MESSAGES = st.fixed_dictionaries(
    {"message_id": IDS, "date": st.integers(0, 2**31), "chat": CHATS, "from": USERS},
    optional={
        "text": TEXTS,
        "entities": st.just([{"type": "bot_command", "offset": 0, "length": 6}]) | ANYTHING,
        "sticker": ANYTHING,
        "photo": ANYTHING,
        "voice": ANYTHING,
        "contact": st.just({"phone_number": "+628123", "first_name": "Sari"}) | ANYTHING,
        "location": st.just({"latitude": 25.0, "longitude": 121.5}) | ANYTHING,
        "reply_to_message": ANYTHING,
    },
)
TAPS = st.fixed_dictionaries(
    {"id": TEXTS, "from": USERS, "chat_instance": TEXTS},
    optional={"message": MESSAGES, "data": TEXTS, "inline_message_id": TEXTS},
)
MEMBERS = st.fixed_dictionaries(
    {"user": USERS, "status": st.sampled_from(["member", "kicked", "left", "odd"])}, optional={"until_date": IDS}
)
CHANGES = st.fixed_dictionaries(
    {
        "chat": CHATS,
        "from": USERS,
        "date": st.integers(0, 2**31),
        "old_chat_member": MEMBERS,
        "new_chat_member": MEMBERS,
    }
)
UPDATES = st.one_of(
    st.fixed_dictionaries({"message": MESSAGES}),
    st.fixed_dictionaries({"callback_query": TAPS}),
    st.fixed_dictionaries({"my_chat_member": CHANGES}),
    st.fixed_dictionaries({"edited_message": MESSAGES}),
    st.dictionaries(st.sampled_from(["message", "callback_query", "poll", "new_kind", "channel_post"]), ANYTHING),
)


def generated(count: int) -> list[Any]:
    """Draw updates, the same in every run. One in twenty is nothing like an update at all."""
    import random

    from hypothesis import HealthCheck, Phase, given, seed, settings

    drawn: list[Any] = []

    @seed(20261124)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(UPDATES | ANYTHING)
    def draw(update: Any) -> None:
        drawn.append(update)

    while len(drawn) < count:
        draw()
    dice = random.Random(1)
    for number, update in enumerate(drawn):
        if isinstance(update, dict):
            update["update_id"] = 1000 + number if dice.random() < 0.97 else dice.choice([None, "7", -1, 2**70, 1000])
    return drawn[:count]


async def throw(bot: BotService, database: Database, count: int) -> None:
    """Bring updates to the webhook as Telegram does, and look at what is left behind."""
    updates = generated(count)
    before = asyncio.all_tasks()
    await bot.start()
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with serving(bot.webhook(SECRET)) as url, aiohttp.ClientSession() as session:

        async def bring(update: Any) -> int:
            async with session.post(url, data=json.dumps(update), headers=headers) as answer:
                return answer.status

        statuses = Counter[int]()
        for start in range(0, count, 100):
            statuses.update(await asyncio.gather(*map(bring, updates[start : start + 100])))
        async with asyncio.timeout(120):
            while bot.is_busy:  # noqa: ASYNC110  nothing in the product waits for this
                await asyncio.sleep(0.05)

    async with database.reading() as connection:
        parked = (await connection.execute(select(ParkedUpdate.place))).scalars().all()
    await bot.stop()
    assert statuses == {200: count}
    assert list(parked) == []
    async with asyncio.timeout(10):
        while asyncio.all_tasks() - before:  # noqa: ASYNC110  a task that leaked stays for ever
            await asyncio.sleep(0.05)


async def test_hostile_updates_break_nothing(stocked: Database, telegram: Telegram) -> None:
    await throw(make_bot(stocked, telegram), stocked, 600)


@pytest.mark.deep
async def test_10000_hostile_updates_break_nothing(stocked: Database, telegram: Telegram, report: Report) -> None:
    await throw(make_bot(stocked, telegram), stocked, 10_000)
    report.note(updates=10_000, unhandled=0)
