"""What a person says of herself. So far: the language."""

from bot import screen
from bot.events import Tap
from bot.turn import Turn
from content import targets
from core.i18n import LANGUAGES
from core.messages import Button, Reply, plain
from registrations import people


async def ask_language(turn: Turn) -> list[Reply]:
    """Ask for the language, each in its own name."""
    _ = turn.words.gettext
    rows = tuple((Button(language.name, targets.language(language.code)),) for language in LANGUAGES.values())
    return [Reply(plain(_("Choose your language.")), rows)]


async def choose_language(turn: Turn) -> list[Reply]:
    """Remember the language that was tapped and show the menu in it."""
    assert isinstance(turn.event, Tap)
    code = turn.event.target.partition(":")[2]
    if code not in LANGUAGES:
        return [screen.again(turn)]
    await speak(turn, code)
    return screen.show(turn, targets.HOME)


async def speak(turn: Turn, language: str) -> None:
    """Use a language from now on, and remember it."""
    await people.set_language(await turn.open_session(), person_id=turn.chat.person_id, language=language)
    turn.speak(language)
