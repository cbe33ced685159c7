"""What the body of an article is made of: parts, and references: {{fact:slug}}, {{contact:slug}}, {{media:key}}."""

import re
from collections.abc import Callable
from dataclasses import dataclass

SLUG = r"[a-z0-9-]{1,40}"
PART_MARK = "<!-- part -->"
REFERENCE = re.compile(r"\{\{(fact|contact|media):(" + SLUG + r")\}\}")
MEDIA = "media"
MEDIA_KEY = r"[0-9a-f]{32}"
# What it leaves is a button: where it stands alone, its line goes too.
MEDIA_REFERENCE = re.compile(
    r"^[ \t]*\{\{media:" + SLUG + r"\}\}[ \t]*(?:\n|\Z)|\{\{media:" + SLUG + r"\}\}", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference: to a `fact` or a `contact` by slug, to `media` by the key of what they hold."""

    kind: str
    slug: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.slug}"


def references_in(body: str) -> tuple[Reference, ...]:
    """Return the references of a text in order, each once."""
    return tuple(dict.fromkeys(Reference(*found.groups()) for found in REFERENCE.finditer(body)))


def fill_in(body: str, markup_of: Callable[[Reference], str]) -> str:
    """Put the markup of each reference in its place."""
    return REFERENCE.sub(lambda found: markup_of(Reference(*found.groups())), body)


def without_media(body: str) -> str:
    """Return a body, or a part of one, without its references to media, which leave nothing in the text."""
    return MEDIA_REFERENCE.sub("", body).strip("\n")


def parts_of(body: str) -> tuple[str, ...]:
    """Return the parts of a body: a line that holds only the part mark begins another one."""
    return tuple(part.strip("\n") for _, part in parts_with_lines(body))


def parts_with_lines(body: str) -> list[tuple[int, str]]:
    """Return the parts of a body, each with the number of its first line, counted from 0."""
    parts, first, lines = list[tuple[int, str]](), 0, body.split("\n")
    for number, line in enumerate(lines):
        if line.strip() == PART_MARK:
            parts.append((first, "\n".join(lines[first:number])))
            first = number + 1
    return [*parts, (first, "\n".join(lines[first:]))]
