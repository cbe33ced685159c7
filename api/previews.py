"""Replies as a phone's script draws them: in the shape of Telegram's messages, from the very replies that are sent."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from content.form_shapes import QuestionModel
from core import i18n
from core.messages import Reply
from registrations import form_screens
from registrations.forms import Asked, Filling


def messages(replies: Iterable[Reply], *, now: datetime) -> list[dict[str, Any]]:
    """Return replies as messages of the bot."""
    return [_message(number, reply, now) for number, reply in enumerate(replies, 1)]


def of_question(
    questions: Sequence[QuestionModel], question: QuestionModel, language: str, *, now: datetime
) -> list[dict[str, Any]]:
    """Return a question of a form as a phone shows it to somebody who is asked all of them."""
    asked = Asked(0, tuple(each.model_copy(update={"shown_if": None}) for each in questions))
    found = asked.questions[questions.index(question)]
    return messages([form_screens.question(Filling("-", asked, {}), found, words=i18n.words(language))], now=now)


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
