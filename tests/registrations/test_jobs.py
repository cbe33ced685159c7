"""What runs by itself: an offer that runs out goes to the next, who is told; what nobody sent is forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from api.jobs import make_jobs
from core import installation
from core.db import Database
from core.outbox import OutboxRow, read_row
from registrations import places, removing
from registrations.people import TelegramAccount
from registrations.registrations import Answer, Registration, Status
from tests.desk import Clock, make_services
from tests.harness import VAULT
from tests.registrations.test_places import NOW, add_people, programme, send


async def run(database: Database, clock: Clock, name: str) -> None:
    jobs = make_jobs(make_services(database, clock))
    job = next(each for each in jobs._jobs if each.name == name)
    await jobs.run_once(job)


async def told(database: Database) -> dict[int, str]:
    """Return what waits to be sent, by chat."""
    async with database.reading() as connection:
        rows = (await connection.execute(select(OutboxRow))).all()
    return {row.chat_id: read_row(row, VAULT).outgoing.reply.body.text for row in rows}


@pytest.mark.parametrize("discreet", [False, True])
async def test_an_offer_that_runs_out_goes_to_the_next_and_both_are_told(stocked: Database, discreet: bool) -> None:
    clock = Clock(NOW)
    await programme(stocked, places=1, discreet=discreet)
    people = await add_people(stocked, 3)
    async with stocked.session() as session:
        await installation.prove(session, vault=VAULT, bot_id=7)
        session.add_all(TelegramAccount(chat_id=number, person_id=who) for number, who in enumerate(people, 1))
    for person in people:
        await send(stocked, person)
    async with stocked.session() as session:
        first = (await session.scalars(select(Registration).where(Registration.person_id == people[0]))).one()
        locked = await places.lock(session, first.programme_id)
        places.note(session, first, Status.WITHDRAWN, actor="bekal", now=NOW)
        await session.flush()
        await places.pass_on(session, locked, first.province, now=NOW)

    await run(stocked, clock, "pass places on")
    assert await told(stocked) == {}, "the offer holds"
    clock.now = NOW + places.OFFER_HOLDS
    await run(stocked, clock, "pass places on")

    news = await told(stocked)
    assert set(news) == {2, 3}
    if discreet:
        assert set(news.values()) == {"Ada kabar untuk Anda. Untuk membacanya, tulis /status dan kode Anda."}
    else:
        assert "sudah dibatalkan" in news[2]
        assert "Ada tempat untuk Anda" in news[3]


async def test_what_nobody_sent_is_forgotten_after_a_month(stocked: Database) -> None:
    await programme(stocked)
    old, young = await add_people(stocked, 2)
    async with stocked.session() as session:
        long_ago = NOW - removing.UNSENT_KEPT - timedelta(seconds=1)
        await session.execute(update(Registration).where(Registration.person_id == old).values(changed_at=long_ago))

    await run(stocked, Clock(NOW), "forget old sign-ins")

    async with stocked.reading_session() as session:
        (left,) = await session.scalars(select(Registration))
        assert left.person_id == young
        assert {row.registration_id for row in await session.scalars(select(Answer))} == {left.id}
