"""The one table: command, button or text -> handler."""

from bot.events import Command, Membership, SharedLocation, Tap, Text
from bot.handlers import articles, contacts, fallback, keyboard, profile, search, start, topics
from bot.turn import Handler, Turn
from core.messages import Reply

COMMANDS: dict[str, Handler] = {
    "start": start.start,
    "menu": topics.show_home,
    "kontak": contacts.show_contacts,
    "contacts": contacts.show_contacts,
    "darurat": contacts.show_contacts,
    "sos": contacts.show_contacts,
    "cari": search.ask_or_find,
    "search": search.ask_or_find,
    "bahasa": profile.ask_language,
    "language": profile.ask_language,
    "bantuan": profile.show_help,
    "help": profile.show_help,
    "privacy": profile.show_privacy,
    "privasi": profile.show_privacy,
    "bersihkan": profile.clear_chat,
    "clear": profile.clear_chat,
    "saya": profile.show_about_me,
    "me": profile.show_about_me,
    "hapus": profile.ask_erase,
    "erase": profile.ask_erase,
}
# A button's target is "<kind>" or "<kind>:<rest>": content/targets.py
BUTTONS: dict[str, Handler] = {
    "h": topics.show_home,
    "t": topics.open_target,
    "a": topics.open_target,
    "m": topics.open_target,
    "b": topics.open_target,
    "d": topics.open_target,
    "s": topics.open_target,
    "w": articles.make_card,
    "y": articles.note_helpful,
    "n": articles.note_not_helpful,
    "e": contacts.open_contacts,
    "l": profile.choose_language,
    "p": profile.answer_about_me,
    "c": profile.clear_chat,
    "x": profile.erase,
}


async def handle(turn: Turn) -> list[Reply]:
    """Answer a turn's event; where the chat has no keys below it yet, or none any more, they come too."""
    has_no_keys = keyboard.is_missing(turn)
    replies = await handler_for(turn)(turn)
    return keyboard.added(turn, replies) if has_no_keys else replies


def handler_for(turn: Turn) -> Handler:
    """Return the handler of a turn's event. Every event has one."""
    event = turn.event
    if isinstance(event, Command):
        return COMMANDS.get(event.name, fallback.explain_command)
    if isinstance(event, Tap):
        return BUTTONS.get(event.target.partition(":")[0], fallback.repeat_screen)
    if isinstance(event, Membership):
        return fallback.stay_silent
    if isinstance(event, SharedLocation):
        return contacts.locate
    return search.read_text if isinstance(event, Text) else fallback.explain_attachment
