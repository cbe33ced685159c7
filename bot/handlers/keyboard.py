"""The keys below the chat: sent at the first meeting, in another language, and after the chat was cleared."""

from bot.turn import Turn
from content import screens, targets
from core.messages import Reply


def if_missing(turn: Turn) -> list[Reply]:
    """Return a line that brings the keys, where the chat has none: nobody was met yet, or it was cleared."""
    is_missing = turn.chat.step in {"", targets.FIRST_MEETING, targets.CLEAR}
    return [screens.keys_changed(words=turn.words)] if is_missing else []
