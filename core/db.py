"""The database: one URL, SQLite or PostgreSQL. Tables live beside their nouns; migrations in migrations/.

On SQLite a writing transaction begins with BEGIN IMMEDIATE: it waits its turn at the start, where nothing has been
read yet, instead of failing in the middle. WAL and synchronous=FULL: a power cut loses nothing that was committed.
What is deleted is overwritten with zeros (secure_delete), and leaves the log when that is emptied.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from asyncpg import PostgresError
from sqlalchemy import URL, Connection, DateTime, Dialect, MetaData, event, make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLITE_BUSY_SECONDS = 5
SQLITE_SET_UP_SECONDS = 300  # another process may be migrating
CONNECT_SECONDS = 5
LAST_WORD_SECONDS = 0.1  # aiosqlite's thread still tells the loop that it ends, and complains aloud if that is closed
STATEMENT_SECONDS = 10  # a database that is silent for longer is away
# SQLSTATE classes that tell of the moment, not of the statement: connection, rolled back, resources, locks, operator,
# system. https://www.postgresql.org/docs/current/errcodes-appendix.html
PASSING_TROUBLE = frozenset({"08", "40", "53", "55", "57", "58"})
READ_ONLY_NOW = "25006"  # a standby, or a server whose disk is full
# The same for SQLite: busy, locked, read-only, I/O error, full, cannot open. https://www.sqlite.org/rescode.html
SQLITE_PASSING_TROUBLE = frozenset({5, 6, 8, 10, 13, 14})
SQLITE_PRIMARY_CODE = 0xFF


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC on both databases (SQLite keeps no zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment, which would mean another time on another machine."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give SQLite's naive moments their zone back."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012  SQLAlchemy's own spelling


class DatabaseAway(Exception):  # noqa: N818  it names what happened
    """The database cannot be reached or written just now: the same may work later. Holds the kind of error only."""


class Database:
    """One database: `writing()` and `reading()` open a transaction each; leaving the first commits it.

    Both raise DatabaseAway where the database is what fails; what it refuses is raised as SQLAlchemy's DBAPIError.
    A patient one, for set-up, waits for locks and long statements as long as they take.
    """

    def __init__(self, url: str, *, is_patient: bool = False) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = (_sqlite_engine if self.is_sqlite else _postgres_engine)(self.url, is_patient)
        self._reader = self.engine.execution_options(bekal_reads=True)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that commits at the end, or rolls back if the block raises."""
        async with _connected(self.engine) as connection, connection.begin():
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that only reads and never waits for a writer."""
        async with _connected(self._reader) as connection:
            yield connection

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """Open a session whose transaction commits at the end: for set-up and the desk. Raises DatabaseAway too."""
        async with self.writing() as connection, AsyncSession(bind=connection, expire_on_commit=False) as session:
            yield session
            await session.flush()

    @asynccontextmanager
    async def reading_session(self) -> AsyncIterator[AsyncSession]:
        """Open a session that only reads and never waits for a writer: what it changes is dropped."""
        async with self.reading() as connection, AsyncSession(bind=connection, autoflush=False) as session:
            yield session
            session.expunge_all()

    async def empty_log(self) -> bool:
        """Empty SQLite's write-ahead log, which holds what was deleted; tell whether that was possible just now.

        It waits for nobody: while someone reads or writes, ask again. On PostgreSQL there is nothing to do.
        """
        if not self.is_sqlite:
            return True
        async with _connected(self.engine) as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            [(patience,)] = await driver.execute_fetchall("PRAGMA busy_timeout")
            await driver.execute_fetchall("PRAGMA busy_timeout = 0")
            try:
                [(is_busy, *_)] = await driver.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.OperationalError:
                return False
            finally:
                await driver.execute_fetchall(f"PRAGMA busy_timeout = {patience}")
        return not is_busy

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    try:
        connection = await engine.connect()
    except (OSError, PostgresError, PoolTimeoutError, DBAPIError) as error:
        if engine.dialect.name == "sqlite":
            await asyncio.sleep(LAST_WORD_SECONDS)
        raise DatabaseAway(type(error).__name__) from error
    try:
        yield connection
    except DBAPIError as error:
        if is_passing(error):
            raise DatabaseAway(type(error).__name__) from error
        raise
    except (TimeoutError, ConnectionError) as error:
        raise DatabaseAway(type(error).__name__) from error
    finally:
        await connection.close()


def is_passing(error: DBAPIError) -> bool:
    """Tell whether the moment is to blame: the same statement may succeed later."""
    if error.connection_invalidated:
        return True
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & SQLITE_PRIMARY_CODE in SQLITE_PASSING_TROUBLE
    sqlstate = getattr(error.orig, "sqlstate", None)
    if sqlstate is None:
        return isinstance(error, InterfaceError)
    return str(sqlstate) == READ_ONLY_NOW or str(sqlstate)[:2] in PASSING_TROUBLE


async def one_at_a_time(connection: AsyncConnection, key: int) -> None:
    """Let only one transaction with this key run at a time. SQLite's writers do that by themselves."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def _postgres_engine(url: URL, is_patient: bool) -> AsyncEngine:
    limits = {"timeout": CONNECT_SECONDS, "command_timeout": None if is_patient else STATEMENT_SECONDS}
    return create_async_engine(url, pool_size=10, max_overflow=5, connect_args=limits)


def _sqlite_engine(url: URL, is_patient: bool) -> AsyncEngine:
    seconds = SQLITE_SET_UP_SECONDS if is_patient else SQLITE_BUSY_SECONDS
    patient = url.update_query_dict({"timeout": str(seconds), **url.query})
    # No overflow: a connection is a thread, and one that is made for a moment costs more than the wait for another.
    engine = create_async_engine(patient, pool_size=8, max_overflow=0)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    event.listen(engine.sync_engine, "invalidate", _roll_back_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver's own comes too late to lock
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _roll_back_sqlite(connection: Any, _record: object, _error: object) -> None:
    """Undo what a cancelled task has begun: SQLAlchemy closes its connection, which does not end the transaction.

    SQLite keeps a closed connection, with its lock, for as long as a statement of it is remembered: until Python looks
    for garbage, nobody could write. The driver does what it is asked in order, so this comes before the closing.
    """
    with suppress(RuntimeError):  # no event loop: Python ends
        undoing = asyncio.get_running_loop().create_task(connection.driver_connection.rollback())
        undoing.add_done_callback(lambda done: done.cancelled() or done.exception())  # one that is closed has nothing


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("bekal_reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
