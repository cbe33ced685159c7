"""An update as plain data."""

from typing import Any

import pytest

from bot.events import (
    Attachment,
    Captioned,
    Command,
    Ignored,
    JoinedGroup,
    MalformedUpdate,
    SharedContact,
    SharedLocation,
    Tap,
    Text,
    parse,
)

USER = {"id": 5, "is_bot": False, "first_name": "Sari", "language_code": "id"}
CHAT = {"id": 5, "type": "private"}
ADMINISTRATOR_RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories",
)  # fmt: skip


def update(**content: Any) -> dict[str, Any]:
    return {"update_id": 9, **content}


def message(**content: Any) -> dict[str, Any]:
    return {"message_id": 3, "date": 1795500000, "chat": CHAT, "from": USER, **content}


def test_a_command_is_parted_from_what_follows_it() -> None:
    entities = [{"type": "bot_command", "offset": 0, "length": 16}]
    event = parse(update(message=message(text="/Start@bekal_bot  a-passport-held ", entities=entities)))

    assert isinstance(event, Command)
    assert (event.name, event.payload) == ("start", "a-passport-held")


def test_a_slash_that_telegram_does_not_call_a_command_is_text() -> None:
    assert isinstance(parse(update(message=message(text="/ / /"))), Text)


def test_what_a_database_cannot_hold_is_left_out_of_a_text() -> None:
    event = parse(update(message=message(text="a\x00b\ud83dc")))

    assert isinstance(event, Text)
    assert event.text == "abc"


def test_a_tap_says_which_message_and_what_it_asks_for() -> None:
    tapped = {**message(text="x"), "reply_markup": {"inline_keyboard": "nonsense"}}
    event = parse(
        update(callback_query={"id": "7", "from": USER, "chat_instance": "1", "message": tapped, "data": "h"})
    )

    assert isinstance(event, Tap)
    assert (event.message_id, event.target, event.tap_id) == (3, "h", "7")


def test_a_sticker_is_an_attachment() -> None:
    assert isinstance(parse(update(message=message(sticker={"anything": True}))), Attachment)


def test_words_under_a_picture_are_a_text_of_their_own_kind() -> None:
    event = parse(update(message=message(photo={"anything": True}, caption="gaji saya tidak dibayar")))

    assert isinstance(event, Captioned)
    assert event.text == "gaji saya tidak dibayar"


@pytest.mark.parametrize(("owner", "is_own"), [({"user_id": 5}, True), ({"user_id": 6}, False), ({}, False)])
def test_a_shared_contact_tells_whether_it_is_her_own(owner: dict[str, int], is_own: bool) -> None:
    event = parse(update(message=message(contact={"phone_number": "+62812", "first_name": "S", **owner})))

    assert isinstance(event, SharedContact)
    assert (event.phone, event.is_own) == ("+62812", is_own)


@pytest.mark.parametrize(
    "content",
    [
        {"message": {**message(text="x"), "chat": {"id": -5, "type": "group", "title": "G"}}},
        {"message": {**message(text="x"), "from": {**USER, "is_bot": True}}},
        {"edited_message": message(text="x")},
        {"something_new": {}},
        {},
    ],
)
def test_what_calls_for_nothing_is_ignored(content: dict[str, Any]) -> None:
    assert isinstance(parse(update(**content)), Ignored)


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        {"update_id": "9"},
        {"update_id": True},
        {"update_id": -1},
        {"update_id": 2**63},
        update(message="text"),
        update(message=message(text="x", message_id=2**80)),
        update(message={**message(text="x"), "chat": {"id": 2**70, "type": "private"}}),
        update(message=message(text=7)),
    ],
)
def test_what_telegram_would_not_send_is_malformed(raw: Any) -> None:
    with pytest.raises(MalformedUpdate):
        parse(raw)


def test_a_place_is_two_numbers() -> None:
    event = parse(update(message=message(location={"latitude": 25.03, "longitude": 121})))

    assert isinstance(event, SharedLocation)
    assert (event.latitude, event.longitude) == (25.03, 121.0)


@pytest.mark.parametrize("latitude", ["north", 91, None, float("nan")])
def test_a_place_that_is_not_on_this_earth_is_malformed(latitude: object) -> None:
    with pytest.raises(MalformedUpdate):
        parse(update(message=message(location={"latitude": latitude, "longitude": 2.0})))


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [("left", "member", JoinedGroup), ("member", "administrator", Ignored), ("member", "left", Ignored)],
)
def test_only_joining_a_group_is_told(before: str, after: str, kind: type) -> None:
    bot = {"id": 7, "is_bot": True, "first_name": "Bekal"}
    rights = {right: False for right in ADMINISTRATOR_RIGHTS} if after == "administrator" else {}
    change = {
        "chat": {"id": -100, "type": "supergroup", "title": "Bantul in Hong Kong"},
        "from": USER,
        "date": 1795500000,
        "old_chat_member": {"status": before, "user": bot},
        "new_chat_member": {"status": after, "user": bot, **rights},
    }

    assert isinstance(parse(update(my_chat_member=change)), kind)
