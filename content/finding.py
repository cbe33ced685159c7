"""The library that is searched: one index a language over the live content, rebuilt where the content has changed.

text -> the number of an office? | something in a country that it names? | anything else -> hits, best first
     -> something of which nothing here tells? then NO_ANSWER comes first, and only what surely is meant follows
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from content import countries, targets
from content.catalogue import Catalogue
from content.cries import FITTING
from content.search import Hit, SearchIndex, entries_of
from content.search_words import asks_elsewhere, asks_for_something, clauses, offices_asked_for, untold_in
from content.trouble import Trouble, trouble_in
from core.i18n import fallbacks

MOST_HITS = 5
MOST_WEIGHED = 20  # of what a text may ask for, before what fits best is chosen
OF_A_CLAUSE = 0.95  # what an answer to a part of a sentence counts for, beside one to the whole
NOTHING = Hit(targets.NO_ANSWER, 0.0)
ABOUT = 0.8  # from here on something is about a word, and does not only hold it: a town stands in some texts
CLEARLY = 0.05  # so much better than the next
OF_A_COUNTRY_UNNAMED = 0.8  # what a page for one country only counts for, where no country is named

# Of whoever is pregnant or hungry this is told all the same: it is what else she says that is surely meant.
STILL_TOLD = {targets.article(slug) for slug in ("passport-held", "wages-unpaid", *FITTING[targets.HARM])}


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What is searched: the content in one language."""

    content: Catalogue
    index: SearchIndex
    language: str


class Library:
    """The indexes of one worker. Safe to be asked from several threads at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._indexes: dict[str, tuple[Catalogue, SearchIndex]] = {}

    def find(self, content: Catalogue, language: str, text: str) -> tuple[Hit, ...]:
        """Return what may be asked for, best first.

        Of a text about something of which nothing here tells, only what surely is meant follows, after NO_ANSWER.
        """
        if asks_elsewhere(text):
            return ()
        shelf = _Shelf(content, self._index(content, language), language)
        hits, untold = _found(shelf, text), untold_in(text)
        if not untold.words or shelf.index.find(untold.words):
            return hits
        contacts = (hit for hit in hits if hit.target.partition(":")[0] == targets.CONTACTS)
        others = _found(shelf, untold.rest) if asks_for_something(untold.rest) else ()
        sure = (hit for hit in others if hit.target in STILL_TOLD)
        meant = (*contacts, *sure, *_told_whole(shelf, text))
        return (NOTHING, *{hit.target: hit for hit in meant}.values())[: MOST_HITS + 1]

    def _index(self, content: Catalogue, language: str) -> SearchIndex:
        with self._lock:
            held = self._indexes.get(language)
            if held is None or held[0] is not content:
                entries, synonyms = entries_of(content, language), _synonyms(content, language)
                self._indexes[language] = held = (content, SearchIndex(entries, synonyms))
            return held[1]


def _found(shelf: _Shelf, text: str) -> tuple[Hit, ...]:
    """Return what a text may be asking for, best first."""
    country, rest = countries.apart(text, among=shelf.content.countries)
    if of_offices := _of_offices(shelf.index, country, rest):
        return of_offices
    if country:
        return _in_country(shelf, country, text, rest)
    return _of_no_country(shelf.content, _weighed(shelf.index, text))


def _of_offices(index: SearchIndex, country: str | None, rest: str) -> tuple[Hit, ...]:
    """Answer who asks for an office's number: the contacts, of a country if it is known, then what is told of it.

    Nothing for any other text: "pinjaman BP2MI" has one more word, but that is no town.
    """
    offices = offices_asked_for(rest, in_a_country=country is not None)
    if offices is None or any(hit.score > ABOUT for hit in index.find(offices.town, limit=1)):
        return ()
    code = offices.country or country
    there = Hit(targets.contacts(code) if code else targets.CONTACTS, 1.0)
    return (there, *_besides(there, index.find(offices.names)))


def _in_country(shelf: _Shelf, country: str, text: str, rest: str) -> tuple[Hit, ...]:
    """Return what a text may be asking for that names a country, best first; its contacts come second.

    `rest` is the text without it. Where only the country is known of what is asked, its contacts and its page follow
    NO_ANSWER. A country that has no page, but of which articles tell, is asked for like any other word: nobody may go
    to Cambodia.
    """
    content, there = shelf.content, Hit(targets.contacts(country), 1.0)
    is_a_word = _is_told_of(shelf, country)
    hits = _of_country(content, country, _weighed(shelf.index, text if is_a_word else rest))[:MOST_HITS]
    if not hits:
        nothing = [NOTHING] if asks_for_something(rest) else []
        return (*nothing, there, *_pages(content, country))
    others = _besides(there, hits)
    if others[:1] != hits[:1]:  # the contacts are what is nearest
        return (there, *others)
    if is_a_word:
        return _joined((), there, others)
    is_trouble = trouble_in(text) is not Trouble.NONE  # what is done about it comes before the country's rules
    best = () if is_trouble else _best_guides(content, country, shelf.index, text)
    return _joined(best, there, _with_pages(others, _pages(content, country)))


def _told_whole(shelf: _Shelf, text: str) -> tuple[Hit, ...]:
    """Return that of which a title or tag stands in a text, whatever else it asks; no page of another country."""
    country, _ = countries.apart(text, among=shelf.content.countries)
    hits = shelf.index.find_whole(text)
    return _of_no_country(shelf.content, [hit for hit in hits if not country or _fits(shelf.content, country, hit)])


def _besides(there: Hit, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Leave out the contacts that stand there already, and those of all countries."""
    return tuple(hit for hit in hits if hit.target not in {there.target, targets.CONTACTS})


def _weighed(index: SearchIndex, text: str) -> tuple[Hit, ...]:
    """Return what a text may ask for, as a whole or in one of its clauses: who has two troubles tells of both."""
    whole = index.find(text, limit=MOST_WEIGHED)
    scores = {hit.target: hit.score for hit in whole}
    for clause in clauses(text) if whole else ():
        for hit in index.find(clause, limit=MOST_WEIGHED):
            scores[hit.target] = max(scores.get(hit.target, 0.0), hit.score * OF_A_CLAUSE)
    return _best_first(scores)


def _best_guides(content: Catalogue, country: str, index: SearchIndex, text: str) -> Sequence[Hit]:
    """Return what tells of a country, where a text asks for no more than that or nothing else answers it as well."""
    pages, guides = _pages(content, country), _guides(content, country)
    if countries.answered(text, among=content.countries):
        return pages or guides
    known = {guide.target for guide in guides}
    hits = _of_country(content, country, index.find(text, limit=MOST_WEIGHED))
    other = next((hit.score for hit in hits if hit.target not in known), 0.0)
    return [hit for hit in hits if hit.target in known and hit.score > other + CLEARLY]


def _joined(first: Sequence[Hit], there: Hit, others: Sequence[Hit]) -> tuple[Hit, ...]:
    """Put what is best first, and a country's contacts second."""
    hits = list({hit.target: hit for hit in (*first, *others)}.values())
    return (hits[0], there, *hits[1:])


def _with_pages(hits: Sequence[Hit], pages: Sequence[Hit]) -> tuple[Hit, ...]:
    """Put a country's pages third, if they do not stand higher."""
    return tuple({hit.target: hit for hit in (*hits[:2], *pages, *hits[2:])}.values())


def _of_no_country(content: Catalogue, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Let what is for everybody come before a page for one country that was not named."""
    share = {hit.target: OF_A_COUNTRY_UNNAMED if _countries_of(content, hit) else 1.0 for hit in hits}
    return _best_first({hit.target: hit.score * share[hit.target] for hit in hits})[:MOST_HITS]


def _best_first(scores: Mapping[str, float]) -> tuple[Hit, ...]:
    return tuple(Hit(target, score) for target, score in sorted(scores.items(), key=lambda scored: -scored[1]))


def _countries_of(content: Catalogue, hit: Hit) -> tuple[str, ...]:
    """Return the countries that something found is only for; none if it is for everybody."""
    kind, _, rest = hit.target.partition(":")
    article = content.articles.get(rest.partition(":")[0]) if kind == "a" else None
    return article.countries if article else ()


def _fits(content: Catalogue, country: str, hit: Hit) -> bool:
    """Tell whether something found is for people in a country, and not for those in others only."""
    return country in (_countries_of(content, hit) or {country})


def _is_told_of(shelf: _Shelf, country: str) -> bool:
    """Tell whether articles name a country abroad for which there is no page."""
    if country == countries.HOME or _pages(shelf.content, country):
        return False
    return bool(shelf.index.find(countries.country_name(country, shelf.language)))


def _pages(content: Catalogue, country: str) -> tuple[Hit, ...]:
    """Return the pages of a country: what is for people there only."""
    own = (article.slug for article in content.articles.values() if article.countries == (country,))
    return tuple(Hit(targets.article(slug), 1.0) for slug in own)


def _guides(content: Catalogue, country: str) -> tuple[Hit, ...]:
    """Return the pages of a country, and what tells whether one may work there."""
    slugs = countries.guides() if country != countries.HOME else ()
    about = (Hit(targets.article(slug), 1.0) for slug in slugs if slug in content.articles)
    return (*_pages(content, country), *about)


def _of_country(content: Catalogue, country: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Leave out what is for other countries only. What asks for the rules of a country finds its page first."""
    fitting = [hit for hit in hits if _fits(content, country, hit)]
    if hits and _countries_of(content, hits[0]):
        fitting.sort(key=lambda hit: not _countries_of(content, hit))
    return tuple(fitting)


def _synonyms(content: Catalogue, language: str) -> dict[str, tuple[str, ...]]:
    """Join the synonyms of a language and of those it falls back to: people mix them, and so do the texts."""
    joined: dict[str, tuple[str, ...]] = {}
    for code in reversed(fallbacks(language)):
        for word, meanings in content.synonyms.get(code, {}).items():
            joined[word] = (*joined.get(word, ()), *meanings)
    return joined
