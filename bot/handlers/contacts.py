"""Important contacts: whom to call, in the country where the person or the relative is."""

from bot import screen
from bot.counting import count_opened
from bot.events import Command, SharedLocation
from bot.turn import Turn
from content import contact_screens, countries, cries, screens, targets
from core.messages import Reply, italic


async def show_contacts(turn: Turn) -> list[Reply]:
    """Show whom to call: in the country named after the command, or the person's own; if neither is known, ask."""
    assert isinstance(turn.event, Command)
    return _open_asked(turn, turn.event.payload, anew=True)


def open_for(turn: Turn, country: str | None, cry: str = "", *, anew: bool = False) -> list[Reply]:
    """Show the contacts and stand there; a question that is open about the person stays open.

    But for the question of the country: the next country that is written means the contacts there. Who cried for
    help, by this `cry` or before, is comforted here, too; not by what she opens `anew`: an employer may look then.
    """
    cry = cries.together("" if anew else targets.cry_at(turn.chat.step), cry)
    anywhere = targets.WHICH_COUNTRY if cry else targets.CONTACTS
    target = targets.after_cry(targets.contacts(country) if country else anywhere, cry)
    reply = screen.render(turn, target)
    assert reply is not None
    count_opened(turn, target)
    if not is_question(turn.chat.step) or turn.chat.step.startswith(targets.about_me("country")):
        screen.stand(turn, target)
    return [reply]


def open_in_trouble(turn: Turn) -> list[Reply]:
    """Show the contacts to someone who cries for help, below a word of comfort, with the article that fits."""
    return _open_asked(turn, turn.text)


def _open_asked(turn: Turn, text: str, *, anew: bool = False) -> list[Reply]:
    country = contact_screens.country_of(text, turn.content, turn.chat.country)
    return open_for(turn, country, cries.heard(text, turn.content, turn.found).written, anew=anew)


def is_question(step: str) -> bool:
    """Tell whether the chat stands at a question that waits for its answer."""
    return step.startswith(f"{targets.ABOUT_ME}:")


async def open_contacts(turn: Turn) -> list[Reply]:
    """Show the contacts that were tapped, the person's own country first; or ask for the phone's location."""
    target = turn.target
    if target == targets.HERE:
        return [contact_screens.place_request(screens.keyboard(words=turn.words), words=turn.words)]
    if target == targets.CONTACTS:
        return open_for(turn, turn.chat.country, anew=True)
    return screen.show(turn, target)


async def locate(turn: Turn) -> list[Reply]:
    """Show the contacts of the country from which a location was sent. It is looked up here and kept nowhere."""
    assert isinstance(turn.event, SharedLocation)
    country = countries.at(turn.event.latitude, turn.event.longitude)
    place = targets.after_cry(targets.WHICH_COUNTRY, targets.cry_at(turn.chat.step))
    step = turn.chat.step if is_question(turn.chat.step) else targets.opened_from(turn.chat.step, place)
    turn.go_to(step)
    replies = [*open_for(turn, country), screens.keys_line(words=turn.words)]  # in place of the key that sent it
    turn.go_to(step)  # not the place
    if country is not None:
        return replies
    _ = turn.words.gettext
    note = italic(_("I do not know which country that is. Please choose it."))
    return [contact_screens.below(note, replies[0]), *replies[1:]]
