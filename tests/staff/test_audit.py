"""The audit log: one chain, in which no entry can be changed, left out or put in."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from core.crypto import Vault
from core.db import Database
from staff import audit, sealing
from staff.actors import Actor
from staff.sealing import ChainReport
from tests.content.desk.test_triggers import drop_triggers
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

    assert await proof(database) == ChainReport(sealed=5, broken_at=None, late=0)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_entry SET actor_name = 'Budi' WHERE sealed_number = 2",
        "UPDATE audit_entry SET details = '{}' WHERE sealed_number = 2",
        "UPDATE audit_entry SET at = '2020-01-01 00:00:00' WHERE sealed_number = 2",
        "DELETE FROM audit_entry WHERE sealed_number = 2",
        "UPDATE audit_entry SET seal = 'ab:cd' WHERE sealed_number = 2",
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


async def test_an_entry_that_waits_too_long_is_named(database: Database) -> None:
    await note(database, 2)

    assert (await proof(database, NOW + timedelta(seconds=9))).late == 0
    assert (await proof(database, NOW + timedelta(seconds=11))).late == 2
