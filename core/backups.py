"""Backups: the whole database and the media, in a folder that keeps them for 35 days. The data key is no part of them.

<folder>/
  bekal-20261126T184500Z/   bekal.db, or bekal.dump where the database is PostgreSQL: there only once it is whole
  media/                    the pictures and voice notes of all backups: a file never changes
  erasures.txt              the ledger of who was erased, by random ids: newer than any backup that is put back
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import URL, text

from core.db import Database
from core.errors import SettingsError

KEPT_FOR = timedelta(days=35)  # after that what was erased is in no backup any more: docs/data-protection.md
GIVEN_UP_AFTER = timedelta(days=1)  # what is not whole by then is a backup that was cut off
STAMP = "bekal-%Y%m%dT%H%M%SZ"
UNFINISHED = ".unfinished"
SQLITE_FILE, POSTGRES_FILE = "bekal.db", "bekal.dump"
MEDIA, LEDGER = "media", "erasures.txt"
OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
    " AND pid <> pg_backend_pid()"
)
IN_USE = "Bekal still works with this database: stop it, then restore."


# Making one


def back_up(url: URL, media: Path, folder: Path, *, now: datetime) -> Path:
    """Write a backup while Bekal runs, and return where it lies; one that is cut off leaves none.

    Raises SettingsError where PostgreSQL's client is missing or refuses, and where there is no database yet.
    """
    made = folder / now.strftime(STAMP)
    unfinished = made.with_name(made.name + UNFINISHED)
    unfinished.mkdir(parents=True, mode=0o700)
    if url.get_backend_name() == "sqlite":
        _copy_sqlite(_sqlite_file(url), unfinished / SQLITE_FILE)
    else:
        to = f"--file={unfinished / POSTGRES_FILE}"
        _run_client(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", to)
    _copy_new(media, folder / MEDIA)
    _write_down(*unfinished.iterdir(), unfinished)
    unfinished.rename(made)
    _write_down(folder)
    return made


def drop_old(folder: Path, *, now: datetime) -> int:
    """Delete the backups that were kept long enough, and return how many. What has another name stays."""
    old = [path for path in folder.iterdir() if path.is_dir() and _is_old(path.name, now)]
    for path in old:
        shutil.rmtree(path)
    return len(old)


def _is_old(name: str, now: datetime) -> bool:
    try:
        made_at = datetime.strptime(name.removesuffix(UNFINISHED), STAMP).replace(tzinfo=UTC)
    except ValueError:
        return False
    return now - made_at > (GIVEN_UP_AFTER if name.endswith(UNFINISHED) else KEPT_FOR)


def _copy_sqlite(file: Path, copy: Path) -> None:
    if not file.exists():
        raise SettingsError(f"There is no database in {file}: nothing to back up.")
    with closing(_sqlite(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        [(found,)] = target.execute("PRAGMA quick_check(1)").fetchall()
        if found != "ok":
            raise SettingsError(f"The database is damaged ({found}): put the last good backup back.")
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it


def _copy_new(source: Path, target: Path) -> None:
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


def look_at(backup: Path, url: URL) -> None:
    """Raise SettingsError unless this is a backup of this kind of database."""
    file = _file_of(backup, url)
    if not file.is_file():
        raise SettingsError(f"{backup} holds no {file.name}: choose a folder bekal-… that `./bekal backup` made.")


async def is_in_use(database: Database) -> bool:
    """Tell whether somebody else is connected; SQLite tells by itself when it is put back."""
    if database.is_sqlite:
        return False
    async with database.reading() as connection:
        return bool(await connection.scalar(OTHERS))


async def is_empty(database: Database) -> bool:
    """Tell whether nothing was ever set up here."""
    if database.is_sqlite:
        file = _sqlite_file(database.url)
        return not file.exists() or not file.stat().st_size
    async with database.reading() as connection:
        return await connection.scalar(text("SELECT to_regclass('installation')")) is None


async def clear(database: Database) -> None:
    """Remove all that PostgreSQL holds, also what is newer than the backup; SQLite's file is written over."""
    if not database.is_sqlite:
        async with database.writing() as connection:
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))


def put_back(backup: Path, url: URL, media: Path) -> None:
    """Make the database what it was, in one transaction, and bring back the media that are missing.

    Raises SettingsError while another process has the database open, or where PostgreSQL's client refuses.
    """
    file = _file_of(backup, url)
    if url.get_backend_name() == "sqlite":
        _write_over(_sqlite_file(url), file)
    else:
        _run_client(
            url,
            "pg_restore",
            "--no-owner",
            "--no-privileges",
            "--single-transaction",
            "--dbname",
            str(url.database),
            str(file),
        )
    _copy_new(backup.parent / MEDIA, media)


def _write_over(file: Path, copy: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(_sqlite(copy)) as source, closing(sqlite3.connect(file, timeout=0)) as live:
        try:
            live.execute("PRAGMA journal_mode=DELETE")  # SQLite allows that to nobody who is not alone
        except sqlite3.OperationalError:
            raise SettingsError(IN_USE) from None
        except sqlite3.DatabaseError as error:
            raise SettingsError(f"{file} cannot be written over ({error}): move it away, then restore.") from None
        source.backup(live)


def _file_of(backup: Path, url: URL) -> Path:
    return backup / (SQLITE_FILE if url.get_backend_name() == "sqlite" else POSTGRES_FILE)


# The ledger


def add_to_ledger(folder: Path, lines: Iterable[str]) -> None:
    """Bring the ledger in the folder up to date. A line that is there stays, even where the database forgot it."""
    file = folder / LEDGER
    kept = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    part = file.with_name(LEDGER + UNFINISHED)
    part.write_text("".join(f"{line}\n" for line in dict.fromkeys([*kept, *lines])), encoding="utf-8")
    _write_down(part)
    part.replace(file)


# Tools


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


def _write_down(*paths: Path) -> None:
    """Wait until the disk holds these files and folders."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
