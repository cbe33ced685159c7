"""The lists of the desk: articles, facts and contacts with where each stands, filtered, sorted, a page at a time."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from content.articles import Article
from content.contacts import ContactDetails
from content.desk import ended
from content.desk.due import checked_on, due_on, is_approved
from content.desk.ended import Became
from content.desk.finding import holds, page_of
from content.desk.translations import TextState, states
from content.facts import Fact
from content.revisions import ALL_LANGUAGES, Entry, EntryKind, Publication, Revision, RevisionState
from content.topics import Topic
from core.i18n import SOURCE_LANGUAGE

NUMBER_AS_TYPED = re.compile(r"\+?[\d\s().-]{3,}")


class Order(StrEnum):
    """What a list is sorted by."""

    NAME = "name"
    TITLE = "title"
    DUE = "due"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a list. `place` is its topic, kind of value or country.

    A fact or contact is shown as it is live, and only where nothing is as it was written last. `due_on`,
    `is_verified` and `checked_on` are always of what is live; `newest_state` is of what was written last, and
    `has_draft` tells that readers do not see that. `card` is a contact's. `became`: what was written last was live,
    and is not any more. `planned_for`: when it is to be.
    """

    entry: Entry
    title: str
    place: str
    due_on: date | None
    is_live: bool
    is_verified: bool
    is_shown: bool
    states: dict[str, TextState]
    checked_on: date | None
    newest_state: RevisionState | None
    has_draft: bool
    card: ContactDetails | None
    became: Became | None
    planned_for: datetime | None


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
    wanted_ids = wanted.with_only_columns(Entry.id)  # the texts are read of one page only
    ids, count = await page_of(session, wanted_ids, _order(wanted, order, descending), limit=limit, offset=offset)
    return await _told(session, kind, ids), count


async def listed_after(
    session: AsyncSession, *, kind: EntryKind, search: str = "", place: str = "", only: str = "", after: int = 0,
    limit: int = 50,
) -> list[Listed]:  # fmt: skip
    """Return the entries of a kind whose id is above `after`, in the order of their ids: for who reads them all."""
    wanted = _filtered(_all(kind), kind, search=search, place=place, only=only).where(Entry.id > after)
    ids = wanted.with_only_columns(Entry.id).order_by(Entry.id).limit(limit)
    return await _told(session, kind, list(await session.scalars(ids)))


async def _told(session: AsyncSession, kind: EntryKind, ids: list[int]) -> list[Listed]:
    """Return what a list shows of entries, in their order."""
    found = {row.Entry.id: row for row in await session.execute(_all(kind).where(Entry.id.in_(ids)))}
    rows = [found[number] for number in ids]
    standing = await states(session, ids) if kind is not EntryKind.CONTACT else {}
    became = await ended.became(session, [row.newest_id for row in rows if row.newest_id and row.live_id is None])
    planned = await ended.planned(session, [row.newest_id for row in rows if row.newest_id])
    return [
        Listed(
            row.Entry, row.title or row.body or "", row.place or "", row.due_on, row.live_id is not None,
            bool(row.verified), row.shown is not False, standing.get(row.Entry.id, {}), row.checked_on,
            RevisionState(row.newest_state) if row.newest_state else None,
            row.newest_id is not None and (row.live_id is None or row.live_id < row.newest_id),
            row.ContactDetails if kind is EntryKind.CONTACT else None, became.get(row.newest_id),
            planned.get(row.newest_id),
        )
        for row in rows
    ]  # fmt: skip


def _all(kind: EntryKind) -> Select[Any]:
    """Select entries with their text in the source language, what is live of it, and where that stands.

    Naming the language of the text spares PostgreSQL all the others.

    Longer than a function should be: it is one SELECT.
    """
    language = ALL_LANGUAGES if kind is EntryKind.CONTACT else SOURCE_LANGUAGE
    last, newest, live = aliased(Revision), aliased(Revision), aliased(Revision)
    newest_id = select(func.max(last.id)).where(last.entry_id == Entry.id, last.language == language).correlate(Entry)
    places = {
        EntryKind.ARTICLE: Topic.slug, EntryKind.FACT: Fact.kind, EntryKind.CONTACT: ContactDetails.country,
    }  # fmt: skip
    shown = ContactDetails.publishable if kind is EntryKind.CONTACT else Article.retired_at.is_(None)
    is_open = and_(
        Publication.entry_id == Entry.id, Publication.language == language, Publication.published_until.is_(None)
    )
    seen = newest.id if kind is EntryKind.ARTICLE else func.coalesce(live.id, newest.id)
    selected: Select[Any] = (
        select(
            Entry, Revision.title.label("title"), Revision.body.label("body"), places[kind].label("place"),
            live.id.label("live_id"), is_approved(live).label("verified"), checked_on(live).label("checked_on"),
            due_on(live).label("due_on"), shown.label("shown"), newest.id.label("newest_id"),
            newest.state.label("newest_state"),
        )
        .select_from(Entry)
        .outerjoin(newest, newest.id == newest_id.scalar_subquery())
        .outerjoin(Publication, is_open)
        .outerjoin(live, live.id == Publication.revision_id)
        .outerjoin(Revision, and_(Revision.id == seen, Revision.language == language))
        .outerjoin(Article, Article.id == Entry.id)
        .where(Entry.kind == kind)
    )  # fmt: skip
    if kind is EntryKind.ARTICLE:
        return selected.outerjoin(Topic, Topic.id == Article.topic_id)
    if kind is EntryKind.FACT:
        return selected.outerjoin(Fact, Fact.id == Entry.id)
    return selected.outerjoin(ContactDetails, ContactDetails.revision_id == Revision.id).add_columns(ContactDetails)


def _filtered(wanted: Select[Any], kind: EntryKind, *, search: str, place: str, only: str) -> Select[Any]:
    columns = wanted.selected_columns
    if search:
        wanted = wanted.where(_is_found(kind, search))
    if place:
        wanted = wanted.where(columns.place == place)
    if only == "live":
        wanted = wanted.where(columns.live_id.is_not(None))
    elif only == "unverified":
        wanted = wanted.where(columns.live_id.is_not(None), ~columns.verified)
    elif only == "draft":
        wanted = wanted.where(or_(columns.live_id.is_(None), columns.live_id < columns.newest_id))
    if kind is EntryKind.ARTICLE:
        retired = Article.retired_at.is_not(None)
        wanted = wanted.where(retired if only == "retired" else ~retired)
    return wanted


def _is_found(kind: EntryKind, search: str) -> ColumnElement[bool]:
    """Tell whether a word stands in an entry; a number is found however the spaces in it, and 0 for +62, are typed."""
    fields: list[Any] = [Entry.slug, Revision.title, Revision.body]
    if kind is EntryKind.CONTACT:
        fields += [cast(ContactDetails.names, String), func.coalesce(ContactDetails.city, "")]
    found = holds(search, *fields)
    digits = re.sub(r"\D", "", search).lstrip("0")
    if kind is EntryKind.CONTACT and digits and NUMBER_AS_TYPED.fullmatch(search.strip()):
        numbers = cast(ContactDetails.phones, String) + cast(ContactDetails.whatsapp, String)
        for between in (" ", "-"):
            numbers = func.replace(numbers, between, "")
        return or_(found, numbers.contains(digits))
    return found


def _order(wanted: Select[Any], order: Order, descending: bool) -> tuple[Any, ...]:
    """Return what to sort by; what has nothing there comes last, on both databases and both ways."""
    columns = wanted.selected_columns
    title = func.lower(case((Revision.title != "", Revision.title), else_=Revision.body))
    by = {Order.NAME: Entry.slug, Order.TITLE: title, Order.DUE: columns.due_on, Order.PLACE: columns.place}
    column = by[order]
    return (column.is_(None), column.desc() if descending else column.asc(), Entry.slug)


async def places(session: AsyncSession, kind: EntryKind) -> list[str]:
    """Return the places by which a list of a kind can be filtered."""
    columns = {
        EntryKind.ARTICLE: select(Topic.slug),
        EntryKind.FACT: select(Fact.kind),
        EntryKind.CONTACT: select(ContactDetails.country),
    }
    return sorted(await session.scalars(columns[kind].distinct()))
