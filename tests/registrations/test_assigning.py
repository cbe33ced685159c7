"""Who looks after a registration, where two of the staff act on it at once."""

import asyncio

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.catalogue import Catalogue, load_catalogue
from content.desk.rules import NotThere
from core.db import Database
from registrations.desk import assigning
from registrations.registrations import Registration
from staff.actors import Actor, Role
from tests.api.registrars import JAVA, LOMBOK, add_registrar
from tests.content.desk.test_moments import a_lock_is_waited_for
from tests.desk import add_person
from tests.harness import SEALS, VAULT
from tests.registrations.test_places import NOW, add_people, programme, send

POSTGRES = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)  # SQLite has one writer at a time


async def sent(database: Database) -> tuple[str, Actor, Actor, Catalogue]:
    """Send a registration of Jawa Barat; return its id, who may see all, who looks after Jawa Barat, and the texts."""
    await programme(database)
    (person,) = await add_people(database, 1, province=JAVA)
    await send(database, person)
    async with database.session() as session:
        boss = await add_person(session, "rini", Role.REGISTRAR, now=NOW)
        java = await add_registrar(session, "sri", province=JAVA, now=NOW)
        await add_registrar(session, "dewi", province=LOMBOK, now=NOW)
        content = await load_catalogue(await session.connection(), today=NOW.date(), show_unverified=True, seals=SEALS)
        row = (await session.scalars(select(Registration))).one()
    return row.id, boss, java, content


async def hand_over(session: AsyncSession, registration_id: str, content: Catalogue, *, by: Actor) -> None:
    await assigning.hand_over(
        session, VAULT, content, registration_id=registration_id, province=LOMBOK, by=by, bot_id=None, now=NOW
    )


async def where_it_is(database: Database) -> tuple[str | None, str | None]:
    """Return to which province the registration belongs, and who looks after it."""
    async with database.session() as session:
        row = (await session.scalars(select(Registration))).one()
    return row.province, row.assigned_to


@POSTGRES
async def test_who_may_not_see_it_any_more_is_not_given_what_is_just_handed_over(stocked: Database) -> None:
    registration_id, boss, java, content = await sent(stocked)

    async def assign() -> None:
        async with stocked.session() as session:
            await assigning.assign(session, registration_id=registration_id, to=java.account_id, by=boss, now=NOW)

    async with stocked.session() as session:
        await hand_over(session, registration_id, content, by=boss)
        job = asyncio.create_task(assign())
        await a_lock_is_waited_for(stocked)

    with pytest.raises(NotThere):
        await job
    assert await where_it_is(stocked) == (LOMBOK, None)


@POSTGRES
async def test_what_is_handed_over_is_nobodys_though_it_is_just_given_to_somebody(stocked: Database) -> None:
    registration_id, boss, java, content = await sent(stocked)

    async def give_away() -> None:
        async with stocked.session() as session:
            await hand_over(session, registration_id, content, by=boss)

    async with stocked.session() as session:
        await assigning.assign(session, registration_id=registration_id, to=java.account_id, by=boss, now=NOW)
        job = asyncio.create_task(give_away())
        await a_lock_is_waited_for(stocked)
    await job

    assert await where_it_is(stocked) == (LOMBOK, None)
