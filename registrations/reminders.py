"""Reminders that somebody asked for: that a programme opens, that a place is free, that it is about to close.

Each is sent once and forgotten. Of a discreet programme there is none: it would be named in the chat.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from content.catalogue import Catalogue
from content.programmes import Programme
from core import outbox
from core.columns import BIG
from core.crypto import Vault
from core.db import Base
from core.i18n import words
from core.messages import Reply
from core.outbox import Delivery, Lane, Outgoing
from registrations import form_screens, places, sign_up, standings
from registrations.people import Person, TelegramAccount

BEFORE_CLOSING = timedelta(days=3)
SENT_AT_ONCE = 500


class Kind(StrEnum):
    """What somebody wants to hear."""

    OPENS = "opens"
    PLACE = "place"
    CLOSES = "closes"


class Reminder(Base):
    """One person's wish to hear of one programme."""

    __tablename__ = "reminder"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    programme_id: Mapped[int] = mapped_column(BIG, ForeignKey("programme.id"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]


def possible(programme: Programme, *, is_open: bool, left: int | None, today: date) -> Kind | None:
    """Return what somebody can be reminded of, who has not signed up; None if of nothing."""
    if programme.discreet or programme.form is None:
        return None
    if not is_open:
        return Kind.OPENS if programme.opens_on and programme.opens_on > today else None
    if left == 0:
        return Kind.PLACE if not programme.waitlist else None
    return Kind.CLOSES if programme.closes_on and programme.closes_on - today > BEFORE_CLOSING else None


async def find(session: AsyncSession, *, person_id: str, programme_id: int) -> Kind | None:
    """Return what somebody has asked to be reminded of."""
    found = await session.get(Reminder, (person_id, programme_id))
    return Kind(found.kind) if found else None


async def put(session: AsyncSession, *, person_id: str, programme_id: int, kind: Kind | None, now: datetime) -> None:
    """Remember what somebody wants to be reminded of; None: of nothing any more."""
    hers = (Reminder.person_id == person_id) & (Reminder.programme_id == programme_id)
    await session.execute(delete(Reminder).where(hers))
    if kind is not None:
        session.add(Reminder(person_id=person_id, programme_id=programme_id, kind=kind, at=now))
    await session.flush()


async def _due(session: AsyncSession, now: datetime) -> list[tuple[int, Kind]]:
    """Return of which programmes people are to be reminded now, and of what."""
    today, due = sign_up.today_at(now), list[tuple[int, Kind]]()
    wanted = select(Reminder.programme_id, Reminder.kind).distinct().order_by(Reminder.programme_id, Reminder.kind)
    for programme_id, kind in (await session.execute(wanted)).all():
        programme = await session.get_one(Programme, programme_id)
        is_open = sign_up.is_open(programme, today)
        closes = programme.closes_on
        is_due = {
            Kind.OPENS: is_open, Kind.PLACE: is_open and await places.left(session, programme, None) != 0,
            Kind.CLOSES: is_open and closes is not None and closes - today <= BEFORE_CLOSING,
        }  # fmt: skip
        if is_due[Kind(kind)]:
            due.append((programme_id, Kind(kind)))
    return due


async def is_anything_due(session: AsyncSession, now: datetime) -> bool:
    """Tell whether anybody is to be reminded now."""
    return bool(await _due(session, now))


async def send_due(
    session: AsyncSession, vault: Vault, content: Catalogue, *, bot_id: int | None, now: datetime
) -> None:
    """Put the reminders that are due into the outbox, a portion, and forget them."""
    for programme_id, kind in await _due(session, now):
        programme = await session.get_one(Programme, programme_id)
        mine = (Reminder.programme_id == programme_id) & (Reminder.kind == kind)
        people = (
            await session.execute(
                select(Person.id, Person.language, TelegramAccount.chat_id)
                .join(Reminder, Reminder.person_id == Person.id)
                .outerjoin(TelegramAccount, TelegramAccount.person_id == Person.id)
                .where(mine)
                .order_by(Person.id)
                .limit(SENT_AT_ONCE)
            )
        ).all()
        deliveries = [
            Delivery(
                f"reminder.{person.id}.{programme.id}.{kind}.{now:%Y%m%d}", bot_id, person.chat_id,
                Outgoing(_reply(programme, kind, content, person.language)), now, Lane.NOTICE,
            )
            for person in people
            if person.chat_id is not None and bot_id is not None
        ]  # fmt: skip
        await outbox.put(await session.connection(), deliveries, vault)
        await session.execute(delete(Reminder).where(mine, Reminder.person_id.in_([person.id for person in people])))


def _reply(programme: Programme, kind: Kind, content: Catalogue, language: str) -> Reply:
    closes_on = programme.closes_on if kind is Kind.CLOSES else None
    title = standings.title(content, programme.slug, language)
    return form_screens.reminder(title, slug=programme.slug, closes_on=closes_on, words=words(language))
