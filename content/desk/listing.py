"""The lists of the desk: articles, facts and contacts with where each stands, filtered, sorted, a page at a time."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from content.articles import Article
from content.contacts import ContactDetails
from content.desk.translations import TextState, states
from content.facts import Fact
from content.revisions import ALL_LANGUAGES, Approval, Entry, EntryKind, Publication, Revision
from content.topics import Topic
from core.i18n import SOURCE_LANGUAGE


class Order(StrEnum):
    """What a list is sorted by."""

    NAME = "name"
    TITLE = "title"
    DUE = "due"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a list. `place` is its topic, kind of value or country."""

    entry: Entry
    title: str
    place: str
    due_on: object
    is_live: bool
    is_verified: bool
    is_shown: bool
    states: dict[str, TextState]


async def listed(
    session: AsyncSession,
    *,
    kind: EntryKind,
    search: str = "",
    place: str = "",
    only: str = "",
    order: Order = Order.PLACE,
    descending: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> tuple[list[Listed], int]:
    """Return entries of a kind, and how many there are. `only`: live, unverified, draft or retired."""
    wanted = _filtered(_all(kind), kind, search=search, place=place, only=only)
    count = (await session.execute(select(func.count()).select_from(wanted.subquery()))).scalar_one()
    rows = list(await session.execute(wanted.order_by(*_order(order, descending)).limit(limit).offset(offset)))
    return await _told(session, kind, rows), count


async def listed_after(
    session: AsyncSession, *, kind: EntryKind, search: str = "", place: str = "", only: str = "", after: int = 0,
    limit: int = 50,
) -> list[Listed]:  # fmt: skip
    """Return the entries of a kind whose id is above `after`, in the order of their ids: for who reads them all."""
    wanted = _filtered(_all(kind), kind, search=search, place=place, only=only).where(Entry.id > after)
    return await _told(session, kind, list(await session.execute(wanted.order_by(Entry.id).limit(limit))))


async def _told(session: AsyncSession, kind: EntryKind, rows: list[Row[Any]]) -> list[Listed]:
    standing = await states(session, [row.Entry.id for row in rows]) if kind is not EntryKind.CONTACT else {}
    return [
        Listed(
            row.Entry, row.title or row.body or "", row.place or "", row.due_on, row.live_id is not None,
            bool(row.verified), row.shown is not False, standing.get(row.Entry.id, {}),
        )
        for row in rows
    ]  # fmt: skip


def _all(kind: EntryKind) -> Select[Any]:
    """Select entries with their newest text in the source language, and whether one is live and verified."""
    language = ALL_LANGUAGES if kind is EntryKind.CONTACT else SOURCE_LANGUAGE
    last = aliased(Revision)
    newest = (
        select(func.max(last.id))
        .where(last.entry_id == Entry.id, last.language == language)
        .correlate(Entry)
        .scalar_subquery()
    )
    live = (
        select(Publication.revision_id)
        .where(
            Publication.entry_id == Entry.id, Publication.language == language, Publication.published_until.is_(None)
        )
        .correlate(Entry)
        .scalar_subquery()
    )
    verified = exists().where(Approval.revision_id == live, Approval.text_hash == Revision.text_hash)
    places = {
        EntryKind.ARTICLE: Topic.slug, EntryKind.FACT: Fact.kind, EntryKind.CONTACT: ContactDetails.country,
    }  # fmt: skip
    shown = ContactDetails.publishable if kind is EntryKind.CONTACT else Article.retired_at.is_(None)
    selected = (
        select(
            Entry, Revision.title.label("title"), Revision.body.label("body"), Revision.review_due_on.label("due_on"),
            places[kind].label("place"), live.label("live_id"), verified.label("verified"), shown.label("shown"),
        )
        .select_from(Entry)
        .outerjoin(Revision, Revision.id == newest)
        .outerjoin(Article, Article.id == Entry.id)
        .where(Entry.kind == kind)
    )  # fmt: skip
    if kind is EntryKind.ARTICLE:
        return selected.outerjoin(Topic, Topic.id == Article.topic_id)
    if kind is EntryKind.FACT:
        return selected.outerjoin(Fact, Fact.id == Entry.id)
    return selected.outerjoin(ContactDetails, ContactDetails.revision_id == Revision.id)


def _filtered(wanted: Select[Any], kind: EntryKind, *, search: str, place: str, only: str) -> Select[Any]:
    columns = wanted.selected_columns
    if search:
        pattern = "%" + search.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        fields = [Entry.slug, func.lower(Revision.title), func.lower(Revision.body)]
        wanted = wanted.where(or_(*(field.like(pattern, escape="\\") for field in fields)))
    if place:
        wanted = wanted.where(columns.place == place)
    if only == "live":
        wanted = wanted.where(columns.live_id.is_not(None))
    elif only == "unverified":
        wanted = wanted.where(columns.live_id.is_not(None), ~columns.verified)
    elif only == "draft":
        wanted = wanted.where(or_(columns.live_id.is_(None), columns.live_id < Revision.id))
    if kind is EntryKind.ARTICLE:
        retired = Article.retired_at.is_not(None)
        wanted = wanted.where(retired if only == "retired" else ~retired)
    return wanted


def _order(order: Order, descending: bool) -> tuple[Any, ...]:
    title = func.lower(case((Revision.title != "", Revision.title), else_=Revision.body))
    columns = {Order.NAME: Entry.slug, Order.TITLE: title, Order.DUE: Revision.review_due_on, Order.PLACE: Entry.slug}
    column = columns[order]
    if order is Order.PLACE:
        return (Revision.review_due_on.is_(None), Entry.slug.desc() if descending else Entry.slug)
    return (column.desc() if descending else column.asc(), Entry.slug)


async def places(session: AsyncSession, kind: EntryKind) -> list[str]:
    """Return the places by which a list of a kind can be filtered."""
    columns = {
        EntryKind.ARTICLE: select(Topic.slug),
        EntryKind.FACT: select(Fact.kind),
        EntryKind.CONTACT: select(ContactDetails.country),
    }
    return sorted(await session.scalars(columns[kind].distinct()))
