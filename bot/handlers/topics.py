"""The menu and what it leads to: screens that only have to be shown."""

from bot import screen
from bot.turn import Turn
from content import targets
from core.messages import Reply


async def show_home(turn: Turn) -> list[Reply]:
    """Show all topics."""
    return screen.show(turn, targets.HOME)


async def open_target(turn: Turn) -> list[Reply]:
    """Show the screen that was tapped."""
    return screen.show(turn, turn.target)
