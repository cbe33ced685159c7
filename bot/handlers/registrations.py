"""Sign-ups that were sent: where they stand, withdrawing, taking a place that was offered."""

from bot import screen
from bot.events import Command
from bot.turn import Turn
from content import targets
from core.messages import Reply
from registrations import sign_up, standings, status_screens
from registrations.registrations import Registration, Status, reference_in
from registrations.status_screens import TAKE_UP, WITHDRAW, WITHDRAW_NOW


async def show_status(turn: Turn) -> list[Reply]:
    """Show where the person's sign-ups stand; with a reference behind the command, that one."""
    reference = turn.event.payload if isinstance(turn.event, Command) else ""
    return await show_standing(turn, reference_in(reference))


async def show_standing(turn: Turn, reference: str = "", note: str = "") -> list[Reply]:
    """Show where the person's sign-ups stand, or the one with a reference."""
    session = await turn.open_session()
    held = await standings.shown_to(session, person_id=turn.chat.person_id, reference=reference)
    if not reference:
        begun = await standings.unfinished(session, person_id=turn.chat.person_id)
        held = [*begun, *held][: standings.MOST_SHOWN]
    told = [await standings.of(session, each, turn.content, language=turn.chat.language) for each in held]
    turn.go_to(targets.HOME)
    return [status_screens.status(told, words=turn.words, note=note, code=reference)]


async def open_target(turn: Turn) -> list[Reply]:
    """Show the sign-ups, or do with one of them what was tapped."""
    _, reference, wanted = (*turn.target.split(":"), "", "")[:3]
    if not reference:
        return await show_standing(turn)
    session = await turn.open_session()
    held = await standings.shown_to(session, person_id=turn.chat.person_id, reference=reference)
    if not held:
        return [screen.again(turn)]
    if wanted == WITHDRAW:
        standing = await standings.of(session, held[0], turn.content, language=turn.chat.language)
        return [status_screens.ask_withdraw(standing, words=turn.words)]
    if wanted == WITHDRAW_NOW:
        return await _withdraw(turn, held[0])
    if wanted == TAKE_UP:
        await sign_up.take_up(session, held[0], now=turn.now)
    return await show_standing(turn, reference)


async def _withdraw(turn: Turn, registration: Registration) -> list[Reply]:
    session = await turn.open_session()
    offered = await sign_up.withdraw(session, registration, now=turn.now)
    await standings.tell(session, turn.vault, offered, turn.content, bot_id=turn.bot_id, now=turn.now)
    note = "" if registration.status == Status.WITHDRAWN else status_screens.is_asked_first(turn.words)
    return await show_standing(turn, registration.reference or "", note)
