"""The sheet of a topic for a village board: a page that a browser prints on A4, each text with a code that opens it."""

from dataclasses import dataclass
from datetime import date

import segno

from api.people.forms import environment
from content.catalogue import Catalogue
from content.contact_lines import markup
from content.live import LiveArticle, Mark
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
    if topic is None:
        raise SettingsError(f"There is no topic {slug}. There are: {', '.join(sorted(catalogue.topics))}.")
    below = [catalogue.topics[each] for each in topic.topics]
    parts = [
        (heading(part, words), [_entry(catalogue.articles[each], bot_name, words) for each in part.articles])
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
        code=_code(bot_name, f"t-{slug}"), address=f"t.me/{bot_name}", day=words.day(printed_on),
    )  # fmt: skip


def _entry(article: LiveArticle, bot_name: str, words: Words) -> Entry:
    text = article.text(words.language)
    action = text.parts[0].text.split("\n")[0]
    return Entry(text.title, action, _code(bot_name, f"a-{article.slug}"))


def _code(bot_name: str, payload: str) -> str:
    """Return the code of a deep link as SVG, without a size of its own."""
    made = segno.make(f"https://t.me/{bot_name}?start={payload}", error="m", micro=False)
    return made.svg_inline(omitsize=True, border=0)
