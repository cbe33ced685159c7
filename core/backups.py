"""Backups: the whole database and the media, in a folder that keeps them for 35 days. The data key is no part of them.

<folder>/
  bekal-20261126T184500Z/   bekal.db, or bekal.dump where the database is PostgreSQL, and whose it is in about.json:
                            there only once it is whole
  media/                    the pictures and voice notes of all backups: a file never changes
  erasures.txt              the ledger of who was erased, by random ids: newer than any backup that is put back
"""

import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ValidationError
from sqlalchemy import URL, func, inspect, select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.db import Database, DatabaseAway
from core.errors import SettingsError
from core.installation import Installation

KEPT_FOR = timedelta(days=35)  # after that what was erased is in no backup any more: docs/data-protection.md
GIVEN_UP_AFTER = timedelta(days=1)  # what is not whole by then is a backup that was cut off
STAMP = "bekal-%Y%m%dT%H%M%SZ"
UNFINISHED = ".unfinished"
SQLITE_FILE, POSTGRES_FILE = "bekal.db", "bekal.dump"
ABOUT, MEDIA, LEDGER = "about.json", "media", "erasures.txt"
OTHERS = text(  # whoever has a role: PostgreSQL's own helpers have none, and of another role the kind is not told
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usesysid IS NOT NULL"
    " AND pid <> pg_backend_pid()"
)
LOCKED = "55P03"  # https://www.postgresql.org/docs/current/errcodes-appendix.html: lock_not_available
IN_USE = "Bekal still works with this database: stop it, then restore."


class Owner(BaseModel):
    """Whose a database is, which core/installation.py proves at each start, and the migration that it has reached."""

    bot_id: int | None
    key_check: str
    migration: str


class About(Owner):
    """What a backup tells of itself: also what its file's bytes are, since half a file may look whole at its head."""

    sha256: str


class Unchanged(SettingsError):  # noqa: N818  it names what happened
    """A restore was refused before it changed anything."""


class InUse(Unchanged):
    """Somebody else works with the database."""

    def __init__(self) -> None:
        super().__init__(IN_USE)


# Making one


def back_up(url: URL, folder: Path, owner: Owner, *, now: datetime) -> Path:
    """Write a backup of the database while Bekal runs, and return where it lies; one that fails leaves none.

    Raises SettingsError where PostgreSQL's client is missing or refuses, and where SQLite's file is damaged.
    """
    while (made := folder / now.strftime(STAMP)).exists():
        now += timedelta(seconds=1)
    unfinished = made.with_name(made.name + UNFINISHED)
    unfinished.mkdir(parents=True, mode=0o700, exist_ok=True)
    try:
        _fill(unfinished, url, owner)
        unfinished.rename(made)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)  # the next try needs its room
        raise
    _write_down(folder)
    return made


def _fill(folder: Path, url: URL, owner: Owner) -> None:
    file = _file_of(folder, url)
    if url.get_backend_name() == "sqlite":
        _copy_sqlite(_sqlite_file(url), file)
    else:
        _run_client(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")
    about = About(**owner.model_dump(), sha256=_sha256(file))
    (folder / ABOUT).write_text(about.model_dump_json(), encoding="utf-8")
    _write_down(file, folder / ABOUT, folder)


def drop_old(folder: Path, *, now: datetime) -> int:
    """Delete the backups that were kept long enough, but the newest; return how many. What has another name stays."""
    whole = sorted(path.name for path in folder.glob("bekal-*") if _made_at(path.name))
    old = [
        path for path in folder.iterdir() if path.is_dir() and path.name not in whole[-1:] and _is_old(path.name, now)
    ]
    for path in old:
        shutil.rmtree(path)
    return len(old)


def _is_old(name: str, now: datetime) -> bool:
    made_at = _made_at(name.removesuffix(UNFINISHED))
    return made_at is not None and now - made_at > (GIVEN_UP_AFTER if name.endswith(UNFINISHED) else KEPT_FOR)


def _made_at(name: str) -> datetime | None:
    try:
        return datetime.strptime(name, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def _copy_sqlite(file: Path, copy: Path) -> None:
    with _of_sqlite(file), closing(_sqlite(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        _require_sound(target, copy)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it


def _require_sound(database: sqlite3.Connection, file: Path) -> None:
    [(found,)] = database.execute("PRAGMA quick_check(1)").fetchall()
    if found != "ok":
        raise SettingsError(f"{file} is damaged: {found}.")


@contextmanager
def _of_sqlite(file: Path) -> Iterator[None]:
    """Make what SQLite says of a file one sentence."""
    try:
        yield
    except sqlite3.Error as error:
        raise SettingsError(f"{file}: {error}. Where it is damaged, move it away, then restore.") from None


def copy_media(source: Path, target: Path) -> None:
    """Copy the media that are not there yet. They lie by their hash; a name with a dot is one half written."""
    for file in (path for path in source.rglob("*") if path.is_file() and not path.suffix):
        there = target / file.relative_to(source)
        if not there.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            part = there.with_suffix(UNFINISHED)
            shutil.copyfile(file, part)
            _write_down(part)
            part.rename(there)


# Putting one back


def look_at(backup: Path, url: URL, known_migrations: Collection[str]) -> About:
    """Return whose a backup is; raise SettingsError unless it is whole, of this kind of database, and not newer."""
    file, about = _file_of(backup, url), backup / ABOUT
    if not file.is_file() or not about.is_file() or backup.name.endswith(UNFINISHED):
        raise SettingsError(f"{backup} holds no whole {file.name}: choose a folder bekal-… that `./bekal backup` made.")
    if not (backup.parent / LEDGER).is_file():
        raise SettingsError(f"There is no {LEDGER} beside {backup}: copy it there, or who was erased would come back.")
    try:
        told = About.model_validate_json(about.read_bytes())
    except ValidationError as error:
        if {lacks["loc"] for lacks in error.errors()} <= {("sha256",), ("migration",)}:
            raise SettingsError(
                f"{backup} was made by an older Bekal and does not tell whether it is whole: restore it with that "
                "version, then upgrade."
            ) from None
        raise SettingsError(f"{about} is damaged: choose another backup.") from None
    if _sha256(file) != told.sha256:
        raise SettingsError(f"{file} is damaged or not whole: choose another backup.")
    if told.migration not in known_migrations:
        raise SettingsError(f"{backup} was made by a newer Bekal: restore it with that version or a later one.")
    if url.get_backend_name() != "sqlite":
        _run_client(url, "pg_restore", "--list", str(file))  # the program is there, and knows this kind of file
    return told


async def require_idle(database: Database) -> None:
    """Raise SettingsError while somebody else works with the database, and where SQLite's file is damaged."""
    if database.is_sqlite:
        file = _sqlite_file(database.url)
        if file.exists():
            with _of_sqlite(file), closing(_sqlite(file)) as live:
                _require_sound(live, file)
                _require_alone(live)
        return
    async with database.reading() as connection:
        if await connection.scalar(OTHERS):
            raise InUse


def _require_alone(live: sqlite3.Connection) -> None:
    try:
        live.execute("PRAGMA journal_mode=DELETE")  # SQLite allows that to nobody who is not alone
    except sqlite3.OperationalError:
        raise InUse from None


def address_of(url: URL) -> str:
    """Return which database this is; who signs in there, and with which password, does not matter."""
    if url.get_backend_name() == "sqlite":
        return str(_sqlite_file(url).resolve())
    return f"{url.host or url.query.get('host')}:{url.port}/{url.database}"


async def is_empty(database: Database) -> bool:
    """Tell whether nothing was ever set up here: a first start that was refused may have left tables, and no row."""
    if database.is_sqlite and not _sqlite_file(database.url).exists():
        return True
    async with database.reading() as connection:
        if not await connection.run_sync(lambda sync: inspect(sync).has_table(Installation.__tablename__)):
            return True
        return not await connection.scalar(select(func.count()).select_from(Installation))


async def migration_of(database: Database) -> str:
    """Return the migration that a database has reached."""
    async with database.reading() as connection:
        return str(await connection.scalar(text("SELECT version_num FROM alembic_version")))


async def clear(database: Database) -> None:
    """Remove all that PostgreSQL holds, also what is newer than the backup; SQLite's file is written over.

    Raises Unchanged where somebody works with it, where the role may not, or where it is away before that.
    """
    if database.is_sqlite:
        return
    is_done = False
    try:
        async with database.writing() as connection:
            if await connection.scalar(OTHERS):
                raise InUse
            if await connection.scalar(text("SELECT to_regclass('alembic_version')")):
                await _empty(connection)
            is_done = True
    except ProgrammingError:
        raise Unchanged(
            "PostgreSQL does not let this role empty the database: make it the owner of the database and its schema "
            "(ALTER DATABASE … OWNER TO …; in it ALTER SCHEMA public OWNER TO …), then restore again."
        ) from None
    except DatabaseAway as error:
        if is_done:  # where it went away while this was committed, it may be empty
            raise
        raise Unchanged(
            f"The database went away ({error}) before anything was changed: restore again when it is back."
        ) from None


async def _empty(connection: AsyncConnection) -> None:
    """Drop the schema, which takes as long as it takes; raise InUse where somebody holds a table of it."""
    await connection.execute(text("SET LOCAL lock_timeout = '5s'"))
    try:
        await connection.execute(text("DROP SCHEMA public CASCADE"))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") == LOCKED:
            raise InUse from None
        raise
    await connection.execute(text("CREATE SCHEMA public"))


def put_back(backup: Path, url: URL) -> None:
    """Make the database what it was, in one transaction; PostgreSQL's was cleared before.

    Raises InUse while another process has SQLite's file open, SettingsError where PostgreSQL's client refuses.
    """
    file = _file_of(backup, url)
    if url.get_backend_name() == "sqlite":
        _write_over(_sqlite_file(url), file)
    else:
        into = f"--dbname={url.database}"
        _run_client(url, "pg_restore", "--no-owner", "--no-privileges", "--single-transaction", into, str(file))


def _write_over(file: Path, copy: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with _of_sqlite(file), closing(_sqlite(copy)) as source, closing(sqlite3.connect(file, timeout=0)) as live:
        _require_alone(live)
        source.backup(live)


def _file_of(backup: Path, url: URL) -> Path:
    return backup / (SQLITE_FILE if url.get_backend_name() == "sqlite" else POSTGRES_FILE)


# The ledger


def add_to_ledger(folder: Path, lines: Iterable[str]) -> None:
    """Bring the ledger in the folder up to date. A line that is there stays, even where the database forgot it."""
    file = folder / LEDGER
    kept = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    write_whole(file, "".join(f"{line}\n" for line in dict.fromkeys([*kept, *lines])))


# Tools


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _sqlite_file(url: URL) -> Path:
    return Path(str(url.database))


def _sqlite(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", uri=True)


def _run_client(url: URL, tool: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs. The password goes by the environment: a command line is read by all."""
    program = shutil.which(tool)
    if program is None:
        raise SettingsError(f"{tool} is missing: install PostgreSQL's client in the version of the server.")
    host = url.host or url.query.get("host")
    said = {"PGHOST": host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password,
            "PGDATABASE": url.database, "PGSSLMODE": url.query.get("ssl")}  # fmt: skip
    environment = os.environ | {name: str(value) for name, value in said.items() if value is not None}
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SettingsError(f"{tool} refused: {done.stderr.strip() or done.returncode}")


def write_whole(file: Path, content: str) -> None:
    """Write a file so that it is the old one or the new one, wherever this is cut off."""
    part = file.with_name(file.name + UNFINISHED)
    part.write_text(content, encoding="utf-8")
    _write_down(part)
    part.replace(file)
    _write_down(file.parent)


def _write_down(*paths: Path) -> None:
    """Wait until the disk holds these files and folders."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
