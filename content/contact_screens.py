"""The screens of important contacts: whom to call, first from everywhere, then in a country."""

from collections.abc import Sequence

from content import countries, targets
from content.catalogue import Catalogue
from content.contact_lines import LISTENS, markup
from content.contacts import LiveContact, in_language
from content.cries import FAULT_UNKNOWN, NO_CRY, Cry
from content.screens import article_buttons, back_and_home, clipped, contacts_label
from core.i18n import Words
from core.markup import parse
from core.messages import Button, Formatted, Key, Keys, Reply, Rows, bold, joined, plain, utf16_length

CONTACTS_A_PAGE = 5
UNITS_A_PAGE = 2500  # of Telegram's 4,096: the offices for everywhere, or who listens, may stand above
MAIN_COUNTRIES = 8
COUNTRIES_A_ROW = 2
WHATSAPP_BUTTONS = 2
FROM_EVERYWHERE = 3


def contacts(catalogue: Catalogue, *, words: Words, cry: Cry = NO_CRY) -> Reply:
    """Show the numbers that work from everywhere, and ask for the country."""
    if cry == NO_CRY:
        return catalogue.remembered(("contacts", words.language), lambda: _contacts(catalogue, cry, words))
    return _comforting(catalogue, _contacts(catalogue, cry, words), None, cry, words)


def _contacts(catalogue: Catalogue, cry: Cry, words: Words) -> Reply:
    _ = words.gettext
    main = countries.in_order(catalogue.countries, words.language)[:MAIN_COUNTRIES]
    others = Button(_("🌏 Others"), targets.after_cry(targets.OTHER_COUNTRIES, cry.written))
    # Translators: a short button; it sends where the phone is, and nothing of it is kept.
    here = Button(_("📍 My location"), targets.HERE)
    question = _("In which country are you, or your relative? Choose it, or write its name.")
    offices = _from_everywhere(catalogue, words)
    pieces = (bold(contacts_label(words)), plain(_("In danger? Call now:")), *offices, bold(question))
    rows = (*_country_rows(main, cry, words), (others, here), back_and_home(None, words))
    return Reply(joined(*pieces, separator="\n\n"), rows)


def other_countries(catalogue: Catalogue, *, words: Words, cry: Cry = NO_CRY) -> Reply:
    """Show the countries that are not among the main ones."""
    _ = words.gettext
    rest = countries.in_order(catalogue.countries, words.language)[MAIN_COUNTRIES:]
    text = joined(bold(contacts_label(words)), _("Choose the country, or write its name."), separator="\n\n")
    back = targets.after_cry(targets.WHICH_COUNTRY, cry.written)
    return Reply(text, (*_country_rows(rest, cry, words), back_and_home(back, words)))


def country(
    catalogue: Catalogue, code: str, page: int = 1, *, words: Words, back: str = "", cry: Cry = NO_CRY
) -> Reply:
    """Show whom to call in a country, in the order of use; any country has an answer. Pages count from 1.

    `back` is where Back leads from the first page, if not to the question of the country.
    """
    pages = _pages(_of_country(catalogue, code), words)
    number = min(max(page, 1), len(pages))
    which = targets.after_cry(targets.WHICH_COUNTRY, cry.written)

    def make() -> Reply:
        rows = _country_page_rows(code, pages, number, words, back=back or which, which=which)
        return Reply(_country_text(catalogue, code, pages, number, words), rows)

    if cry == NO_CRY:
        return catalogue.remembered(("country", code, number, words.language, back), make)
    return _comforting(catalogue, make(), code, cry, words)


def country_of(text: str, catalogue: Catalogue, known: str | None) -> str | None:
    """Return the country whose contacts a text asks for: the one it names, or where it says somebody is, or `known`."""
    return countries.named(text) or countries.told(text, among=catalogue.countries, known=known)


def _comforting(catalogue: Catalogue, screen: Reply, code: str | None, cry: Cry, words: Words) -> Reply:
    """Put a line that comforts above the contacts, in despair with who listens, and the article that fits first."""
    _ = words.gettext
    # Translators: to somebody who has just written that she is beaten, locked in, or worse.
    innocent = _("This is not your fault. There is help.")
    pieces = [bold(_("There is help.") if cry.article in FAULT_UNKNOWN else innocent), screen.body]
    if cry.kind == targets.DESPAIR:
        alone = bold(_("You are not alone. Please do not stay alone now. Talk to someone:"))
        here, at_home = _listeners(catalogue, code, words)
        pieces = [alone, *here, *at_home, screen.body] if here else [alone, screen.body, *at_home]
    return Reply(joined(*pieces, separator="\n\n"), (*article_buttons(catalogue, (cry.article,), words), *screen.rows))


def _listeners(catalogue: Catalogue, code: str | None, words: Words) -> tuple[list[Formatted], list[Formatted]]:
    """Return who listens in a country, and who else in Indonesia, but for numbers that mean the ambulance elsewhere.

    Where the country is not known, Indonesia is meant.
    """
    here = [c for c in _of_country(catalogue, code or countries.HOME) if c.kind == LISTENS]
    home = [c.from_abroad() for c in _of_country(catalogue, countries.HOME) if c.kind == LISTENS and c not in here]
    return [parse(markup(c, words)) for c in here], [parse(markup(c, words)) for c in home]


def button(words: Words) -> Button:
    """Make the button that leads to the contacts."""
    return Button(contacts_label(words), targets.CONTACTS)


def place_request(keys: Keys, *, words: Words) -> Reply:
    """Ask for the phone's location by a key above the usual ones."""
    _ = words.gettext
    text = _("Press the key 📍 below. I only look up the country, and keep nothing of it.")
    return Reply(Formatted(text), keys=((Key(_("📍 Send my location"), asks_location=True),), *keys), below=True)


def below(first: Formatted, screen: Reply) -> Reply:
    """Put something to read first above a screen."""
    return Reply(joined(first, screen.body, separator="\n\n"), screen.rows)


def _of_country(catalogue: Catalogue, code: str) -> list[LiveContact]:
    found = (c for c in catalogue.contacts.values() if c.country == code and c.is_reachable)
    return sorted(found, key=lambda contact: (contact.position, contact.slug))


def _pages(found: list[LiveContact], words: Words) -> list[list[LiveContact]]:
    pages: list[list[LiveContact]] = [[]]
    units = 0
    for contact in found:
        own = utf16_length(markup(contact, words))
        if pages[-1] and (len(pages[-1]) == CONTACTS_A_PAGE or units + own > UNITS_A_PAGE):
            pages.append([])
            units = 0
        pages[-1].append(contact)
        units += own
    return pages


def _country_text(
    catalogue: Catalogue, code: str, pages: list[list[LiveContact]], number: int, words: Words
) -> Formatted:
    _ = words.gettext
    shown = pages[number - 1]
    local = [parse(markup(contact, words)) for contact in shown]
    everywhere = [] if number > 1 else _from_everywhere(catalogue, words, besides=shown, caller_is_abroad=True)
    title = bold(f"{contacts_label(words)}: {countries.label(code, words.language)}")
    if code == countries.HOME or any(contact.kind == "mission" for page in pages for contact in page):
        pieces = [title, *local, *everywhere]
    else:
        name = countries.country_name(code, words.language)
        lacking = _("We have no checked number of an Indonesian office in {country}. Call these first:")
        pieces = [title, Formatted(lacking.format(country=name)), *everywhere, *local]
    return joined(*pieces, separator="\n\n")


def _country_page_rows(
    code: str, pages: list[list[LiveContact]], number: int, words: Words, *, back: str, which: str
) -> Rows:
    _ = words.gettext
    rows: list[tuple[Button, ...]] = [(chat,) for chat in _whatsapp(pages[number - 1], words)]
    if number < len(pages):
        # Translators: a button; {part} of {parts} is such as 2/3.
        label = _("Next ({part}/{parts})").format(part=number + 1, parts=len(pages))
        rows.append((Button(label, targets.contacts(code, number + 1)),))
    rows.append((Button(_("🌏 Others"), which),))
    return (*rows, back_and_home(targets.contacts(code, number - 1) if number > 1 else back, words))


def _whatsapp(shown: list[LiveContact], words: Words) -> list[Button]:
    chats = [(contact, number) for contact in shown for number in contact.whatsapp]
    return [
        Button(
            clipped(f"WhatsApp: {in_language(contact.names, words.language)}"),
            url=f"https://wa.me/{number.removeprefix('+')}",
        )
        for contact, number in chats[:WHATSAPP_BUTTONS]
    ]


def _from_everywhere(
    catalogue: Catalogue, words: Words, *, besides: Sequence[LiveContact] = (), caller_is_abroad: bool = False
) -> list[Formatted]:
    """Give the Indonesian offices that are reached from everywhere, the first ones to call.

    Who is abroad is not shown the numbers that work in Indonesia only.
    """
    offices = [c for c in _of_country(catalogue, countries.HOME) if c.is_reached_from_everywhere]
    first = [office for office in offices if office.kind in {"ministry", "hotline"}][:FROM_EVERYWHERE]
    shown = [office for office in first if office not in besides]
    return [parse(markup(office.from_abroad() if caller_is_abroad else office, words)) for office in shown]


def _country_rows(codes: tuple[str, ...], cry: Cry, words: Words) -> Rows:
    buttons = [
        Button(countries.label(code, words.language), targets.after_cry(targets.contacts(code), cry.written))
        for code in codes
    ]
    return tuple(tuple(buttons[start : start + COUNTRIES_A_ROW]) for start in range(0, len(buttons), COUNTRIES_A_ROW))
