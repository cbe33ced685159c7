"""Countries: their names in a reader's language, what people type for them, and which one a place lies in."""

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import tzfpy
import yaml
from babel import Locale
from babel.core import get_global

from core.i18n import LANGUAGES, SOURCE_LANGUAGE
from core.words import SHORTEST_MISSPELT, letters, nearest

FILE = Path(__file__).resolve().parent / "countries.yaml"
HOME = "ID"
REGIONAL_A = 0x1F1E6  # a flag is the two letters of its code, written as regional indicators


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return data


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
        sorted(code for code in set(get_global("zone_territories").values()) if code.isalpha() and code != "ZZ")
    )


def named(text: str) -> str | None:
    """Return the country that a whole text names, a slip of the thumb included; None if it names none."""
    return nearest(text, _typed())


def mentioned(text: str, *, among: Collection[str]) -> str | None:
    """Return the country that a text is about, spelt as people do, of those `among` which there is something to say.

    Indonesia only if it is the only one: "an Indonesian in Taiwan" is in Taiwan.
    """
    return apart(text, among=among)[0]


def apart(text: str, *, among: Collection[str]) -> tuple[str | None, str]:
    """Return the country that a text is about, or None, and the text without it."""
    tokens = letters(text).split()
    found = [one for one in _known_in(tokens) if one[2] in among]
    abroad = [one for one in found if one[2] != HOME]
    for start, count, code in [*abroad, *found][:1]:
        return code, " ".join([*tokens[:start], *tokens[start + count :]])
    return None, text


def _known_in(tokens: list[str]) -> Iterator[tuple[int, int, str]]:
    """Give where countries stand among words, and how many words each takes; the rightly spelt ones first."""
    typed = _typed()
    for start in range(len(tokens)):
        for count in (3, 2, 1):
            code = typed.get(" ".join(tokens[start : start + count]))
            if code:
                yield start, count, code
    for start, token in enumerate(tokens):
        code = named(token) if len(token) >= SHORTEST_MISSPELT else None
        if code:
            yield start, 1, code


def at(latitude: float, longitude: float) -> str | None:
    """Return the country of a place, or None at sea. Borders are those of the time zones, simplified: near a border the
    neighbour may be meant. Nothing is asked of any server.
    """
    code: str = get_global("zone_territories").get(tzfpy.get_tz(longitude, latitude), "")
    return code if code in all_codes() else None
