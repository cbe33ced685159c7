"""Reminders: asked for by one tap, sent once when it is time, never of a discreet programme."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from content.programmes import Programme
from core import installation
from core.db import Database
from registrations import reminders
from registrations.people import Person, TelegramAccount
from registrations.registrations import Registration, Reminder, Status
from registrations.reminders import Kind
from tests.desk import Clock
from tests.harness import VAULT
from tests.registrations.forms import SLUG, add_programme
from tests.registrations.test_jobs import run, told
from tests.registrations.test_places import NOW, add_people, programme, send

TODAY = date(2026, 11, 26)
A_DAY = timedelta(days=1)
PERSON = "ab" * 16


async def wish(database: Database, person: str, programme_id: int, kind: Kind | None) -> None:
    async with database.session() as session:
        await reminders.put(session, person_id=person, programme_id=programme_id, kind=kind, now=NOW)


async def prepared(database: Database, **how: Any) -> tuple[int, str, Clock]:
    """Add a programme, and a person with a chat; return their ids and the clock."""
    async with database.session() as session:
        await installation.prove(session, vault=VAULT, bot_id=7)
        row = await add_programme(session, "nanti", **how)
        await session.flush()
        programme_id = row.id
        session.add(Person(id=PERSON, language="id", created_at=NOW))
        await session.flush()
        session.add(TelegramAccount(chat_id=1, person_id=PERSON))
    return programme_id, PERSON, Clock(NOW)


async def left(database: Database) -> list[str]:
    async with database.reading_session() as session:
        return list(await session.scalars(select(Reminder.kind)))


async def test_that_it_opens_is_told_once(stocked: Database) -> None:
    today = NOW.date()
    programme_id, person, clock = await prepared(stocked, opens_on=today + 2 * A_DAY, closes_on=today + 30 * A_DAY)
    await wish(stocked, person, programme_id, Kind.OPENS)
    await run(stocked, clock, "remind people")
    assert (await told(stocked), await left(stocked)) == ({}, ["opens"])
    clock.now = NOW + 3 * A_DAY

    await run(stocked, clock, "remind people")
    await run(stocked, clock, "remind people")

    assert "Anda bisa mendaftar sekarang." in (await told(stocked))[1]
    assert await left(stocked) == []


async def test_that_it_closes_is_told_three_days_before(stocked: Database) -> None:
    today = NOW.date()
    programme_id, person, clock = await prepared(stocked, opens_on=today, closes_on=today + 10 * A_DAY)
    await wish(stocked, person, programme_id, Kind.CLOSES)
    clock.now = NOW + 6 * A_DAY
    await run(stocked, clock, "remind people")
    assert await told(stocked) == {}
    clock.now = NOW + 7 * A_DAY + timedelta(hours=1)
    await run(stocked, clock, "remind people")
    assert "Daftar sampai" in (await told(stocked))[1]


async def test_that_a_place_is_free_is_told(stocked: Database) -> None:
    await programme(stocked, places=1, waitlist=False)
    holder, waits = await add_people(stocked, 2)
    await send(stocked, holder)
    async with stocked.session() as session:
        await installation.prove(session, vault=VAULT, bot_id=7)
        session.add(TelegramAccount(chat_id=2, person_id=waits))
        programme_id = (await session.scalars(select(Programme.id).where(Programme.slug == SLUG))).one()
    await wish(stocked, waits, programme_id, Kind.PLACE)
    clock = Clock(NOW)
    await run(stocked, clock, "remind people")
    assert await told(stocked) == {}
    async with stocked.session() as session:
        mine = (await session.scalars(select(Registration).where(Registration.person_id == holder))).one()
        mine.status = Status.DECLINED
    await run(stocked, clock, "remind people")
    assert "Anda bisa mendaftar sekarang." in (await told(stocked))[2]


@pytest.mark.parametrize(
    ("how", "is_open", "places_left", "kind"),
    [
        ({"opens_on": TODAY + A_DAY}, False, None, Kind.OPENS), ({"opens_on": TODAY - A_DAY}, False, None, None),
        ({"waitlist": False}, True, 0, Kind.PLACE), ({}, True, 0, None),
        ({"closes_on": TODAY + 10 * A_DAY}, True, None, Kind.CLOSES), ({"closes_on": TODAY + A_DAY}, True, None, None),
        ({"opens_on": TODAY + A_DAY, "discreet": True}, False, None, None), ({}, True, 5, None),
    ],
)  # fmt: skip
async def test_what_one_can_be_reminded_of(
    stocked: Database, how: dict[str, Any], is_open: bool, places_left: int | None, kind: Kind | None
) -> None:
    async with stocked.session() as session:
        row = await add_programme(session, "satu", **how)
        assert reminders.possible(row, is_open=is_open, left=places_left, today=TODAY) is kind
