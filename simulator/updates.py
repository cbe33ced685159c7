"""Updates on their way to the bot: kept until confirmed by polling, or brought to the webhook until it says 200.

Telegram's rules, as far as they matter here: an update lives 24 hours, a tap 150 seconds; getUpdates with an offset
confirms everything before it; a webhook that does not answer 2xx gets the update again, later and later; a webhook
and polling exclude each other, and so do two pollers.
"""

import asyncio
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from simulator.errors import ApiError, bad_request
from simulator.faults import Faults

UPDATE_LIVES_SECONDS = 24 * 3600
TAP_LIVES_SECONDS = 150
LONGEST_POLL_SECONDS = 50
LONGEST_SECRET = 256
MOST_UPDATES = 100
LONGEST_RETRY_SECONDS = 60.0
ANSWER_SECONDS = 30.0
KINDS_OFF_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(slots=True)
class Pending:
    """An update that waits: its id (if it has a whole one), its JSON, and how often it was brought."""

    update_id: int
    update: dict[str, Any]
    created_at: float
    attempts: int = 0
    brought: bool = False


@dataclass(slots=True)
class WebhookSetting:
    """What setWebhook asked for, and how it goes."""

    url: str
    secret_token: str = ""
    max_connections: int = 40
    last_error_date: int | None = None
    last_error_message: str = ""
    running: set[asyncio.Task[None]] = field(default_factory=set)


class Updates:
    """The queue of one bot. `reserve` is told how far ids may go, before they do."""

    def __init__(
        self, *, faults: Faults, now: Callable[[], float], reserve: Callable[[int], None], retry_seconds: float
    ) -> None:
        self._faults = faults
        self._now = now
        self._reserve = reserve
        self._retry_seconds = retry_seconds
        self._pending: dict[int, Pending] = {}
        self._malformed = 0
        self._arrived = asyncio.Event()
        self._polls = 0
        self._allowed: frozenset[str] | None = None
        self._deliverer: asyncio.Task[None] | None = None
        self._session: aiohttp.ClientSession | None = None
        self.next_update_id = 1
        self.delivered = 0
        self.webhook: WebhookSetting | None = None

    def add(self, update: Any) -> Any:
        """Queue an update of any shape; one without an id gets the next. Returns its id."""
        if not isinstance(update, dict):
            update = {"update_id": self._take_id(), "malformed": update}
        update = {"update_id": self._take_id(), **update} if "update_id" not in update else update
        number = update["update_id"]
        key = number if type(number) is int and number not in self._pending else self._odd_key()
        if type(number) is int and 0 < number < 2**40:
            self.next_update_id = max(self.next_update_id, number + 1)
        self._pending[key] = Pending(number if type(number) is int else 0, update, self._now())
        self._arrived.set()
        return number

    @property
    def pending_count(self) -> int:
        """Return how many updates wait."""
        return len(self._pending)

    def confirm_all(self) -> None:
        """Forget what waits."""
        self._pending.clear()

    async def poll(self, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer getUpdates."""
        if self.webhook is not None:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._set_allowed(parameters.get("allowed_updates"))
        self._polls += 1
        mine = self._polls
        self._confirm(parameters.get("offset", 0))
        deadline = self._now() + min(parameters.get("timeout", 0), LONGEST_POLL_SECONDS)
        while not (ready := self._ready(parameters.get("limit", MOST_UPDATES))):
            self._arrived.clear()
            left = deadline - self._now()
            if left <= 0:
                return []
            try:
                await asyncio.wait_for(self._arrived.wait(), left)
            except TimeoutError:
                return []
            if mine != self._polls:
                raise ApiError(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                )
        return ready

    def interrupt(self) -> None:
        """Let a waiting poll look again."""
        self._arrived.set()

    def set_webhook(self, parameters: dict[str, Any]) -> None:
        """Answer setWebhook."""
        url = parameters.get("url", "")
        if not url:
            self.delete_webhook()
            return
        host = urlsplit(url).hostname or ""
        if urlsplit(url).scheme != "https" and host not in {"127.0.0.1", "localhost", "::1"}:
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        secret = parameters.get("secret_token", "")
        if len(secret) > LONGEST_SECRET or any(not (c.isascii() and (c.isalnum() or c in "_-")) for c in secret):
            raise bad_request("secret token contains unallowed characters")
        if parameters.get("drop_pending_updates"):
            self.confirm_all()
        self._set_allowed(parameters.get("allowed_updates"))
        self.delete_webhook()
        self._polls += 1
        self._arrived.set()
        self.webhook = WebhookSetting(url, secret, parameters.get("max_connections", 40))
        for pending in self._pending.values():
            pending.brought = False
        self._deliverer = asyncio.create_task(self._deliver(self.webhook))

    def delete_webhook(self) -> None:
        """Stop delivering; what waits goes on waiting."""
        if self._deliverer is not None:
            self._deliverer.cancel()
            self._deliverer = None
        if self.webhook is not None:
            for task in tuple(self.webhook.running):
                task.cancel()
        self.webhook = None

    def dump(self) -> list[dict[str, Any]]:
        """Return what waits, as JSON."""
        return [
            {"update_id": p.update_id, "update": p.update, "created_at": p.created_at} for p in self._pending.values()
        ]

    def load(self, stored: list[dict[str, Any]]) -> None:
        """Take back what dump gave."""
        for row in stored:
            self._pending[row["update_id"]] = Pending(**row)

    async def close(self) -> None:
        """Stop delivering and close the connections."""
        self.delete_webhook()
        self._polls += 1
        self._arrived.set()
        if self._session is not None:
            await self._session.close()
            self._session = None

    # polling

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            for key in list(self._pending)[:offset]:
                del self._pending[key]
            return
        for key in [key for key, pending in self._pending.items() if pending.brought and pending.update_id < offset]:
            del self._pending[key]
            self.delivered += 1

    def _ready(self, limit: int) -> list[dict[str, Any]]:
        self._drop_old()
        chosen = list(self._pending.values())[: max(1, min(limit, MOST_UPDATES))]
        for pending in chosen:
            pending.brought = True
        updates = [pending.update for pending in chosen]
        updates += [update for update in updates if self._faults.strikes("duplicate_updates")]
        for index in range(len(updates) - 1):
            if self._faults.strikes("shuffle_updates"):
                other = random.randrange(index, len(updates))  # noqa: S311  a test's dice
                updates[index], updates[other] = updates[other], updates[index]
        return updates

    def _drop_old(self) -> None:
        now = self._now()
        for key, pending in list(self._pending.items()):
            lives = TAP_LIVES_SECONDS if "callback_query" in pending.update else UPDATE_LIVES_SECONDS
            if now - pending.created_at <= lives:
                break  # they stand in the order of their arrival; a tap behind a text is dropped when it gets there
            del self._pending[key]

    # webhook

    async def _deliver(self, webhook: WebhookSetting) -> None:
        while True:
            self._arrived.clear()
            self._drop_old()
            for key, pending in list(self._pending.items()):
                if pending.brought:
                    continue
                while len(webhook.running) >= webhook.max_connections:
                    await asyncio.wait(webhook.running, return_when=asyncio.FIRST_COMPLETED)
                pending.brought = True
                delay = random.uniform(0, 0.2) if self._faults.strikes("shuffle_updates") else 0.0  # noqa: S311
                self._start(webhook, key, pending, delay)
                if self._faults.strikes("duplicate_updates"):
                    self._start(webhook, key, pending, random.uniform(0, 0.2))  # noqa: S311
            await self._arrived.wait()

    def _start(self, webhook: WebhookSetting, key: int, pending: Pending, delay: float) -> None:
        task = asyncio.create_task(self._bring(webhook, key, pending, delay))
        webhook.running.add(task)
        task.add_done_callback(webhook.running.discard)

    async def _bring(self, webhook: WebhookSetting, key: int, pending: Pending, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        error = await self._post(webhook, pending.update)
        if error is None:
            if self._pending.pop(key, None) is not None:
                self.delivered += 1
            return
        webhook.last_error_date, webhook.last_error_message = int(self._now()), error
        pending.attempts += 1
        wait = min(self._retry_seconds * 2 ** min(pending.attempts - 1, 10), LONGEST_RETRY_SECONDS)
        asyncio.get_running_loop().call_later(wait, self._bring_again, pending)

    def _bring_again(self, pending: Pending) -> None:
        pending.brought = False
        self._arrived.set()

    async def _post(self, webhook: WebhookSetting, update: dict[str, Any]) -> str | None:
        """Bring one update; return what was wrong, or None."""
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200))
        headers = {"Content-Type": "application/json"}
        if webhook.secret_token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret_token
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        try:
            async with self._session.post(
                webhook.url, data=json.dumps(update), headers=headers, timeout=timeout
            ) as answer:
                await answer.read()
                if answer.ok:
                    return None
                return f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except TimeoutError:
            return "Read timeout expired"
        except (aiohttp.ClientError, OSError):
            return "Connection refused"

    # ids

    def _take_id(self) -> int:
        number = self.next_update_id
        self.next_update_id += 1
        self._reserve(self.next_update_id)
        return number

    def _odd_key(self) -> int:
        self._malformed -= 1
        return self._malformed

    def _set_allowed(self, kinds: list[str] | None) -> None:
        if kinds is not None:
            self._allowed = frozenset(kinds) or None

    def wants(self, kind: str) -> bool:
        """Tell whether the bot asked for updates of a kind."""
        return kind in self._allowed if self._allowed is not None else kind not in KINDS_OFF_BY_DEFAULT
