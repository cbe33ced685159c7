"""Editing and deleting: what changes, what stays, and what Telegram will not do."""

from typing import Any

import pytest

from tests.simulator.desk import HOUR, Clock, Desk, buttons

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


async def edit(desk: Desk, person: int, message_id: int, text: str = "Halo", **parameters: Any) -> Any:
    return await desk.bot("editMessageText", chat_id=person, message_id=message_id, text=text, **parameters)


async def edit_refused(desk: Desk, person: int, message_id: int, text: str = "Halo", **parameters: Any) -> str:
    return await desk.refused("editMessageText", chat_id=person, message_id=message_id, text=text, **parameters)


async def test_an_edited_text_takes_the_place_of_the_old_one(desk: Desk, sari: int, clock: Clock) -> None:
    number = await desk.say(sari, "<b>lama</b>", parse_mode="HTML")
    clock.turn(5)

    edited = await edit(desk, sari, number, "baru")

    assert (edited["text"], edited["edit_date"] - edited["date"], "entities" in edited) == ("baru", 5, False)
    assert await desk.messages(sari) == [edited]


async def test_an_edit_without_a_keyboard_takes_it_away(desk: Desk, sari: int) -> None:
    number = await desk.say(sari, reply_markup=buttons("a"))

    assert "reply_markup" not in await edit(desk, sari, number, "baru")


async def test_an_edit_that_changes_nothing_is_refused(desk: Desk, sari: int) -> None:
    number = await desk.say(sari, "<b>Halo</b>", parse_mode="HTML", reply_markup=buttons("a"))
    same: dict[str, Any] = {"text": " <b>Halo</b> ", "parse_mode": "HTML", "reply_markup": buttons("a")}

    assert await edit_refused(desk, sari, number, **same) == NOT_MODIFIED
    await edit(desk, sari, number, **same | {"reply_markup": buttons("b")})
    await edit(desk, sari, number, "Halo")
    assert await edit_refused(desk, sari, number, "Halo") == NOT_MODIFIED


async def test_a_keyboard_alone_is_edited_and_removed(desk: Desk, sari: int) -> None:
    number = await desk.say(sari, reply_markup=buttons("a"))
    call: dict[str, Any] = {"chat_id": sari, "message_id": number}

    changed = await desk.bot("editMessageReplyMarkup", **call, reply_markup=buttons("b"))
    removed = await desk.bot("editMessageReplyMarkup", **call)

    assert (changed["text"], changed["reply_markup"]) == ("Halo", buttons("b"))
    assert "reply_markup" not in removed
    assert await desk.refused("editMessageReplyMarkup", **call) == NOT_MODIFIED


async def test_an_edit_is_as_strict_as_a_new_message(desk: Desk, sari: int) -> None:
    number = await desk.say(sari)

    assert await edit_refused(desk, sari, number, "") == "message text is empty"
    assert await edit_refused(desk, sari, number, "a" * 4097) == "message is too long"
    assert await edit_refused(desk, sari, number, reply_markup=buttons("a" * 65)) == "BUTTON_DATA_INVALID"
    assert "can't parse entities" in await edit_refused(desk, sari, number, "<b>", parse_mode="HTML")
    assert [message["text"] for message in await desk.messages(sari)] == ["Halo"]


@pytest.mark.parametrize("markup", [{"keyboard": [["a"]]}, {"remove_keyboard": True}, {"force_reply": True}])
@pytest.mark.parametrize("method", ["editMessageText", "editMessageReplyMarkup"])
async def test_only_an_inline_keyboard_can_be_edited_in(
    desk: Desk, sari: int, method: str, markup: dict[str, Any]
) -> None:
    call: dict[str, Any] = {"chat_id": sari, "message_id": await desk.say(sari), "reply_markup": markup}
    text: dict[str, Any] = {"text": "baru"} if method == "editMessageText" else {}

    assert await desk.refused(method, **call, **text) == "inline keyboard expected"


@pytest.mark.parametrize("markup", [{"keyboard": [["a"]]}, {"remove_keyboard": True}])
async def test_what_came_with_a_reply_keyboard_is_never_edited(desk: Desk, sari: int, markup: dict[str, Any]) -> None:
    number = await desk.say(sari, reply_markup=markup)

    assert await edit_refused(desk, sari, number, "baru") == "message can't be edited"


async def test_what_is_not_there_cannot_be_edited(desk: Desk, sari: int) -> None:
    gone = await desk.say(sari)
    await desk.bot("deleteMessage", chat_id=sari, message_id=gone)

    assert await edit_refused(desk, sari, gone) == "message to edit not found"
    assert await edit_refused(desk, sari, 99) == "message to edit not found"
    assert await edit_refused(desk, 999, 1) == "chat not found"
    assert await desk.refused("editMessageText", chat_id=sari, text="a") == "message identifier is not specified"


async def test_what_a_person_deleted_cannot_be_edited(desk: Desk, sari: int) -> None:
    number = await desk.say(sari)
    await desk.do(sari, "delete", message_ids=[number])

    assert await edit_refused(desk, sari, number, "baru") == "message to edit not found"


async def test_a_persons_message_cannot_be_edited(desk: Desk, sari: int) -> None:
    assert await edit_refused(desk, sari, await desk.write(sari, "hai")) == "message can't be edited"


async def test_a_blocked_bot_cannot_edit(desk: Desk, sari: int) -> None:
    number = await desk.say(sari)
    await desk.do(sari, "block")

    words = await desk.refused("editMessageText", status=403, chat_id=sari, message_id=number, text="baru")

    assert words == "Forbidden: bot was blocked by the user"


async def test_texts_and_captions_are_not_mixed_up(desk: Desk, sari: int) -> None:
    text = await desk.say(sari)
    photo = (await desk.bot_upload("sendPhoto", "photo", chat_id=sari, caption="lama"))["message_id"]

    caption = await desk.bot("editMessageCaption", chat_id=sari, message_id=photo, caption="baru")
    without = await desk.bot("editMessageCaption", chat_id=sari, message_id=photo)

    assert (caption["caption"], "caption" in without) == ("baru", False)
    assert await edit_refused(desk, sari, photo) == "there is no text in the message to edit"
    words = await desk.refused("editMessageCaption", chat_id=sari, message_id=text, caption="baru")
    assert words == "there is no caption in the message to edit"


async def test_both_sides_messages_can_be_deleted_once(desk: Desk, sari: int) -> None:
    for number in (await desk.say(sari), await desk.write(sari, "hai")):
        assert await desk.bot("deleteMessage", chat_id=sari, message_id=number) is True
        words = await desk.refused("deleteMessage", chat_id=sari, message_id=number)
        assert words == "message to delete not found"

    assert await desk.messages(sari) == []


async def test_a_message_can_be_deleted_for_48_hours(desk: Desk, sari: int, clock: Clock) -> None:
    first, second = await desk.say(sari), await desk.say(sari)

    clock.turn(48 * HOUR)
    await desk.bot("deleteMessage", chat_id=sari, message_id=first)
    clock.turn(1)

    words = await desk.refused("deleteMessage", chat_id=sari, message_id=second)
    assert words == "message can't be deleted for everyone"
    assert await edit(desk, sari, second, "still editable")


async def test_many_are_deleted_at_once_and_those_not_there_passed_over(desk: Desk, sari: int) -> None:
    first, second = await desk.say(sari), await desk.say(sari)

    assert await desk.bot("deleteMessages", chat_id=sari, message_ids=[first, first, 99]) is True

    assert [message["message_id"] for message in await desk.messages(sari)] == [second]


async def test_100_that_are_not_there_are_passed_over(desk: Desk, sari: int) -> None:
    assert await desk.bot("deleteMessages", chat_id=sari, message_ids=list(range(1, 101))) is True


async def test_one_that_is_too_old_keeps_all_of_them(desk: Desk, sari: int, clock: Clock) -> None:
    old = await desk.say(sari)
    clock.turn(49 * HOUR)
    new = await desk.say(sari)

    words = await desk.refused("deleteMessages", chat_id=sari, message_ids=[new, old])

    assert words == "message can't be deleted for everyone"
    assert len(await desk.messages(sari)) == 2


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([], "message identifiers are not specified"),
        (list(range(1, 102)), "too many message identifiers specified"),
        ([1, 0], "invalid message identifier specified"),
    ],
)
async def test_none_too_many_or_no_ids_cannot_be_deleted(desk: Desk, sari: int, numbers: list[int], words: str) -> None:
    assert await desk.refused("deleteMessages", chat_id=sari, message_ids=numbers) == words


@pytest.mark.parametrize(("method", "what"), [("pinChatMessage", "pin"), ("setMessageReaction", "react")])
async def test_only_what_is_there_can_be_pinned_or_reacted_to(desk: Desk, sari: int, method: str, what: str) -> None:
    assert await desk.bot(method, chat_id=sari, message_id=await desk.say(sari)) is True
    assert await desk.refused(method, chat_id=sari, message_id=99) == f"message to {what} not found"
