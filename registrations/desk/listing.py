"""The list of registrations as a registrar sees it: those of her programmes and provinces, and no answer of theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from content.desk.finding import page_of
from content.programmes import Programme
from registrations import wishes
from registrations.desk.calling import must_be_called
from registrations.registrations import OPEN, Registration, Status, reference_in
from registrations.scopes import may_see
from registrations.wishes import Wish
from staff.accounts import StaffAccount
from staff.actors import Actor, Role


class Order(StrEnum):
    """What the list is sorted by."""

    APPLIED = "applied"
    PROGRAMME = "programme"
    NUMBER = "number"
    STATUS = "status"
    PROVINCE = "province"


class Only(StrEnum):
    """What is to be done with the registrations that are asked for, and by whom."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    TO_CALL = "to_call"
    WISHES = "wishes"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which registrations are asked for; what is empty limits nothing.

    `search` is a whole reference, in whatever letters and with or without its hyphen: a part of one finds nothing.
    """

    programme: str = ""
    status: str = ""
    province: str = ""
    search: str = ""
    only: Only | None = None


EVERY = Filter()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a registration stands in the order in which people applied, for whatever programme."""

    applied_at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One registration, masked. `programme` is its slug, `number` the place in the order of applying for it.

    `assigned_to` is the name of who looks after it.
    """

    id: str
    reference: str
    programme: str
    status: Status
    number: int | None
    province: str | None
    applied_at: datetime | None
    is_for_another: bool
    assigned_to: str


async def listed(
    session: AsyncSession,
    *,
    by: Actor,
    which: Filter = EVERY,
    order: Order = Order.APPLIED,
    descending: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> tuple[list[Listed], int]:
    """Return registrations in a registrar's scope, and how many there are; raise NotAllowed."""
    wanted = _wanted(which, by)
    ids, count = await page_of(session, wanted, _order(order, descending), limit=limit, offset=offset)
    return await told(session, ids), count


async def count(session: AsyncSession, *, by: Actor, which: Filter) -> int:
    """Return how many registrations in a registrar's scope there are of a kind; raise NotAllowed."""
    counted = select(func.count()).select_from(_wanted(which, by).subquery())
    return (await session.execute(counted)).scalar_one()


async def listed_after(
    session: AsyncSession, *, by: Actor, which: Filter = EVERY, after: Place | None = None, limit: int = 50
) -> list[Listed]:
    """Return registrations in a registrar's scope who applied later than the one of `after`: for who reads them all.

    Who applies meanwhile comes last. Raise NotAllowed.
    """
    wanted = _wanted(which, by)
    if after is not None:
        at_once = and_(Registration.applied_at == after.applied_at, Registration.id > after.id)
        wanted = wanted.where(or_(Registration.applied_at > after.applied_at, at_once))
    in_order = wanted.order_by(Registration.applied_at, Registration.id).limit(limit)
    return await told(session, list(await session.scalars(in_order)))


def _wanted(which: Filter, by: Actor) -> Select[str]:
    by.require(Role.REGISTRAR)
    wanted = select(Registration.id).join(Programme, Programme.id == Registration.programme_id)
    wanted = wanted.where(Programme.slug == which.programme) if which.programme else wanted
    return wanted.where(is_left(which, by))


def is_left(which: Filter, by: Actor) -> ColumnElement[bool]:
    """Tell which registrations in a registrar's scope a filter leaves, of whatever programme."""
    filters: tuple[tuple[Any, str], ...] = (
        (Registration.status, which.status), (Registration.province, which.province),
        (Registration.reference, reference_in(which.search)),
    )  # fmt: skip
    limits = [column == value for column, value in filters if value]
    return and_(may_see(by), *limits, _only(which.only, by) if which.only else true())


def _only(only: Only, by: Actor) -> ColumnElement[bool]:
    wished = select(Wish.registration_id).where(wishes.is_open())
    return {
        Only.MINE: Registration.assigned_to == by.account_id,
        Only.UNASSIGNED: Registration.assigned_to.is_(None) & Registration.status.in_(OPEN),
        Only.TO_CALL: must_be_called(), Only.WISHES: Registration.id.in_(wished),
    }[only]  # fmt: skip


def _order(order: Order, descending: bool) -> tuple[Any, ...]:
    first: dict[Order, tuple[Any, ...]] = {
        Order.APPLIED: (), Order.PROGRAMME: (Programme.position, Programme.slug), Order.NUMBER: (Registration.number,),
        Order.STATUS: (Registration.status,), Order.PROVINCE: (Registration.province,),
    }  # fmt: skip
    columns = (*first[order], Registration.applied_at, Registration.number, Registration.id)
    return tuple(column.desc() if descending else column for column in columns)


async def told(session: AsyncSession, ids: Sequence[str]) -> list[Listed]:
    """Return what is shown of registrations, in the order of their ids here. Whether one may, the caller has asked."""
    shown = select(
        Registration.id, Registration.reference, Programme.slug, Registration.status, Registration.number,
        Registration.province, Registration.applied_at, Registration.is_for_another,
        StaffAccount.name.label("assigned_to"),
    ).join(Programme, Programme.id == Registration.programme_id).outerjoin(
        StaffAccount, StaffAccount.id == Registration.assigned_to
    )  # fmt: skip
    rows = {row.id: row for row in await session.execute(shown.where(Registration.id.in_(ids)))}
    return [
        Listed(
            row.id, row.reference or "", row.slug, Status(row.status), row.number, row.province, row.applied_at,
            row.is_for_another, row.assigned_to or "",
        )
        for row in (rows[one] for one in ids)
    ]  # fmt: skip
