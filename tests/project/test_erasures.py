"""The ledger of erasures: printed before, and carried out again in a database that was restored."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.clock import utc_now
from core.db import Database
from main import main
from registrations import erasing, sign_up
from registrations.erasing import Erasure
from registrations.people import Person, TelegramAccount, add_people
from registrations.registrations import Registration
from tests.harness import VAULT
from tests.processes import Product, telegram_settings
from tests.registrations.forms import GIVEN, SLUG, add_programme

CHAT, PERSON = 1000, "a" * 32


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    code = main(["erasures", *arguments])
    told = capsys.readouterr()
    return code, told.out + told.err


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_who_was_erased_is_erased_again_after_a_restore(
    stocked: Database, database_url: str, tmp_path: Path
) -> None:
    """By hand, as where backups are made in another way than by `backup`: tests/project/test_backups.py."""
    product = Product("poll", tmp_path, **telegram_settings("http://127.0.0.1:9", database_url))
    file, copy, ledger = Path(str(stocked.url.database)), tmp_path / "copy.db", tmp_path / "erasures.txt"
    await signed_up(stocked)
    await stocked.close()
    shutil.copy(file, copy)
    async with stocked.writing() as connection:
        await erasing.erase(connection, chat_id=CHAT, now=utc_now())
    assert await counts(stocked) == (0, 0, 0, 1)
    ledger.write_text(await product.command("erasures"))
    for old in file.parent.glob("bekal.db*"):
        old.unlink()
    shutil.copy(copy, file)
    assert await counts(stocked) == (1, 1, 1, 0)

    said = await product.command("erasures", str(ledger))

    assert said.strip() == "1 lines; 1 were here again and are erased."
    assert await counts(stocked) == (0, 0, 0, 1)
    assert (await product.command("erasures", str(ledger))).strip() == "1 lines; 0 were here again and are erased."


async def signed_up(database: Database) -> None:
    now = utc_now()
    async with database.session() as session:
        await add_programme(session)
        await add_people(await session.connection(), chats=[(CHAT, PERSON, "id")], now=now)
        begun = await sign_up.begin(
            session, VAULT, person_id=PERSON, language="id", slug=SLUG, is_for_another=False, now=now
        )
        for question in begun.asked.shown(GIVEN):
            begun = await sign_up.answer(session, VAULT, begun, question, GIVEN[question.code], language="id", now=now)
        await sign_up.send(session, VAULT, begun, now=now)


async def counts(database: Database) -> tuple[int, ...]:
    """Return how many people, accounts, registrations and lines of the ledger there are."""
    async with database.reading_session() as session:
        found = [
            await session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Person, TelegramAccount, Registration, Erasure)
        ]
    await database.close()
    return tuple(found)


def test_a_file_that_is_no_ledger_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "ledger.txt"
    file.write_text("hello\n")
    code, said = printed(capsys, str(file))
    assert (code, "line 1: this is no line of the ledger." in said) == (1, True)
    code, said = printed(capsys, str(tmp_path / "none.txt"))
    assert (code, "cannot be read" in said) == (1, True)
