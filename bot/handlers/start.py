"""/start: the first words, or the place that a deep link names."""

from bot import screen
from bot.events import Command
from bot.handlers import profile
from bot.turn import Turn
from content import screens, targets
from core.i18n import LANGUAGES
from core.messages import Reply


async def start(turn: Turn) -> list[Reply]:
    """Welcome a person, or open what the link names: a-<article>, t-<topic>, l-<language>."""
    assert isinstance(turn.event, Command)
    kind, _, slug = turn.event.payload.partition("-")
    if kind == "l" and slug in LANGUAGES:
        await profile.speak(turn, slug)
        return welcome(turn)
    target = {"a": targets.article(slug), "t": targets.topic(slug)}.get(kind) if slug else None
    return screen.show(turn, target) if target and screen.render(turn, target) else welcome(turn)


def welcome(turn: Turn) -> list[Reply]:
    """Greet, with the topics as buttons."""
    turn.go_to(targets.HOME)
    return [screens.welcome(turn.content, words=turn.words)]
