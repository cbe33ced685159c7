"""The polling edge: we ask Telegram. The offset moves on only after the turns are committed."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from bot.telegram.client import MustWait, Refused, TelegramClient, TelegramFault, TokenRefused
from core.log import log, place_of

Take = Callable[[Any], Coroutine[Any, Any, bool]]
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 15.0


class Poller:
    """Fetches updates and hands each to `take`, which tells whether the update is safe with us."""

    def __init__(self, client: TelegramClient, take: Take) -> None:
        self._client = client
        self._take = take
        self._offset: int | None = None
        self._is_alone = False

    async def run(self) -> None:
        """Poll until cancelled."""
        wait = FIRST_WAIT_SECONDS
        while True:
            try:
                await self._leave_webhook()
                is_done = await self._poll_once()
            except Exception as error:  # the catch-all of this edge: whatever comes, go on asking
                if not isinstance(error, TelegramFault):
                    log.error("polling failed", error=type(error).__name__, place=place_of(error))
                self._is_alone = self._is_alone and not isinstance(error, Refused)  # a webhook may have been set since
                seconds = _patience(error, wait)
                log.warning("polling waits", error=type(error).__name__, seconds=seconds)
                await asyncio.sleep(seconds)
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)
                continue
            wait = FIRST_WAIT_SECONDS if is_done else min(wait * 2, LONGEST_WAIT_SECONDS)
            if not is_done:
                await asyncio.sleep(wait)

    async def _leave_webhook(self) -> None:
        """Remove a webhook, once: Telegram gives no updates to a poller while one is set."""
        if not self._is_alone:
            await self._client.call("deleteWebhook", {})
            self._is_alone = True

    async def _poll_once(self) -> bool:
        """Fetch and take once; tell whether every update of the fetch is safe."""
        updates = await self._client.fetch_updates(self._offset)
        async with asyncio.TaskGroup() as group:  # a stop waits for each, as it does not with gather
            taken = [group.create_task(self._take_one(update)) for update in updates]
        if not all(task.result() for task in taken):
            return False
        numbers = [n for u in updates if isinstance(u, dict) and isinstance(n := u.get("update_id"), int)]
        if numbers:
            self._offset = max(numbers) + 1
        return True

    async def _take_one(self, update: Any) -> bool:
        """Take one update; whatever is wrong with it holds up no other of the same fetch."""
        try:
            return await self._take(update)
        except Exception as error:
            log.error("update not taken", error=type(error).__name__, place=place_of(error))
            return False


def _patience(error: Exception, wait: float) -> float:
    if isinstance(error, MustWait):
        return error.seconds
    return LONGEST_WAIT_SECONDS if isinstance(error, Refused | TokenRefused) else wait
