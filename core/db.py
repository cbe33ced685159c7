"""The database: one URL, SQLite or PostgreSQL. Tables live beside their nouns; migrations in migrations/.

On SQLite a writing transaction begins with BEGIN IMMEDIATE: it waits its turn at the start, where nothing has been
read yet, instead of failing in the middle. WAL and synchronous=FULL: a power cut loses nothing that was committed.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from asyncpg import PostgresError
from sqlalchemy import URL, Connection, DateTime, Dialect, MetaData, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
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
SQLITE_BUSY_SECONDS = 20
# SQLSTATE classes that tell of the moment, not of the statement: connection, rolled back, resources, locks, operator,
# system. https://www.postgresql.org/docs/current/errcodes-appendix.html
PASSING_TROUBLE = frozenset({"08", "40", "53", "55", "57", "58"})


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
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else _postgres_engine(self.url)
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
        """Open a session whose transaction commits at the end: for set-up and the desk."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    try:
        connection = await engine.connect()
    except (OSError, PostgresError, PoolTimeoutError, DBAPIError) as error:
        raise DatabaseAway(type(error).__name__) from error
    try:
        yield connection
    except DBAPIError as error:
        if _is_passing(error):
            raise DatabaseAway(type(error).__name__) from error
        raise
    finally:
        await connection.close()


def _is_passing(error: DBAPIError) -> bool:
    if error.connection_invalidated or isinstance(error, OperationalError | InternalError | InterfaceError):
        return True
    return str(getattr(error.orig, "sqlstate", None) or "")[:2] in PASSING_TROUBLE


def _postgres_engine(url: URL) -> AsyncEngine:
    return create_async_engine(url, pool_size=10, max_overflow=5, pool_pre_ping=False)


def _sqlite_engine(url: URL) -> AsyncEngine:
    patient = url.update_query_dict({"timeout": str(SQLITE_BUSY_SECONDS), **url.query})
    engine = create_async_engine(patient, pool_size=5)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver's own comes too late to lock
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("bekal_reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
