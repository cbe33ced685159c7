"""Taps on buttons, and their answers: once, in time, and with ids that nobody can guess."""

import pytest
import pytest_asyncio

from tests.simulator.desk import Clock, Desk, buttons

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@pytest_asyncio.fixture(loop_scope="session")
async def shown(desk: Desk, sari: int) -> int:
    """A message with a button."""
    return await desk.say(sari, reply_markup=buttons("a"))


async def test_a_tap_tells_who_tapped_what_on_which_message(desk: Desk, sari: int, shown: int) -> None:
    tap = await desk.tap(sari, shown)

    (update,) = await desk.bot("getUpdates")

    query = update["callback_query"]
    assert (query["id"], query["from"]["id"], query["data"]) == (tap, sari, "a")
    assert query["message"] == (await desk.messages(sari))[0]


async def test_every_tap_has_an_id_of_its_own(desk: Desk, sari: int, shown: int) -> None:
    assert len({await desk.tap(sari, shown) for _ in range(20)}) == 20


async def test_an_answer_reaches_the_phone(desk: Desk, sari: int, shown: int) -> None:
    after = (await desk.ask("GET", f"/people/{sari}/chat"))["last_event"]
    tap = await desk.tap(sari, shown)

    assert await desk.bot("answerCallbackQuery", callback_query_id=tap, text="Baik", show_alert=True) is True

    name, body = await desk.next_event(sari, after)
    assert (name, body["callback_query_id"], body["text"], body["show_alert"]) == ("answer", tap, "Baik", True)


async def test_a_second_answer_is_refused(desk: Desk, sari: int, shown: int) -> None:
    tap = await desk.tap(sari, shown)
    await desk.bot("answerCallbackQuery", callback_query_id=tap)

    assert await desk.refused("answerCallbackQuery", callback_query_id=tap) == TOO_OLD


async def test_a_refused_answer_leaves_the_tap_to_be_answered(desk: Desk, sari: int, shown: int) -> None:
    tap = await desk.tap(sari, shown)

    words = await desk.refused("answerCallbackQuery", callback_query_id=tap, text="a" * 201)

    assert words == "MESSAGE_TOO_LONG"
    assert await desk.bot("answerCallbackQuery", callback_query_id=tap, text="a" * 200)


@pytest.mark.parametrize("tap", ["1", "nonsense"])
async def test_an_unknown_tap_is_refused(desk: Desk, tap: str) -> None:
    assert await desk.refused("answerCallbackQuery", callback_query_id=tap) == TOO_OLD


async def test_a_tap_can_be_answered_for_150_seconds(desk: Desk, sari: int, shown: int, clock: Clock) -> None:
    first, second = await desk.tap(sari, shown), await desk.tap(sari, shown)

    clock.turn(150)
    await desk.bot("answerCallbackQuery", callback_query_id=first)
    clock.turn(1)

    assert await desk.refused("answerCallbackQuery", callback_query_id=second) == TOO_OLD


async def test_a_tap_dies_after_150_seconds_even_behind_a_text(desk: Desk, sari: int, shown: int, clock: Clock) -> None:
    await desk.write(sari, "hai")
    await desk.tap(sari, shown)
    await desk.write(sari, "lagi")

    clock.turn(151)

    assert [list(update)[1] for update in await desk.bot("getUpdates")] == ["message", "message"]


async def test_a_blocked_bot_can_still_answer_a_tap(desk: Desk, sari: int, shown: int) -> None:
    tap = await desk.tap(sari, shown)
    await desk.do(sari, "block")

    assert await desk.bot("answerCallbackQuery", callback_query_id=tap)
