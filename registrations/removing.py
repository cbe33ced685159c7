"""Removing registrations for good: once a person is erased, or once they were kept as long as their programme says, or
were never sent.

Only counts stay: how many there were of each programme, state and province.
"""

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, String, delete, func, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from content.programmes import Programme
from content.revisions import DAYS_A_MONTH
from core.columns import BIG
from core.db import Base
from core.outbox import OutboxRow
from registrations.blind_index import IndexEntry
from registrations.notes import RegistrationNote
from registrations.notices import Notice
from registrations.registrations import Answer, ConsentEvent, FormLink, Registration, Status, StatusEvent
from registrations.wishes import Wish

REMOVED_AT_ONCE = 500
BELONGS = (Answer, ConsentEvent, StatusEvent, FormLink, IndexEntry, RegistrationNote, Notice, Wish)
UNSENT_KEPT = timedelta(days=30)  # somebody may come back to a form after weeks without a signal
LATE = timedelta(days=2)  # the job runs every hour: what is later than this tells that it does not


class RemovedCount(Base):
    """How many registrations were removed, by programme, state and province ("" for none)."""

    __tablename__ = "removed_count"

    programme_id: Mapped[int] = mapped_column(BIG, ForeignKey("programme.id"), primary_key=True)
    status: Mapped[str] = mapped_column(String(16), primary_key=True)
    province: Mapped[str] = mapped_column(String(8), primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


async def remove(connection: AsyncConnection, which: ColumnElement[bool]) -> None:
    """Delete registrations with everything that belongs to them, and count those that had been sent."""
    # locked first: who decides on one of them at this moment would else add to its history what holds the deletion up
    ids = list(
        await connection.scalars(select(Registration.id).where(which).order_by(Registration.id).with_for_update())
    )
    which = Registration.id.in_(ids)
    insert = sqlite_insert if connection.dialect.name == "sqlite" else postgres_insert
    columns = (Registration.programme_id, Registration.status, func.coalesce(Registration.province, ""))
    sent = select(*columns, func.count()).where(which, Registration.number.is_not(None)).group_by(*columns)
    for programme_id, status, province, count in (await connection.execute(sent)).all():
        row = insert(RemovedCount).values(programme_id=programme_id, status=status, province=province, count=count)
        added = {"count": RemovedCount.count + row.excluded.count}
        await connection.execute(
            row.on_conflict_do_update(index_elements=["programme_id", "status", "province"], set_=added)
        )
    news = select(Notice.outbox_key).where(Notice.registration_id.in_(ids), Notice.outbox_key.is_not(None))
    unsent = OutboxRow.key.in_(news) | OutboxRow.key.in_([f"sent.{registration_id}" for registration_id in ids])
    await connection.execute(delete(OutboxRow).where(unsent))
    for table in BELONGS:
        await connection.execute(delete(table).where(table.registration_id.in_(ids)))
    await connection.execute(delete(Registration).where(which))


async def remove_old(session: AsyncSession, *, now: datetime) -> None:
    """Remove, of each programme, what nobody has touched for as long as it is to be kept: a portion."""
    for programme in await session.scalars(select(Programme)):
        old = select(Registration.id).where(_is_old(programme, now)).limit(REMOVED_AT_ONCE)
        ids = list(await session.scalars(old))
        if ids:
            still = Registration.id.in_(ids) & _is_old(programme, now)  # somebody may be deciding on one just now
            await remove(await session.connection(), still)


async def remove_unsent(session: AsyncSession, *, now: datetime) -> None:
    """Remove what somebody began to fill in and has not touched for UNSENT_KEPT: a portion."""
    is_old = _is_unsent_since(now - UNSENT_KEPT)
    ids = list(await session.scalars(select(Registration.id).where(is_old).limit(REMOVED_AT_ONCE)))
    if ids:
        await remove(await session.connection(), Registration.id.in_(ids) & is_old)  # she may be sending it just now


async def count_late(session: AsyncSession, *, now: datetime) -> int:
    """Return how many registrations, sent or not, should have been removed days ago: more than none is an alarm."""
    unsent = select(func.count()).select_from(Registration).where(_is_unsent_since(now - UNSENT_KEPT - LATE))
    late = (await session.execute(unsent)).scalar_one()
    for programme in await session.scalars(select(Programme)):
        held = select(func.count()).select_from(Registration).where(_is_old(programme, now - LATE))
        late += (await session.execute(held)).scalar_one()
    return late


def _is_old(programme: Programme, now: datetime) -> ColumnElement[bool]:
    kept_since = now - timedelta(days=programme.keep_months * DAYS_A_MONTH)
    mine = Registration.programme_id == programme.id
    return mine & (Registration.status != Status.BEGUN) & (Registration.changed_at < kept_since)


def _is_unsent_since(moment: datetime) -> ColumnElement[bool]:
    return (Registration.status == Status.BEGUN) & (Registration.changed_at < moment)
