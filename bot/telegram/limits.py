"""How fast we may send. Numbers: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this

An answer: a burst of 5 per chat, then one a second; over all only for a minute after a 429.
What we start: BEKAL_SEND_PER_SECOND over all and one a second per chat.
Edits and acknowledgements of taps do not count.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from pyrate_limiter import InMemoryBucket, Rate, RateItem, StateBucket

from core.outbox import Lane

ANSWER_BURST = 5
HELD_BACK_SECONDS = 60.0
CHATS_REMEMBERED = 10_000


class Pace:
    """Counts sends, and tells how long the next must wait."""

    def __init__(self, bucket: InMemoryBucket | StateBucket, now: Callable[[], float] = time.monotonic) -> None:
        self._bucket = bucket
        self._now = now

    @classmethod
    def steady(cls, limit: int, per_seconds: float) -> "Pace":
        """Let `limit` go in any stretch of `per_seconds`."""
        return cls(InMemoryBucket([Rate(limit, int(per_seconds * 1000))]))

    @classmethod
    def after_burst(cls, burst: int) -> "Pace":
        """Let a burst go at once, and then one a second; rest fills the burst up again."""
        return cls(StateBucket([Rate(1, 1000, burst=burst)]))

    def claim(self) -> float:
        """Count a send and return 0, or return the seconds to wait before asking again."""
        item = RateItem("send", int(self._now() * 1000))
        self._bucket.leak(item.timestamp)
        if self._bucket.put(item):
            return 0.0
        wait = self._bucket.waiting(item)
        assert isinstance(wait, int)
        return max(wait, 1) / 1000


class Pause:
    """The silence that Telegram asked for with a 429. Everything but fetching updates keeps it."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._until = float("-inf")

    def impose(self, seconds: float) -> None:
        """Be silent for so long; a longer silence that is already on stays."""
        self._until = max(self._until, self._now() + seconds)

    @property
    def seconds_left(self) -> float:
        """Return for how long it still goes on."""
        return max(0.0, self._until - self._now())

    @property
    def is_recent(self) -> bool:
        """Tell whether a pause is on, or ended less than a minute ago."""
        return self._now() < self._until + HELD_BACK_SECONDS

    async def over(self) -> None:
        """Wait until no pause is on."""
        while self.seconds_left:  # noqa: ASYNC110  the end of a pause may move, and nobody tells
            await asyncio.sleep(self.seconds_left)


class SendLimits:
    """The limits of one bot in this process. `per_second` 0 lifts them all, for benchmarks only."""

    def __init__(self, per_second: float, pause: Pause) -> None:
        self._per_second = per_second
        self._pause = pause
        self._over_all = Pace.steady(max(int(per_second), 1), max(1.0, 1 / per_second) if per_second else 1.0)
        self._chats: dict[Lane, OrderedDict[int, Pace]] = {lane: OrderedDict() for lane in Lane}

    async def turn(self, lane: Lane, chat_id: int) -> None:
        """Wait until a new message may go to this chat."""
        if not self._per_second:
            return
        await self._pause.over()
        await self._wait(self._pace(lane, chat_id))
        if lane is Lane.NOTICE or self._pause.is_recent:
            await self._wait(self._over_all)

    async def _wait(self, pace: Pace) -> None:
        while seconds := pace.claim():
            await asyncio.sleep(seconds)
            await self._pause.over()

    def _pace(self, lane: Lane, chat_id: int) -> Pace:
        """Return the chat's own pace; the longest unused ones are forgotten."""
        paces = self._chats[lane]
        pace = paces.pop(chat_id, None)
        if pace is None:
            pace = Pace.after_burst(ANSWER_BURST) if lane is Lane.ANSWER else Pace.steady(1, 1.0)
        paces[chat_id] = pace
        if len(paces) > CHATS_REMEMBERED:
            paces.popitem(last=False)
        return pace


class Window:
    """At most `size` new messages are on their way or sent but not settled: what a crash can repeat.

    Answers get a free place before notices do.
    """

    def __init__(self, size: int) -> None:
        self._free = size
        self._waiting: dict[Lane, deque[asyncio.Future[None]]] = {lane: deque() for lane in Lane}

    async def enter(self, lane: Lane) -> None:
        """Wait for a place and take it."""
        if self._free:
            self._free -= 1
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[lane].append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.leave()
            raise

    def leave(self) -> None:
        """Give a place back."""
        for lane in Lane:
            while self._waiting[lane]:
                place = self._waiting[lane].popleft()
                if not place.done():
                    place.set_result(None)
                    return
        self._free += 1
