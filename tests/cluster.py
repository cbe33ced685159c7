"""The files of a PostgreSQL cluster, as its server reads them: whoever runs it, and wherever it stands."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta

import asyncpg
from sqlalchemy import make_url

TICK = timedelta(seconds=2)  # a file's time is told in whole seconds
WRITTEN = """
WITH RECURSIVE mine(folder) AS (SELECT 'base/' || oid FROM pg_database WHERE datname = current_database()),
found(path, is_folder, at) AS (
    SELECT name, isdir, modification FROM pg_ls_dir('.') AS name, pg_stat_file(name, true)
    UNION ALL
    SELECT path || '/' || name, isdir, modification
    FROM found, mine, pg_ls_dir(path, true, false) AS name, pg_stat_file(path || '/' || name, true)
    WHERE is_folder AND (path NOT LIKE 'base/%' OR path = folder)
)
SELECT path FROM found WHERE NOT is_folder AND at >= $1 ORDER BY path
"""


async def written_since(database_url: str, moment: datetime) -> AsyncIterator[tuple[str, bytes]]:
    """Write everything down, then give each file that was written since: of this database, and all that it shares.

    What is shared is the write-ahead log first of all. Only a superuser may read them.
    """
    connection = await asyncpg.connect(make_url(database_url).set(drivername="postgresql").render_as_string(False))
    try:
        await connection.execute("CHECKPOINT")
        for row in await connection.fetch(WRITTEN, moment - TICK):
            with suppress(asyncpg.UndefinedFileError):  # it went meanwhile
                yield row["path"], await connection.fetchval("SELECT pg_read_binary_file($1)", row["path"])
    finally:
        await connection.close()
