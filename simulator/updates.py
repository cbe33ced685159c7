"""How updates come to the bot: by polling, or to its webhook. What waits is in pending.py, bringing it in webhook.py.

Telegram's rules, as far as they matter here: an update lives 24 hours, a tap 150 seconds; getUpdates with an offset
confirms everything before it; a webhook and polling exclude each other, and so do two pollers.
"""

import asyncio
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from simulator.errors import ApiError, bad_request
from simulator.faults import Faults
from simulator.pending import Queue
from simulator.store import Store
from simulator.webhook import Webhook

LONGEST_POLL_SECONDS = 50
LONGEST_SECRET = 256
MOST_UPDATES = 100
MOST_CONNECTIONS, USUAL_CONNECTIONS = 100, 40
HERE = frozenset({"127.0.0.1", "localhost", "::1"})
PORTS = frozenset({None, 80, 88, 443, 8443})
KINDS_OFF_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
WEBHOOK_IS_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
OTHER_POLL = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
NEW_WEBHOOK = "Conflict: terminated by setWebhook request"


class Updates:
    """What one bot hears, and by which way."""

    def __init__(self, *, faults: Faults, now: Callable[[], float], store: Store, retry_seconds: float) -> None:
        self._faults = faults
        self._now = now
        self._retry_seconds = retry_seconds
        self._allowed: frozenset[str] | None = None
        self._poll: asyncio.Future[None] | None = None
        self.queue = Queue(now=now, store=store)
        self.webhook: Webhook | None = None

    def add(self, update: Any) -> Any:
        """Queue an update of any shape; one without an id gets the next. Returns its id."""
        key, number = self.queue.add(update)
        if self.webhook is not None:
            self.webhook.line_up(key)
        elif self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        return number

    def wants(self, kind: str) -> bool:
        """Tell whether the bot asked for updates of a kind."""
        return kind in self._allowed if self._allowed is not None else kind not in KINDS_OFF_BY_DEFAULT

    async def poll(self, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer getUpdates."""
        if self.webhook is not None:
            raise ApiError(409, WEBHOOK_IS_ACTIVE)
        self._set_allowed(parameters.get("allowed_updates"))
        self.queue.confirm(parameters.get("offset", 0))
        limit = max(1, min(parameters.get("limit", MOST_UPDATES), MOST_UPDATES))
        seconds = min(parameters.get("timeout", 0), LONGEST_POLL_SECONDS)
        if (ready := self._ready(limit)) or seconds <= 0:
            return ready
        self._end_poll(ApiError(409, OTHER_POLL))
        try:
            async with asyncio.timeout(seconds):
                while not ready:
                    self._poll = asyncio.get_running_loop().create_future()
                    await self._poll
                    ready = self._ready(limit)
        except TimeoutError:
            return []
        return ready

    async def set_webhook(self, parameters: dict[str, Any]) -> None:
        """Answer setWebhook. Asking again for the same disturbs nothing."""
        url, secret = parameters.get("url", ""), parameters.get("secret_token", "")
        drops = parameters.get("drop_pending_updates", False)
        if not url:
            await self.delete_webhook(drops=drops)
            return
        _check_webhook(url, secret)
        self._set_allowed(parameters.get("allowed_updates"))
        most = max(1, min(parameters.get("max_connections", USUAL_CONNECTIONS), MOST_CONNECTIONS))
        webhook = Webhook(
            url,
            secret_token=secret,
            max_connections=most,
            queue=self.queue,
            faults=self._faults,
            now=self._now,
            retry_seconds=self._retry_seconds,
        )
        if webhook.is_like(self.webhook) and not drops:
            return
        self._end_poll(ApiError(409, NEW_WEBHOOK))
        if drops:
            self.queue.clear()
        old, self.webhook = self.webhook, webhook
        for key in self.queue.waiting():
            webhook.line_up(key)
        if old is not None:
            await old.close()

    async def delete_webhook(self, *, drops: bool) -> None:
        """Stop delivering; what waits goes on waiting, unless it is dropped."""
        if drops:
            self.queue.clear()
        webhook, self.webhook = self.webhook, None
        if webhook is not None:
            await webhook.close()

    async def close(self) -> None:
        """End a poll and a webhook's deliveries."""
        self._end_poll(ApiError(500, "Internal Server Error: restart"))
        await self.delete_webhook(drops=False)

    def _end_poll(self, error: ApiError) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(error)

    def _ready(self, limit: int) -> list[dict[str, Any]]:
        updates = self.queue.show(limit)
        updates += [update for update in updates if self._faults.strikes("duplicate_updates")]
        for index in range(len(updates) - 1):
            if self._faults.strikes("shuffle_updates"):
                other = random.randrange(index + 1, len(updates))  # noqa: S311  a test's dice
                updates[index], updates[other] = updates[other], updates[index]
        return updates

    def _set_allowed(self, kinds: list[str] | None) -> None:
        if kinds is not None:
            self._allowed = frozenset(kinds) or None


def _check_webhook(url: str, secret: str) -> None:
    """Refuse what Telegram would; plain HTTP and any port are let through to this machine only."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise bad_request("invalid webhook URL specified") from None
    if not host:
        raise bad_request("invalid webhook URL specified")
    if len(secret) > LONGEST_SECRET:
        raise bad_request("secret token is too long")
    if any(not (c.isascii() and (c.isalnum() or c in "_-")) for c in secret):
        raise bad_request("secret token contains unallowed characters")
    if host in HERE:
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
