"""The ledger of erasures: printed before, and carried out again in a database that was restored."""

import shutil
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import func, select

from core.clock import utc_now
from core.crypto import load_vault
from core.db import Database
from main import main
from registrations import sign_up
from registrations.erasing import Erasure
from registrations.people import Person, TelegramAccount
from registrations.registrations import Registration
from tests.phones import Telegram
from tests.processes import Product
from tests.registrations.forms import GIVEN, SLUG, add_programme


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    code = main(["erasures", *arguments])
    told = capsys.readouterr()
    return code, told.out + told.err


async def test_who_was_erased_is_erased_again_after_a_restore(tmp_path: Path) -> None:
    """In processes of their own, as an operator does it."""
    product = Product("run", tmp_path)
    await product.start()
    folder = tmp_path / "data" / "simulator"
    file, backup, ledger = folder / "bekal.db", tmp_path / "backup.db", tmp_path / "erasures.txt"
    async with aiohttp.ClientSession() as http:
        sari = await Telegram(product.url, http).person("Sari", "id")
        await sari.met("id")
        await signed_up(file, folder)
        await product.interrupt()
        shutil.copy(file, backup)
        await product.start()
        await sari.write("/hapus")
        await sari.shows("Hapus semua tentang Anda?")
        await sari.tap("Ya, hapus")
        await sari.sees("sudah dihapus")
    await product.interrupt()
    assert await counts(file) == (0, 0, 0, 1)
    ledger.write_text(await product.command("erasures"))
    for old in folder.glob("bekal.db*"):
        old.unlink()
    shutil.copy(backup, file)
    assert await counts(file) == (1, 1, 1, 0)

    said = await product.command("erasures", str(ledger))

    assert said.strip() == "1 lines; 1 were here again and are erased."
    assert await counts(file) == (0, 0, 0, 1)
    assert (await product.command("erasures", str(ledger))).strip() == "1 lines; 0 were here again and are erased."


async def signed_up(file: Path, folder: Path) -> None:
    database, vault, now = Database(f"sqlite+aiosqlite:///{file}"), load_vault(None, folder / "data.key"), utc_now()
    async with database.session() as session:
        await add_programme(session)
        person = (await session.scalars(select(TelegramAccount.person_id))).one()
        begun = await sign_up.begin(
            session, vault, person_id=person, language="id", slug=SLUG, is_for_another=False, now=now
        )
        for question in begun.asked.shown(GIVEN):
            begun = await sign_up.answer(session, vault, begun, question, GIVEN[question.code], language="id", now=now)
        await sign_up.send(session, vault, begun, now=now)
    await database.close()


async def counts(file: Path) -> tuple[int, ...]:
    """Return how many people, accounts, registrations and lines of the ledger there are."""
    database = Database(f"sqlite+aiosqlite:///{file}")
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
