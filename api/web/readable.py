"""Texts of articles as somebody reads them at the desk: formatted, and with no change hidden, be it of markup alone."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from html import unescape

from api.web.editor_words import value_of
from api.web.labels import format_names, reference_names
from api.web.navigation import address_of_text
from content.bodies import PART_MARK, REFERENCE, Reference, parts_of, references_in
from content.catalogue import Catalogue
from content.desk.differences import Change, Piece
from core.i18n import Words
from core.markup import ENTITY_TYPES, MarkupError, parse

TOKENS = re.compile(r"(<[^>]*>|\{\{[^}]*\}\})")
OPENING = re.compile(r"""<([a-z-]+)(?:\s+href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?\s*>""", re.IGNORECASE)
CLOSING = re.compile(r"</([a-z-]+)\s*>", re.IGNORECASE)
ENTITY = re.compile(r"&#?\w+;")


class Kind(StrEnum):
    """What a part of a text is."""

    TEXT = "text"
    REFERENCE = "reference"
    NEW_PART = "new-part"
    QUOTE_OPENS = "quote-opens"
    QUOTE_CLOSES = "quote-closes"
    ADDRESS = "address"
    FORMAT_OPENS = "format-opens"
    FORMAT_CLOSES = "format-closes"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text, with the formats that it stands in.

    `text` is the address after a link, and of a tag that came or went alone the name of its format.
    """

    kind: Kind
    text: str = ""
    formats: tuple[str, ...] = ()
    address: str = ""
    reference: Reference | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Parts that have one thing become of them."""

    change: Change
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    address: str
    is_told: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """Shows texts of articles in one language to a person: what her pages need to print them.

    `proposed` are values that stand for those which readers see now.
    """

    live: Catalogue
    language: str
    words: Words
    proposed: Mapping[Reference, str] = field(default_factory=dict)

    def text(self, body: str) -> list[Stretch]:
        """Return a text in which nothing changed."""
        return stretches((Piece(Change.SAME, body),))

    def pieces(self, pieces: Sequence[Piece]) -> list[Stretch]:
        """Return a text with its changes."""
        return stretches(pieces)

    def value(self, reference: Reference) -> str:
        """Return what readers see of a reference, now or as proposed; nothing if it is not live."""
        return self.proposed.get(reference) or value_of(self.live, reference, self.language)

    @property
    def formats(self) -> dict[str, str]:
        """The names of formats."""
        return format_names(self.words)

    @property
    def references(self) -> dict[str, str]:
        """The names of what a text refers to."""
        return reference_names(self.words)


def stretches(pieces: Sequence[Piece]) -> list[Stretch]:
    """Return a text, piece by piece; markup that is not right, in the old or the new text, stands as it was written."""
    old = "".join(piece.text for piece in pieces if piece.change is not Change.NEW)
    new = "".join(piece.text for piece in pieces if piece.change is not Change.GONE)
    if not (_is_right(old) and _is_right(new)):
        return [Stretch(piece.change, (Part(Kind.TEXT, piece.text),)) for piece in pieces]
    opened: dict[Change, list[_Open]] = {Change.GONE: [], Change.NEW: []}
    return [Stretch(piece.change, tuple(_parts(piece, opened))) for piece in pieces]


def _is_right(body: str) -> bool:
    try:
        for part in parts_of(body):
            parse(part)
    except MarkupError:
        return False
    return True


def _parts(piece: Piece, opened: dict[Change, list[_Open]]) -> Iterator[Part]:
    """Return the parts of a piece; `opened` are the tags that are open in the old and in the new text so far."""
    sides = [opened[piece.change]] if piece.change in opened else list(opened.values())
    tokens = list(filter(None, TOKENS.split(piece.text)))
    told = _lone_tags(tokens) if piece.change in opened else set()
    for place, token in enumerate(tokens):
        closing = _closed_by(token)
        if opening := _opened_by(token, place in told):
            for side in sides:
                side.append(opening)
            yield from _opens(opening)
        elif closing and all(side and side[-1].tag == closing for side in sides):
            yield from _closes([side.pop() for side in sides][-1], place in told)
        else:
            yield _plain(token, tuple(dict.fromkeys(ENTITY_TYPES[one.tag] for one in sides[-1])))


def _lone_tags(tokens: Sequence[str]) -> set[int]:
    """Return the places of tags that came or went without what they format, or around nothing."""
    lone, opened = set[int](), list[tuple[int, str]]()
    for place, token in enumerate(tokens):
        closing = _closed_by(token)
        if opening := _opened_by(token):
            opened.append((place, opening.tag))
        elif closing and opened and opened[-1][1] == closing:
            first, _ = opened.pop()
            lone |= {first, place} if place == first + 1 else set()
        elif closing:
            lone.add(place)
    return lone | {place for place, _ in opened}


def _opened_by(token: str, is_told: bool = False) -> _Open | None:
    found = OPENING.fullmatch(token)
    if found is None or found[1].lower() not in ENTITY_TYPES:
        return None
    return _Open(found[1].lower(), unescape(found[2] or found[3] or found[4] or ""), is_told)


def _closed_by(token: str) -> str:
    found = CLOSING.fullmatch(token)
    return found[1].lower() if found else ""


def _opens(one: _Open) -> Iterator[Part]:
    if one.is_told:
        yield Part(Kind.FORMAT_OPENS, ENTITY_TYPES[one.tag], address=one.address)
    elif one.tag == "blockquote":
        yield Part(Kind.QUOTE_OPENS)


def _closes(one: _Open, is_told: bool) -> Iterator[Part]:
    """Say where a link leads, unless a change at its beginning has said it."""
    if one.address and not one.is_told:
        yield Part(Kind.ADDRESS, one.address)
    if is_told:
        yield Part(Kind.FORMAT_CLOSES, ENTITY_TYPES[one.tag])
    elif one.tag == "blockquote":
        yield Part(Kind.QUOTE_CLOSES)


def _plain(token: str, formats: tuple[str, ...]) -> Part:
    if token == PART_MARK:
        return Part(Kind.NEW_PART)
    if found := REFERENCE.fullmatch(token):
        return Part(Kind.REFERENCE, formats=formats, reference=Reference(*found.groups()))
    return Part(Kind.TEXT, ENTITY.sub(_sign, token), formats)


def _sign(entity: re.Match[str]) -> str:
    """Return the sign that an entity is, but for one that nobody would see."""
    sign = unescape(entity[0])
    return sign if sign.isprintable() else entity[0]


def unread_in(live: Catalogue, body: str, language: str) -> list[tuple[str, str]]:
    """Return name and page of what a text shows and nobody has approved: readers see the whole as not verified."""
    shown = ((reference, live.shelf.revision_of(reference, language)) for reference in references_in(body))
    unread = {reference.slug: row for reference, row in shown if row and row.approved_on is None}
    return [(row.title or row.body, address_of_text(row.kind, slug, language)) for slug, row in unread.items()]
