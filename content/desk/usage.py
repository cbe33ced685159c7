"""Where a fact or a contact is shown: which live texts refer to it."""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.bodies import Reference, references_in
from content.revisions import Entry, EntryKind, Publication, Revision
from core.markup import MarkupError, parse

MOST = 500
MOST_PLACES = 5  # a verifier sees by them what a value means
TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Use:
    """One live text that shows it."""

    slug: str
    language: str
    title: str


@dataclass(frozen=True, slots=True)
class Place:
    """One line of a live text in which it stands, as it was written; without markup that ends in another line."""

    slug: str
    title: str
    line: str


async def used_in(session: AsyncSession, reference: Reference) -> list[Use]:
    """Return the live articles that refer to a fact or a contact, by name and language."""
    query = _articles_with(reference, Entry.slug, Revision.language, Revision.title)
    return [Use(*row) for row in await session.execute(query.order_by(Entry.slug, Revision.language).limit(MOST))]


async def places_of(session: AsyncSession, reference: Reference, language: str) -> list[Place]:
    """Return the first lines of live articles in a language in which a fact stands, by the name of the article."""
    query = _articles_with(reference, Entry.slug, Revision.title, Revision.body)
    rows = await session.execute(query.where(Revision.language == language).order_by(Entry.slug).limit(MOST_PLACES))
    found = (
        Place(slug, title, _alone(line))
        for slug, title, body in rows
        for line in body.split("\n")
        if reference in references_in(line)
    )
    return list(islice(found, MOST_PLACES))


def _alone(line: str) -> str:
    try:
        parse(line)
    except MarkupError:
        return TAG.sub("", line)
    return line


def _articles_with(reference: Reference, *columns: Any) -> Select[Any]:
    written = f"{{{{{reference}}}}}"
    return (
        select(*columns)
        .join(Revision, Revision.entry_id == Entry.id)
        .join(Publication, Publication.revision_id == Revision.id)
        .where(
            Entry.kind == EntryKind.ARTICLE, Publication.published_until.is_(None),
            Revision.body.contains(written, autoescape=True),
        )
    )  # fmt: skip
