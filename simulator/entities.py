"""Entities of a text: checking those that were given, finding those that Telegram finds by itself. UTF-16 units."""

import re
from collections.abc import Iterator
from typing import Any

from simulator.errors import ApiError, bad_request

Entity = dict[str, Any]
SPACE = "".join(map(chr, range(33)))  # Telegram makes blanks of control characters
BLANK = SPACE + "\u00a0\u200b\u200c\u200d\u200e\u200f\u202e\ufeff\u2800\u3000\ufffc"
FURTHEST = 1_000_000
TYPES = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic", "underline",
     "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre", "text_link", "text_mention",
     "custom_emoji", "date_time"}
)  # fmt: skip
FOUND = (
    ("bot_command", re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@\w+)?(?!\w)", re.ASCII)),
    ("url", re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")),
    ("email", re.compile(r"(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)),
    ("mention", re.compile(r"(?<![\w@.])@[A-Za-z]\w{3,31}", re.ASCII)),
    ("phone_number", re.compile(r"(?<![\w+])\+\d(?:[ -]?\d){6,14}(?!\d)")),
)


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def pieces(text: str, units: int) -> Iterator[str]:
    """Cut a text into pieces of at most so many UTF-16 units; no character is cut in two."""
    if len(text) * 2 <= units:
        yield text
        return
    piece, length = "", 0
    for character in text:
        width = 2 if character > "\uffff" else 1
        if length + width > units:
            yield piece
            piece, length = "", 0
        piece += character
        length += width
    yield piece


def check_entities(text: str, entities: list[Entity]) -> list[Entity]:
    """Refuse entities that are unknown, outside the text, or that cut a character in two.

    Telegram drops an empty one without a word; here it is refused, since in a test it is a slip.
    """
    if not entities:
        return []
    edges = set(_edges(text))
    length = utf16_length(text)
    for entity in entities:
        if entity["type"] not in TYPES:
            raise bad_request("can't parse MessageEntity: Unsupported type specified")
        if entity["type"] == "text_link" and not entity.get("url"):
            raise bad_request("can't parse MessageEntity: Can't find field \"url\"")
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if not 0 <= start <= FURTHEST:
            raise bad_request(f"receive an entity with incorrect offset {start}")
        if not 0 < entity["length"] <= FURTHEST:
            raise bad_request(f"receive an entity with incorrect length {entity['length']}")
        if end > length or start not in edges or end not in edges:
            raise _misplaced(text, start, end, edges)
    return entities


def _misplaced(text: str, start: int, end: int, edges: set[int]) -> ApiError:
    length = utf16_length(text)
    if start > length:
        return bad_request(f"entity begins after the end of the text at UTF-16 offset {start}")
    if start not in edges:
        return bad_request(f"entity begins in a middle of a UTF-16 symbol at byte offset {_byte_behind(text, start)}")
    where = f"entity beginning at UTF-16 offset {start} ends"
    if end > length:
        return bad_request(f"{where} after the end of the text at UTF-16 offset {end}")
    return bad_request(f"{where} in a middle of a UTF-16 symbol at byte offset {_byte_behind(text, end)}")


def _byte_behind(text: str, offset: int) -> int:
    """Return the byte offset of the character behind the one that a UTF-16 offset cuts in two."""
    return len(next(pieces(text, offset + 1)).encode())


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Strip the blanks around a text, as Telegram does: those in front only up to the first entity. Move entities."""
    clean = text.strip(SPACE)
    if clean == text:
        return text, entities
    shift = len(text) - len(text.lstrip(SPACE))
    if not clean:
        return "", []
    if entities:
        shift = min([shift, *(entity["offset"] for entity in entities)])
        clean = text[shift:].rstrip(SPACE)
    length = utf16_length(clean)
    moved = []
    for entity in entities:
        start = entity["offset"] - shift
        end = min(start + entity["length"], length)
        if end > start:
            moved.append({**entity, "offset": start, "length": end - start})
    return clean, moved


def found_in(text: str) -> list[Entity]:
    """Find commands, links, addresses and phone numbers, none of them overlapping."""
    found: list[Entity] = []
    taken: list[tuple[int, int]] = []
    if not any(mark in text for mark in "/@+"):
        return found
    for kind, pattern in FOUND:
        for match in pattern.finditer(text):
            if all(match.end() <= start or match.start() >= end for start, end in taken):
                taken.append(match.span())
                offset = utf16_length(text[: match.start()])
                found.append({"type": kind, "offset": offset, "length": utf16_length(match.group())})
    return sorted(found, key=lambda entity: entity["offset"])


def _edges(text: str) -> Iterator[int]:
    position = 0
    yield position
    for character in text:
        position += 2 if character > "\uffff" else 1
        yield position
