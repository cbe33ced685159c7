"""The screens of search: what was found, or an honest nothing."""

from collections.abc import Sequence

from content import contact_screens, countries, targets
from content.catalogue import Catalogue
from content.screens import awaiting_check, back_and_home, clipped, country_button, heading
from core.i18n import Words
from core.messages import Button, Formatted, Reply, bold, italic, joined, plain

MOST_HITS = 5


def prompt(catalogue: Catalogue, *, words: Words) -> Reply:
    """Ask what to look for; while texts may not be shown yet, say that they are not found either."""
    _ = words.gettext
    pieces = [_("What are you looking for? Write it in a few words. For example: salary not paid")]
    if catalogue.is_any_hidden:
        pieces.append(awaiting_check(catalogue, words))
    return Reply(joined(*pieces, separator="\n\n"), (back_and_home(None, words),))


def results(catalogue: Catalogue, hits: Sequence[str], *, words: Words, urgent: bool = False) -> Reply:
    """Show what was found, by targets, the nearest first.

    Where it may be urgent the contacts stand on top: those of the country that was named, else of all.
    """
    if targets.NO_ANSWER in hits[:1]:
        return nothing(catalogue, hits[1:], words=words, urgent=urgent)
    buttons = [found for hit in hits if (found := hit_button(catalogue, hit, words=words))][:MOST_HITS]
    if not buttons:
        return nothing(catalogue, words=words, urgent=urgent)
    _ = words.gettext
    text: Formatted | str = _("This may help:")
    if urgent:
        text = joined(bold(_("Do you need help now? Press the first button.")), text, separator="\n\n")
    rows: list[tuple[Button, ...]] = [(button,) for button in buttons]
    contacts = (contact_screens.button(words),)
    shown = [*rows, *([] if contacts in rows else [contacts])]
    shown = _urgent_first(shown) if urgent else shown
    return Reply(text if isinstance(text, Formatted) else plain(text), (*shown, back_and_home(None, words)))


def _urgent_first(rows: list[tuple[Button, ...]]) -> list[tuple[Button, ...]]:
    """Put the contacts on top: those of a country if they are there, else those of all."""
    kinds = (f"{targets.CONTACTS}:", targets.CONTACTS)
    first = next(row for kind in kinds for row in rows if row[0].target.startswith(kind))
    return [first, *(row for row in rows if row != first)]


def nothing(catalogue: Catalogue, instead: Sequence[str] = (), *, words: Words, urgent: bool = False) -> Reply:
    """Say honestly that nothing was found, with what may help instead: a country, the topics, the contacts."""
    _ = words.gettext
    no = _("I found nothing about that. Please write it in other words.")
    pieces: list[Formatted | str] = [italic(no)]
    if catalogue.is_any_hidden:  # what is hidden is not found in other words either
        pieces = [italic(_("I found nothing about that.")), awaiting_check(catalogue, words)]
    if urgent:
        pieces.insert(0, bold(_("Do you need help now? Press the first button.")))
    topics = tuple((Button(clipped(heading(catalogue.topics[slug], words)), targets.topic(slug)),)
                   for slug in catalogue.top_topics)  # fmt: skip
    contacts = ((contact_screens.button(words),),)
    helping = [(found,) for hit in instead if (found := hit_button(catalogue, hit, words=words))]
    rows = _urgent_first([*helping, *contacts, *topics]) if urgent else [*helping, *topics, *contacts]
    return Reply(joined(*pieces, separator="\n\n"), (*rows, back_and_home(None, words)))


def hit_button(catalogue: Catalogue, target: str, *, words: Words) -> Button | None:
    """Make the button of something that was found; None if it is gone."""
    kind, _, rest = target.partition(":")
    slug = rest.partition(":")[0]
    if kind == "a" and slug in catalogue.articles:
        return Button(clipped(catalogue.articles[slug].text(words.language).title), target)
    if kind == "t" and slug in catalogue.topics:
        return Button(clipped(heading(catalogue.topics[slug], words)), target)
    if kind == targets.SELF_CHECK and slug in catalogue.self_checks:
        return Button(clipped(f"✔️ {catalogue.self_checks[slug].title(words.language)}"), target)
    if target == targets.CONTACTS:
        return contact_screens.button(words)
    if kind == targets.CONTACTS and slug in countries.all_codes():
        return country_button(slug, words)
    return None
