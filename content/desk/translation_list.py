"""The list of translations: articles or facts with where each stands in each language, filtered by that.

What a standing is says content/desk/translations.py; here it is asked in SQL, of ten thousand articles at once.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from content.articles import Article
from content.desk.due import is_approved
from content.desk.finding import holds, page_of
from content.desk.listing import Order
from content.desk.translations import TextState, states
from content.facts import Fact
from content.revisions import Entry, EntryKind, Publication, Revision, RevisionState
from content.topics import Topic
from core.i18n import LANGUAGES, SOURCE_LANGUAGE

TRANSLATED = tuple(code for code in LANGUAGES if code != SOURCE_LANGUAGE)
NEVER = 2**53  # beyond every id
TITLE = case((Revision.title != "", Revision.title), else_=func.coalesce(Revision.body, ""))  # of a fact, its value


class Wanted(StrEnum):
    """Which texts a list of translations shows. WANTING: missing or outdated. DRAFT: readers do not see it yet."""

    ALL = ""
    WANTING = "todo"
    MISSING = "missing"
    OUTDATED = "outdated"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    CURRENT = "current"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Translated:
    """One article or fact: its text in the source language, its topic or kind, and where it stands in each language."""

    entry: Entry
    title: str
    place: str
    states: dict[str, TextState]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which entries are wanted: of a kind, and in one of these languages standing so."""

    kind: EntryKind = EntryKind.ARTICLE
    languages: Collection[str] = TRANSLATED
    wanted: Wanted = Wanted.ALL
    place: str = ""
    search: str = ""


async def listed(
    session: AsyncSession, asked: Asked, *, order: Order = Order.PLACE, descending: bool = False, limit: int = 50,
    offset: int = 0,
) -> tuple[list[Translated], int]:  # fmt: skip
    """Return a page of what is wanted, and how much there is of it."""
    query = _wanted(asked, with_text=order is Order.TITLE)
    by: dict[Order, Any] = {Order.TITLE: func.lower(TITLE), Order.PLACE: _place(asked.kind)}
    column = by.get(order, Entry.slug)
    in_order = (column.desc() if descending else column, Entry.slug)
    ids, count = await page_of(session, query, in_order, limit=limit, offset=offset)
    return await _told(session, asked.kind, ids), count


async def listed_after(session: AsyncSession, asked: Asked, *, after: int = 0, limit: int = 50) -> list[Translated]:
    """Return what is wanted whose id is above `after`, in the order of the ids: for who reads it all."""
    query = _wanted(asked).where(Entry.id > after).order_by(Entry.id).limit(limit)
    return await _told(session, asked.kind, list(await session.scalars(query)))


async def _told(session: AsyncSession, kind: EntryKind, ids: list[int]) -> list[Translated]:
    """Return what a page shows of entries, in their order: only of these are the texts looked up."""
    query = _with_text(_placed(select(Entry, TITLE.label("title"), _place(kind).label("place")), kind))
    rows = {row.Entry.id: row for row in await session.execute(query.where(Entry.id.in_(ids)))}
    standing = await states(session, ids)
    return [Translated(rows[id_].Entry, rows[id_].title, rows[id_].place, standing[id_]) for id_ in ids]


def _wanted(asked: Asked, *, with_text: bool = False) -> Select[Any]:
    """Select the ids of what is wanted, with the source text where that is asked for. Retired articles are left out."""
    query = _placed(select(Entry.id), asked.kind)
    if with_text or asked.search:
        query = _with_text(query)
    if asked.kind is EntryKind.ARTICLE:
        query = query.where(Article.retired_at.is_(None))
    if asked.place:
        query = query.where(_place(asked.kind) == asked.place)
    if asked.search:
        query = query.where(holds(asked.search, Entry.slug, Revision.title, Revision.body))
    if asked.wanted is not Wanted.ALL:
        query = query.where(or_(*(stands(language, asked.wanted) for language in asked.languages)))
    return query


def _place(kind: EntryKind) -> Any:
    return Fact.kind if kind is EntryKind.FACT else Topic.slug


def _placed(query: Select[Any], kind: EntryKind) -> Select[Any]:
    query = query.select_from(Entry)
    if kind is EntryKind.FACT:
        return query.join(Fact, Fact.id == Entry.id)
    return query.join(Article, Article.id == Entry.id).join(Topic, Topic.id == Article.topic_id)


def _with_text(query: Select[Any]) -> Select[Any]:
    """Add the source text: the live one, else the newest. Naming its language spares PostgreSQL all the others."""
    seen = func.coalesce(_live_id(SOURCE_LANGUAGE), _newest_id(SOURCE_LANGUAGE))
    return query.outerjoin(Revision, and_(Revision.id == seen, Revision.language == SOURCE_LANGUAGE))


def stands(language: str, wanted: Wanted) -> ColumnElement[bool]:
    """Return the condition that the text of an entry in a language stands so."""
    is_live = _live_id(language).is_not(None)
    is_missing = _newest_id(language).is_(None)
    is_outdated = _is_behind(language) & ~_has_newer(language, RevisionState.SUBMITTED)
    conditions: dict[Wanted, ColumnElement[bool]] = {
        Wanted.WANTING: is_missing | is_outdated,
        Wanted.MISSING: is_missing,
        Wanted.OUTDATED: is_outdated,
        Wanted.DRAFT: _has_newer(language, RevisionState.DRAFT, RevisionState.RELEASED),
        Wanted.SUBMITTED: _has_newer(language, RevisionState.SUBMITTED),
        Wanted.CURRENT: is_live & ~_is_behind(language) & ~_has_newer(language, RevisionState.SUBMITTED),
        Wanted.UNVERIFIED: is_live & ~_is_verified(language),
    }
    return conditions[wanted]


def _live_id(language: str) -> ScalarSelect[int]:
    live = select(Publication.revision_id).where(
        Publication.entry_id == Entry.id, Publication.language == language, Publication.published_until.is_(None)
    )
    return live.correlate(Entry).scalar_subquery()


def _newest_id(language: str) -> ScalarSelect[int]:
    row = aliased(Revision)
    newest = select(func.max(row.id)).where(row.entry_id == Entry.id, row.language == language)
    return newest.correlate(Entry).scalar_subquery()


def _has_newer(language: str, *state: RevisionState) -> ColumnElement[bool]:
    """Tell whether the newest text is in one of these states, and readers do not see it."""
    row = aliased(Revision)
    is_newer = row.id > func.coalesce(_live_id(language), literal(0))
    return exists().where(row.id == _newest_id(language), row.state.in_(state), is_newer)


def _is_behind(language: str) -> ColumnElement[bool]:
    """Tell whether a larger change of the source went live since the live translation was made.

    Plain subqueries and no joins: PostgreSQL takes seconds where it may choose the order itself. The first of the two
    comparisons is quick, and true of few.
    """
    made_from = func.coalesce(_made_from(language), literal(NEVER))
    last = func.coalesce(_last_larger_change(), literal(0))
    return (made_from < func.coalesce(_live_id(SOURCE_LANGUAGE), literal(0))) & (made_from < last)


def _made_from(language: str) -> ScalarSelect[int]:
    live, row = aliased(Publication), aliased(Revision)
    made_from = case((Entry.kind == EntryKind.FACT, row.id), else_=row.derived_from_revision_id)
    query = select(made_from).join(live, live.revision_id == row.id)
    query = query.where(live.entry_id == Entry.id, live.language == language, live.published_until.is_(None))
    return query.correlate(Entry).scalar_subquery()


def _last_larger_change() -> ScalarSelect[int]:
    """Return the newest larger change of the source that is live, or was before what is."""
    larger, when = aliased(Revision), aliased(Publication)
    query = select(func.max(larger.id)).join(when, when.revision_id == larger.id)
    query = query.where(larger.entry_id == Entry.id, larger.language == SOURCE_LANGUAGE, larger.is_major)
    return query.where(larger.id <= _live_id(SOURCE_LANGUAGE)).correlate(Entry).scalar_subquery()


def _is_verified(language: str) -> ColumnElement[bool]:
    row = aliased(Revision)
    return exists().where(row.id == _live_id(language), is_approved(row))
