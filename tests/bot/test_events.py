"""An update as plain data."""

from typing import Any

import pytest

from bot.events import Attachment, AttachmentKind, Command, Ignored, MalformedUpdate, Tap, Text, parse

USER = {"id": 5, "is_bot": False, "first_name": "Sari", "language_code": "id"}
CHAT = {"id": 5, "type": "private"}


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


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"contact": {"phone_number": "+62812", "first_name": "S"}}, AttachmentKind.CONTACT),
        ({"location": {"latitude": 1.0, "longitude": 2.0}}, AttachmentKind.LOCATION),
        ({"sticker": {"anything": True}}, AttachmentKind.OTHER),
    ],
)
def test_an_attachment_is_told_by_its_kind(content: dict[str, Any], kind: AttachmentKind) -> None:
    event = parse(update(message=message(**content)))

    assert isinstance(event, Attachment)
    assert event.kind is kind


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
