"""The one table: command, button or text -> handler."""

from bot import screen
from bot.events import (
    AnyEvent,
    Attachment,
    Captioned,
    Command,
    Membership,
    Private,
    SharedContact,
    SharedLocation,
    Tap,
    Text,
)
from bot.handlers import (
    articles,
    contacts,
    fallback,
    forms,
    guides,
    keyboard,
    profile,
    programmes,
    registrations,
    search,
    start,
    topics,
)
from bot.turn import Handler, Turn
from core.errors import RuleBroken
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
    "status": registrations.show_status,
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
    "k": topics.open_target,
    "g": guides.show,
    "w": articles.make_card,
    "v": articles.send_media,
    "y": articles.note_helpful,
    "n": articles.note_not_helpful,
    "e": contacts.open_contacts,
    "l": profile.choose_language,
    "p": profile.answer_about_me,
    "c": profile.clear_chat,
    "x": profile.erase,
    "j": programmes.show,
    "f": programmes.begin,
    "q": forms.step,
    "u": registrations.open_target,
}
# What else may come, while a form is open and else
ELSEWHERE: dict[type[Private], Handler] = {
    Attachment: fallback.explain_attachment,
    SharedContact: forms.take_contact_behind,
    SharedLocation: contacts.locate,
    Membership: fallback.stay_silent,
}
IN_A_FORM = ELSEWHERE | {Attachment: forms.refuse_attachment, SharedContact: forms.take_contact}


async def handle(turn: Turn) -> list[Reply]:
    """Answer a turn's event; where the chat has no keys below it yet, or none any more, they come too."""
    has_no_keys = keyboard.is_missing(turn)
    await programmes.load(turn)
    await guides.load(turn)
    replies = await handler_for(turn)(turn)
    return keyboard.added(turn, replies) if has_no_keys else replies


def refuse(turn: Turn, broken: RuleBroken) -> list[Reply]:
    """Answer what broke a rule: the present screen with a note, and the keys where the chat has none."""
    has_no_keys = keyboard.is_missing(turn)
    replies = [screen.refusal(turn, broken)]
    return keyboard.added(turn, replies) if has_no_keys else replies


def handler_for(turn: Turn) -> Handler:
    """Return the handler of a turn's event. Every event has one."""
    event = turn.event
    if isinstance(event, Command):
        return COMMANDS.get(event.name, search.read_unknown_command)
    if isinstance(event, Captioned) and forms.is_form(turn.chat.step):
        return forms.refuse_captioned
    if isinstance(event, Text):
        if guides.is_answer(turn):
            return guides.ask_to_tap
        turn.target = screen.typed_target(turn) or ""
        reading = forms.read_answer if forms.is_form(turn.chat.step) else search.read_text
        return BUTTONS[_kind(turn)] if turn.target else reading
    if isinstance(event, Tap):
        return BUTTONS.get(_kind(turn), fallback.repeat_screen)
    others = IN_A_FORM if forms.is_form(turn.chat.step) else ELSEWHERE
    return others[type(event)]


def _kind(turn: Turn) -> str:
    return turn.target.partition(":")[0]


def question_of(event: AnyEvent) -> str:
    """Return what an event asks in words: a text, what follows /cari, or a command that there is not."""
    if isinstance(event, Text):
        return event.text.strip()
    if isinstance(event, Command) and COMMANDS.get(event.name) is search.ask_or_find:
        return event.payload
    if isinstance(event, Command) and event.name not in COMMANDS:
        return f"{event.name} {event.payload}".strip()
    return ""
