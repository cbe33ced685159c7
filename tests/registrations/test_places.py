"""Places: the last one goes to one person, whoever else wants it just then; a freed one goes to the next in order."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from content.catalogue import load_catalogue
from content.programmes import Programme
from core.db import Database, DatabaseAway
from registrations import places, removing, sign_up
from registrations.desk import correcting
from registrations.desk.deciding import AllTaken, Decision, decide_each
from registrations.people import Person
from registrations.registrations import Registration, Status
from staff.actors import Role
from tests.content.desk.test_moments import a_lock_is_waited_for
from tests.desk import add_person
from tests.harness import SEALS, VAULT
from tests.registrations.forms import GIVEN, SLUG, add_programme
from tests.reports import Report

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
MOST_TRIES = 10


async def add_people(
    database: Database, count: int, *, province: str = "32", slug: str = SLUG, given: Mapping[str, str] = GIVEN
) -> list[str]:
    """Add people who have answered everything and not sent it yet; return the ids of their registrations."""
    ids = [uuid4().hex for _ in range(count)]
    async with database.session() as session:
        for person in ids:
            session.add(Person(id=person, language="id", created_at=NOW))
        await session.flush()
        for person in ids:
            begun = await sign_up.begin(
                session, VAULT, person_id=person, language="id", slug=slug, is_for_another=False, now=NOW
            )
            for question in begun.asked.shown(given):
                value = {"province": province, "regency": f"{province}.01"}.get(question.code, given[question.code])
                await sign_up.answer(session, VAULT, begun, question, value, language="id", now=NOW)
    return ids


async def send(database: Database, person: str, *, now: datetime = NOW) -> None:
    async with database.session() as session:
        begun = await sign_up.begun(session, VAULT, person_id=person, slug=SLUG)
        assert begun
        await sign_up.send(session, VAULT, begun, now=now)


async def programme(database: Database, **how: Any) -> None:
    async with database.session() as session:
        await add_programme(session, **how)


async def standing(database: Database) -> dict[str, list[Registration]]:
    """Return the registrations that were sent by where they stand, in the order of their numbers."""
    async with database.session() as session:
        rows = await session.scalars(select(Registration).where(Registration.number.is_not(None)))
        held = sorted(rows, key=lambda row: row.number or 0)
    return {status: [row for row in held if row.status == status] for status in Status}


async def race(database: Database, people: Sequence[str], workers: int) -> None:
    """Let people send at once, through as many connections as there are workers.

    SQLite lets nobody queue for its lock: whoever waited in vain sends again, as Telegram brings an update again.
    """
    gate = asyncio.Semaphore(workers)

    async def one(person: str) -> None:
        async with gate:
            for _ in range(MOST_TRIES if database.is_sqlite else 1):
                with suppress(DatabaseAway):
                    return await send(database, person)
            raise AssertionError("the database is away")

    await asyncio.gather(*(one(person) for person in people))


@pytest.mark.parametrize("count", [pytest.param(40, id="everyday"), pytest.param(200, marks=pytest.mark.deep)])
async def test_people_who_race_for_places_get_each_one_once_and_queue_without_a_gap(
    stocked: Database, count: int
) -> None:
    room = count // 4
    await programme(stocked, places=room)
    people = await add_people(stocked, count)

    await race(stocked, people, workers=4)

    held = await standing(stocked)
    assert len(held[Status.ACCEPTED]) == room
    assert [row.number for row in held[Status.ACCEPTED]] == list(range(1, room + 1))
    assert [row.number for row in held[Status.WAITLISTED]] == list(range(room + 1, count + 1))
    async with stocked.session() as session:
        kelas = await sign_up.programme_of(session, SLUG)
        queue = [await places.place_in_queue(session, kelas, row) for row in held[Status.WAITLISTED]]
    assert queue == list(range(1, count - room + 1))
    assert len({row.reference for rows in held.values() for row in rows}) == count


@pytest.mark.deep
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_200_people_race_for_50_places_in_4_processes_20_times(
    stocked: Database, database_url: str, report: Report
) -> None:
    for number in range(20):
        slug = f"lomba-{number}"
        async with stocked.session() as session:
            await add_programme(session, slug, places=50)
        people = await add_people(stocked, 200, slug=slug)
        racers = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.registrations.racer", database_url, slug, *people[first::4],
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )
            for first in range(4)
        ]  # fmt: skip
        for racer in racers:
            assert racer.stdout
            assert await racer.stdout.readline() == b"ready\n"
        assert [code for code, _ in await asyncio.gather(*map(let_go, racers))] == [0] * 4
        async with stocked.session() as session:
            programme = await sign_up.programme_of(session, slug)
            rows = select(Registration.number, Registration.status).where(Registration.programme_id == programme.id)
            held = [tuple(row) for row in await session.execute(rows.order_by(Registration.number))]
        assert held == [(n, Status.ACCEPTED if n <= 50 else Status.WAITLISTED) for n in range(1, 201)]
    report.note(races=20, people=200, places=50, processes=4, places_given_twice=0)


async def let_go(racer: asyncio.subprocess.Process) -> tuple[int, bytes]:
    out, _ = await racer.communicate(b"go\n")
    assert racer.returncode is not None
    return racer.returncode, out


async def test_a_freed_place_is_offered_to_the_next_and_then_to_the_one_after(stocked: Database) -> None:
    await programme(stocked, places=1)
    first, second, third = await add_people(stocked, 3)
    for person in (first, second, third):
        await send(stocked, person)

    async def find(person: str) -> Registration:
        async with stocked.reading_session() as session:
            return (await session.scalars(select(Registration).where(Registration.person_id == person))).one()

    async with stocked.session() as session:
        row = await session.get_one(Registration, (await find(first)).id)
        offered = await sign_up.withdraw(session, row, now=NOW)
        assert [row.person_id for row in offered] == [second]
    assert (await find(second)).status == Status.OFFERED
    assert (await find(third)).status == Status.WAITLISTED

    late = NOW + places.OFFER_HOLDS
    async with stocked.session() as session:
        assert not await places.is_anything_due(session, late - timedelta(seconds=1))
        assert await places.is_anything_due(session, late)
        changed = await places.carry_out_due(session, now=late)
        assert [(row.person_id, row.status) for row in changed] == [
            (second, Status.WITHDRAWN), (third, Status.OFFERED),
        ]  # fmt: skip
    async with stocked.session() as session:
        row = await session.get_one(Registration, (await find(second)).id)
        with pytest.raises(sign_up.NotOpen):
            await sign_up.take_up(session, row, now=late)
    async with stocked.session() as session:
        row = await session.get_one(Registration, (await find(third)).id)
        await sign_up.take_up(session, row, now=late)
    held = await standing(stocked)
    assert [row.person_id for row in held[Status.ACCEPTED]] == [third]
    assert [row.person_id for row in held[Status.WITHDRAWN]] == [first, second]


async def test_who_is_declined_with_others_is_not_offered_the_place_of_one_of_them(stocked: Database) -> None:
    await programme(stocked, places=1)
    people = await add_people(stocked, 3)
    for person in people:
        await send(stocked, person)
    async with stocked.session() as session:
        registrar = await add_person(session, "rini", Role.REGISTRAR, now=NOW)
        content = await load_catalogue(await session.connection(), today=NOW.date(), show_unverified=True, seals=SEALS)
        held = await session.scalars(select(Registration))
        decisions = [Decision(row.id, Status(row.status), Status.DECLINED) for row in held]
        outcomes = await decide_each(session, VAULT, content, decisions, by=registrar, bot_id=None, now=NOW)
    assert [outcome.refused for outcome in outcomes] == [None, None, None]
    assert len((await standing(stocked))[Status.DECLINED]) == 3


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)  # SQLite has one writer at a time
async def test_who_sends_while_old_forms_are_forgotten_keeps_her_registration(stocked: Database) -> None:
    await programme(stocked)
    (person,) = await add_people(stocked, 1)
    late = NOW + removing.UNSENT_KEPT + timedelta(days=1)

    async def forget() -> None:
        async with stocked.session() as session:
            await removing.remove_unsent(session, now=late)

    async with stocked.session() as session:
        begun = await sign_up.begun(session, VAULT, person_id=person, slug=SLUG)
        assert begun
        await sign_up.send(session, VAULT, begun, now=late)
        job = asyncio.create_task(forget())
        await a_lock_is_waited_for(stocked)
    await job
    assert [row.person_id for row in (await standing(stocked))[Status.ACCEPTED]] == [person]


async def test_places_of_a_province_are_its_own(stocked: Database) -> None:
    await programme(stocked, places=1, places_by_province={"52": 1})
    java = await add_people(stocked, 2, province="32")
    lombok = await add_people(stocked, 2, province="52")
    for person in (*java, *lombok):
        await send(stocked, person)

    held = await standing(stocked)
    assert {row.person_id for row in held[Status.ACCEPTED]} == {java[0], lombok[0]}
    async with stocked.session() as session:
        row = await session.get_one(
            Registration, next(row.id for row in held[Status.ACCEPTED] if row.person_id == lombok[0])
        )
        offered = await sign_up.withdraw(session, row, now=NOW)
        assert [row.person_id for row in offered] == [lombok[1]]


async def test_where_nobody_may_wait_a_full_programme_takes_nobody(stocked: Database) -> None:
    await programme(stocked, places=1, waitlist=False)
    first, second = await add_people(stocked, 2)
    await send(stocked, first)
    with pytest.raises(places.ProgrammeFull):
        await send(stocked, second)
    assert [row.person_id for rows in (await standing(stocked)).values() for row in rows] == [first]


async def test_who_is_read_by_staff_first_takes_no_place_yet(stocked: Database) -> None:
    await programme(stocked, places=1, admits="after_review")
    for person in await add_people(stocked, 2):
        await send(stocked, person)
    assert len((await standing(stocked))[Status.APPLIED]) == 2
    async with stocked.session() as session:
        row = (await session.scalars(select(Programme).where(Programme.slug == SLUG))).one()
        assert await places.left(session, row, "32") == 1


CLASSES: list[dict[str, Any]] = [
    {"code": "consent", "type": "consent", "texts": {"id": {"question": "Boleh?"}, "en": {"question": "May we?"}}},
    {
        "code": "class", "type": "choice", "texts": {"id": {"question": "Kelas?"}, "en": {"question": "Which class?"}},
        "options": [{"code": each, "labels": {"id": each, "en": each}} for each in ("morning", "evening", "night")],
    },
]  # fmt: skip


async def add_classes(database: Database, answers: Sequence[str], **how: Any) -> list[str]:
    """Add a programme with classes, and somebody for each of the answers; return who they are."""
    async with database.session() as session:
        await add_programme(session, questions=CLASSES, places_question="class", **how)
    return [(await add_people(database, 1, given={"consent": "yes", "class": each}))[0] for each in answers]


async def test_places_of_an_answer_are_its_own(stocked: Database) -> None:
    answers = ("morning", "morning", "night", "evening", "evening", "evening")
    people = await add_classes(stocked, answers, places=1, places_by_answer={"evening": 2})

    async def left() -> list[int | None]:
        async with stocked.session() as session:
            row = (await session.scalars(select(Programme).where(Programme.slug == SLUG))).one()
            groups = [await places.left(session, row, group) for group in ("morning", "evening")]
            return [*groups, await places.left_for_newcomer(session, row, "52")]

    assert await left() == [1, 2, 3]
    async with stocked.session() as session:
        begun = await sign_up.begun(session, VAULT, person_id=people[0], slug=SLUG)
        assert begun
        assert begun.full == frozenset()
    for person in people:
        await send(stocked, person)
    held = await standing(stocked)
    assert [row.person_id for row in held[Status.ACCEPTED]] == [people[0], people[3], people[4]]
    assert [row.person_id for row in held[Status.WAITLISTED]] == [people[1], people[2], people[5]]
    assert await left() == [0, 0, 0]
    async with stocked.session() as session:
        row = (await session.scalars(select(Programme).where(Programme.slug == SLUG))).one()
        assert await places.full_answers(session, row) == {"morning", "evening", "night"}

    async with stocked.session() as session:
        first = await session.get_one(Registration, held[Status.ACCEPTED][1].id)
        offered = await sign_up.withdraw(session, first, now=NOW)
        assert [row.person_id for row in offered] == [people[5]], "not to the mornings, who came before"


async def test_a_corrected_answer_takes_a_place_of_its_own_only(stocked: Database) -> None:
    morning, evening, late = people = await add_classes(
        stocked, ("morning", "evening", "evening"), places=2, places_by_answer={"evening": 1}
    )
    for person in people:
        await send(stocked, person)
    ids = {row.person_id: row.id for rows in (await standing(stocked)).values() for row in rows}
    async with stocked.session() as session:
        by = await add_person(session, "rini", Role.REGISTRAR, now=NOW)

    async def correct(person: str, answer: str) -> None:
        async with stocked.session() as session:
            await correcting.correct(
                session, VAULT, registration_id=ids[person], code="class", typed=answer, by=by, now=NOW
            )

    with pytest.raises(AllTaken):
        await correct(morning, "evening")
    await correct(evening, "night")

    async with stocked.session() as session:
        offered = await places.carry_out_due(session, now=NOW)
        assert [row.person_id for row in offered] == [late], "the place that she left"
    with pytest.raises(AllTaken):
        await correct(morning, "evening")


async def test_who_chooses_a_full_answer_may_choose_another(stocked: Database) -> None:
    """And where each answer has places of its own, nobody is offered any others."""
    own = {"morning": 1, "evening": 1, "night": 1}
    first, late, last = await add_classes(
        stocked, ("morning", "morning", "evening"), waitlist=False, places_by_answer=own
    )
    await send(stocked, first)
    with pytest.raises(places.AnswerFull):
        await send(stocked, late)
    async with stocked.session() as session:
        begun = await sign_up.begun(session, VAULT, person_id=late, slug=SLUG)
        assert begun, "what she answered stays"
        assert begun.full == {"morning"}
        question = begun.asked.question(1)
        assert question
        again = await sign_up.answer(session, VAULT, begun, question, "night", language="id", now=NOW)
        await sign_up.send(session, VAULT, again, now=NOW)
        row = (await session.scalars(select(Programme).where(Programme.slug == SLUG))).one()
        assert await places.left_for_newcomer(session, row, None) == 1
    await send(stocked, last)
    async with stocked.session() as session:
        row = (await session.scalars(select(Programme).where(Programme.slug == SLUG))).one()
        assert await places.left_for_newcomer(session, row, None) == 0
