"""The rule for the screens of an article: whatever is shown of it fits into one message of Telegram's."""

from collections.abc import Iterator
from datetime import date

from content import screens
from content.catalogue import Catalogue
from content.guides import Guides
from content.live import ArticleText, LiveArticle, Provenance, ShownSource
from content.pack_files import Report
from content.pack_models import Pack, PackArticle, PackText
from content.pack_text_rules import MAX_PART_CHARACTERS
from content.shelf import Shelf
from core.i18n import LANGUAGES, words
from core.messages import MAX_TEXT_UTF16_UNITS, Formatted, utf16_length

MAX_AROUND_A_PART = MAX_TEXT_UTF16_UNITS - MAX_PART_CHARACTERS
TODAY = date(2026, 9, 1)  # September is the longest month
STANDINGS = (  # overdue, verified, not yet verified: approved_on, review_due_on
    (None, date.min),
    (TODAY, date.max),
    (None, date.max),
)


def check_screens(pack: Pack, report: Report) -> None:
    """Add each article whose title, notes and sources leave too little room for a full part.

    Any part may become a full one: an overdue fee gives way to a longer sentence, and what is too long is cut there.
    """
    for article in pack.articles:
        longest = max(units for text in article.texts.values() for units in _around(text, _sources(article, pack)))
        if longest > MAX_AROUND_A_PART:
            located, fitting = article.source.located, f"at most {MAX_AROUND_A_PART} fit around a full part"
            what = f"title, notes and sources take {longest} characters: {fitting}"
            report.add(located.path, located.line("sources"), what)


def _sources(article: PackArticle, pack: Pack) -> tuple[ShownSource, ...]:
    """Return the sources as readers are told of them; one that is not there is told by another rule."""
    found = [pack.sources[slug] for slug in article.shared.sources if slug in pack.sources]
    return tuple(
        ShownSource(source.publisher, source.seen_on.first_day, source.seen_on.precision)
        if source.seen_on
        else ShownSource(source.publisher, None, "day")
        for source in found
    )


def _around(text: PackText, sources: tuple[ShownSource, ...]) -> Iterator[int]:
    """Give the length of a screen without its part, in UTF-16 units, for every reader and standing of the text."""
    for approved_on, review_due_on in STANDINGS:
        provenance = Provenance(sources, approved_on, None, review_due_on)
        shown = ArticleText(text.language, text.front.title, text.front.summary, (Formatted(""),), provenance)
        catalogue = _catalogue_of(LiveArticle("any", "any", (), {text.language: shown}, {}, (), (), ()))
        for language in LANGUAGES:
            reply = screens.article(catalogue, "any", 1, words=words(language), is_rated=True)
            yield utf16_length(reply.body.text) if reply else 0


def _catalogue_of(article: LiveArticle) -> Catalogue:
    return Catalogue(
        version=0, today=TODAY, topics={}, articles={article.slug: article}, countries=frozenset(),
        programmes={}, synonyms={}, guides=Guides({}, {}), hidden_count=0, shelf=Shelf({}, {}, {}, {}, TODAY),
    )  # fmt: skip
