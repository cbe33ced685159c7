"""Answers to what fits no rule: nobody meets a blank."""

from bot import screen
from bot.turn import Turn
from content import targets
from content.screens import contacts_label
from core.messages import Reply


async def explain_command(turn: Turn) -> list[Reply]:
    """Answer a command that Bekal does not have."""
    _ = turn.words.gettext
    turn.go_to(targets.HOME)
    return [screen.with_note(turn, _("I do not know that command."))]


async def explain_attachment(turn: Turn) -> list[Reply]:
    """Answer a sticker, a photo, a voice note: say what the bot can do, also for who cannot write."""
    _ = turn.words.gettext
    told = _("I can only read text and buttons. What you sent is not kept.")
    # Translators: {contacts} is the label of a button.
    help_is_there = _("In danger? Press “{contacts}”.").format(contacts=contacts_label(turn.words))
    return [screen.with_note(turn, f"{told} {help_is_there}")]


async def repeat_screen(turn: Turn) -> list[Reply]:
    """Answer a button that is unknown or from an older screen."""
    return [screen.again(turn)]


async def stay_silent(turn: Turn) -> list[Reply]:
    """Answer nothing: someone who blocked the bot hears no more of it."""
    del turn
    return []
