"""Erasing somebody who signed up and whose answers were read: only random ids of her are left."""

from collections.abc import AsyncIterator
from datetime import datetime
from random import randint
from uuid import uuid4

from sqlalchemy import func, select

from bot.service import BotService
from core.clock import utc_now
from core.db import Database
from registrations.desk.opening import Purpose
from registrations.registrations import Answer, Registration
from registrations.removing import RemovedCount
from staff.actors import Role
from tests.bot.test_clearing import CHAT, POSTGRES, found_in_tables, nothing_in_files, nothing_waits
from tests.cluster import keep_dead_rows, write_tables_anew, written_since
from tests.desk import Clock, add_person, make_desk, sign_in, visitor
from tests.harness import DATA
from tests.phones import Phone, Telegram
from tests.registrations.chat import PATIENCE_SECONDS, asked, see_button
from tests.registrations.forms import QUESTIONS, SLUG, add_programme

ASKED = [question for question in QUESTIONS if question["code"] in {"consent", "name", "phone"}]


async def test_who_signed_up_and_was_read_is_found_nowhere_after_erasing(
    bot: BotService, database_url: str, stocked: Database, telegram: Telegram
) -> None:
    mark, started = uuid4().hex[:8], utc_now()
    names = (f"zubaedah_{mark}", f"Zubaedah{mark}", f"Nurjanah{mark}", f"81277{randint(10**5, 10**6 - 1)}")
    async with stocked.session() as session:
        await add_programme(session, questions=ASKED)
    sari = await signed_up(telegram, *names)
    async with stocked.reading_session() as session:
        hers = (await session.scalars(select(Registration))).one()
    read = await read_at_the_desk(stocked, hers.id)
    assert [name in read for name in names] == [False, False, True, True]
    traces = (str(CHAT), str(hers.reference), *names)
    assert await found_in_tables(stocked, traces), "the scan finds what is there"

    await sari.write("/hapus")
    await sari.sees("Hapus semua tentang Anda?")
    await sari.tap("Ya, hapus")
    await sari.sees("sudah dihapus")

    await nothing_waits(stocked)
    assert await found_in_tables(stocked, traces) == []
    assert await found_in_tables(stocked, (str(hers.person_id),)) == ["erasure"]
    assert await found_in_tables(stocked, (hers.id,)) == ["audit_entry"], "who read her answers stays known"
    async with stocked.reading_session() as session:
        (counted,) = await session.scalars(select(RemovedCount))
        assert (counted.status, counted.count) == (hers.status, 1)
        assert await session.scalar(select(func.count()).select_from(Answer)) == 0
    if stocked.is_sqlite:
        await nothing_in_files(database_url, traces)
    else:
        hers_and_names = tuple(word.encode() for word in (str(hers.person_id), *names))
        found = {trace async for _, trace in traces_in_cluster(database_url, hers_and_names, started)}
        assert found == {hers_and_names[0]}, "the scan finds the ledger, and none of her names"
    files = [file.read_bytes() for file in DATA.rglob("*") if file.is_file()]
    assert not any(trace.encode() in content for content in files for trace in traces)


@POSTGRES
async def test_a_vacuum_that_writes_the_tables_anew_leaves_what_was_erased_in_the_log_only(
    bot: BotService, database_url: str, stocked: Database, telegram: Telegram
) -> None:
    """PostgreSQL deletes by marking rows as dead: docs/data-protection.md says so."""
    await keep_dead_rows(database_url)
    started = utc_now()
    async with stocked.session() as session:
        await add_programme(session, questions=ASKED)
    sari = await signed_up(telegram, "zubaedah", "Zubaedah", "Nurjanah", "81277123456")
    async with stocked.reading_session() as session:
        hers = (await session.scalars(select(Registration))).one()
    traces = (str(hers.reference).encode(), CHAT.to_bytes(8, "little"))
    await sari.write("/hapus")
    await sari.sees("Hapus semua tentang Anda?")
    await sari.tap("Ya, hapus")
    await sari.sees("sudah dihapus")
    await nothing_waits(stocked)
    dead = {trace async for path, trace in traces_in_cluster(database_url, traces, started) if path.startswith("base/")}
    assert dead == set(traces), "dead rows hold them"

    await write_tables_anew(database_url)

    left = [path async for path, _ in traces_in_cluster(database_url, traces, started)]
    assert [path for path in left if not path.startswith("pg_wal/")] == []


async def signed_up(telegram: Telegram, username: str, first_name: str, name: str, phone: str) -> Phone:
    """Let somebody sign up through the chat."""
    who = {"id": CHAT, "first_name": first_name, "username": username, "language_code": "id"}
    await telegram.ask("POST", "/people", who)
    sari = Phone(telegram, CHAT)
    await sari.met("id")
    await sari.write(f"/start p-{SLUG}")
    await see_button(sari, "✍️ Daftar")
    await sari.tap("✍️ Daftar")
    await see_button(sari, "✍️ Daftarkan saya")
    await sari.tap("Daftarkan saya")
    await asked(sari, "1/3")
    await sari.tap("Saya setuju")
    await asked(sari, "2/3")
    await sari.write(f"Siti {name}")
    await asked(sari, "3/3")
    await sari.write(f"0{phone}")
    await see_button(sari, "📨 Kirim")
    await sari.tap("Kirim")
    await sari.shows("Anda mendapat tempat", PATIENCE_SECONDS)
    return sari


async def read_at_the_desk(database: Database, registration_id: str) -> str:
    """Let a registrar open the answers; return what she is shown."""
    clock = Clock()
    async with database.session() as session:
        token = await sign_in(session, await add_person(session, "rini", Role.REGISTRAR, now=clock()), now=clock())
    async with visitor(make_desk(database, clock), token) as browser:
        answer = await browser.post(f"/registrations/{registration_id}/answers", data={"purpose": Purpose.DECIDE})
    return answer.text


async def traces_in_cluster(
    database_url: str, traces: tuple[bytes, ...], since: datetime
) -> AsyncIterator[tuple[str, bytes]]:
    """Give where which trace stands in the files of the server, also in rows that are dead and in the log."""
    async for path, content in written_since(database_url, since):
        for trace in traces:
            if trace in content:
                yield path, trace
