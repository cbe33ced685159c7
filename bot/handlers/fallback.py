"""Answers to what fits no rule: nobody meets a blank."""

from bot import screen
from bot.events import Text
from bot.handlers import profile
from bot.turn import Turn
from content import screens, targets
from core.errors import RuleBroken
from core.messages import Reply

MAX_TYPED_CHARACTERS = 500  # a question is shorter; whole letters are for people, not for this chat


async def read_text(turn: Turn) -> list[Reply]:
    """Take a typed number or label like a tap; otherwise show the menu with a word of help."""
    assert isinstance(turn.event, Text)
    _ = turn.words.gettext
    text = turn.event.text.strip()
    if len(text) > MAX_TYPED_CHARACTERS:
        raise RuleBroken("That is too long for me. Please write at most {count} letters.", count=MAX_TYPED_CHARACTERS)
    button = screen.typed_button(turn, text)
    if button is None:
        turn.go_to(targets.HOME)
        return [screens.not_understood(turn.content, words=turn.words)]
    if button.target.startswith("l:"):
        await profile.speak(turn, button.target.partition(":")[2])
        return screen.show(turn, targets.HOME)
    return screen.show(turn, button.target)


async def explain_command(turn: Turn) -> list[Reply]:
    """Answer a command that Bekal does not have."""
    _ = turn.words.gettext
    turn.go_to(targets.HOME)
    return [screen.with_note(turn, _("I do not know that command."))]


async def explain_attachment(turn: Turn) -> list[Reply]:
    """Answer a sticker, a photo, a voice note: say what the bot can do."""
    _ = turn.words.gettext
    return [screen.with_note(turn, _("I can only read text and buttons. What you sent is not kept."))]


async def repeat_screen(turn: Turn) -> list[Reply]:
    """Answer a button that is unknown or from an older screen."""
    return [screen.again(turn)]


async def stay_silent(turn: Turn) -> list[Reply]:
    """Answer nothing: someone who blocked the bot hears no more of it."""
    del turn
    return []
