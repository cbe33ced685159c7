"""The only module that speaks to Telegram. What Telegram answers becomes a value or one of five errors.

MustWait       429: be silent for so many seconds
Blocked        403: the person does not want to be written to
Refused        400, 409: the same call would be refused again
TokenRefused   401, 404: nothing is wrong with the call; the token is revoked, or the address is not Telegram's
Unreachable    no usable answer, or a 5xx: nobody knows whether it was done
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import Bot, InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot import metrics
from bot.telegram.limits import Pause
from bot.telegram.request import AiohttpRequest
from core.log import log
from core.messages import Entity, File, FileKind, Formatted, Key, Keys, Reply, Rows

os.environ.setdefault("PTB_TIMEDELTA", "1")  # or each 429 is also a deprecation warning of the library
ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
CONNECTIONS = 100
POLL_SECONDS = 25
FETCHING = "getUpdates"
NOT_MODIFIED = "message is not modified"
UPLOAD_SECONDS = 60.0
# How a file is sent: the method, and a name by whose ending the kind of content is told.
FILES = {FileKind.PHOTO: ("sendPhoto", "picture.jpg"), FileKind.VOICE: ("sendVoice", "voice.ogg")}
MOST_DELETED_A_CALL = 100  # https://core.telegram.org/bots/api#deletemessages


class TelegramFault(Exception):  # noqa: N818  the base of the five errors above
    """The Bot API did not do what was asked. Holds Telegram's description, never the call."""


@dataclass
class MustWait(TelegramFault):
    """429: Telegram asks for silence."""

    seconds: float


class Blocked(TelegramFault):
    """403: blocked, or the account is gone."""


class Refused(TelegramFault):
    """400, 409: not to be repeated."""


class TokenRefused(TelegramFault):
    """401, 404: no call will be done until somebody mends the token or the address."""


class Unreachable(TelegramFault):
    """No usable answer: the call may or may not have been done."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was sent, and Telegram's name of the file that it brought."""

    message_id: int
    file_id: str | None = None


class RawBot(Bot):
    """python-telegram-bot's Bot, giving results as Telegram's JSON: building its objects costs more than the call."""

    async def call(self, method: str, parameters: dict[str, Any], timeout_seconds: float) -> Any:
        """Call a method by its Bot API name."""
        return await self._post(method, parameters, read_timeout=timeout_seconds)


class TelegramClient:
    """Calls of the Bot API, in our own terms. Built on python-telegram-bot's Bot.

    A 429 to one call makes all calls wait; `on_pause` is told, to share it with other workers. Fetching updates has
    a limit of its own at Telegram, and neither imposes the pause nor keeps it.
    """

    def __init__(self, token: str, *, api_url: str) -> None:
        self.pause = Pause()
        self.on_pause: Callable[[float], None] | None = None
        self._pool = AiohttpRequest(CONNECTIONS)
        self._poll_pool = AiohttpRequest(2)
        self._bot = RawBot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=self._pool,
            get_updates_request=self._poll_pool,
        )
        self.bot_id = int(token.partition(":")[0])

    async def open(self) -> None:
        """Open the connections. Speaks to nobody yet."""
        await self._pool.initialize()
        await self._poll_pool.initialize()

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.shutdown()
        await self._poll_pool.shutdown()

    async def call(self, method: str, parameters: dict[str, Any], *, timeout_seconds: float = 20) -> Any:
        """Call any method, once no pause is on, and return its result as JSON; raise one of the five errors."""
        await self.pause.over()
        return await self._call(method, parameters, timeout_seconds)

    async def _call(self, method: str, parameters: dict[str, Any], timeout_seconds: float) -> Any:
        try:
            result = await self._bot.call(method, parameters, timeout_seconds)
        except TelegramError as error:
            fault = _fault(error)
            if isinstance(fault, MustWait) and method != FETCHING:
                self._fall_silent(fault.seconds)
            metrics.CALLS.labels(method, type(fault).__name__).inc()
            raise fault from None  # the original may hold the address, and the token in it
        metrics.CALLS.labels(method, "ok").inc()
        return result

    def _fall_silent(self, seconds: float) -> None:
        self.pause.impose(seconds)
        metrics.PAUSES.inc()
        log.warning("telegram asks for a pause", seconds=seconds)
        if self.on_pause is not None:
            self.on_pause(seconds)

    async def send(self, chat_id: int, reply: Reply) -> int:
        """Send a new message and return its id."""
        message = await self.call("sendMessage", {"chat_id": chat_id, **_content(reply)})
        return int(message["message_id"])

    async def send_file(self, chat_id: int, reply: Reply, file: File, content: bytes | str) -> Sent:
        """Send a new message with a file: its bytes, or the name that Telegram gave it before."""
        method, name = FILES[file.kind]
        given = InputFile(content, filename=name) if isinstance(content, bytes) else content
        parameters: dict[str, Any] = {"chat_id": chat_id, file.kind.value: given, "caption": reply.body.text}
        if reply.body.entities:
            parameters["caption_entities"] = _entities(reply.body)
        if file.seconds is not None:
            parameters["duration"] = file.seconds
        message = await self.call(method, parameters, timeout_seconds=UPLOAD_SECONDS)
        held = message[file.kind.value]  # of a picture: in several sizes, the largest last
        return Sent(int(message["message_id"]), str((held[-1] if isinstance(held, list) else held)["file_id"]))

    async def edit(self, chat_id: int, message_id: int, reply: Reply) -> None:
        """Put a reply in the place of an earlier message of ours."""
        where = {"chat_id": chat_id, "message_id": message_id}
        await self.call("editMessageText", {**where, **_content(reply)})

    async def remove_buttons(self, chat_id: int, message_id: int) -> None:
        """Take the buttons away from a message of ours."""
        await self.call("editMessageReplyMarkup", {"chat_id": chat_id, "message_id": message_id})

    async def delete(self, chat_id: int, message_ids: Sequence[int]) -> list[int]:
        """Delete messages of both sides that are younger than 48 hours, and return those that are gone now.

        One that may not be deleted makes Telegram refuse the whole call: then each half is tried by itself.
        """
        gone = list[int]()
        for start in range(0, len(message_ids), MOST_DELETED_A_CALL):
            gone += await self._delete(chat_id, list(message_ids[start : start + MOST_DELETED_A_CALL]))
        return gone

    async def _delete(self, chat_id: int, portion: list[int]) -> list[int]:
        try:
            await self.call("deleteMessages", {"chat_id": chat_id, "message_ids": portion})
        except Refused:
            if len(portion) == 1:
                return []
            half = len(portion) // 2
            return [*await self._delete(chat_id, portion[:half]), *await self._delete(chat_id, portion[half:])]
        return portion

    async def acknowledge(self, tap_id: str) -> None:
        """End the waiting sign on a tapped button."""
        await self.call("answerCallbackQuery", {"callback_query_id": tap_id})

    async def fetch_updates(self, offset: int | None) -> list[Any]:
        """Wait for updates from `offset` on, as raw JSON; everything before it is confirmed by this."""
        parameters: dict[str, Any] = {"timeout": POLL_SECONDS, "allowed_updates": list(ALLOWED_UPDATES)}
        if offset is not None:
            parameters["offset"] = offset
        updates = await self._call(FETCHING, parameters, POLL_SECONDS + 10)
        return list(updates)


def _fault(error: TelegramError) -> TelegramFault:
    if isinstance(error, RetryAfter):
        wait = error._retry_after
        return MustWait(wait.total_seconds())
    if isinstance(error, Forbidden):
        return Blocked(error.message)
    if isinstance(error, InvalidToken):
        return TokenRefused(error.message)
    if isinstance(error, BadRequest | ChatMigrated | Conflict):
        return Refused(error.message)
    return Unreachable(error.message)


def _content(reply: Reply) -> dict[str, Any]:
    content: dict[str, Any] = {"text": reply.body.text, "link_preview_options": {"is_disabled": True}}
    if reply.body.entities:
        content["entities"] = _entities(reply.body)
    if reply.rows:
        content["reply_markup"] = {"inline_keyboard": _keyboard(reply.rows)}
    elif reply.keys is not None:
        content["reply_markup"] = _keys(reply.keys) if reply.keys else {"remove_keyboard": True}
    return content


def _keys(keys: Keys) -> dict[str, Any]:
    rows = [[_key(key) for key in row] for row in keys]
    return {"keyboard": rows, "resize_keyboard": True, "is_persistent": True}


def _key(key: Key) -> dict[str, Any]:
    asks = {"request_location": key.asks_location, "request_contact": key.asks_contact}
    return {"text": key.label} | {name: True for name, is_asked in asks.items() if is_asked}


def _entities(body: Formatted) -> list[dict[str, Any]]:
    return [_entity(entity) for entity in body.entities]


def _entity(entity: Entity) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": entity.type, "offset": entity.offset, "length": entity.length}
    if entity.url:
        shape["url"] = entity.url
    return shape


def _keyboard(rows: Rows) -> list[list[dict[str, str]]]:
    return [
        [{"text": b.label, "url": b.url} if b.url else {"text": b.label, "callback_data": b.target} for b in row]
        for row in rows
    ]
