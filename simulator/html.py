"""Telegram's HTML parse mode: tags become entities, everything else is refused in Telegram's words.

https://core.telegram.org/bots/api#html-style
"""

import re
from typing import Any

from simulator.entities import Entity, utf16_length
from simulator.errors import ApiError, bad_request

KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler",
    "a": "text_link", "tg-emoji": "custom_emoji", "tg-time": "date_time", "code": "code", "pre": "pre",
    "blockquote": "blockquote",
}  # fmt: skip
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
END_TAG = re.compile(r"</([^\s>]*)\s*>")
START_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9-]*)((?:\s+[A-Za-z-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+))?)*)\s*>")
ATTRIBUTE = re.compile(r"([A-Za-z-]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+))?")
REFERENCE = re.compile(r"&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|([a-z]{2,5}));?")
LARGEST_CHARACTER = 0x10FFFF
SURROGATES = range(0xD800, 0xE000)


def parse_html(markup: str) -> tuple[str, list[Entity]]:
    """Return the text without its markup, and the entities that the markup meant."""
    parser = _Parser(markup)
    parser.run()
    for entity in parser.entities:
        if entity["type"] == "code":
            entity.pop("language", None)  # only a whole block has one
    return "".join(parser.pieces), sorted(parser.entities, key=lambda entity: (entity["offset"], -entity["length"]))


class _Parser:
    def __init__(self, markup: str) -> None:
        self.markup = markup
        self.pieces: list[str] = []
        self.entities: list[Entity] = []
        self._length = 0
        self._open: list[tuple[str, int, dict[str, Any]]] = []
        self._at = 0

    def run(self) -> None:
        while self._at < len(self.markup):
            character = self.markup[self._at]
            if character == "<":
                self._tag()
            elif character == "&":
                self._reference()
            else:
                self._plain()
        if self._open:
            raise self._refusal(f'Can\'t find end tag corresponding to start tag "{self._open[-1][0]}"', at=None)

    def _plain(self) -> None:
        ends = [end for end in (self.markup.find("<", self._at), self.markup.find("&", self._at)) if end >= 0]
        end = min(ends, default=len(self.markup))
        self._add(self.markup[self._at : end])
        self._at = end

    def _reference(self) -> None:
        match = REFERENCE.match(self.markup, self._at)
        text = _character(match) if match else None
        if match is None or text is None:
            self._add("&")
            self._at += 1
            return
        self._add(text)
        self._at = match.end()

    def _tag(self) -> None:
        if self.markup.startswith("</", self._at):
            self._end_tag()
        else:
            self._start_tag()

    def _end_tag(self) -> None:
        if not self._open:
            raise self._refusal("Unexpected end tag")
        match = END_TAG.match(self.markup, self._at)
        if match is None:
            raise self._refusal("Unclosed end tag")
        self._close(match.group(1).lower())
        self._at = match.end()

    def _start_tag(self) -> None:
        match = START_TAG.match(self.markup, self._at)
        if match is None:
            raise self._refusal(self._broken_tag())
        self._begin(match.group(1).lower(), _attributes(match.group(2)))
        self._at = match.end()

    def _broken_tag(self) -> str:
        name = re.split(r"[\s>]", self.markup[self._at + 1 :], maxsplit=1)
        if len(name) > 1 and name[0].lower() not in KINDS:
            return f'Unsupported start tag "{name[0].lower()}"'
        return "Unclosed start tag"

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if name not in KINDS:
            raise self._refusal(f'Unsupported start tag "{name}"')
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._refusal('Tag "span" must have class "tg-spoiler"')
        extra: dict[str, Any] = {}
        if name == "a":
            extra["url"] = attributes.get("href", "")
        if name == "tg-emoji":
            extra["custom_emoji_id"] = attributes.get("emoji-id", "")
        if name == "tg-time":
            extra["unix_time"] = int(attributes["unix"]) if attributes.get("unix", "").isdecimal() else 0
        if name == "code" and attributes.get("class", "").startswith("language-"):
            extra["language"] = attributes["class"].removeprefix("language-")
        if name == "blockquote" and "expandable" in attributes:
            extra["type"] = "expandable_blockquote"
        self._open.append((name, self._length, extra))

    def _close(self, name: str) -> None:
        opened, start, extra = self._open.pop()
        if name not in {"", opened}:
            raise self._refusal("Unmatched end tag", more=f', expected "</{opened}>", found "</{name}>"')
        length = self._length - start
        if not length or (opened == "a" and not extra["url"]):
            return
        if opened == "pre" and self.entities and self._is_code_with_language(self.entities[-1], start, length):
            self.entities[-1]["type"] = "pre"
            return
        self.entities.append({"type": KINDS[opened], "offset": start, "length": length, **extra})

    def _is_code_with_language(self, entity: Entity, start: int, length: int) -> bool:
        span = (entity["offset"], entity["length"])
        return entity["type"] == "code" and "language" in entity and span == (start, length)

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self._length += utf16_length(text)

    def _refusal(self, what: str, *, at: int | None = -1, more: str = "") -> ApiError:
        if at is None:
            return bad_request(f"can't parse entities: {what}")
        offset = len(self.markup[: self._at].encode("utf-8", "replace"))
        return bad_request(f"can't parse entities: {what} at byte offset {offset}{more}")


def _character(match: re.Match[str]) -> str | None:
    decimal, hexadecimal, name = match.groups()
    if name:
        return NAMED.get(name)
    number = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(number) if 0 < number <= LARGEST_CHARACTER and number not in SURROGATES else None


def _attributes(text: str) -> dict[str, str]:
    return {m.group(1).lower(): _without_references((m.group(2) or "").strip("\"'")) for m in ATTRIBUTE.finditer(text)}


def _without_references(value: str) -> str:
    return REFERENCE.sub(lambda match: _character(match) or match.group(), value)
