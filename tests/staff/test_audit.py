"""The audit log: one chain, in which no entry can be changed, left out or put in."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from core.crypto import Vault
from core.db import Database, DatabaseAway
from staff import audit, sealing
from staff.actors import Actor, Role
from staff.sealing import ChainReport
from tests.content.desk.test_triggers import drop_triggers
from tests.content.desk.test_two_people import write as write_text
from tests.desk import add_person
from tests.harness import VAULT

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
SRI = Actor("sri", "Sri", ())


async def note(database: Database, count: int) -> None:
    async with database.session() as session:
        for number in range(count):
            details = {"é": number}
            audit.record(session, by=SRI, action="text.save", subject=f"article:a{number}", now=NOW, details=details)


async def seal(database: Database, vault: Vault = VAULT) -> int:
    async with database.session() as session:
        return await sealing.seal_new(session, vault=vault)


async def proof(database: Database, now: datetime = NOW) -> ChainReport:
    async with database.reading_session() as session:
        return await sealing.prove(session, vault=VAULT, now=now)


async def test_entries_are_chained_in_their_order(database: Database) -> None:
    await note(database, 3)
    assert await seal(database) == 3
    await note(database, 2)
    assert await seal(database) == 2
    assert await seal(database) == 0

    assert await proof(database) == ChainReport(sealed=5, broken_at=None, late=())


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_entry SET actor_id = 'budi' WHERE sealed_number = 2",
        "UPDATE audit_entry SET actor_name = 'Budi' WHERE sealed_number = 2",
        "UPDATE audit_entry SET action = 'text.approve' WHERE sealed_number = 2",
        "UPDATE audit_entry SET subject = 'article:other' WHERE sealed_number = 2",
        "UPDATE audit_entry SET id = 99 WHERE sealed_number = 2",
        "UPDATE audit_entry SET details = '{}' WHERE sealed_number = 2",
        "UPDATE audit_entry SET at = '2020-01-01 00:00:00' WHERE sealed_number = 2",
        "DELETE FROM audit_entry WHERE sealed_number = 2",
        "UPDATE audit_entry SET seal = 'ab:cd' WHERE sealed_number = 2",
        "UPDATE audit_entry SET seal = NULL WHERE sealed_number = 2",
        "UPDATE audit_entry SET sealed_number = NULL, seal = NULL WHERE sealed_number = 2",
        "UPDATE audit_entry SET sealed_number = 9 WHERE sealed_number = 2",
        "UPDATE audit_entry SET seal = (SELECT seal FROM audit_entry WHERE sealed_number = 1) WHERE sealed_number = 2",
    ],
)
async def test_tampering_is_found_where_it_begins(database: Database, tampering: str) -> None:
    await note(database, 4)
    await seal(database)
    await drop_triggers(database)
    async with database.writing() as connection:
        if not database.is_sqlite:
            await connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        await connection.execute(text(tampering))

    report = await proof(database)

    assert report.broken_at is not None
    assert report.sealed == 1


@pytest.mark.parametrize("number", [0, -5, 3])
async def test_an_entry_that_was_put_in_with_a_number_of_its_own_is_found(database: Database, number: int) -> None:
    await note(database, 2)
    await seal(database)
    putting_in = text(
        "INSERT INTO audit_entry (at, actor_id, actor_name, action, subject, details, sealed_number, seal) "
        "VALUES (CURRENT_TIMESTAMP, 'budi', 'Budi', 'text.approve', 'article:a', '{}', :number, 'ab:cd')"
    )
    async with database.writing() as connection:
        await connection.execute(putting_in, {"number": number})

    assert (await proof(database)).broken_at is not None


async def test_the_chain_of_another_key_is_none(database: Database) -> None:
    await note(database, 2)
    await seal(database, Vault([bytes([9] * 32)]))

    assert (await proof(database)).broken_at is not None


async def test_entries_of_many_writers_become_one_chain_while_several_processes_seal(
    database: Database, database_url: str
) -> None:
    elsewhere = Database(database_url)

    async def write(where: Database) -> None:
        for _ in range(5):
            await note(where, 2)

    async def keep_sealing(where: Database) -> int:
        return sum([await seal(where) for _ in range(10)])

    places = (database, elsewhere)
    writing = asyncio.gather(*(write(places[n % 2]) for n in range(6)))
    sealed = await asyncio.gather(*map(keep_sealing, places))
    await writing
    rest = await seal(database)
    await elsewhere.close()

    assert sum(sealed) + rest == 60
    assert await proof(database) == ChainReport(sealed=60, broken_at=None, late=())


async def test_what_is_undone_leaves_no_entry_and_what_is_done_one(stocked: Database) -> None:
    async def told() -> list[str]:
        async with stocked.reading() as connection:
            return list((await connection.execute(text("SELECT action FROM audit_entry ORDER BY id"))).scalars())

    async with stocked.session() as session:
        sri = await add_person(session, "sri", Role.EDITOR, now=NOW)

    async def write(*, is_undone: bool) -> None:
        async with stocked.session() as session:
            await write_text(session, sri, title="Baru")
            if is_undone:
                raise TimeoutError

    with pytest.raises(DatabaseAway):
        await write(is_undone=True)
    assert await told() == []
    await write(is_undone=False)
    assert await told() == ["text.save"]


async def test_an_entry_that_waits_too_long_is_named(database: Database) -> None:
    await note(database, 2)

    assert (await proof(database, NOW + timedelta(seconds=9))).late == ()
    assert (await proof(database, NOW + timedelta(seconds=11))).late == (1, 2)
