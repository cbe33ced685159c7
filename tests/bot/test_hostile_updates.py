"""Updates of every kind and shape: whatever arrives, nothing breaks and nothing leaks."""

import asyncio
import json
from collections import Counter
from itertools import cycle
from typing import Any

import aiohttp
import pytest
from hypothesis import strategies as st
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.conversations import ParkedUpdate
from bot.routes import BUTTONS
from bot.service import BotService
from core.db import Database
from core.outbox import OutboxRow
from simulator.server import serving
from tests.harness import make_bot
from tests.phones import Telegram
from tests.processes import SECRET
from tests.registrations.forms import SLUG, add_programme
from tests.reports import Report

PEOPLE = 40
FORGED = "made up"
NOT_OURS = ("chat not found", "bot was blocked")  # how the stand-in may refuse what goes to an id that was made up
NASTY = st.sampled_from(
    [
        "", " ", "\x00", "a\x00b", "\u202egnp.exe", "\u2066\u2069", "😀" * 600, "<b>bold", "&lt;", "{count}", "%s",
        "' OR 1=1 --", "/start", "/start a-passport-held", "/start t-", "/start l-zz", "/menu@bekal_bot", "/" * 50,
        "1", "0", "-1", "999999999999999999999", "٣", "h", "a:washing-hands:1", "t:money", "l:en", "\ud83d", "İ" * 64,
    ]
)  # fmt: skip
RESTS = st.sampled_from(
    [
        "", "first", "yes", "me", "kin", "page", "bell", "stage", "country", "province", "abroad", "skip", "ask",
        "more", "here", "back", "on", "off", "0", "1", "2", "-1", "99", "A", "AB", "zz", "o0", "no", "id", "en", "TW",
        "32", "washing-hands", "sending-money-cost", "passport-held", "money", SLUG, "\x00", "\u202e", "|", ":",
    ]
) | st.text(max_size=12)  # fmt: skip
# What follows a button's kind: the kinds take turns, so that each comes often
ENDS = st.builds(lambda *parts: ":".join(("", *parts)).rstrip(":"), RESTS, RESTS, RESTS)
TEXTS = NASTY | st.text(max_size=80)
IDS = st.integers(1, PEOPLE) | st.sampled_from([0, -1, 2**31, 2**52, 2**63 - 1, 2**63, 2**80, -(2**63)])
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
        "caption": TEXTS | ANYTHING,
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
# Buttons of every kind, made up, tapped in chats that the stand-in knows: there an answer's form is looked at too
FORGED_TAPS = st.builds(
    lambda person, tap_id, number, end: {
        "id": tap_id,
        "from": {"id": person, "is_bot": False, "first_name": "Sari"},
        "chat_instance": FORGED,
        "message": {"message_id": number, "date": 1795500000, "chat": {"id": person, "type": "private"}},
        "data": end,
    },
    st.integers(1, PEOPLE),
    st.text(min_size=1, max_size=8),
    st.integers(1, 400),
    ENDS,
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
    *[st.fixed_dictionaries({"callback_query": FORGED_TAPS})] * 3,  # more often: there are many kinds
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
    dice, kinds = random.Random(1), cycle(BUTTONS)
    for number, update in enumerate(drawn):
        if is_forged_tap(update):
            update["callback_query"]["data"] = next(kinds) + update["callback_query"]["data"]
        if isinstance(update, dict):
            update["update_id"] = 1000 + number if dice.random() < 0.97 else dice.choice([None, "7", -1, 2**70, 1000])
    return drawn[:count]


def is_forged_tap(update: Any) -> bool:
    tap = update.get("callback_query") if isinstance(update, dict) else None
    return isinstance(tap, dict) and tap.get("chat_instance") == FORGED


async def unhandled(telegram: Telegram, database: Database, count: int) -> list[str]:
    """Bring updates to the webhook as Telegram does; return every fault that was logged or kept as parked or failed."""
    for number in range(1, PEOPLE + 1):
        await telegram.ask("POST", "/people", {"first_name": "Sari", "id": number})
    async with database.session() as session:
        await add_programme(session)
    with capture_logs() as logged:
        await throw(make_bot(database, telegram, send_per_second=0), count)
    async with database.reading() as connection:
        parked = (await connection.execute(select(ParkedUpdate.place))).scalars().all()
        failures = (await connection.execute(select(OutboxRow.failure))).scalars().all()
    faults = [str(line) for line in logged if line["log_level"] in {"error", "critical"}]
    refused = [str(failure) for failure in failures if not any(reason in str(failure).lower() for reason in NOT_OURS)]
    return [*faults, *parked, *refused]


def kinds_tapped(updates: list[Any]) -> set[str]:
    return {update["callback_query"]["data"].partition(":")[0] for update in updates if is_forged_tap(update)}


async def throw(bot: BotService, count: int) -> None:
    """Every update is answered with 200, and no task is left behind."""
    updates = generated(count)
    assert kinds_tapped(updates) == BUTTONS.keys()
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
    await bot.stop()
    assert statuses == {200: count}
    async with asyncio.timeout(10):
        while asyncio.all_tasks() - before:  # noqa: ASYNC110  a task that leaked stays for ever
            await asyncio.sleep(0.05)


async def test_hostile_updates_break_nothing(stocked: Database, telegram: Telegram) -> None:
    assert await unhandled(telegram, stocked, 600) == []


@pytest.mark.deep
async def test_10000_hostile_updates_break_nothing(stocked: Database, telegram: Telegram, report: Report) -> None:
    faults = await unhandled(telegram, stocked, 10_000)
    report.note(updates=10_000, kinds_of_buttons=len(BUTTONS), unhandled=len(faults))
    assert faults == []
