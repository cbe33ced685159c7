"""The one table: command, button or text -> handler."""

from bot.events import Command, Membership, Tap, Text
from bot.handlers import articles, fallback, profile, start, topics
from bot.turn import Handler, Turn

COMMANDS: dict[str, Handler] = {
    "start": start.start,
    "menu": topics.show_home,
    "help": topics.show_home,
    "bantuan": topics.show_home,
    "bahasa": profile.ask_language,
    "language": profile.ask_language,
}
# A button's target is "<kind>" or "<kind>:<rest>": content/targets.py
BUTTONS: dict[str, Handler] = {
    "h": topics.show_home,
    "t": topics.show_topic,
    "a": articles.show_article,
    "l": profile.choose_language,
}


def handler_for(turn: Turn) -> Handler:
    """Return the handler of a turn's event. Every event has one."""
    event = turn.event
    if isinstance(event, Command):
        return COMMANDS.get(event.name, fallback.explain_command)
    if isinstance(event, Tap):
        return BUTTONS.get(event.target.partition(":")[0], fallback.repeat_screen)
    if isinstance(event, Membership):
        return fallback.stay_silent
    return fallback.read_text if isinstance(event, Text) else fallback.explain_attachment
