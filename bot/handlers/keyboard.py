"""The keys below the chat: sent at the first meeting, in another language, and after the chat was cleared."""

from bot.turn import Turn
from content import screens, targets
from core.messages import Reply

WITHOUT_KEYS = frozenset({"", targets.FIRST_MEETING, targets.CLEAR})


def is_missing(turn: Turn) -> bool:
    """Tell whether the chat has no keys: nobody was met yet, or it was cleared."""
    return turn.chat.step in WITHOUT_KEYS


def added(turn: Turn, replies: list[Reply]) -> list[Reply]:
    """Add the line that brings the keys, unless a reply brings them or the chat is to stay without."""
    brings_keys = any(reply.keys is not None for reply in replies)
    if not replies or brings_keys or turn.chat.step in WITHOUT_KEYS:
        return replies
    return [*replies, screens.keys_line(words=turn.words)]
