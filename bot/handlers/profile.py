"""What a person says of herself, and what she can do with the chat: language, about me, clear, erase, help."""

from bot import screen
from bot.turn import Turn
from content import countries, screens, targets
from core.errors import RuleBroken
from core.i18n import LANGUAGES
from core.messages import Reply
from registrations import people, provinces
from registrations import screens as person_screens


async def ask_language(turn: Turn) -> list[Reply]:
    """Ask for the language, each in its own name."""
    return screen.show(turn, targets.LANGUAGE)


async def choose_language(turn: Turn) -> list[Reply]:
    """Remember the language that was tapped and show the menu in it; or ask for the language."""
    code = turn.target.partition(":")[2]
    if code in LANGUAGES:
        return await speak_and_show_home(turn, code)
    return screen.show(turn, turn.target)


async def speak_and_show_home(turn: Turn, language: str) -> list[Reply]:
    """Use a language from now on; where it is another one than before, the keys below change too."""
    has_changed = language != turn.chat.language
    await people.set_language(await turn.open_session(), person_id=turn.chat.person_id, language=language)
    turn.speak(language)
    keys = [screens.keys_line(words=turn.words)] if has_changed else []
    return [*screen.show(turn, targets.HOME), *keys]


async def show_help(turn: Turn) -> list[Reply]:
    """Say how the chat works."""
    return screen.show(turn, targets.HELP)


async def show_privacy(turn: Turn) -> list[Reply]:
    """Say what is kept."""
    return screen.show(turn, targets.PRIVACY)


async def show_about_me(turn: Turn) -> list[Reply]:
    """Show the questions about the person."""
    return screen.show(turn, targets.ABOUT_ME)


async def answer_about_me(turn: Turn) -> list[Reply]:
    """Take the answer that was tapped; what is none yet shows its question."""
    _, _, rest = turn.target.partition(":")
    question, _, answer = rest.partition(":")
    if not answer or answer.startswith(":"):
        return screen.show(turn, turn.target)
    if not _is_answer(question, answer):
        return [screen.again(turn)]
    return await _remember(turn, question, None if answer == person_screens.SKIP else answer)


async def read_answer(turn: Turn) -> list[Reply]:
    """Take a written country or province; what is neither, and finds nothing either, is asked for again."""
    question = turn.chat.step.split(":")[1]
    value = _written(turn.text, question)
    if value is not None:
        return await _remember(turn, question, value)
    if turn.found:
        return []
    raise RuleBroken("I do not know that. Please choose, or write it in another way.")


def _written(text: str, question: str) -> str | None:
    if question == "country":
        return countries.named(text) or countries.told(text, among=countries.all_codes())
    return provinces.named(text) if question == "province" else None


async def _remember(turn: Turn, question: str, value: str | None) -> list[Reply]:
    _ = turn.words.gettext
    setattr(turn.chat, question, value)
    chat = turn.chat
    await people.set_profile(
        await turn.open_session(),
        person_id=chat.person_id, stage=chat.stage, country=chat.country, province=chat.province,
    )  # fmt: skip
    turn.go_to(targets.ABOUT_ME)
    return [screen.about_me(turn, _("Noted.") if value else _("Nothing is kept of that."))]


def _is_answer(question: str, value: str) -> bool:
    answers = {"stage": people.STAGES, "country": countries.all_codes(), "province": tuple(provinces.all_names())}
    return question in answers and value in (*answers[question], person_screens.SKIP)


async def clear_chat(turn: Turn) -> list[Reply]:
    """Remove what both sides wrote, and leave a neutral line."""
    turn.go_to(targets.CLEAR)
    return [person_screens.cleared(words=turn.words)]


async def ask_erase(turn: Turn) -> list[Reply]:
    """Ask once more before everything about the person is erased."""
    return screen.show(turn, targets.ERASE)


async def erase(turn: Turn) -> list[Reply]:
    """Erase the person and clear the chat, once she has said yes. The rows go when the last message is sent."""
    if turn.target != targets.ERASE_NOW:
        return screen.show(turn, turn.target)
    session = await turn.open_session()
    await people.set_profile(session, person_id=turn.chat.person_id, stage=None, country=None, province=None)
    turn.go_to("")
    return [person_screens.erased(words=turn.words)]
