"""The links of live content at the desk: listed with where each is used, and asked anew where somebody wants that."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.desk.finding import holds
from content.desk.link_finding import SOURCE
from content.desk.rules import NotThere
from content.links import LinkCheck, LinkUse
from content.revisions import Entry, Publication, Revision
from content.sources import Source, revision_source
from staff import audit
from staff.actors import Actor, Role

BROKEN = "broken"  # a filter beside the states
MOST_PLACES = 50  # that are told of one link, or of one source


class Order(StrEnum):
    """What the list is sorted by."""

    ADDRESS = "address"
    STATE = "state"
    SINCE = "since"
    CHECKED = "checked"


@dataclass(frozen=True, slots=True)
class Place:
    """A live text, fact or contact that uses an address; by citing `source`, where that is not empty."""

    kind: str
    slug: str
    language: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """An address with where it is used: `places` are the first of so many."""

    link: LinkCheck
    places: tuple[Place, ...]
    place_count: int


async def listed(
    session: AsyncSession,
    *,
    state: str = "",
    search: str = "",
    order: Order = Order.STATE,
    descending: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> tuple[list[Listed], int]:
    """Return links, and how many there are. `state` is one of LinkState, or "broken"."""
    wanted = _filtered(state, search)
    count = (await session.execute(select(func.count()).select_from(wanted.subquery()))).scalar_one()
    rows = await session.scalars(wanted.order_by(*_order(order, descending)).limit(limit).offset(offset))
    return await _told(session, list(rows)), count


async def listed_after(
    session: AsyncSession, *, state: str = "", search: str = "", after: int = 0, limit: int = 50
) -> list[Listed]:
    """Return the links whose id is above `after`, in the order of their ids: for who reads them all."""
    wanted = _filtered(state, search).where(LinkCheck.id > after)
    return await _told(session, list(await session.scalars(wanted.order_by(LinkCheck.id).limit(limit))))


async def get(session: AsyncSession, link_id: int) -> Listed:
    """Return a link; raise NotThere."""
    row = await session.get(LinkCheck, link_id)
    if row is None:
        raise NotThere("There is nothing here (any more).")
    return (await _told(session, [row]))[0]


async def check_again(session: AsyncSession, *, link_id: int, by: Actor, now: datetime) -> Listed:
    """Let a link be asked as soon as its turn comes; raise NotThere, NotAllowed."""
    by.require(Role.EDITOR)
    found = await get(session, link_id)
    found.link.due_at = min(found.link.due_at, now)
    audit.record(
        session, by=by, action="link.check", subject=f"link:{link_id}", now=now, details={"url": found.link.url}
    )
    await session.flush()
    return found


def _filtered(state: str, search: str) -> Select[LinkCheck]:
    wanted = select(LinkCheck)
    if state == BROKEN:
        wanted = wanted.where(LinkCheck.is_broken)
    elif state:
        wanted = wanted.where(LinkCheck.state == state)
    return wanted.where(_is_found(search)) if search else wanted


def _is_found(search: str) -> ColumnElement[bool]:
    used = select(LinkUse.id).where(LinkUse.link_id == LinkCheck.id, holds(search, LinkUse.slug))
    return or_(used.exists(), holds(search, LinkCheck.url, func.coalesce(LinkCheck.final_url, "")))


def _order(order: Order, descending: bool) -> tuple[Any, ...]:
    """Return what to sort by; broken ones come first among states, and what has no moment last, both ways."""
    if order is Order.ADDRESS:
        return (LinkCheck.url.desc() if descending else LinkCheck.url,)
    columns: dict[Order, Any] = {
        Order.STATE: LinkCheck.state, Order.SINCE: LinkCheck.failing_since, Order.CHECKED: LinkCheck.checked_at
    }  # fmt: skip
    column = columns[order]
    by = (column.desc() if descending else column, LinkCheck.id)
    first = LinkCheck.is_broken if descending else LinkCheck.is_broken.desc()
    return (first, *by) if order is Order.STATE else (column.is_(None), *by)


async def _told(session: AsyncSession, rows: list[LinkCheck]) -> list[Listed]:
    columns = (LinkUse.link_id, LinkUse.kind, LinkUse.slug, LinkUse.language)
    wanted = select(*columns).where(LinkUse.link_id.in_([row.id for row in rows]))
    uses = list(await session.execute(_firsts(wanted, of=LinkUse.link_id)))
    citing, counts = await _citing(session, {use.slug for use in uses if use.kind == SOURCE})
    places, numbers = defaultdict[int, list[Place]](list), {use.link_id: use.number for use in uses}
    for use in uses:
        is_source = use.kind == SOURCE
        places[use.link_id] += citing[use.slug] if is_source else [Place(use.kind, use.slug, use.language)]
        numbers[use.link_id] += counts.get(use.slug, 0) - 1 if is_source else 0
    return [Listed(row, tuple(places[row.id][:MOST_PLACES]), numbers.get(row.id, 0)) for row in rows]


async def _citing(session: AsyncSession, sources: Collection[str]) -> tuple[dict[str, list[Place]], dict[str, int]]:
    """Return the first live texts that cite each source, and how many there are."""
    query = (
        select(Source.slug.label("source"), Entry.kind, Entry.slug, Revision.language)
        .join(revision_source, revision_source.c.source_id == Source.id)
        .join(Revision, Revision.id == revision_source.c.revision_id)
        .join(Publication, Publication.revision_id == Revision.id)
        .join(Entry, Entry.id == Revision.entry_id)
        .where(Source.slug.in_(sources), Publication.published_until.is_(None))
    )
    places, counts = defaultdict[str, list[Place]](list), dict[str, int]()
    for row in await session.execute(_firsts(query, of=Source.slug)):
        places[row.source].append(Place(row.kind, row.slug, row.language, row.source))
        counts[row.source] = row.number
    return places, counts


def _firsts(query: Select[*tuple[Any, ...]], *, of: Any) -> Select[Any]:
    """Return the first rows of each link or source in the order of their names, each with how many there are."""
    columns = query.selected_columns
    order = [columns.kind, columns.slug, columns.language]
    place = func.row_number().over(partition_by=of, order_by=order).label("place")
    ranked = query.add_columns(place, func.count().over(partition_by=of).label("number")).subquery()
    firsts: Select[Any] = select(ranked).where(ranked.c.place <= MOST_PLACES)
    return firsts.order_by(ranked.c.kind, ranked.c.slug, ranked.c.language)
