"""Trouble words: does a text cry for help? The phrases, and how to write them, are in content/trouble.yaml.

    text -> words, spelt alike, without fillers -> the longest phrase at each word: strong? weak? ordinary: step over it

Languages are not asked for: people mix them.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from itertools import product
from pathlib import Path
from string import ascii_lowercase
from typing import Any, NamedTuple

from rapidfuzz.distance import OSA

from core.words import letters
from core.yaml_files import load_yaml

FILE = Path(__file__).resolve().parent / "trouble.yaml"
GAP = ".."
WIDEST_GAP = 3  # words
SHORTEST_WITH_SUFFIX = 5  # letters: "matikan" turns something off, it is no "mati"
SHORTEST_WITH_SLIP = 7
END = 3  # letters: one slip in seven leaves the first or the last three as they are

WORD = re.compile(r"[^\W_]+")
DOUBLES = tuple((letter * 2, letter) for letter in ascii_lowercase)
SIGNS = (("'", ""), ("’", ""), ("🆘", " sos "))  # don't is dont
DIGITS = str.maketrans("013457", "oieast")
SPLIT_PREFIXES = frozenset({"di", "ke", "ka", "tak", "dak", "me", "e"})  # e: Madurese
SHORT_DI = re.compile(r"(?<!\S)d(?=\s+(?!tolong|pukul\s+\d)[a-z])")  # "d pukul"; no "s/d", ":D", "kelas d pukul 8"
SUFFIXES = ("nya", "in", "kan", "i", "an", "ku", "mu", "e", "ne", "ake", "ke", "na", "ana", "keun", "lah", "kah", "q")
AS_WRITTEN = re.compile(r"{part}(?: {part})*".format(part=r"(?:\([a-z0-9/]+\)|[a-z0-9/]+|\.\.)"))


class Trouble(StrEnum):
    """How loudly a text cries for help."""

    STRONG = "strong"
    WEAK = "weak"
    NONE = "none"


NOTHING = (0, Trouble.NONE)


class BadPhrasesError(ValueError):
    """The file of phrases is not well-formed; the message names the line and what is wrong with it."""


Words = tuple[str, ...]
Pieces = tuple[Words, ...]  # between two of them stand up to WIDEST_GAP other words
TELLS = {
    "strong": Trouble.STRONG,
    "despair": Trouble.STRONG,
    "alone": Trouble.STRONG,
    "weak": Trouble.WEAK,
    "ordinary": Trouble.NONE,
}


class _Finder:
    """Phrases, to be found where they begin."""

    def __init__(self, told: dict[Pieces, Trouble]) -> None:
        self._whole: dict[Words, Trouble] = {}
        # by the first words of the first two pieces
        self._broken = defaultdict[str, dict[str, list[tuple[Pieces, Trouble]]]](dict)
        self._longest = defaultdict[str, int](int)  # words of the longest whole phrase, by the first of any phrase
        for pieces, trouble in told.items():
            phrase, first = pieces[0], pieces[0][0]
            self._longest[first] = max(self._longest[first], len(phrase))
            if len(pieces) == 1:
                self._whole[phrase] = trouble
            else:
                self._broken[first].setdefault(pieces[1][0], []).append((pieces, trouble))

    def longest_at(self, words: Words, start: int) -> tuple[int, Trouble]:
        """Return where the phrase that counts here ends, and what it tells; 0 if none begins here."""
        first = words[start]
        if first not in self._longest:
            return NOTHING
        end, told = NOTHING
        for until in range(min(start + self._longest[first], len(words)), start, -1):
            if (whole := self._whole.get(words[start:until])) is not None:
                end, told = until, whole
                break
        near = words[start : start + self._longest[first] + WIDEST_GAP + 1]
        broken = self._broken.get(first, {})
        for pieces, trouble in (each for word in dict.fromkeys(near) for each in broken.get(word, ())):
            until = _end_of(pieces, words, start)
            if until and trouble is Trouble.NONE and self._cries_in_gap(pieces, words[:until], start):
                continue
            if until and _outweighs((until, trouble), (end, told)):
                end, told = until, trouble
        return end, told

    def _cries_in_gap(self, pieces: Pieces, words: Words, start: int) -> bool:
        """Tell whether help is cried for between the pieces of an ordinary phrase: "anak diperkosa lalu tidur sama"."""
        gap, before = start + len(pieces[0]), words[: -len(pieces[-1])]
        found = (self.longest_at(before, at) for at in range(start, len(before)))
        return any(end > gap and trouble is Trouble.STRONG for end, trouble in found)


def _outweighs(found: tuple[int, Trouble], held: tuple[int, Trouble]) -> bool:
    """The longer phrase counts, but a weak one never covers a strong one."""
    if {found[1], held[1]} == {Trouble.STRONG, Trouble.WEAK}:
        return found[1] is Trouble.STRONG
    return found[0] > held[0] or (found[0] == held[0] and found[1] is Trouble.STRONG)


class _Phrases(NamedTuple):
    readings: dict[str, str]  # what is typed -> how phrases spell it
    fillers: frozenset[str]
    within: _Finder
    alone: _Finder
    despair: _Finder
    strong_by_end: dict[str, list[str]]  # long words that are strong alone, by their first and last letters
    friends: frozenset[str]
    writer: frozenset[str]  # words for who writes


def trouble_in(text: str) -> Trouble:
    """Return how loudly a text cries for help, in whatever language. Pure; under 0.2 ms for 500 letters."""
    phrases = _phrases()
    words = _words(text, phrases)
    if _is_nothing_but_cries(words, phrases):
        return Trouble.STRONG
    worst, at = Trouble.NONE, 0
    while at < len(words):
        end, trouble = phrases.within.longest_at(words, at)
        if trouble is Trouble.STRONG or (end and _hides_a_cry(words, at, end, phrases)):
            return Trouble.STRONG
        if trouble is Trouble.WEAK:
            worst = trouble
        at = end if end and trouble is Trouble.NONE else at + 1
    return worst


def is_despair(text: str) -> bool:
    """Tell whether a person may want to die or hurt herself."""
    phrases = _phrases()
    return bool(_despairs(_words(text, phrases), phrases))


def is_only_a_call(text: str) -> bool:
    """Tell whether a text calls for help and does not say why."""
    phrases = _phrases()
    return _is_nothing_but_cries(_words(text, phrases), phrases)


def tells_of_a_friend(text: str) -> bool:
    """Tell whether it is a friend who may want to die: "teman saya mau mati", not "teman pergi, saya mau mati"."""
    phrases = _phrases()
    words = _words(text, phrases)
    despairs = _despairs(words, phrases)
    friends = [at for at, word in enumerate(words) if word in phrases.friends]
    told = (words[_behind_friend(words, friend) : at] for at in despairs for friend in friends if friend < at)
    return any(phrases.writer.isdisjoint(between) for between in told)


def _despairs(words: Words, phrases: _Phrases) -> list[int]:
    """Return where somebody says that she wants to die or hurt herself; ordinary phrases are stepped over."""
    found, at = list[int](), 0
    while at < len(words):
        end, trouble = phrases.within.longest_at(words, at)
        is_ordinary = bool(end) and trouble is Trouble.NONE and not _hides_a_cry(words, at, end, phrases)
        if not is_ordinary and phrases.despair.longest_at(words, at) != NOTHING:
            found.append(at)
        at = end if is_ordinary else at + 1
    return found


def _behind_friend(words: Words, friend: int) -> int:
    """Return where begins what is told of a friend: behind "saya", which says whose friend, unless -ku does."""
    says_whose = words[friend + 1 : friend + 2] == ("saya",) and not words[friend].endswith("ku")
    return friend + 1 + says_whose


def _is_nothing_but_cries(words: Words, phrases: _Phrases) -> bool:
    at = 0
    while at < len(words):
        at, _ = phrases.alone.longest_at(words, at)
        if not at:
            return False
    return bool(words)


def _hides_a_cry(words: Words, start: int, end: int, phrases: _Phrases) -> bool:
    """Tell whether a strong phrase begins in another and goes on behind it: "kamar dikunci", "dikunci dari luar"."""
    found = (phrases.within.longest_at(words, at) for at in range(start + 1, end))
    return any(until > end and trouble is Trouble.STRONG for until, trouble in found)


def _end_of(pieces: Pieces, words: Words, start: int) -> int:
    """Return where a phrase in pieces ends if it begins here, else 0."""
    end, gap = start, 0
    for piece in pieces:
        begins = range(end, end + gap + 1)
        end = next((at + len(piece) for at in begins if words[at : at + len(piece)] == piece), 0)
        if not end:
            return 0
        gap = WIDEST_GAP
    return end


def _words(text: str, phrases: _Phrases) -> Words:
    """Return the words of a text as phrases spell them, with the prefixes that people write apart: "di pukul"."""
    spelt, prefix = list[str](), ""
    for word in _plain_words(SHORT_DI.sub("di", text)):
        if prefix:
            joined = _reading(prefix + word, phrases)
            spelt.append(joined or phrases.readings.get(prefix, prefix))
            prefix = ""
            if joined:
                continue
        if word in SPLIT_PREFIXES:
            prefix = word
        else:
            spelt.append(phrases.readings.get(word) or _reading(word, phrases) or word)
    spelt.append(phrases.readings.get(prefix, prefix))
    return tuple(word for word in spelt if word and word not in phrases.fillers)


def _plain_words(text: str) -> list[str]:
    """Return bare words with no letter twice in a row."""
    for sign, spelt in SIGNS:
        text = text.replace(sign, spelt)
    return WORD.findall(_squeezed(text.lower() if text.isascii() else letters(text)))  # letters() is slow


def _squeezed(text: str) -> str:
    for double, single in DOUBLES:
        while double in text:
            text = text.replace(double, single)
    return text


def _reading(word: str, phrases: _Phrases) -> str:
    """Return the word of a phrase that is meant, "" if none is: digits for letters go, and one slip in a long word."""
    if not word.isalpha():
        word = word.removesuffix("2").translate(DIGITS)  # pukul2 is pukul-pukul
    if word in phrases.readings or len(word) < SHORTEST_WITH_SLIP - 1:
        return phrases.readings.get(word, "")
    likely = phrases.strong_by_end
    for meant in (*likely.get(word[:END], []), *likely.get(word[0] + word[-END:], [])):
        if OSA.distance(word, meant, score_cutoff=1) <= 1:
            return meant
    return ""


@cache
def _phrases() -> _Phrases:
    return read_phrases(FILE.read_text(encoding="utf-8"))


def read_phrases(source: str) -> _Phrases:
    """Make the phrases of the file ready to be looked for; raise BadPhrasesError."""
    read: dict[str, Any] = load_yaml(source)
    same = {_plain(typed): _plain(word) for word, others in read["same"].items() for typed in others.split()}
    fillers = frozenset(_plain(word) for words in read["fillers"].values() for word in words.split())
    alone = _told(read, ("alone",), same, fillers)
    within = _told(read, ("strong", "despair", "weak", "ordinary"), same, fillers)
    despair = _told(read, ("despair",), same, fillers)
    known = {word: word for pieces in (*alone, *within) for piece in pieces for word in piece}
    strong = {pieces[0][0] for pieces, trouble in within.items() if trouble is Trouble.STRONG and _is_a_word(pieces)}
    readings = _with_suffixes(known, same) | known | same
    finders = (_Finder(within), _Finder(alone), _Finder(despair))
    friends = frozenset(_plain(word) for words in read["friends"].values() for word in words.split())
    return _Phrases(readings, fillers, *finders, _by_end(strong), friends, frozenset(read["writer"].split()))


def _told(read: dict[str, Any], kinds: Words, same: dict[str, str], fillers: frozenset[str]) -> dict[Pieces, Trouble]:
    """Return what each phrase tells, in all its forms. Two languages may share a phrase, two kinds may not."""
    told: dict[Pieces, Trouble] = {}
    for kind, language in [(each, language) for each in kinds for language in read[each]]:
        here = set[Pieces]()
        for line in read[kind][language]:
            forms = set(_forms(line, same, fillers))
            if not forms or forms & here:
                raise BadPhrasesError(
                    f"trouble.yaml, {kind}, {language}: '{line}' has no word or stands there already."
                )
            if any(told.get(form, TELLS[kind]) is not TELLS[kind] for form in forms):
                raise BadPhrasesError(f"trouble.yaml, {kind}, {language}: '{line}' is of another kind already.")
            here |= forms
        told.update(dict.fromkeys(here, TELLS[kind]))
    return told


def _forms(line: str, same: dict[str, str], fillers: frozenset[str]) -> Iterator[Pieces]:
    """Give every form of a line: "(saya) dipukul/ditampar" has four."""
    if not AS_WRITTEN.fullmatch(line):
        raise BadPhrasesError(f"trouble.yaml: '{line}' is not small letters, one space apart, with / ( ) and .. only.")
    choices = [part.strip("()").split("/") + [""] * part.startswith("(") for part in line.split()]
    for chosen in product(*choices):
        pieces = " ".join(chosen).split(GAP)
        spelt = (tuple(same.get(_plain(word), _plain(word)) for word in piece.split()) for piece in pieces)
        kept = tuple(tuple(word for word in piece if word not in fillers) for piece in spelt)
        if all(kept):
            yield kept


def _plain(word: str) -> str:
    return "".join(_plain_words(word))


def _with_suffixes(known: dict[str, str], same: dict[str, str]) -> dict[str, str]:
    stems = {stem: word for stem, word in (same | known).items() if len(stem) >= SHORTEST_WITH_SUFFIX}
    return {_squeezed(stem + suffix): word for stem, word in stems.items() for suffix in SUFFIXES}


def _is_a_word(pieces: Pieces) -> bool:
    return len(pieces) == 1 and len(pieces[0]) == 1


def _by_end(words: set[str]) -> dict[str, list[str]]:
    """Put words under how they begin and, with it, under how they end: a slip in the first letter is rare."""
    found = defaultdict[str, list[str]](list)
    for word in sorted(words):
        if len(word) >= SHORTEST_WITH_SLIP:
            found[word[:END]].append(word)
            found[word[0] + word[-END:]].append(word)
    return dict(found)
