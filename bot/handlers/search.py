"""Whatever a person asks in words: a cry for help, an answer to a question, or something to look for."""

from bot import screen
from bot.handlers import contacts, fallback, forms, profile, registrations
from bot.turn import Turn
from content import countries, search_screens, targets
from content.counts import What
from content.search_words import (
    asks_about_the_chat,
    asks_for_sign_ups,
    asks_for_something,
    asks_to_be_erased,
    asks_what_is_kept,
)
from content.trouble import Trouble, trouble_in
from core.errors import RuleBroken
from core.messages import Reply
from registrations import form_screens
from registrations.registrations import written_reference

MAX_TYPED_CHARACTERS = 500  # a question is shorter; whole letters are for people, not for this chat
OF_THE_CHAT = (
    (asks_about_the_chat, targets.HELP),
    (asks_what_is_kept, targets.PRIVACY),
    (asks_to_be_erased, targets.ERASE),
)


async def ask_or_find(turn: Turn) -> list[Reply]:
    """Find what follows the command; if nothing does, ask what to look for."""
    return await read_text(turn) if turn.text else screen.show(turn, targets.SEARCH)


async def read_text(turn: Turn) -> list[Reply]:
    """Answer a text: help comes before everything else, and nobody meets a blank."""
    trouble = trouble_in(turn.text)
    if trouble is Trouble.STRONG:
        return contacts.open_in_trouble(turn)
    if len(turn.text) > MAX_TYPED_CHARACTERS and trouble is Trouble.NONE:
        return [_too_long(turn)]
    reference = written_reference(turn.text)
    if trouble is Trouble.NONE and (reference or asks_for_sign_ups(turn.text)):
        return await registrations.show_standing(turn, reference)
    return await _answer_to_question(turn) or _results(turn, is_urgent=trouble is Trouble.WEAK)


def _too_long(turn: Turn) -> Reply:
    """Tell how much may be written. Where the chat stands at what another question found, that is no answer to this."""
    if turn.chat.step.partition(":")[0] == targets.SEARCH:
        turn.go_to(targets.SEARCH)
    most = RuleBroken("That is too long for me. Please write at most {count} letters.", count=MAX_TYPED_CHARACTERS)
    return screen.with_note(turn, screen.told(turn, most))


async def read_unknown_command(turn: Turn) -> list[Reply]:
    """Read a command that there is not as words, "/tolong", "/gaji"; what finds nothing is said to be unknown."""
    if turn.found or trouble_in(turn.text) is not Trouble.NONE:
        return await read_text(turn)
    return await fallback.explain_command(turn)


async def _answer_to_question(turn: Turn) -> list[Reply]:
    """Take what answers the question of the screen, or of a form behind it; nothing if the text answers none."""
    step = turn.chat.step
    if step.partition(" ")[0].partition(":")[0] == targets.CONTACTS:
        country = countries.answered(turn.text, among=turn.content.countries)
        is_shown = country == targets.country_at(step) and countries.named(turn.text) is None  # then it asks for more
        if country and not is_shown:
            return contacts.open_for(turn, country)
        return await forms.read_waiting(turn)
    return await profile.read_answer(turn) if contacts.is_question(step) else []


def _results(turn: Turn, *, is_urgent: bool) -> list[Reply]:
    if not is_urgent and turn.text and not asks_for_something(turn.text):
        return screen.show(turn, targets.HOME)  # a greeting, thanks
    told = next((target for asks, target in OF_THE_CHAT if asks(turn.text)), "")
    if told and not is_urgent:
        return screen.show(turn, told)
    hits = tuple(hit.target for hit in turn.found)[: search_screens.MOST_HITS]
    if hits and targets.NO_ANSWER not in hits[:1]:
        turn.count(What.SEARCH)
    else:
        turn.note_unanswered()
    reply = search_screens.results(turn.content, hits, words=turn.words, urgent=is_urgent)
    form = screen.waiting_form(turn)
    if form:  # a name, say, typed at the contacts: what may be another cry is no answer
        reply = form_screens.with_way_back(reply, form, words=turn.words)
    turn.go_to(targets.found(hits, is_urgent=is_urgent) if hits else targets.HOME)
    return [reply]
