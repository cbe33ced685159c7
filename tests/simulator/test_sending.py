"""Texts, keyboards, places, contacts, copies: what comes back, and what is refused in Telegram's words."""

from typing import Any

import pytest

from tests.simulator.desk import Clock, Desk, buttons


async def test_a_sent_text_comes_back_as_a_message_of_the_bot(desk: Desk, sari: int, clock: Clock) -> None:
    message = await desk.bot("sendMessage", chat_id=sari, text="Halo")

    assert message["text"] == "Halo"
    assert message["date"] == int(clock())
    assert message["from"]["is_bot"]
    assert message["chat"] == {"id": sari, "type": "private", "first_name": "Sari"}
    assert await desk.messages(sari) == [message]


async def test_message_ids_rise(desk: Desk, sari: int) -> None:
    numbers = [await desk.say(sari), await desk.write(sari, "hai"), await desk.say(sari)]

    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize(("sent", "shown"), [("  a b \n", "a b"), ("\n\ta", "a"), ("\u00a0a", "\u00a0a")])
async def test_blanks_around_a_text_are_cut(desk: Desk, sari: int, sent: str, shown: str) -> None:
    assert (await desk.bot("sendMessage", chat_id=sari, text=sent))["text"] == shown


async def test_entities_move_with_the_blanks_that_are_cut(desk: Desk, sari: int) -> None:
    bold = {"type": "bold", "offset": 2, "length": 3}

    message = await desk.bot("sendMessage", chat_id=sari, text="  ab  ", entities=[bold])

    assert (message["text"], message["entities"]) == ("ab", [{"type": "bold", "offset": 0, "length": 2}])


async def test_blanks_at_the_front_stay_where_an_entity_begins_in_them(desk: Desk, sari: int) -> None:
    bold = {"type": "bold", "offset": 0, "length": 2}

    message = await desk.bot("sendMessage", chat_id=sari, text=" ab", entities=[bold])

    assert (message["text"], message["entities"]) == (" ab", [bold])


@pytest.mark.parametrize("text", [" ", "\n\n", "\u200b", "\u00a0\u2800", "<b></b>", "<i> </i>"])
async def test_a_text_of_nothing_but_blanks_is_refused(desk: Desk, sari: int, text: str) -> None:
    words = await desk.refused("sendMessage", chat_id=sari, text=text, parse_mode="HTML")

    assert words == "text must be non-empty"


@pytest.mark.parametrize("parameters", [{}, {"text": ""}])
async def test_no_text_is_refused(desk: Desk, sari: int, parameters: dict[str, Any]) -> None:
    assert await desk.refused("sendMessage", chat_id=sari, **parameters) == "message text is empty"


@pytest.mark.parametrize(
    ("text", "one_more"),
    [("a" * 4096, "a"), ("😀" * 2048, "a"), (f"<b>{'a' * 4096}</b>", "a"), ("&lt;" * 4096, "&gt;")],
)
async def test_4096_utf16_units_after_parsing_fit_and_no_more(desk: Desk, sari: int, text: str, one_more: str) -> None:
    await desk.say(sari, text, parse_mode="HTML")

    words = await desk.refused("sendMessage", chat_id=sari, text=text + one_more, parse_mode="HTML")

    assert words == "message is too long"


@pytest.mark.parametrize("chat_id", [999, "999", "@nobody", "Sari", -1, 2**70])
async def test_an_unknown_chat_is_refused(desk: Desk, chat_id: int | str) -> None:
    assert await desk.refused("sendMessage", chat_id=chat_id, text="Halo") == "chat not found"


async def test_no_chat_is_refused(desk: Desk) -> None:
    assert await desk.refused("sendMessage", text="Halo") == "chat_id is empty"


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("sendMessage", {"text": "Halo"}),
        ("sendLocation", {"latitude": 1, "longitude": 1}),
        ("sendChatAction", {"action": "typing"}),
    ],
)
async def test_a_person_who_blocked_the_bot_is_not_reached(
    desk: Desk, sari: int, method: str, parameters: dict[str, Any]
) -> None:
    await desk.do(sari, "block")

    words = await desk.refused(method, status=403, chat_id=sari, **parameters)

    assert words == "Forbidden: bot was blocked by the user"
    assert await desk.messages(sari) == []


async def test_a_person_who_lets_the_bot_in_again_is_reached(desk: Desk, sari: int) -> None:
    await desk.do(sari, "block")
    await desk.do(sari, "unblock")

    assert await desk.say(sari)


async def test_a_chat_can_be_looked_up_although_the_bot_is_blocked(desk: Desk, sari: int) -> None:
    await desk.do(sari, "block")

    assert (await desk.bot("getChat", chat_id=sari))["first_name"] == "Sari"


async def test_a_reply_shows_what_it_replies_to(desk: Desk, sari: int) -> None:
    asked = await desk.write(sari, "Apa?")

    reply = await desk.bot("sendMessage", chat_id=sari, text="Ini", reply_parameters={"message_id": asked})

    assert reply["reply_to_message"]["text"] == "Apa?"


async def test_a_reply_to_nothing_is_refused_unless_that_was_allowed(desk: Desk, sari: int) -> None:
    nothing = {"message_id": 99}

    words = await desk.refused("sendMessage", chat_id=sari, text="Ini", reply_parameters=nothing)

    assert words == "message to be replied not found"
    assert await desk.say(sari, reply_parameters={**nothing, "allow_sending_without_reply": True})


@pytest.mark.parametrize("target", ["a" * 64, "é" * 32, "😀" * 16])
async def test_a_button_carries_64_bytes_and_no_more(desk: Desk, sari: int, target: str) -> None:
    await desk.say(sari, reply_markup=buttons(target))

    words = await desk.refused("sendMessage", chat_id=sari, text="Halo", reply_markup=buttons(target + "a"))

    assert words == "BUTTON_DATA_INVALID"


UNALLOWED = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "A"}, UNALLOWED),
        ({"text": "A", "callback_data": ""}, UNALLOWED),
        ({"text": " ", "callback_data": "a"}, "inline keyboard button text must be non-empty"),
        ({"text": "A", "url": "bekal"}, "inline keyboard button URL 'bekal' is invalid: Wrong HTTP URL"),
    ],
)
async def test_a_button_that_does_nothing_is_refused(desk: Desk, sari: int, button: dict[str, str], words: str) -> None:
    keyboard = {"inline_keyboard": [[button]]}

    assert await desk.refused("sendMessage", chat_id=sari, text="Halo", reply_markup=keyboard) == words


async def test_too_many_buttons_are_refused(desk: Desk, sari: int) -> None:
    await desk.say(sari, reply_markup=buttons(*"a" * 100))

    words = await desk.refused("sendMessage", chat_id=sari, text="Halo", reply_markup=buttons(*"a" * 101))

    assert words == "reply markup is too long"


async def test_an_inline_keyboard_comes_back_without_its_empty_rows(desk: Desk, sari: int) -> None:
    row = [{"text": "A", "callback_data": "a"}]

    message = await desk.bot("sendMessage", chat_id=sari, text="Halo", reply_markup={"inline_keyboard": [[], row]})

    assert message["reply_markup"] == {"inline_keyboard": [row]}


async def test_a_reply_keyboard_stays_until_it_is_removed(desk: Desk, sari: int) -> None:
    async def keyboard() -> Any:
        return (await desk.ask("GET", f"/people/{sari}/chat"))["reply_keyboard"]

    await desk.say(sari, reply_markup={"keyboard": [["Ya", {"text": "Nomor", "request_contact": True}]]})
    await desk.say(sari)
    shown = await keyboard()
    await desk.say(sari, reply_markup={"remove_keyboard": True})

    assert shown["keyboard"] == [[{"text": "Ya"}, {"text": "Nomor", "request_contact": True}]]
    assert await keyboard() is None


async def test_the_sign_that_the_bot_types_goes_with_the_next_message(desk: Desk, sari: int) -> None:
    async def action() -> Any:
        return (await desk.ask("GET", f"/people/{sari}/chat"))["chat_action"]

    await desk.bot("sendChatAction", chat_id=sari, action="typing")
    typing = await action()
    await desk.say(sari)

    assert (typing, await action()) == ("typing", None)


@pytest.mark.parametrize(
    ("method", "parameters", "words"),
    [
        ("sendChatAction", {"action": "sleeping"}, "wrong parameter action in request"),
        ("sendLocation", {"latitude": 91, "longitude": 0}, "wrong latitude or longitude specified"),
        ("sendContact", {"phone_number": "call me", "first_name": "A"}, "phone number is invalid"),
        ("copyMessage", {"from_chat_id": 999, "message_id": 1}, "chat not found"),
    ],
)
async def test_other_nonsense_is_refused(
    desk: Desk, sari: int, method: str, parameters: dict[str, Any], words: str
) -> None:
    assert await desk.refused(method, chat_id=sari, **parameters) == words


async def test_a_copy_hides_where_it_comes_from_and_a_forward_tells(desk: Desk, sari: int) -> None:
    number = await desk.write(sari, "Apa?")

    copy = await desk.bot("copyMessage", chat_id=sari, from_chat_id=sari, message_id=number)
    forward = await desk.bot("forwardMessage", chat_id=sari, from_chat_id=sari, message_id=number)

    copied = (await desk.messages(sari))[1]
    assert (copy, copied["text"], "forward_origin" in copied) == ({"message_id": 2}, "Apa?", False)
    assert (forward["text"], "forward_origin" in forward) == ("Apa?", True)


@pytest.mark.parametrize(("method", "what"), [("copyMessage", "copy"), ("forwardMessage", "forward")])
async def test_what_is_not_there_cannot_be_copied(desk: Desk, sari: int, method: str, what: str) -> None:
    words = await desk.refused(method, chat_id=sari, from_chat_id=sari, message_id=9)

    assert words == f"message to {what} not found"
