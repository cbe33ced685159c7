"""The webhook edge: Telegram calls us. Pure ASGI: nothing is read, let alone parsed, before the secret is checked."""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import Receive, Scope, Send

from bot import metrics
from bot.telegram.client import ALLOWED_UPDATES, TelegramClient
from core.clock import Clock
from core.log import log

SECRET_HEADER = b"x-telegram-bot-api-secret-token"
MAX_BODY_BYTES = 1024 * 1024  # an update is a few kilobytes
MOST_CONNECTIONS = 100
FIRST_WAIT_SECONDS = 0.5
LOOK_EVERY_SECONDS = 60.0
Take = Callable[[Any], Awaitable[bool]]


class Webhook:
    """An ASGI app for POST /telegram/webhook. `take` gets the JSON and tells whether the update is safe with us."""

    def __init__(self, secret: str, take: Take) -> None:
        self._secret = secret.encode()
        self._take = take

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 200 once the update is committed, 503 to have it brought again, 403 to everybody else."""
        if not self._is_telegram(scope):
            metrics.UPDATES.labels("forged").inc()
            await _answer(send, 403)
            return
        if scope["method"] != "POST":
            await _answer(send, 405)
            return
        body = await _read(receive)
        if body is None:
            await _answer(send, 413)
            return
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            await _answer(send, 400)
            return
        await _answer(send, 200 if await self._take(raw) else 503)

    def _is_telegram(self, scope: Scope) -> bool:
        given = [value for name, value in scope["headers"] if name == SECRET_HEADER]
        return len(given) == 1 and hmac.compare_digest(given[0], self._secret)


async def _read(receive: Receive) -> bytes | None:
    """Read the body; None if it is larger than any update."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MAX_BODY_BYTES:
            return None
    return body


async def _answer(send: Send, status: int) -> None:
    headers = [(b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


class WebhookWatch:
    """Sets the webhook, and looks every minute whether Telegram still delivers to it."""

    def __init__(self, client: TelegramClient, address: str, secret: str, clock: Clock) -> None:
        self._client = client
        self._address = address
        self._secret = secret
        self._clock = clock
        self._is_set = False
        self.error: str | None = "not set yet"

    async def run(self) -> None:
        """Keep the webhook set until cancelled."""
        wait = FIRST_WAIT_SECONDS
        while True:
            try:
                self.error = await self._look()
                wait = LOOK_EVERY_SECONDS
            except Exception as error:  # the catch-all of this edge: whatever comes, go on looking
                self.error = type(error).__name__
                log.warning("webhook not set", error=self.error, seconds=wait)
                wait = min(wait * 2, LOOK_EVERY_SECONDS)
            await asyncio.sleep(wait)

    async def _look(self) -> str | None:
        """Set the webhook if it is another; return what Telegram complained of in the last minutes."""
        state = await self._client.call("getWebhookInfo", {})
        if state["url"] != self._address or not self._is_set:  # at the start in any case: the secret may be new
            await self._client.call(
                "setWebhook",
                {
                    "url": self._address,
                    "secret_token": self._secret,
                    "allowed_updates": list(ALLOWED_UPDATES),
                    "max_connections": MOST_CONNECTIONS,
                },
            )
            self._is_set = True
            return None
        is_recent = self._clock().timestamp() - state.get("last_error_date", 0) < LOOK_EVERY_SECONDS * 2
        return str(state.get("last_error_message")) if is_recent else None
