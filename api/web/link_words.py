"""Links in words: what each state is called, what asking found, and where an address is used."""

from collections import defaultdict
from itertools import islice
from typing import Any

from api.web.navigation import address_of_text
from content.desk.links import BROKEN, Listed, Place
from content.links import LinkCheck, LinkState
from core.i18n import LANGUAGES, Words

SHOWN_PLACES = 5


def states(words: Words) -> dict[str, str]:
    """Return what each state is called, in the order in which the filter offers them."""
    _ = words.gettext
    return {
        # Translators: state of a web address: its page is gone, or could not be reached on three days in a row.
        BROKEN: _("broken"),
        # Translators: state of a web address: the server says that it has no such page.
        LinkState.GONE: _("gone"),
        # Translators: state of a web address: no server answers.
        LinkState.UNREACHABLE: _("not reachable"),
        # Translators: state of a web address: its server says that it has a fault.
        LinkState.FAILING: _("server at fault"),
        # Translators: state of a web address: the page is elsewhere now, for good.
        LinkState.MOVED: _("moved"),
        # Translators: state of a web address: the server does not let machines in; perhaps the page is there.
        LinkState.UNCLEAR: _("cannot be told"),
        # Translators: state of a web address: it is not one that Bekal asks, or its page is not https.
        LinkState.REFUSED: _("not asked"),
        # Translators: state of a web address: its page is there.
        LinkState.OK: _("in order"),
        LinkState.NEW: _("not checked yet"),
    }


def reason(link: LinkCheck, words: Words) -> str:
    """Return in a sentence what asking found; nothing where the state says it all."""
    _ = words.gettext
    by_reason = {
        "private": _("It leads to an address inside a private network, which is never asked."),
        "not-https": _("It leads to a page without https."),
        "wrong-address": _("It leads to an address that cannot be asked."),
        "name": _("There is no such name on the internet."),
        "certificate": _("The certificate of its server is not valid."),
        "timeout": _("Its server does not answer in time."),
        "connection": _("Its server takes no connection."),
        "redirects": _("It leads from page to page without end."),
    }
    by_state: dict[str, str] = {
        LinkState.GONE: _("Its server says that there is no such page ({status})."),
        LinkState.FAILING: _("Its server says that it has a fault ({status})."),
        LinkState.UNCLEAR: _("Its server answers with {status}: perhaps it lets only people in. Look for yourself."),
    }
    return (by_reason.get(link.reason) or by_state.get(link.state, "")).format(status=link.http_status)


def row(one: Listed, words: Words) -> dict[str, Any]:
    """Return a line of the list as its page shows it: an article's languages stand together."""
    together = defaultdict[tuple[str, str], list[Place]](list)
    for place in one.places:
        together[place.kind, place.slug].append(place)
    shown = list(islice(together.values(), SHOWN_PLACES))
    return {
        "link": one.link, "state": states(words)[one.link.state], "reason": reason(one.link, words),
        "places": [(address(places[0]), places[0].slug, _note(places)) for places in shown],
        "more": one.place_count - sum(map(len, shown)),
    }  # fmt: skip


def address(place: Place) -> str:
    """Return where a place is edited."""
    return address_of_text(place.kind, place.slug, place.language)


def _note(places: list[Place]) -> str:
    """Return the languages of a text, and the source by which it uses the address."""
    names = [LANGUAGES[place.language].name for place in places if place.language in LANGUAGES]
    return " · ".join(filter(None, (", ".join(dict.fromkeys(names)), places[0].source)))
