"""Reading what a message is to hold: text with entities, keyboards, the checks that Telegram makes of them."""

import json
from typing import Any

from simulator.entities import BLANK, check_entities, found_in, trimmed, utf16_length
from simulator.errors import bad_request
from simulator.html import parse_html
from simulator.links import check_link

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LONGEST_TARGET_BYTES = 64
MOST_BUTTONS = 100
LONGEST_PLACEHOLDER = 64
BUTTON_ACTIONS = frozenset(
    {"url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
     "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay"}
)  # fmt: skip


KEY_ACTIONS = frozenset(
    {"request_contact", "request_location", "request_poll", "request_users", "request_chat", "request_managed_bot",
     "web_app"}
)  # fmt: skip


def text_of(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return `text` and `entities` of a text message."""
    if not parameters.get("text"):
        raise bad_request("message text is empty")
    text, entities = _formatted(parameters, "text", "entities")
    if not text.strip(BLANK):
        raise bad_request("text must be non-empty")
    if utf16_length(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return {"text": text, **({"entities": entities} if entities else {})}


def caption_of(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return `caption` and `caption_entities`, or nothing."""
    if not parameters.get("caption"):
        return {}
    text, entities = _formatted(parameters, "caption", "caption_entities")
    if not text:
        return {}
    if utf16_length(text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return {"caption": text, **({"caption_entities": entities} if entities else {})}


def inline_keyboard_of(parameters: dict[str, Any]) -> dict[str, Any] | None:
    """Return the inline keyboard, checked; None if there is none."""
    markup = parameters.get("reply_markup")
    if not markup or "inline_keyboard" not in markup:
        return None
    rows = [row for row in markup["inline_keyboard"] if row]
    buttons = [button for row in rows for button in row]
    if len(buttons) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    for button in buttons:
        _check_button(button)
    return {"inline_keyboard": rows} if rows else None


def only_inline_keyboard_of(parameters: dict[str, Any]) -> dict[str, Any] | None:
    """Return the inline keyboard of an edit, checked; refuse any other markup."""
    markup = parameters.get("reply_markup")
    if markup and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return inline_keyboard_of(parameters)


def reply_keyboard_of(parameters: dict[str, Any], *, is_private: bool) -> tuple[bool, dict[str, Any] | None]:
    """Return whether the reply keyboard changes, and to what; one without keys changes nothing."""
    markup = parameters.get("reply_markup") or {}
    if "keyboard" not in markup:
        return "remove_keyboard" in markup, None
    rows = [[{"text": key} if isinstance(key, str) else key for key in row] for row in markup["keyboard"] if row]
    for key in (key for row in rows for key in row):
        _check_key(key, is_private=is_private)
    if len(markup.get("input_field_placeholder", "")) > LONGEST_PLACEHOLDER:
        raise bad_request("input field placeholder is too long")
    return bool(rows), {**markup, "keyboard": rows}


def _formatted(parameters: dict[str, Any], name: str, entities_name: str) -> tuple[str, list[dict[str, Any]]]:
    raw, mode = str(parameters.get(name, "")), str(parameters.get("parse_mode", "")).lower()
    if mode not in {"", "html"}:
        raise bad_request("unsupported parse_mode")  # Telegram knows Markdown; Bekal never sends it
    if mode == "html":  # where both are given, the mode counts
        text, entities = parse_html(raw)
    else:
        text, entities = raw, check_entities(raw, parameters.get(entities_name) or [])
    text, entities = trimmed(text, entities)
    return text, sorted([*entities, *_found(text, entities)], key=lambda entity: (entity["offset"], -entity["length"]))


def _found(text: str, entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Find links, commands and numbers where no entity that excludes them stands."""
    taken = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in {"text_link", "code", "pre"}]
    return [
        found
        for found in found_in(text)
        if all(found["offset"] >= end or found["offset"] + found["length"] <= start for start, end in taken)
        and not any(e["type"] == found["type"] and e["offset"] == found["offset"] for e in entities)
    ]


def _check_button(button: dict[str, Any]) -> None:
    """Refuse a bad button; also, as slips, one without a text, which Telegram drops, and one with two actions."""
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    url, target = button.get("url"), button.get("callback_data")
    if len(BUTTON_ACTIONS & button.keys()) != 1 or "" in {url, target}:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if target is not None and len(target.encode()) > LONGEST_TARGET_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if url is not None and (problem := check_link(url)) is not None:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {problem}")


def _check_key(key: dict[str, Any], *, is_private: bool) -> None:
    """Refuse a key that asks for what no group gives; also, as slips, one without a text and one with two actions."""
    if not key["text"].strip():
        raise bad_request("keyboard button text must be non-empty")
    if len(KEY_ACTIONS & key.keys()) > 1:
        raise bad_request("can't parse keyboard button: a key has one action")
    if not is_private and key.get("request_contact"):
        raise bad_request("phone number can be requested in private chats only")
    if not is_private and key.get("request_location"):
        raise bad_request("location can be requested in private chats only")


def same(left: object, right: object) -> bool:
    """Tell whether two contents are the same, as JSON."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)
