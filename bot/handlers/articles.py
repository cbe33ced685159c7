"""Reading an article, part by part."""

from bot import screen
from bot.events import Tap
from bot.turn import Turn
from core.messages import Reply


async def show_article(turn: Turn) -> list[Reply]:
    """Show the part of the article that was tapped."""
    assert isinstance(turn.event, Tap)
    return screen.show(turn, turn.event.target)
