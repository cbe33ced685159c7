"""/start: the first meeting, or the place that a deep link names."""

from bot import screen
from bot.events import Command
from bot.handlers import profile
from bot.turn import Turn
from content import screens, targets
from core.i18n import LANGUAGES
from core.messages import Reply
from registrations import people


async def start(turn: Turn) -> list[Reply]:
    """Meet a person, or open what a link names: a-<article>, t-<topic>, p-<programme>, k-<self-check>, l-<language>.

    A link from a printed sheet ends in _<language>: a newcomer is met in it.
    """
    assert isinstance(turn.event, Command)
    payload, _, language = turn.event.payload.partition("_")
    kind, _, slug = payload.partition("-")
    if language in LANGUAGES and not turn.chat.step:
        await people.set_language(await turn.open_session(), person_id=turn.chat.person_id, language=language)
        turn.speak(language)
    if kind == "l" and slug in LANGUAGES:
        return await profile.speak_and_show_home(turn, slug)
    target = _linked(turn, kind, slug)
    if target and screen.render(turn, target):
        turn.go_to(targets.HOME)  # a link leads away from whatever was found before
        return screen.show(turn, target)
    if not turn.chat.step and not turn.event.payload:
        turn.go_to(targets.FIRST_MEETING)
        return [screens.greeting(turn.content, words=turn.words)]
    if turn.event.payload:
        return [_not_here(turn)]
    return screen.show(turn, targets.HOME)


def _linked(turn: Turn, kind: str, slug: str) -> str | None:
    programme = turn.content.programmes.get(slug)
    links = {
        "a": targets.article(slug),
        "t": targets.topic(slug),
        "p": targets.article(programme.article) if programme else None,
        "k": targets.self_check(slug),
    }
    return links.get(kind) if slug else None


def _not_here(turn: Turn) -> Reply:
    _ = turn.words.gettext
    turn.go_to(targets.HOME)
    if turn.content.is_any_hidden:
        return screen.present(turn)  # it says itself that texts await their check
    return screen.with_note(turn, _("That page is not here any more."))
