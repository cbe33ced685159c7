"""A restore that is refused before it changes anything leaves no mark. The command: tests/project/test_backups.py."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text

from core import backups, restoring
from core.clock import utc_now
from core.db import Database
from core.errors import SettingsError
from tests.conftest import run_sql

BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)
POSTGRES = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
OWNER = backups.Owner(bot_id=None, key_check="", migration="")


async def restore(database: Database, folder: Path) -> None:
    """Do of a restore what may be refused; on PostgreSQL the emptying, on SQLite the putting back."""
    made, url = folder / "made", database.url
    if database.is_sqlite:
        made = backups.back_up(url, folder / "kept", OWNER, now=utc_now())
    with restoring.marked(folder, restoring.Mark(backup=made, database=backups.address_of(url), ledger=[])):
        await backups.clear(database)
        if database.is_sqlite:
            backups.put_back(made, url)


async def refused_while_in_use(database: Database, database_url: str, folder: Path) -> None:
    somebody = Database(database_url)
    async with somebody.reading() as connection:
        await connection.execute(text("SELECT count(*) FROM person"))
        with pytest.raises(backups.InUse):
            await restore(database, folder)
    await somebody.close()


@pytest.fixture
def role(database_url: str, postgres_url: str) -> Iterator[str]:
    """A role that may read the database, and does not own it."""
    name = f"role_{uuid4().hex[:8]}"
    run_sql(postgres_url, f"CREATE ROLE {name} LOGIN PASSWORD '{name}'")
    run_sql(database_url, f"GRANT ALL ON SCHEMA public TO {name}")
    yield name
    run_sql(database_url, f"REASSIGN OWNED BY {name} TO CURRENT_USER")
    run_sql(database_url, f"DROP OWNED BY {name}")
    run_sql(postgres_url, f"DROP ROLE {name}")


def own(database_url: str, role: str, *what: str) -> None:
    name = make_url(database_url).database
    for owned in what or (f'DATABASE "{name}"', "SCHEMA public"):
        run_sql(database_url, f"ALTER {owned} OWNER TO {role}")


def address_as(database_url: str, role: str) -> str:
    return make_url(database_url).set(username=role, password=role).render_as_string(hide_password=False)


@BOTH
async def test_while_somebody_works_with_the_database(database: Database, database_url: str, tmp_path: Path) -> None:
    await refused_while_in_use(database, database_url, tmp_path)
    assert restoring.begun(tmp_path) is None
    await restore(database, tmp_path)


@pytest.fixture
async def owner(database_url: str, role: str) -> AsyncIterator[Database]:
    """The database as a role without power owns it; others may still work with it."""
    own(database_url, role)
    database = Database(address_as(database_url, role))
    yield database
    await database.close()


@POSTGRES
async def test_while_another_role_works_with_the_database(owner: Database, database_url: str, tmp_path: Path) -> None:
    await refused_while_in_use(owner, database_url, tmp_path)
    assert restoring.begun(tmp_path) is None


@POSTGRES
async def test_while_somebody_who_came_later_reads_a_table(owner: Database, database_url: str, tmp_path: Path) -> None:
    somebody = Database(database_url)
    async with owner.writing() as emptied, somebody.reading() as reader:
        await reader.execute(text("SELECT count(*) FROM person"))
        with pytest.raises(backups.InUse):
            await backups._empty(emptied)
    await somebody.close()


def test_from_its_beginning_nobody_else_begins(tmp_path: Path) -> None:
    with restoring.alone(tmp_path), pytest.raises(SettingsError, match="under way"):
        restoring.require_finished(tmp_path)
    restoring.require_finished(tmp_path)


@BOTH
async def test_the_mark_of_one_that_was_cut_off_before_stays_as_it_was(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    before = restoring.Mark(backup=tmp_path / "before", database="another", ledger=["a" * 32])
    with pytest.raises(KeyError), restoring.marked(tmp_path, before):
        raise KeyError
    await refused_while_in_use(database, database_url, tmp_path)
    assert restoring.begun(tmp_path) == before


async def test_where_the_database_is_away(tmp_path: Path) -> None:
    away = Database("postgresql+asyncpg://bekal@127.0.0.1:9/bekal")
    with pytest.raises(backups.Unchanged, match="before anything was changed"):
        await restore(away, tmp_path)
    assert restoring.begun(tmp_path) is None


@POSTGRES
async def test_where_the_role_does_not_own_the_database(database_url: str, role: str, tmp_path: Path) -> None:
    run_sql(database_url, "ALTER SCHEMA public OWNER TO CURRENT_USER")  # as PostgreSQL made it until version 14
    database = Database(address_as(database_url, role))
    for lacks in (f'DATABASE "{database.url.database}"', "SCHEMA public"):
        with pytest.raises(backups.Unchanged, match=r"ALTER DATABASE … OWNER TO .*ALTER SCHEMA public OWNER TO"):
            await restore(database, tmp_path)
        assert restoring.begun(tmp_path) is None
        own(database_url, role, lacks)
    await restore(database, tmp_path)
    assert await backups.is_empty(database)
    await database.close()
