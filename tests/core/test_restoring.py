"""A restore that is refused before it changes anything leaves no mark. The command: tests/project/test_backups.py."""

from pathlib import Path

import pytest
from sqlalchemy import text

from core import backups, restoring
from core.clock import utc_now
from core.db import Database

BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)
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


@BOTH
async def test_while_somebody_works_with_the_database(database: Database, database_url: str, tmp_path: Path) -> None:
    somebody = Database(database_url)
    async with somebody.reading() as connection:
        await connection.execute(text("SELECT count(*) FROM person"))
        with pytest.raises(backups.InUse):
            await restore(database, tmp_path)
    await somebody.close()
    assert restoring.begun(tmp_path) is None
    await restore(database, tmp_path)


@BOTH
async def test_the_mark_of_one_that_was_cut_off_before_stays_as_it_was(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    before = restoring.Mark(backup=tmp_path / "before", database="another", ledger=["a" * 32])
    with pytest.raises(KeyError), restoring.marked(tmp_path, before):
        raise KeyError
    somebody = Database(database_url)
    async with somebody.reading() as connection:
        await connection.execute(text("SELECT count(*) FROM person"))
        with pytest.raises(backups.InUse):
            await restore(database, tmp_path)
    await somebody.close()
    assert restoring.begun(tmp_path) == before
