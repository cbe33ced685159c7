"""Faults on request: each kind does what docs/simulator.md says of it."""

import time
from typing import Any

import aiohttp
import pytest

from tests.simulator.desk import Desk, Receiver

NO_FAULT = {
    "methods": [], "share": 1.0, "times": None, "status": 500, "description": "Internal Server Error",
    "retry_after": 1, "seconds": 1.0, "seed": None,
}  # fmt: skip


async def broken(desk: Desk, person: int) -> None:
    with pytest.raises(aiohttp.ClientError):
        await desk.say(person)


async def test_an_error_has_the_status_and_words_that_were_put(desk: Desk, sari: int) -> None:
    await desk.faults({"kind": "error", "status": 502, "description": "Bad Gateway"})

    assert await desk.refused("sendMessage", status=502, chat_id=sari, text="Halo") == "Bad Gateway"
    assert await desk.messages(sari) == []


async def test_too_many_requests_tells_how_long_to_wait(desk: Desk, sari: int) -> None:
    await desk.faults({"kind": "too_many_requests", "retry_after": 2})

    assert await desk.post("sendMessage", json={"chat_id": sari, "text": "Halo"}) == (
        429,
        {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 2",
            "parameters": {"retry_after": 2},
        },
    )


@pytest.mark.parametrize(("kind", "count"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_connection_is_dropped_before_or_after_the_work(desk: Desk, sari: int, kind: str, count: int) -> None:
    await desk.faults({"kind": kind})

    await broken(desk, sari)

    assert len(await desk.messages(sari)) == count
    assert len(await desk.ask("GET", "/calls")) == 1


async def test_a_call_that_times_out_waits_does_nothing_and_is_dropped(desk: Desk, sari: int) -> None:
    await desk.faults({"kind": "time_out", "seconds": 0.05})
    began = time.monotonic()

    await broken(desk, sari)

    assert time.monotonic() - began >= 0.05
    assert await desk.messages(sari) == []


async def test_a_slow_call_waits_and_goes_on(desk: Desk, sari: int) -> None:
    await desk.faults({"kind": "slow", "seconds": 0.05})
    began = time.monotonic()

    assert await desk.say(sari)

    assert time.monotonic() - began >= 0.05


async def test_a_fault_strikes_the_methods_and_times_it_names(desk: Desk, sari: int) -> None:
    await desk.faults({"kind": "error", "methods": ["sendMessage"], "times": 1})

    await desk.bot("getMe")
    await desk.refused("sendMessage", status=500, chat_id=sari, text="Halo")

    assert await desk.say(sari)


async def test_the_first_fault_that_matches_wins(desk: Desk) -> None:
    await desk.faults(
        {"kind": "error", "methods": ["sendMessage"], "status": 500},
        {"kind": "error", "status": 501},
        {"kind": "error", "status": 502},
    )

    assert await desk.refused("getMe", status=501)


async def test_a_share_strikes_as_often_as_its_seed_says(desk: Desk) -> None:
    async def statuses() -> list[int]:
        await desk.faults({"kind": "error", "share": 0.5, "seed": 7})
        return [(await desk.post("getMe"))[0] for _ in range(40)]

    first = await statuses()

    assert await statuses() == first
    assert 10 <= first.count(500) <= 30


async def test_a_fault_comes_after_the_checks_of_the_call(desk: Desk) -> None:
    await desk.faults({"kind": "error"})

    assert await desk.refused("sendMessage") == "chat_id is empty"


async def test_polled_updates_are_given_twice_with_one_id(desk: Desk, sari: int) -> None:
    await desk.write(sari, "hai")
    await desk.faults({"kind": "duplicate_updates", "times": 1})

    first, second = await desk.bot("getUpdates")

    assert first == second
    assert await desk.bot("getUpdates") == [first]


async def test_polled_updates_are_shuffled_and_none_is_lost(desk: Desk, sari: int) -> None:
    for number in range(3):
        await desk.write(sari, str(number))
    await desk.faults({"kind": "shuffle_updates", "times": 1})

    texts = [update["message"]["text"] for update in await desk.bot("getUpdates")]

    assert texts[0] != "0"
    assert sorted(texts) == ["0", "1", "2"]


async def test_an_update_is_brought_to_the_webhook_twice(desk: Desk, sari: int, receiver: Receiver) -> None:
    await desk.faults({"kind": "duplicate_updates", "times": 1})
    await desk.bot("setWebhook", url=receiver.url)

    await desk.write(sari, "satu")
    await desk.write(sari, "dua")

    updates = [await receiver.next() for _ in range(3)]
    assert sorted(update["message"]["text"] for update in updates) == ["dua", "satu", "satu"]
    assert len({update["update_id"] for update in updates}) == 2
    assert await receiver.hears_nothing()


async def test_an_update_to_the_webhook_is_overtaken(desk: Desk, sari: int, receiver: Receiver) -> None:
    await desk.faults({"kind": "shuffle_updates", "times": 1})
    receiver.statuses = [500]
    await desk.bot("setWebhook", url=receiver.url)

    await desk.write(sari, "satu")
    await desk.write(sari, "dua")

    assert set(await receiver.texts(3)) == {"satu", "dua"}
    assert await receiver.hears_nothing()


async def test_faults_are_shown_as_they_are_in_force_and_taken_back(desk: Desk) -> None:
    await desk.faults({"kind": "error", "methods": ["getMe"], "times": 2, "seed": 1})
    await desk.refused("getMe", status=500)

    left = {**NO_FAULT, "kind": "error", "methods": ["getMe"], "times": 1, "seed": 1}
    assert await desk.ask("GET", "/faults") == [left]
    assert await desk.ask("DELETE", "/faults") == []
    assert await desk.bot("getMe")


@pytest.mark.parametrize(
    "faults",
    [
        {"kind": "error"},
        None,
        ["error"],
        [{}],
        [{"kind": "earthquake"}],
        [{"kind": []}],
        [{"kind": "error", "often": 1}],
        [{"kind": "error", "dice": 1}],
        [{"kind": "error", "share": "all"}],
        [{"kind": "error", "methods": "sendMessage"}],
        [{"kind": "error", "methods": [1]}],
        [{"kind": "slow", "seconds": "5"}],
        [{"kind": "error", "times": True}],
    ],
)
async def test_what_is_no_fault_is_refused_and_changes_nothing(desk: Desk, faults: Any) -> None:
    await desk.faults({"kind": "slow", "seconds": 0})

    status, answer = await desk.control("PUT", "/faults", json=faults)

    assert (status, list(answer)) == (422, ["error"])
    assert [fault["kind"] for fault in await desk.ask("GET", "/faults")] == ["slow"]
