"""Trouble words: does a text cry for help? The phrases are in content/trouble.yaml.

    text -> words, spelt alike -> phrases that mean something else go out -> strong? weak? neither

Languages are not asked for: people mix them. Affixes and the spellings of chats are brought together, and a slip of the
thumb in a long strong word still counts.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml
from rapidfuzz.distance import OSA

from core.words import letters

FILE = Path(__file__).resolve().parent / "trouble.yaml"
KINDS = ("strong", "alone", "weak", "ordinary")
LONGEST_TEXT = 2000  # characters: the first ones tell
SHORTEST_MISSPELT = 6  # letters of what was typed; the word that is meant has one more
REPEATED = re.compile(r"(.)\1+")
DIGITS = str.maketrans("013457", "oieast")
SPELT = {
    "sy": "saya", "sya": "saya", "aq": "aku", "ak": "aku", "gw": "saya", "gue": "saya", "me": "me", "tdk": "tidak",
    "gk": "gak", "nggak": "gak", "ngga": "ga", "enggak": "gak", "engga": "ga", "blm": "belum", "dgn": "dengan",
    "krn": "karena", "yg": "yang", "hrs": "harus", "jgn": "jangan", "tlg": "tolong", "tlong": "tolong",
    "toloong": "tolong", "plz": "please", "pls": "please", "hlp": "help", "u": "you", "majikn": "majikan",
    "bnh": "bunuh", "pasport": "paspor", "paspot": "paspor", "passpor": "paspor", "gajih": "gaji", "gajiku": "gaji",
    "gajinya": "gaji", "gajiq": "gaji", "iso": "isa", "nang": "nang", "ning": "nang", "ing": "nang",
}  # fmt: skip
SPLIT_PREFIXES = frozenset({"di", "ke", "ka"})
SUFFIXES = ("nya", "in", "kan", "i")


class Trouble(StrEnum):
    """How loudly a text cries for help."""

    STRONG = "strong"
    WEAK = "weak"
    NONE = "none"


Phrase = tuple[str, ...]


class _Phrases:
    """Phrases by their first word, to be found in a row of words."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._by_first: dict[str, list[Phrase]] = {}
        for phrase in sorted(phrases, key=len, reverse=True):
            self._by_first.setdefault(phrase[0], []).append(phrase)

    def length_at(self, words: list[str], start: int) -> int:
        """Return how many words the longest phrase takes that begins here; 0 if none does."""
        known = self._by_first.get(words[start], ())
        return next((len(phrase) for phrase in known if tuple(words[start : start + len(phrase)]) == phrase), 0)

    def stand_in(self, words: list[str]) -> bool:
        """Tell whether any phrase stands in the words."""
        return any(self.length_at(words, start) for start in range(len(words)))

    def without(self, words: list[str]) -> list[str]:
        """Return the words with every phrase taken out; what stood around it does not become a new phrase."""
        left, start = list[str](), 0
        while start < len(words):
            length = self.length_at(words, start)
            left.append("" if length else words[start])
            start += length or 1
        return left


def trouble_in(text: str) -> Trouble:
    """Return how loudly a text cries for help. Pure, and quick: a matter of microseconds for a sentence."""
    words, phrases = _words(text[:LONGEST_TEXT]), _phrases()
    if words and not any(phrases.alone.without(words)):
        return Trouble.STRONG  # nothing but cries: "help me please help"
    left = phrases.ordinary.without(words)
    if phrases.strong.stand_in(left) or any(_is_misspelt(word) for word in left):
        return Trouble.STRONG
    return Trouble.WEAK if phrases.weak.stand_in(left) else Trouble.NONE


def _words(text: str) -> list[str]:
    words = [_spelt(word) for word in letters(text).split()]
    joined, at = list[str](), 0
    while at < len(words):
        if words[at] in SPLIT_PREFIXES and at + 1 < len(words) and _is_known(words[at] + words[at + 1]):
            joined.append(words[at] + words[at + 1])  # "di pukul"
            at += 2
        else:
            joined.append(words[at])
            at += 1
    return [_without_suffix(word) for word in joined]


def _spelt(word: str) -> str:
    """Spell a word as the phrases do: no letter twice, no digits for letters, no short forms."""
    plain = word if word.isdigit() else word.translate(DIGITS)
    plain = SPELT.get(plain, plain)
    return REPEATED.sub(r"\1", plain)


def _without_suffix(word: str) -> str:
    """Take a suffix away where a known word is left: "dipukulin" is "dipukul"."""
    if _is_known(word):
        return word
    stems = (word.removesuffix(suffix) for suffix in SUFFIXES if word.endswith(suffix))
    return next((stem for stem in stems if _is_known(stem)), word)


def _is_known(word: str) -> bool:
    return word in _phrases().words


@cache
def _is_misspelt(word: str) -> bool:
    """Tell whether a long word is a strong one with one slip in it."""
    if len(word) < SHORTEST_MISSPELT or _is_known(word) or word in _phrases().innocent:
        return False
    return any(OSA.distance(word, strong, score_cutoff=1) <= 1 for strong in _phrases().long_strong)


class _All:
    """Every phrase of the file, ready to be looked for."""

    def __init__(self, read: dict[str, list[Phrase]]) -> None:
        self.strong, self.alone, self.weak, self.ordinary = (_Phrases(read[kind]) for kind in KINDS)
        self.words = frozenset(word for phrases in read.values() for phrase in phrases for word in phrase)
        single = [phrase[0] for phrase in read["strong"] if len(phrase) == 1]
        self.long_strong = tuple(word for word in single if len(word) > SHORTEST_MISSPELT)
        self.innocent = INNOCENT


# Everyday words that lie one slip away from a strong one
INNOCENT = frozenset({"dipikul", "disisa", "ditampal", "dibaca", "didasar", "ditanam", "dianyam", "dijual", "disika"})


@cache
def _phrases() -> _All:
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return _All({kind: [_phrase(text) for texts in read[kind].values() for text in texts] for kind in KINDS})


def _phrase(text: str) -> Phrase:
    return tuple(_spelt(word) for word in letters(text).split())
