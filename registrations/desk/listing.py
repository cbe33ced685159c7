"""The list of registrations as a registrar sees it: those of her programmes and provinces, and no answer of theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.desk.finding import page_of
from content.programmes import Programme
from registrations.registrations import Registration, Status, reference_in
from registrations.scopes import may_see
from staff.actors import Actor, Role


class Order(StrEnum):
    """What the list is sorted by."""

    APPLIED = "applied"
    PROGRAMME = "programme"
    NUMBER = "number"
    STATUS = "status"
    PROVINCE = "province"


@dataclass(frozen=True, slots=True)
class Listed:
    """One registration, masked. `programme` is its slug, `number` the place in the order of applying for it."""

    id: str
    reference: str
    programme: str
    status: Status
    number: int | None
    province: str | None
    applied_at: datetime | None
    is_for_another: bool


async def listed(
    session: AsyncSession,
    *,
    by: Actor,
    programme: str = "",
    status: str = "",
    province: str = "",
    search: str = "",
    order: Order = Order.APPLIED,
    descending: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> tuple[list[Listed], int]:
    """Return registrations in a registrar's scope, and how many there are; raise NotAllowed.

    `search` is a whole reference, in whatever letters and with or without its hyphen: a part of one finds nothing.
    """
    by.require(Role.REGISTRAR)
    wanted = select(Registration.id).join(Programme, Programme.id == Registration.programme_id).where(may_see(by))
    filters: tuple[tuple[Any, str], ...] = (
        (Programme.slug, programme), (Registration.status, status), (Registration.province, province),
        (Registration.reference, reference_in(search)),
    )  # fmt: skip
    for column, value in filters:
        wanted = wanted.where(column == value) if value else wanted
    ids, count = await page_of(session, wanted, _order(order, descending), limit=limit, offset=offset)
    return await told(session, ids), count


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
    ).join(Programme, Programme.id == Registration.programme_id)  # fmt: skip
    rows = {row.id: row for row in await session.execute(shown.where(Registration.id.in_(ids)))}
    return [
        Listed(
            row.id, row.reference or "", row.slug, Status(row.status), row.number, row.province, row.applied_at,
            row.is_for_another,
        )
        for row in (rows[one] for one in ids)
    ]  # fmt: skip
