"""`./bekal doctor`, as an operator runs it. `./bekal content`: tests/content/test_command.py."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from api.doctor import findings
from core.clock import utc_now
from core.db import Database
from core.settings import Settings
from staff import audit, sealing
from staff.actors import Actor
from tests.content.desk.test_triggers import drop_triggers
from tests.harness import VAULT

ROOT = Path(__file__).resolve().parents[2]


def bekal(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BEKAL_")}
    environment = kept | {"BEKAL_DATA_DIR": str(folder / "data"), "NO_COLOR": "1"} | settings
    command = [sys.executable, str(ROOT / "main.py"), *words]
    return subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


def test_the_doctor_tells_what_is_hidden_and_where_the_key_lies(tmp_path: Path) -> None:
    token = "1000001:AAbekal_test_token_0123456789abcdefgh"
    bekal(tmp_path, "migrate", BEKAL_TELEGRAM_TOKEN=token)

    told = bekal(tmp_path, "doctor", BEKAL_TELEGRAM_TOKEN=token).stdout

    assert "The data key lies beside the data" in told
    assert "96 of 96 articles are not verified yet and not shown: BEKAL_SHOW_UNVERIFIED=yes shows them" in told


@pytest.mark.parametrize("command", ["doctor", "erasures"])
def test_where_nothing_was_set_up_yet_no_key_is_called_lost(command: str, tmp_path: Path) -> None:
    done = bekal(tmp_path, command)

    assert (done.returncode, done.stderr) == (
        1,
        f"bekal: There is no database yet in {tmp_path / 'data' / 'simulator'}: ./bekal run makes it.\n",
    )


async def note(database: Database, count: int, *, seconds_ago: float) -> None:
    async with database.session() as session:
        for number in range(count):
            audit.record(
                session, by=Actor("sri", "Sri", ()), action="text.save", subject=f"article:a{number}",
                now=utc_now() - timedelta(seconds=seconds_ago),
            )  # fmt: skip


async def seal(database: Database) -> None:
    async with database.session() as session:
        await sealing.seal_new(session, vault=VAULT)


async def told_of_the_log(database: Database, folder: Path) -> str:
    told = map(str, await findings(Settings(data_dir=folder), database, VAULT))
    [line] = [line for line in told if "audit log" in line]
    return line


async def test_the_doctor_tells_that_the_chain_holds(database: Database, tmp_path: Path) -> None:
    await note(database, 3, seconds_ago=60)
    await seal(database)
    await note(database, 2, seconds_ago=0)  # they may wait a little

    assert await told_of_the_log(database, tmp_path) == "ok     The audit log holds: 3 entries, one chain."


async def test_the_doctor_names_the_entries_that_wait_too_long_for_their_seal(
    database: Database, tmp_path: Path
) -> None:
    await note(database, 1, seconds_ago=60)
    await seal(database)
    await note(database, 3, seconds_ago=11)
    await note(database, 1, seconds_ago=0)

    told = await told_of_the_log(database, tmp_path)
    assert told.startswith("look   3 entries of the audit log wait for their seal for more than 10 s (number 2, 3, 4):")
    await note(database, 40, seconds_ago=11)
    assert ", 22 and 23 more)" in await told_of_the_log(database, tmp_path)


async def test_the_doctor_names_the_entry_at_which_the_chain_breaks(database: Database, tmp_path: Path) -> None:
    await note(database, 4, seconds_ago=60)
    await seal(database)
    await drop_triggers(database)
    async with database.writing() as connection:
        if not database.is_sqlite:
            await connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        await connection.execute(text("UPDATE audit_entry SET actor_name = 'Budi' WHERE id = 3"))

    assert "look   The audit log was altered at entry 3:" in await told_of_the_log(database, tmp_path)
