"""Reply keyboards: what comes back, how long they stay, what is refused in Telegram's words."""

from typing import Any

import pytest
import pytest_asyncio

from tests.simulator.desk import Desk

MENU: dict[str, Any] = {
    "keyboard": [["Menu", {"text": "Lokasi", "request_location": True}], [{"text": "Nomor", "request_contact": True}]],
    "resize_keyboard": True,
    "is_persistent": True,
    "one_time_keyboard": False,
    "input_field_placeholder": "Tulis di sini",
}


async def keyboard(desk: Desk, person: int) -> Any:
    return (await desk.ask("GET", f"/people/{person}/chat"))["reply_keyboard"]


@pytest_asyncio.fixture(loop_scope="session")
async def menu(desk: Desk, sari: int) -> int:
    """The message that brought the keyboard."""
    return await desk.say(sari, reply_markup=MENU)


async def test_all_of_a_keyboard_reaches_the_phone(desk: Desk, sari: int, menu: int) -> None:
    rows = [
        [{"text": "Menu"}, {"text": "Lokasi", "request_location": True}],
        [{"text": "Nomor", "request_contact": True}],
    ]

    assert await keyboard(desk, sari) == {**MENU, "keyboard": rows}
    assert "reply_markup" not in (await desk.messages(sari))[0]


async def test_it_stays_through_other_messages_edits_and_deletions(desk: Desk, sari: int, menu: int) -> None:
    other = await desk.say(sari, reply_markup={"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]})
    await desk.bot("editMessageText", chat_id=sari, message_id=other, text="baru")
    await desk.bot("deleteMessage", chat_id=sari, message_id=other)

    assert await keyboard(desk, sari) is not None


async def test_another_one_takes_its_place(desk: Desk, sari: int, menu: int) -> None:
    await desk.say(sari, reply_markup={"keyboard": [["Ya"]]})

    assert (await keyboard(desk, sari))["keyboard"] == [[{"text": "Ya"}]]


@pytest.mark.parametrize("method", ["deleteMessage", "deleteMessages"])
async def test_it_goes_with_the_message_that_brought_it(desk: Desk, sari: int, menu: int, method: str) -> None:
    ids: dict[str, Any] = {"message_id": menu} if method == "deleteMessage" else {"message_ids": [menu]}

    await desk.bot(method, chat_id=sari, **ids)

    assert await keyboard(desk, sari) is None


async def test_it_outlives_the_message_of_an_earlier_one(desk: Desk, sari: int, menu: int) -> None:
    await desk.say(sari, reply_markup={"keyboard": [["Ya"]]})

    await desk.bot("deleteMessage", chat_id=sari, message_id=menu)

    assert await keyboard(desk, sari) is not None


async def test_one_without_keys_changes_nothing(desk: Desk, sari: int, menu: int) -> None:
    await desk.say(sari, reply_markup={"keyboard": [[]]})

    assert (await keyboard(desk, sari))["keyboard"][0][0] == {"text": "Menu"}


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ({"keyboard": [[" "]]}, "keyboard button text must be non-empty"),
        ({"keyboard": [[{"text": ""}]]}, "keyboard button text must be non-empty"),
        (
            {"keyboard": [[{"text": "A", "request_contact": True, "request_location": True}]]},
            "can't parse keyboard button: a key has one action",
        ),
        ({"keyboard": [["A"]], "input_field_placeholder": "a" * 65}, "input field placeholder is too long"),
        ({"keyboard": ["A"]}, 'parameter "reply_markup" of sendMessage is ill-typed'),
        ({"keyboard": [[{"request_location": True}]]}, 'parameter "reply_markup" of sendMessage is ill-typed'),
        (
            {"keyboard": [[{"text": "A", "url": "https://a.id"}]]},
            'parameter "reply_markup" of sendMessage is ill-typed',
        ),
    ],
)
async def test_a_bad_keyboard_is_refused(desk: Desk, sari: int, menu: int, markup: dict[str, Any], words: str) -> None:
    assert await desk.refused("sendMessage", chat_id=sari, text="Halo", reply_markup=markup) == words
    assert len(await desk.messages(sari)) == 1
