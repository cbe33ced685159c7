"""What changed between two texts, word by word; what must not be wrong, numbers, links and references, comes first."""

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from content.bodies import REFERENCE
from content.desk.exact import Exact

PIECES = re.compile(r"<[^>]*>|\{\{[^}]*\}\}|https?://[^\s<>\"]+|\w+|\s+|[^\w\s]", re.UNICODE)
LINK = re.compile(r"https?://[^\s<>\"]+")
NUMBER = re.compile(r"\+?\d(?:[\d .,/-]*\d)?%?")
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


def between(old: Exact | None, new: Exact) -> Difference:
    """Compare two texts of one kind; against none, all is new."""
    before, after = _fields(old) if old else {}, _fields(new)
    names = list(dict.fromkeys([*after, *before]))
    fields = tuple(FieldDifference(name, words(before.get(name, ""), after.get(name, ""))) for name in names)
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


def _fields(exact: Exact) -> dict[str, str]:
    """Return the fields of a text as lines that a person compares."""
    if exact.details is None:
        fields = {"title": exact.title, "summary": exact.summary, "body": exact.body}
        return {name: text for name, text in fields.items() if text}
    told = {"official_name": exact.title} | {name: _told(value) for name, value in exact.details.items()}
    return {name: text for name, text in told.items() if text}


def _told(value: object) -> str:
    """Write a detail of a contact so that two of them can be compared: one thing a line."""
    if value in (None, "", [], (), {}):
        return ""
    if isinstance(value, dict):
        return "\n".join(f"{key}: {_told(inner)}" for key, inner in value.items() if _told(inner) or inner is False)
    if isinstance(value, list | tuple):
        return "\n".join(_told(inner) for inner in value)
    return str(value)


def _critical(old: str, new: str) -> tuple[Piece, ...]:
    before, after = Counter(_telling(old)), Counter(_telling(new))
    gone = [Piece(Change.GONE, found) for found in before if found not in after]
    come = [Piece(Change.NEW, found) for found in after if found not in before]
    return (*gone, *come)


def _telling(text: str) -> list[str]:
    references = ["{{" + ":".join(found) + "}}" for found in REFERENCE.findall(text)]
    plain = REFERENCE.sub(" ", text)
    return references + LINK.findall(plain) + [found.strip() for found in NUMBER.findall(LINK.sub(" ", plain))]
