"""How Alembic runs here: on one connection of the async engine, under a lock, all in one transaction."""

import asyncio

from alembic import context
from sqlalchemy import Connection

from core.db import Database, one_at_a_time
from migrations.tables import METADATA

LOCK_KEY = 0x62656B616C  # "bekal": two processes that start at once migrate one after the other


def _migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


async def _run() -> None:
    database = Database(context.config.attributes["database_url"], is_patient=True)
    try:
        async with database.writing() as connection:
            await one_at_a_time(connection, LOCK_KEY)
            await connection.run_sync(_migrate)
    finally:
        await database.close()


asyncio.run(_run())
