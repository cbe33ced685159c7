"""Screens by their target: what a button, a deep link or a typed number opens, and what is shown again after a slip."""

from datetime import date

from bot.turn import Turn
from content import screens, targets
from core.errors import RuleBroken
from core.messages import Button, Reply, italic, joined


def render(turn: Turn, target: str) -> Reply | None:
    """Return the screen that a target asks for; None if there is no such thing (any more)."""
    kind, _, rest = target.partition(":")
    if kind == targets.HOME and not rest:
        return screens.home(turn.content, words=turn.words)
    if kind == "t":
        return screens.topic(turn.content, rest, words=turn.words)
    if kind == "a":
        slug, _, part = rest.rpartition(":")
        number = int(part) if part.isascii() and part.isdigit() and len(part) < 4 else 0  # noqa: PLR2004  1 to 999
        return screens.article(turn.content, slug, number, words=turn.words, today=_today(turn))
    return None


def show(turn: Turn, target: str) -> list[Reply]:
    """Show a screen and stand there; if it is not there (any more), show the present one with a note."""
    reply = render(turn, target)
    if reply is None:
        return [again(turn)]
    turn.go_to(target)
    return [reply]


def again(turn: Turn) -> Reply:
    """Return the present screen, with a note that the button was an old one."""
    _ = turn.words.gettext
    return with_note(turn, _("That button is no longer in use. Please choose again."))


def refusal(turn: Turn, broken: RuleBroken) -> Reply:
    """Return the present screen below a sentence on the rule that was broken; numbers as the language writes them."""
    values = {name: turn.words.number(v) if isinstance(v, int | float) else v for name, v in broken.values.items()}
    return with_note(turn, turn.words.gettext(broken.message).format(**values))


def with_note(turn: Turn, note: str) -> Reply:
    """Return the present screen below a one-line note."""
    screen = present(turn)
    return Reply(joined(italic(note), screen.body, separator="\n\n"), screen.rows)


def present(turn: Turn) -> Reply:
    """Return the screen where the chat stands; home if that is gone."""
    screen = render(turn, turn.chat.step)
    if screen is None:
        turn.go_to(targets.HOME)
        screen = screens.home(turn.content, words=turn.words)
    return screen


def typed_button(turn: Turn, text: str) -> Button | None:
    """Return the button that a typed number or label means: of the present screen, or the way to the menu.

    Numbers count topics and articles only, so that no slip changes the language.
    """
    buttons = [button for row in present(turn).rows for button in row if button.target]
    if text.isascii() and text.isdigit() and len(text) < 4:  # noqa: PLR2004  longer ones are phone numbers and the like
        number, entries = int(text), [button for button in buttons if button.target.startswith(("t:", "a:"))]
        return entries[number - 1] if 1 <= number <= len(entries) else None
    wanted = _letters(text)
    known = [*buttons, screens.home_button(turn.words)]
    return next((button for button in known if wanted and _letters(button.label) == wanted), None)


def _letters(label: str) -> str:
    """Reduce a label to what a person would type: no icon, no capitals."""
    return " ".join("".join(c if c.isalnum() or c.isspace() else " " for c in label).casefold().split())


def _today(turn: Turn) -> date:
    return turn.now.date()
