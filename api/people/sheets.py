"""The sheet of a topic for a village board: a page that a browser prints on A4, each text with a code that opens it."""

from dataclasses import dataclass
from datetime import date

import segno

from api.people.forms import environment
from content.catalogue import Catalogue
from content.contact_lines import markup
from content.live import LiveTopic, Mark
from content.screens import heading, not_verified
from core.errors import SettingsError
from core.i18n import Words
from core.markup import parse

CONTACTS = ("id-kp2mi-callcentre", "id-kemlu-pwni")  # they answer for every country


@dataclass(frozen=True, slots=True)
class Entry:
    """A text on the sheet: its title, the one thing to do, and the code that opens it, as SVG."""

    title: str
    action: str
    code: str


def sheet(catalogue: Catalogue, slug: str, *, bot_name: str, printed_on: date, words: Words) -> str:
    """Return the sheet of a topic and of the topics below it; raise SettingsError where there is no such live topic."""
    topic = catalogue.topics.get(slug)
    if topic is None and catalogue.is_any_hidden:
        raise SettingsError(
            f"There is no verified text in {slug} yet. BEKAL_SHOW_UNVERIFIED=yes prints the others, marked."
        )
    if topic is None:
        raise SettingsError(f"There is no topic {slug}. There are: {', '.join(sorted(catalogue.topics))}.")
    below = [catalogue.topics[each] for each in topic.topics]
    parts = [
        (
            heading(part, words),
            [*_checks(catalogue, part.slug, bot_name, words), *_entries(catalogue, part, bot_name, words)],
        )
        for part in (topic, *below)
        if part.articles
    ]
    articles = [catalogue.articles[each] for part in (topic, *below) for each in part.articles]
    texts = [article.text(words.language) for article in articles]
    are_verified = all(text.provenance.mark(printed_on) is Mark.VERIFIED for text in texts)
    contacts = [catalogue.contacts[each] for each in CONTACTS if each in catalogue.contacts]
    return environment.get_template("sheet.html").render(
        _=words.gettext, language=words.language, title=heading(topic, words), parts=parts,
        contacts=[parse(markup(contact, words)).text for contact in contacts],
        standing="" if are_verified else not_verified(words.language, words),
        code=_code(bot_name, f"t-{slug}", words), address=f"t.me/{bot_name}", day=words.day(printed_on),
    )  # fmt: skip


def _entries(catalogue: Catalogue, topic: LiveTopic, bot_name: str, words: Words) -> list[Entry]:
    texts = {slug: catalogue.articles[slug].text(words.language) for slug in topic.articles}
    return [
        Entry(text.title, text.parts[0].text.split("\n")[0], _code(bot_name, f"a-{slug}", words))
        for slug, text in texts.items()
    ]


def _checks(catalogue: Catalogue, topic: str, bot_name: str, words: Words) -> list[Entry]:
    found = [check for check in catalogue.self_checks.values() if check.model.topic == topic]
    return [
        Entry(
            check.title(words.language), check.introduction(words.language).text,
            _code(bot_name, f"k-{check.slug}", words),
        )
        for check in found
    ]  # fmt: skip


def _code(bot_name: str, payload: str, words: Words) -> str:
    """Return the code of a deep link as SVG, without a size of its own; a newcomer gets the sheet's language."""
    link = f"https://t.me/{bot_name}?start={payload}_{words.language}"
    made = segno.make(link, error="m", micro=False)
    return made.svg_inline(omitsize=True, border=0)
