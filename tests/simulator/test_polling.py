"""getUpdates: what comes, in which order, until it is confirmed or its time is up."""

import asyncio
from typing import Any

import pytest

from tests.simulator.desk import HOUR, PATIENCE_SECONDS, Clock, Desk

OTHER_POLL = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


async def texts(desk: Desk, **parameters: Any) -> list[str]:
    return [update["message"]["text"] for update in await desk.bot("getUpdates", **parameters)]


async def write(desk: Desk, person: int, count: int) -> None:
    for number in range(count):
        await desk.write(person, str(number))


async def last_id(desk: Desk) -> int:
    return int((await desk.ask("GET", "/updates"))["next_update_id"]) - 1


async def begin_poll(desk: Desk) -> "asyncio.Task[tuple[int, Any]]":
    """Begin a long poll, and return once it waits: calls begun after it have been answered."""
    poll = asyncio.create_task(desk.post("getUpdates", json={"timeout": 30}))
    for _ in range(3):
        await asyncio.sleep(0.01)
        await desk.bot("getMe")
    return poll


async def ended(poll: "asyncio.Task[tuple[int, Any]]") -> tuple[int, Any]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await poll


async def test_updates_come_in_order_until_they_are_confirmed(desk: Desk, sari: int) -> None:
    await write(desk, sari, 3)

    first, again = await desk.bot("getUpdates"), await desk.bot("getUpdates")
    left = await texts(desk, offset=first[1]["update_id"])

    assert again == first
    assert [update["update_id"] for update in first] == sorted({update["update_id"] for update in first})
    assert left == ["1", "2"]
    assert await texts(desk) == ["1", "2"]


async def test_an_offset_confirms_what_was_never_shown_as_well(desk: Desk, sari: int) -> None:
    await write(desk, sari, 3)

    assert await texts(desk, offset=await last_id(desk)) == ["2"]
    assert await texts(desk, offset=await last_id(desk) + 1) == []
    assert (await desk.ask("GET", "/updates"))["delivered"] == 3


async def test_an_offset_far_ahead_confirms_nothing(desk: Desk, sari: int) -> None:
    await write(desk, sari, 2)

    assert await texts(desk, offset=await last_id(desk) + 1000) == ["0", "1"]


async def test_a_negative_offset_keeps_only_the_last(desk: Desk, sari: int) -> None:
    await write(desk, sari, 3)

    assert await texts(desk, offset=-1) == ["2"]
    assert await texts(desk) == ["2"]


@pytest.mark.parametrize(("limit", "count"), [(2, 2), (0, 1), (-5, 1), (1000, 100)])
async def test_a_limit_is_kept_between_1_and_100(desk: Desk, sari: int, limit: int, count: int) -> None:
    await write(desk, sari, 101)

    assert len(await desk.bot("getUpdates", limit=limit)) == count


async def test_a_long_poll_ends_when_something_comes(desk: Desk, sari: int) -> None:
    poll = await begin_poll(desk)

    await desk.write(sari, "hai")

    status, answer = await ended(poll)
    assert (status, answer["result"][0]["message"]["text"]) == (200, "hai")


async def test_a_long_poll_ends_empty_when_nothing_comes(desk: Desk) -> None:
    assert await desk.bot("getUpdates", timeout=1) == []


async def test_a_second_poll_ends_the_first_at_once(desk: Desk, sari: int) -> None:
    first = await begin_poll(desk)
    second = await begin_poll(desk)

    status, answer = await ended(first)
    await desk.write(sari, "hai")

    assert (status, answer["description"]) == (409, OTHER_POLL)
    assert (await ended(second))[0] == 200


async def test_a_new_webhook_ends_a_poll(desk: Desk) -> None:
    poll = await begin_poll(desk)

    await desk.bot("setWebhook", url="https://bekal.invalid/hook")

    status, answer = await ended(poll)
    assert (status, answer["description"]) == (409, "Conflict: terminated by setWebhook request")


async def test_polling_is_refused_while_there_is_a_webhook(desk: Desk) -> None:
    await desk.bot("setWebhook", url="https://bekal.invalid/hook")

    words = await desk.refused("getUpdates", status=409)
    await desk.bot("deleteWebhook")

    assert words == (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    assert await desk.bot("getUpdates") == []


async def test_an_update_lives_for_24_hours(desk: Desk, sari: int, clock: Clock) -> None:
    await desk.write(sari, "lama")
    clock.turn(24 * HOUR)
    await desk.write(sari, "baru")

    before = await texts(desk)
    clock.turn(1)

    assert (before, await texts(desk)) == (["lama", "baru"], ["baru"])


async def test_only_the_kinds_that_were_asked_for_come_from_then_on(desk: Desk, sari: int) -> None:
    await desk.bot("getUpdates", allowed_updates=["edited_message"])
    number = await desk.write(sari, "hai")
    await desk.do(sari, "edit", message_id=number, text="halo")

    (update,) = await desk.bot("getUpdates")
    await desk.bot("getUpdates", offset=update["update_id"] + 1, allowed_updates=[])
    await desk.write(sari, "lagi")

    assert update["edited_message"]["text"] == "halo"
    assert await texts(desk) == ["lagi"]


async def test_an_update_of_a_tests_own_id_comes_although_its_id_was_passed(desk: Desk, sari: int) -> None:
    await write(desk, sari, 2)
    await desk.bot("getUpdates", offset=await last_id(desk) + 1)

    ids = await desk.ask("POST", "/updates", [{"update_id": 1, "message": {"text": "again"}}])

    assert ids == {"update_ids": [1]}
    assert await texts(desk, offset=await last_id(desk) + 1) == ["again"]
    assert await texts(desk, offset=await last_id(desk) + 1) == []


@pytest.mark.parametrize(
    "update", [7, None, [], {}, {"update_id": "x"}, {"update_id": -1}, {"update_id": 2**70}, {"message": "\ud83d"}]
)
async def test_updates_of_any_shape_come_once_and_harm_nothing(desk: Desk, sari: int, update: Any) -> None:
    await desk.ask("POST", "/updates", [update, update])
    await desk.write(sari, "hai")

    updates = await desk.bot("getUpdates")
    left = await desk.bot("getUpdates", offset=2**70 + 1)

    assert len(updates) == 3
    assert left == []


async def test_resetting_ends_a_poll_and_lets_update_ids_rise(desk: Desk, sari: int) -> None:
    await write(desk, sari, 3)
    before = await last_id(desk)
    await desk.bot("getUpdates", offset=before + 1)
    poll = await begin_poll(desk)

    await desk.ask("POST", "/reset")

    status, _ = await ended(poll)
    await desk.write(await desk.person(), "hai")
    (update,) = await desk.bot("getUpdates", timeout=1)
    assert (status, update["update_id"]) == (500, before + 1)
