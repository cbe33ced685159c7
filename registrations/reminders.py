"""Reminders that somebody asked for: that a programme opens, that a place is free, that it is about to close.

Each is sent once and forgotten. Of a discreet programme there is none: it would be named in the chat.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.catalogue import Catalogue
from content.programmes import Programme
from core import outbox
from core.clock import today_at
from core.crypto import Vault
from core.i18n import words
from core.messages import Reply
from core.outbox import Delivery, Lane, Outgoing
from registrations import form_screens, places, scopes, sign_up, standings
from registrations.people import Person, TelegramAccount
from registrations.registrations import Reminder

BEFORE_CLOSING = timedelta(days=3)
SENT_AT_ONCE = 500


class Kind(StrEnum):
    """What somebody wants to hear."""

    OPENS = "opens"
    PLACE = "place"
    CLOSES = "closes"


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


async def _due(session: AsyncSession, now: datetime) -> list[tuple[Programme, Kind, str | None]]:
    """Return of which programmes people are to be reminded now, of what, and those of which province."""
    today, due = today_at(now), list[tuple[Programme, Kind, str | None]]()
    wanted = select(Reminder.programme_id, Reminder.kind, Person.province).join(Person, Person.id == Reminder.person_id)
    for programme_id, kind, province in (await session.execute(wanted.distinct())).all():
        programme = await session.get_one(Programme, programme_id)
        is_soon = programme.closes_on is not None and programme.closes_on - today <= BEFORE_CLOSING
        if programme.discreet or not sign_up.is_open(programme, today) or (kind == Kind.CLOSES and not is_soon):
            continue
        has_room = programme.waitlist or await places.left_for_newcomer(session, programme, province) != 0
        if has_room and await scopes.has_reader(session, programme.slug):
            due.append((programme, Kind(kind), province))
    return due


async def is_anything_due(session: AsyncSession, now: datetime) -> bool:
    """Tell whether anybody is to be reminded now."""
    return bool(await _due(session, now))


async def send_due(
    session: AsyncSession, vault: Vault, content: Catalogue, *, bot_id: int | None, now: datetime
) -> None:
    """Forget the reminders that are due, a portion, and put them into the outbox. Who takes a row sends it."""
    for programme, kind, province in await _due(session, now):
        lives_there = Person.province == province if province else Person.province.is_(None)
        hers = select(Reminder.person_id).join(Person, Person.id == Reminder.person_id)
        mine = (Reminder.programme_id == programme.id) & (Reminder.kind == kind)
        portion = hers.where(mine, lives_there).order_by(Reminder.person_id).limit(SENT_AT_ONCE)
        taken = delete(Reminder).where(mine, Reminder.person_id.in_(portion)).returning(Reminder.person_id)
        people = list(await session.scalars(taken))
        reached = select(Person.id, Person.language, TelegramAccount.chat_id)
        reached = reached.join(TelegramAccount, TelegramAccount.person_id == Person.id).where(Person.id.in_(people))
        deliveries = [
            Delivery(
                f"reminder.{person.id}.{programme.id}.{kind}.{now:%Y%m%d}", bot_id, person.chat_id,
                Outgoing(_reply(programme, kind, content, person.language)), now, Lane.NOTICE,
            )
            for person in await session.execute(reached.order_by(Person.id))
            if bot_id is not None
        ]  # fmt: skip
        await outbox.put(await session.connection(), deliveries, vault)


def _reply(programme: Programme, kind: Kind, content: Catalogue, language: str) -> Reply:
    closes_on = programme.closes_on if kind is Kind.CLOSES else None
    title = standings.title(content, programme.slug, language)
    return form_screens.reminder(title, slug=programme.slug, closes_on=closes_on, words=words(language))
