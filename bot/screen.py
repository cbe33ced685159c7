"""Screens by their target: what a button, a deep link or a typed number opens, and what is shown again after a slip."""

from collections.abc import Callable
from functools import cache

from bot.counting import count_opened
from bot.turn import Turn
from content import contact_screens, countries, cries, guide_screens, screens, search_screens, targets
from content.catalogue import Catalogue
from core.errors import RuleBroken
from core.i18n import LANGUAGES, Words, words
from core.messages import Button, Reply, Rows, italic, joined
from core.words import letters
from registrations import form_screens
from registrations import screens as person_screens
from registrations.screens import Said

ENTRIES = (
    "t:",
    "a:",
    "e:",
    "p:",
    "j:",
    "g:",
    "k:",
)  # what a typed number counts: no slip may change the language or clear the chat
LONGEST_NUMBER = 3  # digits: longer ones are phone numbers and the like
Render = Callable[[Turn, str], Reply | None]


def render(turn: Turn, target: str) -> Reply | None:
    """Return the screen that a target asks for; None if there is no such thing (any more)."""
    kind, _, rest = target.partition(" ")[0].partition(":")
    found = SCREENS.get(kind)
    return found(turn, rest) if found else None


def _home(turn: Turn, rest: str) -> Reply | None:
    return None if rest else screens.home(turn.content, words=turn.words)


def _topic(turn: Turn, rest: str) -> Reply | None:
    return screens.topic(turn.content, rest, words=turn.words, reader=turn.reader)


def _article(turn: Turn, rest: str) -> Reply | None:
    slug, _, part = rest.rpartition(":")
    return article(turn, slug, page_number(part))


def article(turn: Turn, slug: str, part: int, *, is_rated: bool = False) -> Reply | None:
    """Return a part of an article; Back leads to the results or the path from which it was opened, if it was.

    From one that was opened at contacts behind which a form waits, it leads to those. Who searched for something in a
    country finds its contacts there, too.
    """
    step = turn.chat.step
    back, country = _back(turn) or targets.contacts_in(step), targets.country_in(step)
    return screens.article(
        turn.content, slug, part, words=turn.words, is_rated=is_rated, back=back, below=_tick(turn, slug),
        country=country,
    )  # fmt: skip


def _back(turn: Turn) -> str:
    """Return where Back leads from what was opened from results or a path; nothing if it was not."""
    return targets.RESULTS if targets.results_in(turn.chat.step) else ""


def _tick(turn: Turn, slug: str) -> Rows:
    """Return the row that ticks an article off, where it was opened from a path that it is a step of."""
    stage = targets.path_in(turn.chat.step)
    if slug not in turn.content.paths.get(stage, ()):
        return ()
    return (guide_screens.tick(stage, slug, is_done=slug in turn.steps_done, words=turn.words),)


def _contacts(turn: Turn, rest: str) -> Reply | None:
    shown = contacts_at(turn.content, rest, words=turn.words, back=_back(turn))
    form = waiting_form(turn, f"{targets.CONTACTS}:{rest}")
    return form_screens.with_way_back(shown, form, words=turn.words) if shown and form else shown


def waiting_form(turn: Turn, contacts: str = "") -> str:
    """Return the question that waits behind contacts, by default the present ones.

    Of a discreet form none does, but for who has just cried for help in it: somebody else may look.
    """
    if turn.sign_up is None or (turn.sign_up.programme.discreet and not targets.cry_at(contacts or turn.chat.step)):
        return ""
    return targets.form_in(turn.chat.step)


def contacts_at(content: Catalogue, rest: str, *, words: Words, back: str = "") -> Reply | None:
    """Return the contacts that the rest of a target asks for: of a country, or with the question which; or None."""
    place, _, page = rest.partition(":")
    cry = cries.read(page, content)
    if place in {"", targets.WHICH_COUNTRY.partition(":")[2]}:
        return contact_screens.contacts(content, words=words, cry=cry)
    if place == targets.OTHER_COUNTRIES.partition(":")[2]:
        return contact_screens.other_countries(content, words=words, cry=cry)
    if place not in countries.all_codes():
        return None
    return contact_screens.country(content, place, page_number(page), words=words, back=back, cry=cry)


def _search(turn: Turn, rest: str) -> Reply | None:
    if not rest:
        return search_screens.prompt(turn.content, words=turn.words)
    hits = rest.split("|")
    is_urgent = hits[0] == targets.URGENT
    return search_screens.results(turn.content, hits[is_urgent:], words=turn.words, urgent=is_urgent)


def _why_not(turn: Turn, rest: str) -> Reply | None:
    return screens.why_not(turn.content, rest, words=turn.words)


def _about_me(turn: Turn, rest: str) -> Reply | None:
    question, _, answer = rest.partition(":")
    page = page_number(answer.rpartition(":")[2])
    if not question:
        return about_me(turn)
    if question == "stage":
        return person_screens.ask_stage(words=turn.words)
    if question == "country":
        return person_screens.ask_country(turn.content.countries, page, words=turn.words)
    return person_screens.ask_province(page, words=turn.words) if question == "province" else None


def about_me(turn: Turn, note: str = "") -> Reply:
    """Return the questions about the person, with ticks at those that are answered."""
    said = Said(*(value is not None for value in (turn.chat.stage, turn.chat.country, turn.chat.province)))
    return person_screens.about_me(said, words=turn.words, note=note)


def _languages(turn: Turn, rest: str) -> Reply | None:
    if rest == targets.FIRST_MEETING.partition(":")[2]:
        return screens.greeting(turn.content, words=turn.words)
    return None if rest else screens.languages(words=turn.words)


def _programme(turn: Turn, rest: str) -> Reply | None:
    if not rest:
        return form_screens.programmes(turn.offers, back=screens.before_programmes(turn.content), words=turn.words)
    offer = turn.offer
    if offer is None or offer.programme.slug != rest:
        return None
    programme = turn.content.programmes.get(rest)
    back = targets.article(programme.article) if programme else targets.HOME
    contact = turn.content.contacts.get(offer.programme.contact or "")
    return form_screens.programme(offer, contact=contact, back=back, words=turn.words)


def _question(turn: Turn, rest: str) -> Reply | None:
    slug, _, place = rest.partition(":")
    if turn.sign_up is None or turn.sign_up.programme.slug != slug:
        return None
    filling = turn.sign_up.filling
    found = filling.asked.question(int(place)) if place.isdigit() else None
    if found is None or found not in filling.shown:
        return form_screens.summary(filling, words=turn.words)
    return form_screens.question(filling, found, words=turn.words)


def _path(turn: Turn, stage: str) -> Reply | None:
    if not stage:
        return guide_screens.paths(turn.content, words=turn.words)
    return guide_screens.path(turn.content, stage, done=turn.steps_done, words=turn.words)


def _self_check(turn: Turn, rest: str) -> Reply | None:
    slug, _, answers = rest.partition(":")
    return guide_screens.self_check(turn.content, slug, answers, words=turn.words)


SCREENS: dict[str, Render] = {
    targets.PATHS: _path,
    targets.SELF_CHECK: _self_check,
    targets.PROGRAMMES: _programme,
    "q": _question,
    targets.HOME: _home,
    "t": _topic,
    "a": _article,
    "n": _why_not,
    targets.CONTACTS: _contacts,
    targets.SEARCH: _search,
    targets.ABOUT_ME: _about_me,
    targets.MORE: lambda turn, rest: None if rest else screens.more(words=turn.words),
    targets.HELP: lambda turn, rest: None if rest else person_screens.help_text(words=turn.words),
    targets.PRIVACY: lambda turn, rest: None if rest else person_screens.privacy(words=turn.words),
    targets.LANGUAGE: _languages,
    targets.ERASE: lambda turn, rest: None if rest else person_screens.ask_erase(words=turn.words),
}


def show(turn: Turn, target: str) -> list[Reply]:
    """Show a screen and stand there; if it is not there (any more), show the present one with a note."""
    results = targets.results_in(turn.chat.step)
    if target == targets.RESULTS:
        target = results or targets.SEARCH
    reply = render(turn, target)
    if reply is None:
        return [again(turn)]
    count_opened(turn, target)
    stand(turn, target)
    return [reply]


def stand(turn: Turn, target: str) -> None:
    """Stand at a screen from now on; some keep the results, the path or the form from which they were opened.

    Of a self-check only which one it is, never what was answered.
    """
    if target.startswith(f"{targets.SELF_CHECK}:"):
        target = targets.self_check(target.split(":")[1])
    turn.go_to(targets.opened_from(turn.chat.step, target))


def again(turn: Turn) -> Reply:
    """Return the present screen, with a note that the button was an old one."""
    _ = turn.words.gettext
    return with_note(turn, _("That button is no longer in use. Please choose again."))


def refusal(turn: Turn, broken: RuleBroken) -> Reply:
    """Return the present screen below a sentence on the rule that was broken; numbers as the language writes them."""
    return with_note(turn, told(turn, broken))


def told(turn: Turn, broken: RuleBroken) -> str:
    """Return the sentence on a rule that was broken, in the person's language."""
    return turn.words.told(broken)


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


def typed_target(turn: Turn) -> str | None:
    """Return what a typed number or label asks for: of the present screen, or a key of the keyboard in any language."""
    text = turn.text.strip()
    buttons = [button for row in present(turn).rows for button in row if button.target]
    if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER:
        number, entries = int(text), [each for each in buttons if f"{each.target}:".startswith(ENTRIES)]
        return entries[number - 1].target if 1 <= number <= len(entries) else None
    if key := typed_key(text):
        return key
    wanted = letters(text)
    known: list[Button] = [*buttons, screens.home_button(turn.words), contact_screens.button(turn.words)]
    return next((button.target for button in known if wanted and letters(button.label) == wanted), None)


def typed_key(text: str) -> str | None:
    """Return what the key below the chat with this label asks for; the keys of every language are known."""
    return _key_targets().get(letters(text))


@cache
def _key_targets() -> dict[str, str]:
    return {
        letters(label): target
        for language in LANGUAGES
        for label, target in screens.key_targets(words(language)).items()
    }


def page_number(written: str) -> int:
    """Read a page or part number of a target; what is none counts as the first."""
    return int(written) if written.isascii() and written.isdigit() and len(written) <= LONGEST_NUMBER else 1
