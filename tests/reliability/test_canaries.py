"""Canaries: what people type into a form is found nowhere but sealed, in six encodings, whatever way a sign-up ends.

Looked through: the files of the database and its log, a dump of every table, Bekal's own log at its most talkative, an
export without names, a copy of the database, and each chat as the stand-in holds it.
"""

import asyncio
import base64
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from api.web import registration_files
from core.clock import utc_now
from core.db import Base, Database
from core.i18n import words
from registrations.exporting import FileKind, Wanted
from registrations.registrations import Registration, Status
from tests.desk import Clock, make_services
from tests.phones import Phone, Telegram
from tests.processes import Product
from tests.registrations.chat import PATIENCE_SECONDS, opened_page, see_button
from tests.registrations.exports import registrar
from tests.registrations.forms import SLUG, add_programme, texts
from tests.reliability.test_kill import product_in
from tests.reports import Report

WORD, DIGITS = "kanarix", "81299007"  # every name, wish and number that is typed holds one of these
QUESTIONS = [
    {"code": "consent", "type": "consent", "texts": texts("Boleh?", "May we?")},
    {"code": "name", "type": "short_text", "texts": texts("Nama?", "Name?")},
    {"code": "phone", "type": "phone", "texts": texts("Nomor?", "Number?")},
    {"code": "wish", "type": "long_text", "texts": texts("Harapan?", "Wish?")},
]
ENDINGS = ("finish", "stop", "leave", "crash")
AT_ONCE = 20


def needles() -> Iterator[bytes]:
    """Return what is looked for: each canary in UTF-8, UTF-16 both ways, UTF-32, hexadecimal and base64."""
    for word in (WORD, WORD.title(), DIGITS):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):
            yield word.encode(encoding)
        yield word.encode().hex().encode()
        for before in range(3):  # where base64 begins to count is not known: what lies on the edges is left out
            written = base64.b64encode(b"x" * before + word.encode())
            yield written[-(-before * 4 // 3) + (1 if before else 0) : len(written) - 4]


NEEDLES = tuple(needles())


def found_in(content: bytes) -> list[bytes]:
    return [needle for needle in NEEDLES if needle in content]


def test_what_is_looked_for_is_found_where_it_is() -> None:
    for word in (WORD, DIGITS):
        whole = f"Nama: {word} 17, dan seterusnya"
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):
            assert found_in(whole.encode(encoding))
        assert found_in(whole.encode().hex().encode())
        for before in range(3):
            assert found_in(base64.b64encode(b"." * before + whole.encode()))


async def fill_in(sari: Phone, number: int, *, until: str) -> None:
    """Answer the questions as a person, and end as she does."""
    await sari.tap("Daftarkan saya")
    await sari.shows("1/4 ·", PATIENCE_SECONDS)
    await sari.tap("Saya setuju")
    typed = (f"{WORD.title()} {number}", f"0{DIGITS}{number:03}", f"saya {WORD} {number} ingin kursus")
    for place, answer in enumerate(typed[: 2 if until == "leave" else 3], 2):
        await sari.shows(f"{place}/4 ·", PATIENCE_SECONDS)
        await sari.write(answer)
    if until == "leave":
        await sari.shows("4/4 ·", PATIENCE_SECONDS)
        return
    await sari.shows("Apakah semua sudah benar?", PATIENCE_SECONDS)
    if until == "stop":
        await sari.tap("🗑️ Berhenti")
        await see_button(sari, "🗑️ Ya, berhenti dan hapus")
        await sari.tap("Ya, berhenti dan hapus")
        await sari.shows(words("id").gettext("Stopped. What you answered is erased."), PATIENCE_SECONDS)
    else:
        await sari.tap("📨 Kirim")
        await sari.sees("Kode Anda", PATIENCE_SECONDS)


async def look_everywhere(
    telegram: Telegram, database: Database, product: Product, folder: Path, *, people: int
) -> dict[str, int]:
    """Let people sign up and end in each way; return how many canaries were found, by place."""
    async with database.session() as session:
        await add_programme(session, questions=QUESTIONS, admits="after_review")
    product.environment["BEKAL_LOG_LEVEL"] = "DEBUG"
    await product.start()
    phones: list[Phone] = []
    try:
        for first in range(0, people, AT_ONCE):
            group = range(first, min(first + AT_ONCE, people))
            mine = await asyncio.gather(*(opened_page(telegram) for _ in group))
            filling = [
                asyncio.create_task(fill_in(sari, number, until=ENDINGS[number % len(ENDINGS)]))
                for sari, number in zip(mine, group, strict=True)
            ]
            if first % (5 * AT_ONCE) == 0:  # in the middle of what they all do
                await asyncio.sleep(0.3)
                await product.kill()
                await product.start()
            await asyncio.gather(*filling)
            phones += mine
        await database.close()  # or reading its files here would loosen the locks of this process
        chats = [str(await phone.messages()).encode() for phone in phones]
        found = {"chats": sum(len(found_in(chat)) for chat in chats)}
        found["files while it runs"] = sum(len(found_in(file.read_bytes())) for file in _files(folder))
    finally:
        await product.interrupt()
    found["files"] = sum(len(found_in(file.read_bytes())) for file in _files(folder))
    found["log"] = len(found_in(product.log().encode()))
    found["dump"] = len(found_in(await _dump(database)))
    found["export"] = len(found_in(await _export(database)))
    if database.is_sqlite:
        await database.close()
        found["copy"] = len(found_in(_copy(database, folder / "copy.db")))
    async with database.reading_session() as session:
        sent = list(await session.scalars(select(Registration.status)))
    assert sent.count(Status.APPLIED) >= people // 4, "people did sign up"
    return found


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


async def _dump(database: Database) -> bytes:
    """Return every value of every table, as text and as it is."""
    pieces = list[bytes]()
    async with database.reading() as connection:
        for table in Base.metadata.sorted_tables:
            for row in await connection.execute(text(f"SELECT * FROM {table.name}")):
                pieces += [_bytes(value) for value in row]
    return b"\\n".join(pieces)


def _bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


async def _export(database: Database) -> bytes:
    services, now = make_services(database, Clock()), utc_now()
    wanted = Wanted(SLUG, FileKind.CSV, "id")
    file = await registration_files.answer(services, wanted, by=registrar(proved_at=now), words=words("id"), now=now)
    return b"".join([piece if isinstance(piece, bytes) else str(piece).encode() async for piece in file.body_iterator])


def _copy(database: Database, file: Path) -> bytes:
    """Return a copy of the database as operating.md tells to make one."""
    with sqlite3.connect(str(database.url.database)) as source, sqlite3.connect(file) as target:
        source.backup(target)
    return file.read_bytes()


@pytest.mark.parametrize(
    ("database_url", "mode"), [("sqlite", "poll"), ("postgres", "serve")], indirect=["database_url"]
)
async def test_of_12_people_nothing_is_found(
    mode: str, telegram: Telegram, stocked: Database, database_url: str, tmp_path: Path
) -> None:
    product = product_in(mode, telegram, database_url, tmp_path)
    found = await look_everywhere(telegram, stocked, product, tmp_path, people=12)
    assert set(found.values()) == {0}, found


@pytest.mark.deep
@pytest.mark.parametrize("mode", ["poll", "serve"])
async def test_of_1000_people_nothing_is_found(
    mode: str, telegram: Telegram, stocked: Database, database_url: str, tmp_path: Path, report: Report
) -> None:
    product = product_in(mode, telegram, database_url, tmp_path)
    found = await look_everywhere(telegram, stocked, product, tmp_path, people=1000)
    report.note(people=1000, encodings=6, **{f"in_{place.replace(' ', '_')}": count for place, count in found.items()})
    assert set(found.values()) == {0}, found
