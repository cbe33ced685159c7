"""Languages: the tree of fallbacks, the catalogues, and dates and numbers in a person's language.

A language is added by its catalogue and a line in LANGUAGES: docs/adding.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

import polib
from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from babel.units import format_unit

from core.errors import RuleBroken

LOCALES = Path(__file__).resolve().parent.parent / "locales"
CHAT, DESK = "messages", "desk"  # the two catalogues: what readers meet, and what only staff do


@dataclass(frozen=True, slots=True)
class Language:
    """A language people can choose: its own name, what it falls back to, whose dates, numbers and countries it uses.

    Javanese and Sundanese write the months as Indonesian does, and CLDR's names of countries in them are nobody's.
    `awaits_native_reader`: nobody who grew up with it has read its texts; each says so until it is approved.
    """

    code: str
    name: str
    falls_back_to: str | None
    formats: str
    awaits_native_reader: bool = False


SOURCE_LANGUAGE = "id"
LANGUAGES: dict[str, Language] = {
    "id": Language("id", "Bahasa Indonesia", None, "id"),
    "en": Language("en", "English", "id", "en"),
    "jv": Language("jv", "Basa Jawa", "id", "id", awaits_native_reader=True),
    "su": Language("su", "Basa Sunda", "id", "id", awaits_native_reader=True),
}


def fallbacks(language: str) -> tuple[str, ...]:
    """Return the languages to try, the wanted one first, along the tree (jv, su, en -> id)."""
    chain, code = [], language if language in LANGUAGES else SOURCE_LANGUAGE
    while code:
        chain.append(code)
        code = LANGUAGES[code].falls_back_to or ""
    return tuple(chain)


def nearest(reported: str | None) -> str:
    """Return the language of ours that a phone's code means ("en-GB" -> "en"), else Indonesian."""
    code = (reported or "").lower().replace("_", "-").split("-")[0]
    return code if code in LANGUAGES else SOURCE_LANGUAGE


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language: gettext, and Babel's dates and numbers."""

    language: str
    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]
    locale: Locale

    def told(self, broken: RuleBroken) -> str:
        """Say which rule was broken. Among its values may be another one, which is said within the sentence."""
        return self.gettext(broken.message).format(**{name: self._value(v) for name, v in broken.values.items()})

    def _value(self, value: object) -> object:
        if isinstance(value, RuleBroken):
            return self.told(value)
        return self.number(value) if isinstance(value, int | float) else value

    def day(self, day: date) -> str:
        """Write a day as people say it: 12 January 2026."""
        return format_date(day, "d MMMM y", locale=self.locale)

    def moment(self, at: datetime) -> str:
        """Write a moment by the clock of its own zone: 12 Jan 2026 09:30; in Indonesian 12 Jan 2026 09.30."""
        return f"{format_date(at, 'd MMM y', locale=self.locale)} {format_skeleton('Hm', at, locale=self.locale)}"

    def month(self, day: date) -> str:
        """Write the month of a day: January 2026."""
        return _month(day.replace(day=1), self.locale)

    def number(self, number: float) -> str:
        """Write a number with the language's separators."""
        return format_decimal(number, locale=self.locale)

    def size(self, size_bytes: int) -> str:
        """Write the size of a file: 84 kB, 1.2 MB."""
        kilobytes = max(1, round(size_bytes / 1000))
        if kilobytes < 1000:  # noqa: PLR2004  a megabyte
            return format_unit(kilobytes, "digital-kilobyte", "short", locale=self.locale)
        return format_unit(round(kilobytes / 1000, 1), "digital-megabyte", "short", locale=self.locale)


@cache
def _month(first: date, locale: Locale) -> str:
    """Write a month by its first day: hundreds of lines of the content tell one, of a few dozen in all."""
    return format_skeleton("yMMMM", first, locale=locale)


@cache
def words(language: str) -> Words:
    """Return the words of a language; an unknown code gives Indonesian."""
    known = LANGUAGES.get(language, LANGUAGES[SOURCE_LANGUAGE])
    catalogue = _catalogue(known.code)
    return Words(known.code, catalogue.gettext, catalogue.ngettext, Locale.parse(known.formats))


@cache
def desk_words(language: str) -> Words:
    """Return the words of the desk, which speaks Indonesian and English; other codes give Indonesian."""
    code = language if _file(language, DESK).exists() else SOURCE_LANGUAGE
    own = _compiled(_file(code, DESK))
    own.add_fallback(_catalogue(code))
    return Words(code, own.gettext, own.ngettext, Locale.parse(LANGUAGES[code].formats))


def _catalogue(language: str) -> NullTranslations:
    catalogue = _compiled(_file(language, CHAT))
    parent = LANGUAGES[language].falls_back_to
    if parent:
        catalogue.add_fallback(_catalogue(parent))
    return catalogue


def _file(language: str, domain: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / f"{domain}.po"


def _compiled(path: Path) -> NullTranslations:
    """Compile a catalogue in memory: there are no .mo files to go stale."""
    return GNUTranslations(BytesIO(polib.pofile(str(path)).to_binary()))
