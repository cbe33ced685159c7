"""Telegram's flood control, as its FAQ describes it: about 30 messages a second over all, one a second in a chat.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

from collections import defaultdict, deque
from collections.abc import Callable

from simulator.errors import ApiError

OVER_ALL = 30
CHAT_BURST = 20
LONGEST_PAUSE_SECONDS = 60


class FloodControl:
    """Refuses new messages that come too fast; who goes on calling during a pause waits longer."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._sent: deque[float] = deque(maxlen=OVER_ALL)
        self._chats: dict[int, deque[float]] = defaultdict(lambda: deque(maxlen=CHAT_BURST))
        self._paused_until = 0.0
        self._pause_seconds = 1

    def check(self, chat_id: int) -> None:
        """Count a new message, or refuse it with a 429."""
        now = self._now()
        chat = self._chats[chat_id]
        if now < self._paused_until:
            self._pause(now, min(self._pause_seconds * 2, LONGEST_PAUSE_SECONDS))
        if len(self._sent) == OVER_ALL and now - self._sent[0] < 1:
            self._pause(now, 1)
        if len(chat) == CHAT_BURST and now - chat[0] < CHAT_BURST:
            self._pause(now, 1)
        self._sent.append(now)
        chat.append(now)

    def _pause(self, now: float, seconds: int) -> None:
        self._pause_seconds = seconds
        self._paused_until = now + seconds
        raise too_many_requests(seconds)


def too_many_requests(seconds: int) -> ApiError:
    """Return a 429 in Telegram's words."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
