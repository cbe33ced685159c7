"""The library that is searched: one index a language over the live content, rebuilt where the content has changed."""

from collections.abc import Sequence
from threading import Lock

from content import countries, targets
from content.catalogue import Catalogue
from content.search import Hit, SearchIndex, entries_of
from content.search_words import asks_for_something
from core.i18n import fallbacks

MOST_HITS = 5


class Library:
    """The indexes of one worker. Safe to be asked from several threads at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._indexes: dict[str, tuple[Catalogue, SearchIndex]] = {}

    def find(self, content: Catalogue, language: str, text: str) -> tuple[Hit, ...]:
        """Return what of this content a text may be asking for, best first; a country that it names comes second.

        Where only the country is known of what is asked, that and its page follow NO_ANSWER. A country that has no
        page, but of which articles tell, is asked for like any other word: nobody may go to Cambodia.
        """
        country, rest = countries.apart(text, among=content.countries)
        index = self._index(content, language)
        if country is None:
            return index.find(rest)
        asked = text if _is_told_of(content, country, index, language) else rest
        hits = _of_country(content, country, index.find(asked, limit=MOST_HITS + len(content.countries)))
        there = Hit(targets.contacts(country), 1.0)
        if not hits:
            nothing = [Hit(targets.NO_ANSWER, 0.0)] if asks_for_something(rest) else []
            return (*nothing, there, *_pages(content, country))
        others = [hit for hit in hits if hit.target not in {there.target, targets.CONTACTS}]
        return (*others[:1], there, *others[1:]) if others[:1] == list(hits[:1]) else (there, *others)

    def _index(self, content: Catalogue, language: str) -> SearchIndex:
        with self._lock:
            held = self._indexes.get(language)
            if held is None or held[0] is not content:
                entries, synonyms = entries_of(content, language), _synonyms(content, language)
                index = held[1].replaced(entries, synonyms) if held else SearchIndex(entries, synonyms)
                self._indexes[language] = held = (content, index)
            return held[1]


def _is_told_of(content: Catalogue, country: str, index: SearchIndex, language: str) -> bool:
    """Tell whether articles name a country abroad for which there is no page."""
    if country == countries.HOME or _pages(content, country):
        return False
    return bool(index.find(countries.country_name(country, language)))


def _pages(content: Catalogue, country: str) -> tuple[Hit, ...]:
    """Return the pages of a country: what is for people there only."""
    own = (article.slug for article in content.articles.values() if article.countries == (country,))
    return tuple(Hit(targets.article(slug), 1.0) for slug in own)


def _of_country(content: Catalogue, country: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Leave out what is for other countries only. What asks for the rules of a country finds its page first."""

    def meant_for(hit: Hit) -> tuple[str, ...]:
        kind, _, rest = hit.target.partition(":")
        article = content.articles.get(rest.partition(":")[0]) if kind == "a" else None
        return article.countries if article else ()

    fitting = [hit for hit in hits if not meant_for(hit) or country in meant_for(hit)]
    if hits and meant_for(hits[0]):
        fitting.sort(key=lambda hit: not meant_for(hit))
    return tuple(fitting[:MOST_HITS])


def _synonyms(content: Catalogue, language: str) -> dict[str, tuple[str, ...]]:
    """Join the synonyms of a language and of those it falls back to: people mix them, and so do the texts."""
    joined: dict[str, tuple[str, ...]] = {}
    for code in reversed(fallbacks(language)):
        for word, meanings in content.synonyms.get(code, {}).items():
            joined[word] = (*joined.get(word, ()), *meanings)
    return joined
