"""How fast we send: a chat's burst, the pace of what we start, the pause, and the window that answers enter first."""

import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.telegram.limits import ANSWER_BURST, Pause, SendLimits, Window
from core.db import Database
from core.outbox import Lane
from simulator.server import running
from simulator.simulator import Simulator
from tests.harness import make_bot
from tests.phones import Telegram
from tests.processes import TOKEN

MANY_SECONDS = 10  # the machine may be busy with other tests


async def at_once(limits: SendLimits, lane: Lane, chats: list[int]) -> int:
    """Count how many of these sends may go without any wait."""
    sends = [asyncio.ensure_future(limits.turn(lane, chat)) for chat in chats]
    await asyncio.sleep(0)
    gone = sum(send.done() for send in sends)
    for send in sends:
        send.cancel()
    await asyncio.gather(*sends, return_exceptions=True)
    return gone


async def moments(limits: SendLimits, lane: Lane, chats: list[int]) -> list[float]:
    """Return when each of these sends may go, in seconds from now."""
    began = time.monotonic()

    async def one(chat: int) -> float:
        await limits.turn(lane, chat)
        return time.monotonic() - began

    return sorted(await asyncio.gather(*map(one, chats)))


async def test_a_chat_gets_a_burst_of_answers_and_then_one_a_second() -> None:
    chat = [1] * (ANSWER_BURST + 2)

    assert await at_once(SendLimits(25, Pause()), Lane.ANSWER, chat) == ANSWER_BURST
    at = await moments(SendLimits(25, Pause()), Lane.ANSWER, chat)
    assert 0.9 < at[ANSWER_BURST] < MANY_SECONDS
    assert 1.9 < at[ANSWER_BURST + 1] < MANY_SECONDS


async def test_answers_to_many_people_do_not_wait_for_each_other() -> None:
    assert await at_once(SendLimits(1, Pause()), Lane.ANSWER, list(range(200))) == 200


async def test_what_we_start_keeps_the_pace_over_all() -> None:
    assert await at_once(SendLimits(10, Pause()), Lane.NOTICE, list(range(12))) == 10
    at = await moments(SendLimits(10, Pause()), Lane.NOTICE, list(range(12)))
    assert 0.9 < at[10] < MANY_SECONDS


async def test_after_a_pause_answers_keep_the_pace_over_all_too() -> None:
    pause = Pause()
    pause.impose(0.3)

    at = await moments(SendLimits(10, pause), Lane.ANSWER, list(range(12)))

    assert at[0] >= 0.29
    assert at[10] - at[0] > 0.9


async def test_zero_lifts_every_limit() -> None:
    assert await at_once(SendLimits(0, Pause()), Lane.NOTICE, [1] * 500) == 500


async def test_a_longer_pause_outlasts_a_shorter_one() -> None:
    pause = Pause(now=lambda: 100.0)

    pause.impose(5)
    pause.impose(1)

    assert pause.seconds_left == 5


async def test_answers_enter_the_window_before_notices() -> None:
    window = Window(1)
    await window.enter(Lane.ANSWER)
    entered: list[Lane] = []

    async def enter(lane: Lane) -> None:
        await window.enter(lane)
        entered.append(lane)
        window.leave()

    waiting = [asyncio.ensure_future(enter(lane)) for lane in (Lane.NOTICE, Lane.NOTICE, Lane.ANSWER)]
    await asyncio.sleep(0)
    window.leave()
    await asyncio.gather(*waiting)

    assert entered == [Lane.ANSWER, Lane.NOTICE, Lane.NOTICE]


async def test_whoever_gives_up_waiting_leaves_the_place_to_the_next() -> None:
    window = Window(1)
    await window.enter(Lane.ANSWER)
    first, second = (asyncio.ensure_future(window.enter(Lane.ANSWER)) for _ in range(2))
    await asyncio.sleep(0)

    first.cancel()
    window.leave()

    await asyncio.wait_for(second, 10)


@pytest.fixture
async def crowded() -> AsyncIterator[Telegram]:
    """A stand-in that refuses what Telegram's flood control would."""
    async with running(Simulator(token=TOKEN, limits=True)) as server, aiohttp.ClientSession() as session:
        yield Telegram(server.url, session)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_crowd_is_answered_in_spite_of_telegrams_own_flood_control(
    stocked: Database, crowded: Telegram
) -> None:
    bot = make_bot(stocked, crowded)
    people = [await crowded.person(f"Sari {number}") for number in range(60)]
    for person in people:
        await person.write("/start")
    await bot.start()
    bot.start_polling()
    try:
        for person in people:
            await person.sees("Halo", seconds=30)
    finally:
        await bot.stop()

    statuses = [call["status"] for call in await crowded.calls("sendMessage")]
    assert statuses.count(200) == 60
    assert set(statuses) <= {200, 429}
    assert statuses[-20:] == [200] * 20, "after the first pauses the pace is one that Telegram takes"
