"""Registrations go when their time is over, or the person asks: their counts stay, and an overdue purge is told."""

from datetime import timedelta

from sqlalchemy import func, select, update

from api.doctor import findings
from core.db import Database
from core.settings import Settings
from registrations import erasing, removing
from registrations.people import Person, TelegramAccount
from registrations.registrations import Answer, ConsentEvent, Registration, Status, StatusEvent
from registrations.removing import RemovedCount
from staff.actors import Role
from tests.desk import Clock, add_person, make_desk, sign_in, visitor
from tests.harness import DATA, VAULT
from tests.registrations.test_jobs import run
from tests.registrations.test_places import NOW, add_people, programme, send

A_YEAR = timedelta(days=12 * 30)
A_MINUTE = timedelta(minutes=1)
LONG = timedelta(days=1000)  # the doctor asks the real clock


async def left(database: Database) -> dict[str, int]:
    """Return how many rows there are of everything that belongs to registrations, by table."""
    counts = {}
    async with database.reading_session() as session:
        for table in (Registration, Answer, ConsentEvent, StatusEvent):
            counts[table.__tablename__] = await session.scalar(select(func.count()).select_from(table)) or 0
    return counts


async def removed(database: Database) -> dict[tuple[str, str], int]:
    async with database.reading_session() as session:
        rows = await session.scalars(select(RemovedCount))
        return {(row.status, row.province): row.count for row in rows}


async def test_what_was_kept_long_enough_goes_and_is_counted(stocked: Database) -> None:
    await programme(stocked, keep_months=12, places=1)
    old, older, young = await add_people(stocked, 3)
    for person in (old, older, young):
        await send(stocked, person)
    async with stocked.session() as session:
        long_ago = update(Registration).where(Registration.person_id.in_((old, older)))
        await session.execute(long_ago.values(changed_at=NOW - A_YEAR - LONG))
    async with stocked.reading_session() as session:
        assert await removing.count_late(session, now=NOW) == 2
    told = [found.what for found in await findings(Settings(show_unverified=True, data_dir=DATA), stocked, VAULT)]
    assert any(what.startswith("2 registrations should have been removed days ago") for what in told), told

    await run(stocked, Clock(NOW), "forget old sign-ins")

    async with stocked.reading_session() as session:
        assert await removing.count_late(session, now=NOW) == 0
        (kept,) = await session.scalars(select(Registration))
        assert kept.person_id == young
    assert await removed(stocked) == {(Status.ACCEPTED, "32"): 1, (Status.WAITLISTED, "32"): 1}
    assert (await left(stocked))["registration"] == 1


async def test_what_was_begun_and_should_have_gone_is_told_by_doctor_and_desk(stocked: Database) -> None:
    clock = Clock()
    await programme(stocked)
    (person,) = await add_people(stocked, 1)
    async with stocked.session() as session:
        administrator = await add_person(session, "boss", Role.ADMINISTRATOR, now=clock())
        token = await sign_in(session, administrator, now=clock())

    async def told() -> tuple[str, bool]:
        async with visitor(make_desk(stocked, clock), token) as browser:
            page = (await browser.get("/health")).text
        found = await findings(Settings(show_unverified=True, data_dir=DATA), stocked, VAULT)
        is_told = any(each.what.startswith("1 registrations should have been removed days ago") for each in found)
        return page.partition("Registrations kept longer than they may be</th><td>")[2][:1], is_told

    for kept_for, count in ((removing.UNSENT_KEPT, "0"), (removing.UNSENT_KEPT + removing.LATE + A_MINUTE, "1")):
        async with stocked.session() as session:
            hers = update(Registration).where(Registration.person_id == person)
            await session.execute(hers.values(changed_at=clock() - kept_for))
        assert await told() == (count, count == "1")


async def test_who_is_erased_leaves_a_count_and_a_random_id(stocked: Database) -> None:
    await programme(stocked)
    sent, begun = await add_people(stocked, 2)
    await send(stocked, sent)
    async with stocked.session() as session:
        session.add_all(TelegramAccount(chat_id=number, person_id=who) for number, who in enumerate((sent, begun), 1))
    for chat in (1, 2, 3):
        async with stocked.writing() as connection:
            await erasing.erase(connection, chat_id=chat, now=NOW)

    assert set((await left(stocked)).values()) == {0}
    assert await removed(stocked) == {(Status.ACCEPTED, "32"): 1}, "what was never sent is not counted"
    async with stocked.reading_session() as session:
        assert await session.scalar(select(func.count()).select_from(Person)) == 0
        assert set(await session.scalars(select(erasing.Erasure.subject))) == {sent, begun}
