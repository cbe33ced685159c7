"""A bad hour at Telegram: 429 storms, 500s, time-outs, dropped connections. Nothing is lost, and pauses are kept."""

import asyncio
import time
from typing import Any

import pytest
from sqlalchemy import select

from bot.service import BotService
from bot.telegram.client import TelegramClient, Unreachable
from core.db import Database
from registrations.people import TelegramAccount
from tests.harness import make_bot
from tests.phones import Telegram, labels
from tests.processes import TOKEN
from tests.reliability.effects import REFUSED, Traffic, all_settled, answers, effects, was_refused, was_there_already
from tests.reports import Report

PAUSE_SECONDS = 3
ON_ITS_WAY_SECONDS = 1.75  # begun before the answer 429 had been read, on a busy machine

MESSAGES, TAP_ANSWERS = ("sendMessage", "editMessageText"), "answerCallbackQuery"
REFUSAL: dict[str, Any] = {"kind": "error", "status": 400, "description": REFUSED}
STORM: list[dict[str, Any]] = [
    REFUSAL | {"methods": [*MESSAGES], "share": 0.02, "seed": 170},  # seeds that strike early: a short storm is enough
    REFUSAL | {"methods": [TAP_ANSWERS], "share": 0.05, "seed": 15},
    {"kind": "error", "share": 0.05, "seed": 1},
    {"kind": "time_out", "share": 0.01, "seconds": 0.5, "seed": 2},
    {"kind": "drop_before", "share": 0.02, "seed": 3},
    {"kind": "drop_after", "share": 0.02, "seed": 4},
    {"kind": "too_many_requests", "share": 0.02, "retry_after": PAUSE_SECONDS, "seed": 5},
]


async def weather(
    telegram: Telegram, database: Database, report: Report, *, seconds: float, people: int, pause: float
) -> None:
    bot = make_bot(database, telegram)
    traffic = Traffic(telegram)
    await traffic.gather(people)
    await telegram.faults(*STORM)
    await bot.start()
    bot.start_polling()
    try:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await traffic.act(10)
            await asyncio.sleep(pause)
        await telegram.no_faults()
        await all_settled(telegram, database, seconds=180)
        calls, seen = await telegram.calls(), await effects(database)
        reached = await answers(traffic)
    finally:
        await bot.stop()

    refused = [call for call in calls if was_refused(call)]
    others = [call for call in calls if call["status"] in {400, 403, 404} and not was_there_already(call)]
    messages = [call for call in refused if call["method"] in MESSAGES]
    report.note(
        seconds=seconds, updates=traffic.updates, missing=reached.missing, repeated=reached.repeated,
        taps=traffic.tapped.total(), missing_edits=reached.missing_edits, refused_for_good=len(refused),
    )  # fmt: skip
    assert (reached.missing, reached.missing_edits) == (0, 0)
    assert seen.turns == traffic.updates
    assert messages
    assert seen.failed == len(messages), "what was refused came once, and stays as failed"
    assert taps_answered_again(calls) == []
    assert refused_twice([call for call in others if not was_refused(call)]) == []
    assert calls_during_a_pause(calls) == []


def refused_twice(refused: list[dict[str, Any]]) -> list[str]:
    """Name what was sent again although Telegram had refused it for good; other texts may be refused alike."""
    shapes = [repr((call["method"], call["parameters"])) for call in refused]
    return sorted({shape for shape in shapes if shapes.count(shape) > 1})


def taps_answered_again(calls: list[dict[str, Any]]) -> list[str]:
    """Name the taps whose answer was refused for good, and was not the last one."""
    answered = [call for call in calls if call["method"] == TAP_ANSWERS]
    last = {call["parameters"]["callback_query_id"]: call["n"] for call in answered}
    refused = {call["parameters"]["callback_query_id"]: call["n"] for call in answered if was_refused(call)}
    return [tap for tap, number in refused.items() if number != last[tap]]


def calls_during_a_pause(calls: list[dict[str, Any]]) -> list[float]:
    """Return how far into a pause calls were begun, other than those already on their way when it was imposed."""
    slips, paused_at, until = [], 0.0, 0.0
    for call in calls:
        if call["method"] == "getUpdates":  # fetching has its own limit, and waits by itself
            continue
        if paused_at + ON_ITS_WAY_SECONDS < call["at"] < until - 0.05:
            slips.append(call["at"] - paused_at)
        if call["status"] == 429 and call["at"] + PAUSE_SECONDS > until:
            paused_at, until = call["at"], call["at"] + PAUSE_SECONDS
    return slips


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_storm_loses_nothing(stocked: Database, telegram: Telegram, report: Report) -> None:
    await weather(telegram, stocked, report, seconds=5, people=20, pause=0.2)


@pytest.mark.deep
async def test_a_storm_of_a_minute_loses_nothing(stocked: Database, telegram: Telegram, report: Report) -> None:
    await weather(telegram, stocked, report, seconds=60, people=100, pause=0.1)


@pytest.fixture
async def polling_bot(stocked: Database, telegram: Telegram) -> Any:
    bot = make_bot(stocked, telegram)
    await bot.start()
    bot.start_polling()
    yield bot
    await bot.stop()


async def test_a_blocked_person_is_noted_and_not_written_to_again(
    polling_bot: BotService, stocked: Database, telegram: Telegram
) -> None:
    sari = await telegram.person()
    await sari.met("id")
    await telegram.faults({"kind": "error", "methods": ["sendMessage"], "status": 403, "times": 1})

    await sari.write("/menu")
    await all_settled(telegram, stocked, seconds=30)

    assert [call["status"] for call in await telegram.calls("sendMessage")] == [200, 200, 403]
    assert await blocked(stocked) == [True]
    await sari.do("block")
    await sari.do("unblock")
    await all_settled(telegram, stocked, seconds=30)
    assert await blocked(stocked) == [False]


async def blocked(database: Database) -> list[bool]:
    """Tell of each person whether she is known to have blocked the bot."""
    async with database.reading() as connection:
        return [at is not None for at in (await connection.execute(select(TelegramAccount.blocked_at))).scalars()]


async def test_a_refused_message_is_kept_with_its_reason_and_not_repeated(
    polling_bot: BotService, stocked: Database, telegram: Telegram
) -> None:
    sari = await telegram.person()
    await telegram.faults({"kind": "error", "methods": ["sendMessage"], "status": 400, "times": 1})

    await sari.write("/start")
    await all_settled(telegram, stocked, seconds=30)
    await sari.write("/menu")
    await sari.shows("topik")
    await all_settled(telegram, stocked, seconds=30)

    assert [call["status"] for call in await telegram.calls("sendMessage")] == [400, 200, 200]
    assert (await effects(stocked)).failed == 1


async def test_a_pause_holds_everybody_back(polling_bot: BotService, telegram: Telegram) -> None:
    sari, dewi = await telegram.person("Sari"), await telegram.person("Dewi")
    await telegram.faults({"kind": "too_many_requests", "methods": ["sendMessage"], "retry_after": 1, "times": 1})

    await sari.write("/start")
    await asyncio.gather(sari.sees("Halo"), dewi.write("/start"), dewi.sees("Halo"))

    calls = await telegram.calls("sendMessage")
    assert calls[0]["status"] == 429
    assert calls[1]["at"] - calls[0]["at"] >= 0.95


async def test_a_pause_asked_of_a_small_call_holds_everybody_back_too(
    polling_bot: BotService, stocked: Database, telegram: Telegram
) -> None:
    sari = await telegram.person("Sari")
    await sari.write("/start")
    first = await sari.sees("Halo")
    await telegram.faults(
        {"kind": "too_many_requests", "methods": ["answerCallbackQuery"], "retry_after": PAUSE_SECONDS, "times": 1}
    )

    await sari.tap(labels(first)[0])
    await all_settled(telegram, stocked, seconds=30)
    async with asyncio.timeout(30):  # taps are answered beside the outbox
        while not await telegram.calls("answerCallbackQuery"):  # noqa: ASYNC110  the stand-in tells nobody
            await asyncio.sleep(0.02)
    await sari.write("/menu")
    await all_settled(telegram, stocked, seconds=30)

    refused, menu = (await telegram.calls("answerCallbackQuery"))[0], (await telegram.calls("sendMessage"))[-1]
    assert refused["status"] == 429
    assert menu["at"] - refused["at"] >= PAUSE_SECONDS - 0.05


async def test_an_answer_that_does_not_come_in_time_leaves_open_whether_it_was_done(telegram: Telegram) -> None:
    client = TelegramClient(TOKEN, api_url=telegram.url)
    await client.open()
    await telegram.faults({"kind": "slow", "methods": ["getMe"], "seconds": 1, "times": 1})
    try:
        with pytest.raises(Unreachable):
            await client.call("getMe", {}, timeout_seconds=0.1)
        assert (await client.call("getMe", {}))["is_bot"]
    finally:
        await client.close()
