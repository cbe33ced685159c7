"""Whatever a person types: a cry for help, a number or label, an answer to a question, or something to look for."""

from bot import screen
from bot.events import Command, Text
from bot.handlers import contacts, profile
from bot.turn import Turn
from content import countries, search_screens, targets
from content.search_words import asks_nothing
from content.trouble import Trouble, is_despair, trouble_in
from core.errors import RuleBroken
from core.messages import Reply

MAX_TYPED_CHARACTERS = 500  # a question is shorter; whole letters are for people, not for this chat


async def ask_or_find(turn: Turn) -> list[Reply]:
    """Ask what to look for; what follows the command is told to be written alone."""
    assert isinstance(turn.event, Command)
    return screen.show(turn, targets.SEARCH)


async def read_text(turn: Turn) -> list[Reply]:
    """Answer a typed text: help comes before everything else, and nobody meets a blank."""
    assert isinstance(turn.event, Text)
    text = turn.event.text.strip()
    trouble = trouble_in(text)
    if trouble is Trouble.STRONG:
        told = countries.mentioned(text, among=turn.content.countries)
        return contacts.open_in_trouble(turn, told or turn.chat.country, is_despair=is_despair(text))
    if len(text) > MAX_TYPED_CHARACTERS:
        raise RuleBroken("That is too long for me. Please write at most {count} letters.", count=MAX_TYPED_CHARACTERS)
    target = screen.typed_target(turn, text)
    if target is not None:
        return await open_typed(turn, target)
    answer = await _answer_to_question(turn, text)
    return answer or _results(turn, is_urgent=trouble is Trouble.WEAK)


async def open_typed(turn: Turn, target: str) -> list[Reply]:
    """Do what the button of this target does."""
    kind, _, rest = target.partition(":")
    if kind == targets.LANGUAGE and rest:
        return await profile.speak_and_show_home(turn, rest)
    if kind == targets.ABOUT_ME and rest:
        return await profile.take_answer(turn, target)
    if target == targets.CLEAR:
        return await profile.clear_chat(turn)
    if target == targets.CONTACTS:
        return contacts.open_for(turn, turn.chat.country)
    return screen.show(turn, target)


async def _answer_to_question(turn: Turn, text: str) -> list[Reply]:
    """Take a country or province written where one is asked for; nothing if the text answers no question."""
    step = turn.chat.step
    if step.partition(":")[0] == targets.CONTACTS:
        country = countries.named(text)
        return contacts.open_for(turn, country) if country else []
    return await profile.read_answer(turn, text) if contacts.is_question(step) else []


def _results(turn: Turn, *, is_urgent: bool) -> list[Reply]:
    assert isinstance(turn.event, Text)
    if not is_urgent and asks_nothing(turn.event.text):
        return screen.show(turn, targets.HOME)  # a greeting, thanks
    hits = tuple(hit.target for hit in turn.found)[: search_screens.MOST_HITS]
    reply = search_screens.results(turn.content, hits, words=turn.words, urgent=is_urgent)
    turn.go_to(targets.found(hits) if hits else targets.HOME)
    return [reply]
