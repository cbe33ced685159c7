"""What changed between two texts, word by word; what must not be wrong, numbers, links and references, comes first."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from content.bodies import REFERENCE
from content.desk.exact import Exact

PIECES = re.compile(r"<[^>]*>|\{\{[^}]*\}\}|&#?\w+;|https?://[^\s<>\"]+|\w+|\s+|[^\w\s]", re.UNICODE)
LINK = re.compile(r"https?://[^\s<>\"]+")
NUMBER = re.compile(r"\+?\d(?:[\d .,/-]*\d)?%?")
FIRST = ("official_name", "phones", "whatsapp", "email", "web")  # what must be right of a contact
CODES = frozenset({"kind", "type", "reach", "free", "publishable", "languages"})  # for which there are words
MOST_PIECES = 4000  # beyond that two long texts are compared line by line: words would take seconds


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, and what became of it."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """What changed in one field."""

    field: str
    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        """Tell whether anything did."""
        return any(piece.change is not Change.SAME for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two texts. `critical`: numbers, links and references that went or came, each once."""

    fields: tuple[FieldDifference, ...]
    critical: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        """Tell whether anything did."""
        return any(field.is_changed for field in self.fields)


def between(old: Exact | None, new: Exact, names: Mapping[str, str] = {}) -> Difference:
    """Compare two texts of one kind; against none, all is new. `names`: as for `lines`."""
    before, after = lines(old, names) if old else {}, lines(new, names)
    fields = tuple(
        FieldDifference(name, words(before.get(name, ""), after.get(name, "")))
        for name in dict.fromkeys([*after, *before])
    )
    return Difference(fields, _critical("\n".join(before.values()), "\n".join(after.values())))


def words(old: str, new: str) -> tuple[Piece, ...]:
    """Compare two texts word by word."""
    a, b = PIECES.findall(old), PIECES.findall(new)
    if len(a) + len(b) > MOST_PIECES:
        a, b = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    for tag, from_a, to_a, from_b, to_b in SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Change.SAME, "".join(a[from_a:to_a])))
            continue
        if from_a < to_a:
            pieces.append(Piece(Change.GONE, "".join(a[from_a:to_a])))
        if from_b < to_b:
            pieces.append(Piece(Change.NEW, "".join(b[from_b:to_b])))
    return tuple(pieces)


def lines(exact: Exact, names: Mapping[str, str] = {}) -> dict[str, str]:
    """Return the fields of a text as lines that a person compares; of a contact what must be right comes first.

    `names` are a person's words for what a contact's details are called and for their codes: else those stand there.
    """
    if exact.details is None:
        fields = {"title": exact.title, "summary": exact.summary, "body": exact.body}
        return {name: text for name, text in fields.items() if text}
    details = exact.details | {"seen_on": _day(exact.details)}
    told = {"official_name": exact.title} | {
        name: _told(name, value, names) for name, value in details.items() if name != "seen_precision"
    }
    return {name: told[name] for name in dict.fromkeys((*FIRST, *told)) if told.get(name)}


def _day(details: Mapping[str, Any]) -> str:
    """Write a day as far as it is known."""
    seen, precision = details.get("seen_on"), details.get("seen_precision")
    return str(seen)[: {"year": 4, "month": 7}.get(str(precision), 10)] if seen else ""


def _told(name: str, value: Any, names: Mapping[str, str]) -> str:
    """Write a detail of a contact so that two of them can be compared: one thing a line."""
    if name == "phones":
        return "\n\n".join(_phone(phone, names) for phone in value)
    if isinstance(value, dict):
        return "\n".join(f"{names.get(key, key)}: {inner}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return "\n".join(_code(each, names) if name in CODES else str(each) for each in value)
    return "" if value is None else _code(value, names) if name in CODES else str(value)


def _phone(phone: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Write a number with what is said of it; what is not said is left out."""
    codes = [(name, _code(phone[name], names)) for name in ("type", "reach", "free", "publishable")]
    remarks = [
        (f"{names.get(name, name)}, {names.get(language, language)}", text)
        for name in ("label", "hours")
        for language, text in phone[name].items()
    ]
    said = [f"{names.get(name, name)}: {text}" for name, text in codes] + [f"{name}: {text}" for name, text in remarks]
    return "\n".join([phone["number"], *said])


def _code(value: object, names: Mapping[str, str]) -> str:
    return names.get(str(value), str(value))


def _critical(old: str, new: str) -> tuple[Piece, ...]:
    """Compare in their order: one that stands there twice may change once, and two may change places."""
    before, after = _telling(old), _telling(new)
    gone, come = dict[str, None](), dict[str, None]()
    for tag, from_a, to_a, from_b, to_b in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag != "equal":
            gone |= dict.fromkeys(before[from_a:to_a])
            come |= dict.fromkeys(after[from_b:to_b])
    return (*(Piece(Change.GONE, found) for found in gone), *(Piece(Change.NEW, found) for found in come))


def _telling(text: str) -> list[str]:
    references = ["{{" + ":".join(found) + "}}" for found in REFERENCE.findall(text)]
    plain = REFERENCE.sub(" ", text)
    return references + LINK.findall(plain) + [found.strip() for found in NUMBER.findall(LINK.sub(" ", plain))]
