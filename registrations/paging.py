"""Many answers to choose from, a few a screen."""

from collections.abc import Callable, Sequence

from core.i18n import Words
from core.messages import Button, Rows

ANSWERS_A_PAGE = 8
ANSWERS_A_ROW = 2


def paged(
    answers: Sequence[Button], page: int, to_page: Callable[[int], str], words: Words, *, a_row: int = ANSWERS_A_ROW
) -> Rows:
    """Return one page of answers, some a row, and the ways to the pages beside it. Pages count from 1."""
    _ = words.gettext
    count = max(1, -(-len(answers) // ANSWERS_A_PAGE))
    number = min(max(page, 1), count)
    shown = answers[(number - 1) * ANSWERS_A_PAGE : number * ANSWERS_A_PAGE]
    rows = [tuple(shown[start : start + a_row]) for start in range(0, len(shown), a_row)]
    ways = []
    if number > 1:
        # Translators: a button; {part} of {parts} is such as 1/3.
        label = _("Previous ({part}/{parts})").format(part=number - 1, parts=count)
        ways.append(Button(label, to_page(number - 1)))
    if number < count:
        # Translators: a button; {part} of {parts} is such as 2/3.
        label = _("Next ({part}/{parts})").format(part=number + 1, parts=count)
        ways.append(Button(label, to_page(number + 1)))
    return (*rows, *([tuple(ways)] if ways else []))
