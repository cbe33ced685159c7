"""Countries: their names in a reader's language, what people type for them, and which one a place lies in."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import tzfpy
from babel import Locale
from babel.core import get_global

from content.search_words import is_telling, stems, words_of
from core.i18n import LANGUAGES, SOURCE_LANGUAGE
from core.words import SHORTEST_MISSPELT, letters, nearest
from core.yaml_files import load_yaml

FILE = Path(__file__).resolve().parent / "countries.yaml"
HOME = "ID"
ELSEWHERE = "ZZ"  # no country's code
REGIONAL_A = 0x1F1E6  # a flag is the two letters of its code, written as regional indicators


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = load_yaml(FILE)
    return data


def main() -> tuple[str, ...]:
    """Return the countries in which most work, most first."""
    return tuple(_data()["main"])


def in_order(countries: Iterable[str], language: str) -> tuple[str, ...]:
    """Return countries as people look for them: where most work first, then by name."""
    known = set(countries)
    main = [code for code in _data()["main"] if code in known]
    return (*main, *sorted(known.difference(main), key=lambda code: country_name(code, language)))


@cache
def country_name(code: str, language: str) -> str:
    """Return a country's name as readers of a language say it; an unknown code stays as it is."""
    formats = LANGUAGES.get(language, LANGUAGES[SOURCE_LANGUAGE]).formats
    said: dict[str, str] = _data()["names"].get(formats, {})
    return said.get(code) or str(Locale.parse(formats).territories.get(code, code))


def label(code: str, language: str) -> str:
    """Return flag and name."""
    flag = "".join(chr(REGIONAL_A + ord(letter) - ord("A")) for letter in code)
    return f"{flag} {country_name(code, language)}"


def also_called(code: str) -> tuple[str, ...]:
    """Return what else people type for a country."""
    return tuple(_data()["also"].get(code, ()))


def guides() -> tuple[str, ...]:
    """Return the slugs of the articles that tell in which countries abroad one may work."""
    return tuple(_data()["guides"])


@cache
def _typed() -> dict[str, str]:
    """Return what people type for each country: its names in all languages, and what else it is called."""
    typed: dict[str, str] = {}
    for code in all_codes():
        for language in LANGUAGES:
            typed[letters(country_name(code, language))] = code
    for code, others in _data()["also"].items():
        typed |= {letters(other): code for other in others}
    return typed


@cache
def all_codes() -> tuple[str, ...]:
    """Return every country's ISO 3166-1 code, in alphabetical order."""
    return tuple(
        sorted(code for code in set(get_global("zone_territories").values()) if code.isalpha() and code != ELSEWHERE)
    )


def named(text: str) -> str | None:
    """Return the country that a whole text names, a slip of the thumb included; None if it names none."""
    return None if letters(text) in _data()["others"] else nearest(text, _typed())


def told(text: str, *, among: Collection[str], known: str | None = None) -> str | None:
    """Return the country where the writer of a text is, or someone else of whom it tells, of those `among`.

    Where somebody is said to be counts before the country that is `known` of the writer, and that before a country
    that is only mentioned: her employer may come from there.
    """
    found = _best(letters(text).split(), among)
    return found.code if found and (found.is_place or not known) else known


def answered(text: str, *, among: Collection[str]) -> str | None:
    """Return the country that answers "in which country?"; None for a text that asks for something else.

    "Anak saya kerja di Taiwan" answers; "kerja di Taiwan gajinya berapa" is a question of its own.
    """
    country = named(text)
    found, rest = apart(text, among=among)
    if country or found is None:
        return country
    asked = [word for word in words_of(rest) if _asks(word)]
    is_there = told(text, among=among, known=ELSEWHERE) == found
    return found if is_there and not asked else None


def _asks(word: str) -> bool:
    """Tell whether a word in even spelling says more than who is there and that she works there."""
    forms = (word, *stems(word))
    return not _more().isdisjoint(forms) or (is_telling(word) and _who_is_there().isdisjoint(forms))


@cache
def _more() -> frozenset[str]:
    """Return what says more although it begins or ends like a word for who is there; and what says "not"."""
    return frozenset(words_of(" ".join(_data()["more"])))


@cache
def _who_is_there() -> frozenset[str]:
    return frozenset(words_of(" ".join(_data()["there"])))


def apart(text: str, *, among: Collection[str]) -> tuple[str | None, str]:
    """Return the country that a text is about, or None, and the text without it.

    "Di Taiwan" goes whole: a "di" that is left would make a passive of the next word.
    """
    tokens = letters(text).split()
    found = _best(tokens, among)
    if found is None:
        return None, text
    return found.code, " ".join([*tokens[: found.start - found.is_place], *tokens[found.end :]])


class _Found(NamedTuple):
    """A country among the words of a text; `is_place` if somebody is said to be there."""

    code: str
    start: int
    end: int
    is_place: bool


def _best(tokens: Sequence[str], among: Collection[str]) -> _Found | None:
    """Return the country that counts: where somebody is, else one abroad, else the first.

    "An Indonesian in Taiwan" is in Taiwan, and so is "an Arab's maid in Taiwan".
    """
    found = [one for one in _known_in(tokens) if one.code in among]
    return min(found, key=lambda one: (not one.is_place, one.code == HOME), default=None)


def _known_in(tokens: Sequence[str]) -> Iterator[_Found]:
    """Give the countries among words, the rightly spelt ones first, but for whose people or language is meant."""
    typed, data = _typed(), _data()
    spans = [(start, start + count) for start in range(len(tokens)) for count in (3, 2, 1)]
    exact = [(typed.get(" ".join(tokens[start:end])), start, end) for start, end in spans]
    near = [(named(word) if len(word) >= SHORTEST_MISSPELT else None, at, at + 1) for at, word in enumerate(tokens)]
    for code, start, end in (*exact, *near):
        before = tokens[start - 1] if start else ""
        if code and before not in data["of"]:
            yield _Found(code, start, end, before in data["at"])


def at(latitude: float, longitude: float) -> str | None:
    """Return the country of a place, or None at sea. Borders are those of the time zones, simplified: near a border the
    neighbour may be meant. Nothing is asked of any server.
    """
    code: str = get_global("zone_territories").get(tzfpy.get_tz(longitude, latitude), "")
    return code if code in all_codes() else None
