"""An update, parsed once into plain data. This and bot/telegram/ are all that know the shape of a Bot API update.

raw JSON -> parse() -> Text | Captioned | Command | Tap | SharedContact | SharedLocation | Attachment
                    |  Membership | JoinedGroup | Ignored
                    \\-> MalformedUpdate: nothing that Telegram would send
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from telegram import CallbackQuery, ChatMemberUpdated, Message, MessageEntity, Update, User
from telegram.constants import ChatMemberStatus, ChatType

# Telegram: ids fit 52 bits, update ids 32: https://core.telegram.org/bots/api#user. A database key holds 63 bits.
LARGEST_ID = 2**63 - 1
# Only these parts of a message become objects of the library: making them of all costs more than the rest of a turn.
READ_OF_MESSAGE = frozenset(
    {"message_id", "date", "chat", "from", "text", "caption", "entities", "contact", "location"}
)
COMMAND = re.compile(r"/(?P<name>\w+)(?:@\w+)?", re.ASCII)  # as Telegram marks it: "/sos, help" is /sos
PUNCTUATION = " \t\r\n,.;:!?-"
OUTSIDE = frozenset({ChatMemberStatus.BANNED, ChatMemberStatus.LEFT})
READ_OF_TAPPED_MESSAGE = frozenset({"message_id", "date", "chat"})


class MalformedUpdate(Exception):  # noqa: N818  it names what arrived
    """Something arrived that is no update: it has no usable update_id, or fields of the wrong kind."""

    def __init__(self, update_id: int | None) -> None:
        super().__init__("malformed update")
        self.update_id = update_id


@dataclass(frozen=True, slots=True)
class Event:
    """What every event of a private chat has. `language_code` is what the phone reports, if anything."""

    update_id: int
    chat_id: int
    language_code: str | None


@dataclass(frozen=True, slots=True)
class Incoming(Event):
    """A message that a person wrote."""

    message_id: int
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Text(Incoming):
    """Words that a person typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Captioned(Text):
    """Words that a person typed under a photo or a document. They ask like any others; the photo is not looked at."""


@dataclass(frozen=True, slots=True)
class Command(Incoming):
    """A /command, with what follows it."""

    name: str
    payload: str


@dataclass(frozen=True, slots=True)
class Attachment(Incoming):
    """A sticker, a photo, a voice note, a document, without a word."""


@dataclass(frozen=True, slots=True)
class SharedContact(Incoming):
    """A phone number that a person shares: her own, as Telegram knows it, or one out of her address book."""

    phone: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class SharedLocation(Incoming):
    """Where a person is, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Tap(Event):
    """A tap on a button under one of our messages."""

    tap_id: str
    message_id: int
    target: str


@dataclass(frozen=True, slots=True)
class Membership(Event):
    """A person blocked the bot, or let it in again."""

    is_blocked: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class JoinedGroup(Event):
    """Somebody added the bot to a group, whose id `chat_id` is."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """An update that calls for nothing: what is written in a group, an edit, a kind that we do not know."""

    update_id: int


Private = Text | Command | Attachment | SharedContact | SharedLocation | Tap | Membership
AnyEvent = Private | JoinedGroup | Ignored


def parse(raw: Any) -> AnyEvent:
    """Parse one update of the Bot API; raise MalformedUpdate if it cannot be one."""
    update_id = _update_id(raw)
    try:
        event = _event(Update.de_json(_what_is_read(raw), None))
    except Exception:  # the library raises whatever a wrong shape happens to cause
        raise MalformedUpdate(update_id) from None
    return event or Ignored(update_id)


def _what_is_read(raw: dict[str, Any]) -> dict[str, Any]:
    message, tap = raw.get("message"), raw.get("callback_query")
    if isinstance(message, dict):
        return {**raw, "message": {key: value for key, value in message.items() if key in READ_OF_MESSAGE}}
    if isinstance(tap, dict) and isinstance(tap.get("message"), dict):
        tapped = {key: value for key, value in tap["message"].items() if key in READ_OF_TAPPED_MESSAGE}
        return {**raw, "callback_query": {**tap, "message": tapped}}
    return raw


def _update_id(raw: Any) -> int:
    number = raw.get("update_id") if isinstance(raw, dict) else None
    if type(number) is not int or not 0 <= number <= LARGEST_ID:
        raise MalformedUpdate(None)
    return number


def _event(update: Update) -> Private | JoinedGroup | None:
    if update.callback_query is not None:
        return _tap(update.update_id, update.callback_query)
    if update.message is not None:
        return _incoming(update.update_id, update.message)
    if update.my_chat_member is not None:
        return _membership(update.update_id, update.my_chat_member)
    return None


def _tap(update_id: int, query: CallbackQuery) -> Tap | None:
    if query.message is None or query.message.chat.type != ChatType.PRIVATE or query.from_user.is_bot:
        return None
    return Tap(
        update_id=update_id,
        chat_id=_integer(query.message.chat.id),
        language_code=_language_code(query.from_user),
        tap_id=_string(query.id),
        message_id=_integer(query.message.message_id),
        target=_string(query.data or ""),
    )


def _incoming(update_id: int, message: Message) -> Text | Command | Attachment | SharedContact | SharedLocation | None:
    sender = message.from_user
    if message.chat.type != ChatType.PRIVATE or sender is None or sender.is_bot:
        return None
    if message.date is None:
        raise ValueError("a message without a date")
    common: dict[str, Any] = {
        "update_id": update_id,
        "chat_id": _integer(message.chat.id),
        "language_code": _language_code(sender),
        "message_id": _integer(message.message_id),
        "sent_at": message.date,
    }
    if message.location is not None:
        place = message.location
        return SharedLocation(**common, latitude=_degrees(place.latitude, 90), longitude=_degrees(place.longitude, 180))
    if message.contact is not None:
        phone, is_own = _string(message.contact.phone_number), message.contact.user_id == sender.id
        return SharedContact(**common, phone=phone, is_own=is_own)
    if message.text is None:
        return Captioned(**common, text=_string(message.caption)) if message.caption else Attachment(**common)
    text = _string(message.text)
    if text.startswith("/") and _starts_with_command(message):
        written = COMMAND.match(text)
        if written:
            return Command(**common, name=written["name"].lower(), payload=text[written.end() :].strip(PUNCTUATION))
    return Text(**common, text=text)


def _membership(update_id: int, change: ChatMemberUpdated) -> Membership | JoinedGroup | None:
    was_out, is_out = (member.status in OUTSIDE for member in (change.old_chat_member, change.new_chat_member))
    common: dict[str, Any] = {
        "update_id": update_id,
        "chat_id": _integer(change.chat.id),
        "language_code": _language_code(change.from_user),
    }
    if change.chat.type == ChatType.PRIVATE:
        return Membership(**common, is_blocked=is_out, at=change.date)
    is_group = change.chat.type in {ChatType.GROUP, ChatType.SUPERGROUP}
    return JoinedGroup(**common) if is_group and was_out and not is_out else None


def _starts_with_command(message: Message) -> bool:
    return any(e.type == MessageEntity.BOT_COMMAND and e.offset == 0 for e in message.entities)


def _language_code(user: User) -> str | None:
    return user.language_code if isinstance(user.language_code, str) else None


def _integer(value: object) -> int:
    if type(value) is not int or abs(value) > LARGEST_ID:
        raise TypeError("not a whole number that a database can hold")
    return value


def _degrees(value: object, most: int) -> float:
    if not isinstance(value, int | float) or not -most <= value <= most:
        raise ValueError("not on this earth")
    return float(value)


def _string(value: object) -> str:
    """Return a string that both databases and the log can hold: NUL and lone surrogates are dropped."""
    if not isinstance(value, str):
        raise TypeError("not a string")
    return value.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
