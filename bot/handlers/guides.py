"""The paths through the library, and ticking their steps off."""

from bot import screen
from bot.turn import Turn
from content import targets
from core.messages import Reply
from registrations import steps


async def load(turn: Turn) -> None:
    """Read which steps are ticked off, where the chat stands at a path or at what was opened from one."""
    if targets.path_in(turn.chat.step):
        await _load(turn)


async def _load(turn: Turn) -> None:
    turn.steps_done = await steps.done(await turn.open_session(), person_id=turn.chat.person_id)


async def show(turn: Turn) -> list[Reply]:
    """Show the paths, or one; or tick a step off and show its path."""
    _, _, rest = turn.target.partition(":")
    stage, _, slug = rest.partition(":")
    if stage:
        await _load(turn)
    if slug in turn.content.paths.get(stage, ()):
        session, is_done = await turn.open_session(), slug in turn.steps_done
        await steps.turn_over(session, person_id=turn.chat.person_id, article=slug, is_done=is_done)
        turn.steps_done ^= {slug}
    elif slug:
        return [screen.again(turn)]
    return screen.show(turn, targets.path(stage) if stage else targets.PATHS)
