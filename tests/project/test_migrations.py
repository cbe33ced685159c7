import asyncio
from importlib import import_module

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from core.db import Database
from migrations.running import config
from migrations.tables import METADATA


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, METADATA))


async def test_the_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    async with database.reading() as connection:
        assert await connection.run_sync(_differences) == []


async def test_sqlite_keeps_what_it_has_acknowledged_through_a_power_cut(database: Database) -> None:
    if not database.is_sqlite:
        return
    async with database.reading() as connection:
        assert (await connection.execute(text("PRAGMA journal_mode"))).scalar_one() == "wal"
        assert (await connection.execute(text("PRAGMA synchronous"))).scalar_one() == 2


async def triggers(database: Database) -> set[str]:
    named = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if database.is_sqlite
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    async with database.reading() as connection:
        return set((await connection.execute(text(named))).scalars())


async def test_no_later_migration_loses_a_trigger_of_the_desk(database: Database) -> None:
    """On SQLite, Alembic changes a table by making another one, and that has no triggers."""
    kind = "sqlite" if database.is_sqlite else "postgresql"
    rules = import_module("migrations.versions.0005_the_desk")._rules(kind)

    assert {name for name, *_ in rules} <= await triggers(database)


async def test_the_desk_can_be_taken_back_and_brought_again(database: Database, database_url: str) -> None:
    before = await triggers(database)
    await database.close()
    await asyncio.to_thread(command.downgrade, config(database_url), "0004")
    assert await triggers(database) == set()
    await database.close()
    await asyncio.to_thread(command.upgrade, config(database_url), "head")
    assert await triggers(database) == before
