"""Entities of a text: checking those that were given, finding those that Telegram finds by itself. UTF-16 units."""

import re
from collections.abc import Iterator
from typing import Any

from simulator.errors import bad_request

Entity = dict[str, Any]
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


def check_entities(text: str, entities: list[Entity]) -> list[Entity]:
    """Refuse entities that are unknown, empty, outside the text, or that cut a character in two."""
    if not entities:
        return []
    edges = set(_edges(text))
    length = utf16_length(text)
    for entity in entities:
        if entity["type"] not in TYPES:
            raise bad_request("can't parse MessageEntity: unsupported entity type specified")
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if entity["length"] <= 0 or start < 0 or end > length:
            raise bad_request("can't parse entities: entity begins or ends outside of the text")
        if start not in edges or end not in edges:
            raise bad_request("can't parse entities: entity begins or ends in the middle of a UTF-16 symbol")
        if entity["type"] == "text_link" and not entity.get("url"):
            raise bad_request("can't parse MessageEntity: Can't find field \"url\"")
    return entities


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Strip the white space around a text, as Telegram does, and move its entities."""
    shift = utf16_length(text) - utf16_length(text.lstrip())
    clean = text.strip()
    if clean == text:
        return text, entities
    length = utf16_length(clean)
    moved = []
    for entity in entities:
        start = max(entity["offset"] - shift, 0)
        end = min(entity["offset"] + entity["length"] - shift, length)
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
