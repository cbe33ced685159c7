"""Flood control with `limits=True`: bursts, a message a second in a chat, and pauses that grow."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from simulator.simulator import Simulator
from tests.processes import TOKEN
from tests.simulator.desk import Clock, Desk, opened


@pytest_asyncio.fixture(loop_scope="session")
async def limited(clock: Clock) -> AsyncIterator[Desk]:
    async with opened(Simulator(token=TOKEN, limits=True, now=clock)) as desk:
        yield desk


async def send(desk: Desk, person: int) -> int:
    """Send a text; return the seconds that Telegram asks to wait, or 0."""
    status, answer = await desk.post("sendMessage", json={"chat_id": person, "text": "Halo"})
    assert status in {200, 429}
    return int(answer.get("parameters", {}).get("retry_after", 0))


async def sent_at_once(desk: Desk, people: list[int]) -> int:
    """Send to one after the other until it is refused; return how many got theirs."""
    for count, person in enumerate(people):
        if await send(desk, person):
            return count
    return len(people)


async def test_a_chat_takes_20_messages_at_once_and_then_one_a_second(limited: Desk, clock: Clock) -> None:
    person = await limited.person()

    burst = await sent_at_once(limited, [person] * 25)
    clock.turn(20)
    again = await sent_at_once(limited, [person] * 25)

    assert (burst, again) == (20, 20)


async def test_30_messages_a_second_go_out_over_all(limited: Desk, clock: Clock) -> None:
    people = [await limited.person() for _ in range(40)]

    first = await sent_at_once(limited, people)
    clock.turn(1)
    second = await sent_at_once(limited, people)

    assert (first, second) == (30, 30)


async def test_a_pause_grows_for_a_bot_that_goes_on_calling(limited: Desk, clock: Clock) -> None:
    person = await limited.person()
    await sent_at_once(limited, [person] * 20)

    waits = [await send(limited, person) for _ in range(4)]
    clock.turn(60)

    assert waits == [1, 2, 4, 8]
    assert await send(limited, person) == 0


async def test_a_refusal_tells_the_pause_in_its_words_too(limited: Desk) -> None:
    person = await limited.person()
    await sent_at_once(limited, [person] * 20)

    words = await limited.refused("sendMessage", status=429, chat_id=person, text="Halo")

    assert words == "Too Many Requests: retry after 1"
    assert len(await limited.messages(person)) == 20


async def test_edits_and_answers_do_not_count(limited: Desk) -> None:
    person = await limited.person()
    number = await limited.say(person)
    edit: dict[str, Any] = {"chat_id": person, "message_id": number}

    for count in range(40):
        await limited.bot("editMessageText", **edit, text=str(count))


async def test_a_refused_text_does_not_count(limited: Desk) -> None:
    person = await limited.person()
    for _ in range(40):
        await limited.refused("sendMessage", chat_id=person, text="")

    assert await send(limited, person) == 0


async def test_a_reset_forgets_what_was_sent(limited: Desk) -> None:
    await sent_at_once(limited, [await limited.person()] * 25)

    await limited.ask("POST", "/reset")

    assert await send(limited, await limited.person()) == 0
