"""The updates that wait for the bot: their ids, how long they live, and what confirms them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.store import Store

UPDATE_LIVES_SECONDS = 24 * 3600
TAP_LIVES_SECONDS = 150
FURTHEST_AHEAD = 10  # an offset further ahead than this confirms nothing: Telegram takes it for a mistake
LARGEST_GIVEN_ID = 2**40


@dataclass(slots=True)
class Pending:
    """An update that waits: its id (0 if it has no whole one), whether it was numbered here, and shown by polling."""

    update_id: int
    update: dict[str, Any]
    created_at: float
    is_ours: bool = True
    was_shown: bool = False


class Queue:
    """The updates of one bot, in the order of their arrival. The store hears how far ids may go, before they do."""

    def __init__(self, *, now: Callable[[], float], store: Store) -> None:
        self._now = now
        self._store = store
        self._pending: dict[int, Pending] = {}
        self._odd = 0
        self.next_update_id = 1
        self.delivered = 0

    def __len__(self) -> int:
        return len(self._pending)

    def waiting(self) -> list[int]:
        """Return the key of every update that waits."""
        return list(self._pending)

    def add(self, update: Any) -> tuple[int, Any]:
        """Keep an update of any shape; one without an id gets the next. Returns its key and its id."""
        if not isinstance(update, dict):
            update = {"malformed": update}
        is_ours = "update_id" not in update
        if is_ours:
            update = {"update_id": self._take_id(), **update}
        number = update["update_id"]
        is_whole = type(number) is int
        if is_whole and self.next_update_id <= number < LARGEST_GIVEN_ID:
            self.next_update_id = number + 1
            self._store.reserve(self.next_update_id)
        self._store.changed()
        return self._keep(Pending(number if is_whole else 0, update, self._now(), is_ours)), number

    def get(self, key: int) -> Pending | None:
        """Return an update that waits; None if it was confirmed, or if its time is up."""
        pending = self._pending.get(key)
        if pending is not None and self._is_over(pending):
            del self._pending[key]
            return None
        return pending

    def show(self, limit: int) -> list[dict[str, Any]]:
        """Return the first updates that wait; they go on waiting until they are confirmed."""
        shown: list[dict[str, Any]] = []
        over: list[int] = []
        for key, pending in self._pending.items():
            if len(shown) == limit:
                break
            if self._is_over(pending):
                over.append(key)
            else:
                pending.was_shown = True
                shown.append(pending.update)
        for key in over:
            del self._pending[key]
        return shown

    def confirm(self, offset: int) -> None:
        """Forget what stands before an offset; a negative one keeps only as many, from the end.

        An update whose id a test chose is forgotten only once it was shown: its id tells nothing about its turn.
        """
        if offset < 0:
            for key in list(self._pending)[:offset]:
                del self._pending[key]
            self._store.changed()
            return
        is_near = offset <= self.next_update_id + FURTHEST_AHEAD
        for key, pending in list(self._pending.items()) if offset else ():
            if pending.update_id < offset and (pending.was_shown or (pending.is_ours and is_near)):
                self.done(key)

    def done(self, key: int) -> None:
        """Forget an update that reached the bot."""
        if self._pending.pop(key, None) is not None:
            self.delivered += 1
            self._store.changed()

    def clear(self) -> None:
        """Forget what waits."""
        self._pending.clear()
        self._store.changed()

    def dump(self) -> list[dict[str, Any]]:
        """Return what waits, as JSON."""
        return [
            {"update_id": p.update_id, "update": p.update, "created_at": p.created_at, "is_ours": p.is_ours}
            for p in self._pending.values()
        ]

    def load(self, stored: list[dict[str, Any]]) -> None:
        """Take back what dump gave."""
        for row in stored:
            self._keep(Pending(**row))

    def _keep(self, pending: Pending) -> int:
        key = pending.update_id
        if key <= 0 or key in self._pending:
            self._odd -= 1
            key = self._odd
        self._pending[key] = pending
        return key

    def _is_over(self, pending: Pending) -> bool:
        lives = TAP_LIVES_SECONDS if "callback_query" in pending.update else UPDATE_LIVES_SECONDS
        return self._now() - pending.created_at > lives

    def _take_id(self) -> int:
        number = self.next_update_id
        self.next_update_id += 1
        self._store.reserve(self.next_update_id)
        return number
