"""Replies as a phone's script draws them: in the shape of Telegram's messages, from the very replies that are sent."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from core.messages import Reply


def messages(replies: Iterable[Reply], *, now: datetime) -> list[dict[str, Any]]:
    """Return replies as messages of the bot."""
    return [_message(number, reply, now) for number, reply in enumerate(replies, 1)]


def _message(number: int, reply: Reply, now: datetime) -> dict[str, Any]:
    message: dict[str, Any] = {
        "message_id": number,
        "date": int(now.timestamp()),
        "from": {"id": 0, "is_bot": True, "first_name": "Bekal"},
        "text": reply.body.text,
        "entities": [
            {"type": entity.type, "offset": entity.offset, "length": entity.length}
            | ({"url": entity.url} if entity.url else {})
            for entity in reply.body.entities
        ],
    }
    if reply.rows:
        rows = [[_button(button.label, button.target, button.url) for button in row] for row in reply.rows]
        message["reply_markup"] = {"inline_keyboard": rows}
    return message


def _button(label: str, target: str, url: str) -> dict[str, str]:
    return {"text": label, "url": url} if url else {"text": label, "callback_data": target}
