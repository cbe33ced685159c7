"""What the phones see: server-sent events, numbered, so that a phone that was away hears what it missed."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

EVENTS_KEPT = 500
PING_SECONDS = 15.0


class Phones:
    """The events of every phone."""

    def __init__(self) -> None:
        self._events: dict[int, deque[tuple[int, str, str]]] = {}
        self._news: dict[int, asyncio.Event] = {}
        self._closed = False
        self.last_event = 0

    def tell(self, person_id: int, name: str, **body: Any) -> None:
        """Show something on a person's phone."""
        self.last_event += 1
        if person_id in self._news:  # nobody has looked at this phone yet: nothing to keep
            self._events[person_id].append((self.last_event, name, json.dumps(body, ensure_ascii=False)))
            self._news[person_id].set()

    def watch(self, person_id: int) -> None:
        """Keep a phone's events from now on."""
        self._events.setdefault(person_id, deque(maxlen=EVENTS_KEPT))
        self._news.setdefault(person_id, asyncio.Event())

    def close(self) -> None:
        """End every stream."""
        self._closed = True
        for news in self._news.values():
            news.set()

    async def events(self, person_id: int, after: int) -> AsyncIterator[str]:
        """Give the events of a phone after a number, then those to come."""
        self.watch(person_id)
        queue, news = self._events[person_id], self._news[person_id]
        yield "retry: 1000\n\n"
        while not self._closed:
            news.clear()
            for number, name, body in list(queue):
                if number > after:
                    after = number
                    yield f"id: {number}\nevent: {name}\ndata: {body}\n\n"
            try:
                async with asyncio.timeout(PING_SECONDS):
                    await news.wait()
            except TimeoutError:
                yield "event: ping\ndata: {}\n\n"
