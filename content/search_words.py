"""What search makes of a word: its spelling made even, what is left without affixes, and whether it asks for anything.

People write as they speak, in two or three languages at once: gajih, dhuwit, iso, mbayar, dbyr. The words themselves
are in content/search_words.yaml, finding with them is in content/search.py.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

from core.words import letters
from core.yaml_files import load_yaml

HOME = "ID"
FILE = Path(__file__).resolve().parent / "search_words.yaml"
SHORTEST_STEM = 4
SHORTEST_BEFORE_SUFFIX = 3  # bosku
TWICE = re.compile(r"\b([^\W\d]{2,})2\b")  # pegang2 is pegang-pegang
SHORTEST_SLIPPED = 4
VOWELS = frozenset("aeiou")
SPELLINGS = (
    (re.compile(r"(.)\1+"), r"\1"),  # toloong, address
    (re.compile(r"([dtpk])h"), r"\1"),  # Javanese dhuwit, older khabar, English phone
    (re.compile(r"ck"), "k"),
    (re.compile(r"[fv]"), "p"),  # Sundanese has neither: transper, pisa
    (re.compile(r"z"), "s"),
    (re.compile(r"q"), "k"),
    (re.compile(r"u[wu](?=[aeio])"), "u"),  # duwit, uwang
    (re.compile(r"iy(?=[aeou])"), "i"),
    (re.compile(r"ai$"), "e"),  # sampai, sampe
    (re.compile(r"au$"), "o"),  # kalau, kalo
    (re.compile(r"^h(?=[aeiou]\w{3})"), ""),  # hutang, utang
    (re.compile(r"(?<=\w{2}[aeiou])h$"), ""),  # gajih, upah
)
# What may be taken off the front, and what then stood there: ngirim is kirim, menyewa is sewa.
PREFIXES = (
    ("", ""), ("di", ""), ("ke", ""), ("se", ""), ("be", ""), ("ber", ""), ("te", ""), ("ter", ""), ("me", ""),
    ("mem", ""), ("mem", "p"), ("men", ""), ("men", "t"), ("meng", ""), ("meng", "k"), ("meny", "s"), ("pe", ""),
    ("per", ""), ("pem", ""), ("pem", "p"), ("pen", ""), ("pen", "t"), ("peng", ""), ("peng", "k"), ("peny", "s"),
    ("memper", ""), ("diper", ""), ("m", ""), ("m", "p"), ("n", ""), ("n", "t"), ("ng", ""), ("ng", "k"), ("nga", ""),
    ("ny", "s"), ("ka", ""), ("ti", ""), ("tak", ""), ("dipun", ""), ("pa", ""), ("pi", ""), ("pang", ""), ("un", ""),
)  # fmt: skip
SUFFIXES = (
    "", "i", "an", "kan", "nya", "anya", "kanya", "inya", "ku", "mu", "la", "ka", "in",  # folded: -lah is -la
    "e", "ne", "ane", "ake", "ke", "na", "ana", "keun", "eun", "en", "aken", "ing", "ed", "d", "er", "ers", "s", "es",
)  # fmt: skip

_listed = load_yaml(FILE)
_SAME: dict[str, str] = {word: said for said, others in _listed["same"].items() for word in others.split()}
AS_WRITTEN = frozenset(_listed["as_written"])


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """Make the spelling of a bare word even: what people spell in two ways comes out as one."""
    if word in AS_WRITTEN:  # a short word would come out as a stop word: "opp" as "op", which is how "of" is spelt
        return word
    for pattern, even in SPELLINGS:
        word = pattern.sub(even, word)
    return word


def words_of(text: str) -> list[str]:
    """Return the words of a text in even spelling, those included that ask for nothing."""
    bare = letters(text)
    words = (TWICE.sub(r"\1 \1", bare) if "2" in bare else bare).split()
    return [folded for word in words if (folded := fold(_SAME.get(word, word)))]


STOP_WORDS = frozenset(words_of(" ".join(_listed["empty"].values())))
ELSEWHERE = frozenset(words_of(" ".join(_listed["elsewhere"].values())))
_OFFICES_AT_HOME = frozenset(words_of(" ".join(_listed["offices_at_home"])))
_OFFICES = frozenset(words_of(" ".join(_listed["offices"]))) | _OFFICES_AT_HOME
_NUMBERS = frozenset(words_of(_listed["numbers"]))
_UNTOLD = frozenset(words_of(_listed["untold"]))
_PRICES, _GOODS = frozenset(words_of(_listed["prices"])), frozenset(words_of(_listed["goods"]))


def _phrases(name: str) -> tuple[str, ...]:
    """Return phrases of the file in even spelling, the longest first: "ini bot" holds "bot"."""
    phrases = (" ".join(words_of(phrase)) for phrase in _listed[name].split(","))
    return tuple(sorted(phrases, key=len, reverse=True))


_ABOUT_THE_CHAT, _KEPT = _phrases("about_the_chat"), _phrases("kept")
_ERASED, _KEEP = _phrases("erased"), _phrases("keep")
_ASKED_ELSEWHERE = _phrases("asked_elsewhere")
_INSULTS = frozenset(words_of(_listed["insults"]))
_WRITER = frozenset(_listed["writer"])
_BETWEEN = re.compile(rf"(?<= )(?:{'|'.join(_listed['between'].split())})(?= )")
_STOPS = re.compile(r"[,.;!?\n]")
# Stop words with two letters swapped, as thumbs do: wiht, dnegan
SLIPPED_STOP_WORDS = frozenset(
    word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    for word in STOP_WORDS
    for at in range(len(word) - 1)
    if len(word) >= SHORTEST_SLIPPED
).difference(ELSEWHERE)


def asks_for_something(text: str) -> bool:
    """Tell whether a text has a word or number that says what is asked: "hai kak, apa kabar" has none."""
    bare = f" {letters(text)} "
    for courtesy in _listed["courtesies"]:
        bare = bare.replace(f" {courtesy} ", " ")
    return any(word.isdigit() or is_telling(word) for word in words_of(bare))


def asks_for_sign_ups(text: str) -> bool:
    """Tell whether a text asks where one's own sign-up stands, or to withdraw it, and for nothing else."""
    bare = f" {letters(text)} "
    found = [phrase for phrase in _listed["sign_ups"] if f" {phrase} " in bare]
    for words in (*found, *_listed["signed_up_for"]):
        bare = bare.replace(f" {words} ", " ")
    return bool(found) and not asks_for_something(bare)


def asks_about_the_chat(text: str) -> bool:
    """Tell whether a text asks what this chat is, cannot read it or scolds it, and asks for nothing else."""
    insults = () if _WRITER.intersection(letters(text).split()) else _INSULTS  # "I am so stupid" is about herself
    return _asks_only(text, (*_ABOUT_THE_CHAT, *insults))


def asks_what_is_kept(text: str) -> bool:
    """Tell whether a text asks who reads this chat or what is kept of it, and for nothing else."""
    return _asks_only(text, _KEPT)


def asks_to_be_erased(text: str) -> bool:
    """Tell whether a text asks to have everything erased, and for nothing else."""
    said = f" {' '.join(words_of(text))} "
    return _asks_only(text, _ERASED) and not any(f" {phrase} " in said for phrase in _KEEP)


def asks_elsewhere(text: str) -> bool:
    """Tell whether a text asks what goods cost, or a whole question of which nothing here tells, and for no more."""
    words = [word for word in words_of(text) if is_telling(word)]
    goods = [word for word in words if _is_one_of(word, _GOODS)]
    prices = [word for word in words if _is_one_of(word, _PRICES)]
    return (bool(goods and prices) and len(goods) + len(prices) == len(words)) or _asks_only(text, _ASKED_ELSEWHERE)


def _asks_only(text: str, phrases: Iterable[str]) -> bool:
    """Tell whether a text holds one of these phrases, and nothing telling besides them."""
    said = bare = f" {' '.join(words_of(text))} "
    for phrase in phrases:
        bare = bare.replace(f" {phrase} ", " ")
    return bare != said and not any(map(is_telling, bare.split()))


class Untold(NamedTuple):
    """The words of a text of which nothing sure is known, and the others."""

    words: str
    rest: str


def untold_in(text: str) -> Untold:
    """Take the words of a text of which nothing sure is known apart from the others; "" if there are none."""
    words = [(word, _is_one_of(word, _UNTOLD)) for word in words_of(text)]
    return Untold(
        " ".join(word for word, is_untold in words if is_untold),
        " ".join(word for word, is_untold in words if not is_untold),
    )


def clauses(text: str) -> tuple[str, ...]:
    """Return the parts of a sentence that each ask for something; none of a sentence in one piece."""
    pieces = [f" {letters(piece)} " for piece in _STOPS.split(text)]
    parts = [part.strip() for piece in pieces for part in _BETWEEN.split(piece)]
    asking = tuple(part for part in parts if sum(map(is_telling, words_of(part))) > 1)
    return asking if len(parts) > 1 else ()


class Offices(NamedTuple):
    """Offices whose numbers are asked for, in the words of the text, and the country where they surely are.

    `town`: one more word, which may be where: BP3MI Surabaya.
    """

    names: str
    country: str | None
    town: str


def offices_asked_for(text: str, *, in_a_country: bool) -> Offices | None:
    """Return the offices of which a text, but for the country that it names, asks the number, or nothing but that."""
    words = [word for word in words_of(text) if is_telling(word)]
    names = [word for word in words if _is_one_of(word, _OFFICES)]
    at_home = [word for word in names if _is_one_of(word, _OFFICES_AT_HOME)]
    others = [word for word in words if word not in names and not _is_one_of(word, _NUMBERS)]
    is_asked = len(words) > len(names) or in_a_country or at_home
    if not names or not is_asked or len(others) > len(at_home[:1]):
        return None
    return Offices(" ".join(names), HOME if at_home else None, " ".join(others))


def _is_one_of(word: str, known: frozenset[str]) -> bool:
    return not known.isdisjoint((word, *stems(word)))


def is_telling(word: str) -> bool:
    """Tell whether a word in even spelling may say what is asked."""
    return len(word) > 1 and word not in STOP_WORDS and word not in SLIPPED_STOP_WORDS


def is_from_elsewhere(word: str) -> bool:
    """Tell whether a word in even spelling asks for something of which nothing here tells."""
    return not ELSEWHERE.isdisjoint((word, *stems(word)))


@lru_cache(maxsize=65536)
def stems(word: str) -> tuple[str, ...]:
    """Return what may be left of a folded word without its affixes, each once; the word itself is none of them."""
    found: dict[str, None] = {}
    prefixes = [each for each in PREFIXES if word.startswith(each[0])]
    suffixes = [each for each in SUFFIXES if word.endswith(each)]
    for (prefix, lost), suffix in product(prefixes, suffixes):
        rest = word[len(prefix) : len(word) - len(suffix)]
        is_nasal = bool(lost) or prefix == "ng"
        shortest = SHORTEST_STEM if prefix else SHORTEST_BEFORE_SUFFIX
        if len(lost + rest) >= shortest and (not is_nasal or rest[0] in VOWELS):
            found[fold(lost + rest)] = None
    found.pop(word, None)
    return tuple(found)


def skeleton(word: str) -> str:
    """Return a word without its vowels, as hasty people write it: mjkn, dbyr."""
    return "".join(letter for letter in word if letter not in VOWELS)
