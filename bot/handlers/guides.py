"""The paths through the library, and ticking their steps off."""

from bot import screen
from bot.turn import Turn
from content import targets
from core.messages import Reply, plain
from core.words import letters
from registrations import steps
from registrations.answers import NO_WORDS, YES_WORDS

ANSWERS = YES_WORDS | NO_WORDS


async def load(turn: Turn) -> None:
    """Read which steps are ticked off, where the chat stands at a path or at what was opened from one."""
    if targets.path_in(turn.chat.step):
        await _load(turn)


async def _load(turn: Turn) -> None:
    turn.steps_done = await steps.done(turn.connection, person_id=turn.chat.person_id)


async def show(turn: Turn) -> list[Reply]:
    """Show the paths, or one; or tick a step off and show its path."""
    _, stage, slug, state = (*turn.target.split(":", 3), "", "", "")[:4]
    if stage and not targets.path_in(turn.chat.step):
        await _load(turn)  # she comes from elsewhere
    if slug in turn.content.paths.get(stage, ()):
        session, is_done = await turn.open_session(), state == "on"
        await steps.note(session, person_id=turn.chat.person_id, article=slug, is_done=is_done)
        turn.steps_done = turn.steps_done | {slug} if is_done else turn.steps_done - {slug}
    elif slug:
        return [screen.again(turn)]
    return screen.show(turn, targets.path(stage) if stage else targets.PATHS)


def is_answer(turn: Turn) -> bool:
    """Tell whether somebody writes her answer to a question of a self-check, of which the chat keeps nothing."""
    is_checking = turn.chat.step.startswith(f"{targets.SELF_CHECK}:")
    return is_checking and (letters(turn.text) in ANSWERS or turn.text.strip().isdigit())


async def ask_to_tap(turn: Turn) -> list[Reply]:
    """Say that the buttons above answer; the question stays there."""
    return [Reply(plain(turn.words.gettext("Please press one of the buttons.")), below=True)]
