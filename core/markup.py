"""Telegram's HTML subset, parsed into a text and its entities, so that no send can fail on markup.

The subset: https://core.telegram.org/bots/api#html-style. Anything else raises MarkupError.
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

from telegramify_markdown.entity import MessageEntity, split_entities

from core.messages import Entity, Formatted, utf16_length

ENTITY_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
}
LINK_SCHEMES = {"https", "http", "tg"}
NOT_IN_ITSELF = {"a", "blockquote"}
HOLDS_ONLY_TEXT = {"code", "pre"}
BARE_LESS_THAN = re.compile(r"<(?!/?[A-Za-z][^<>]*>)")
CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
PARAGRAPH_END = re.compile(r"\n{2,}")


class MarkupError(ValueError):
    """A text is not in Telegram's HTML subset; `at` are line and column, which count from 1.

    `message` and `values` are as of RuleBroken; `what` is both in English, for who works on a pack.
    """

    def __init__(self, message: str, *, at: tuple[int, int], **values: str) -> None:
        self.line, self.column = at
        self.message, self.values, self.what = message, values, message.format(**values)
        super().__init__(f"line {self.line}, column {self.column}: {self.what}")


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    offset: int
    line: int
    column: int
    url: str | None


def parse(markup: str) -> Formatted:
    """Turn markup into a text and its entities; raise MarkupError for anything Telegram would refuse."""
    if found := BARE_LESS_THAN.search(markup):
        raise MarkupError('a "<" that starts no tag: write &lt;', at=_place(markup, found.start()))
    if found := CONTROL_CHARACTER.search(markup):
        raise MarkupError("a control character", at=_place(markup, found.start()))
    parser = _Parser()
    parser.feed(markup)
    parser.close()
    return parser.result()


def _place(markup: str, offset: int) -> tuple[int, int]:
    before = markup[:offset]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._texts: list[str] = []
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def handle_data(self, data: str) -> None:
        self._texts.append(data)
        self._length += utf16_length(data)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raise MarkupError("<{tag}/> closes itself", at=self._here(), tag=tag)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ENTITY_TYPES:
            raise MarkupError("<{tag}> is not allowed", at=self._here(), tag=tag)
        holders = {opened.tag for opened in self._open}
        if tag in NOT_IN_ITSELF & holders:
            raise MarkupError("<{tag}> inside <{tag}>", at=self._here(), tag=tag)
        if HOLDS_ONLY_TEXT & holders:
            raise MarkupError("<{tag}> inside code", at=self._here(), tag=tag)
        url = self._link(dict(attrs)) if tag == "a" else None
        if attrs and tag != "a":
            raise MarkupError("<{tag}> takes no attributes", at=self._here(), tag=tag)
        self._open.append(_Open(tag, self._length, *self._here(), url))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1].tag != tag:
            raise MarkupError("</{tag}> closes nothing that is open here", at=self._here(), tag=tag)
        opened = self._open.pop()
        if self._length > opened.offset:
            length = self._length - opened.offset
            self._entities.append(Entity(ENTITY_TYPES[tag], opened.offset, length, opened.url))

    def result(self) -> Formatted:
        if self._open:
            opened = self._open[-1]
            raise MarkupError("<{tag}> is never closed", at=(opened.line, opened.column), tag=opened.tag)
        outermost_first = sorted(self._entities, key=lambda entity: (entity.offset, -entity.length))
        return Formatted("".join(self._texts), tuple(outermost_first))

    def _link(self, attributes: dict[str, str | None]) -> str:
        url = attributes.get("href") or ""
        if set(attributes) != {"href"}:
            raise MarkupError("<a> takes href and nothing else", at=self._here())
        try:
            parts = urlsplit(url)
        except ValueError:
            raise MarkupError("{url} is no address", at=self._here(), url=url) from None
        if parts.scheme not in LINK_SCHEMES or not parts.netloc:
            raise MarkupError("{url} is not a link to a page", at=self._here(), url=url)
        return url

    def _here(self) -> tuple[int, int]:
        line, column = self.getpos()
        return line, column + 1


def split(formatted: Formatted, limit: int) -> tuple[Formatted, ...]:
    """Split into parts of at most `limit` UTF-16 units (2 or more): after a paragraph, else a line, else anywhere.

    No character is lost, but parts of white space only, which Telegram refuses, are left out. Entities that reach
    over a cut go on in the next part.
    """
    parts = list[Formatted]()
    for start, end in _runs_of_paragraphs(formatted.text, limit):
        parts += _cut(_piece(formatted, start, end), limit)
    return tuple(parts)


def _runs_of_paragraphs(text: str, limit: int) -> list[tuple[int, int]]:
    """Return as few runs of whole paragraphs as fit into the limit; a longer paragraph is a run of its own."""
    runs, start, previous = list[tuple[int, int]](), 0, 0
    for end in [*(found.end() for found in PARAGRAPH_END.finditer(text)), len(text)]:
        if previous > start and utf16_length(text[start:end]) > limit:
            runs.append((start, previous))
            start = previous
        previous = end
    return [*runs, (start, len(text))]


def _piece(formatted: Formatted, start: int, end: int) -> Formatted:
    shift, text = utf16_length(formatted.text[:start]), formatted.text[start:end]
    stop = shift + utf16_length(text)
    entities = []
    for entity in formatted.entities:
        first, last = max(entity.offset, shift), min(entity.offset + entity.length, stop)
        if first < last:
            entities.append(Entity(entity.type, first - shift, last - first, entity.url))
    return Formatted(text, tuple(entities))


def _cut(piece: Formatted, limit: int) -> list[Formatted]:
    foreign = [MessageEntity(entity.type, entity.offset, entity.length, entity.url) for entity in piece.entities]
    return [
        Formatted(text, tuple(Entity(e.type, e.offset, e.length, e.url) for e in entities))
        for text, entities in split_entities(piece.text, foreign, limit)
    ]
