"""What is counted of a chat: what was opened, looked for and found helpful; never who did, nor what a name was."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.counting import Counting
from content import unanswered
from content.counts import Count, DailyCount
from content.unanswered import AskedInVain, UnansweredWord
from core.clock import utc_now
from core.db import Database, DatabaseAway
from core.group_commit import GroupCommit
from tests.harness import VAULT, make_bot
from tests.phones import Phone, Telegram


@asynccontextmanager
async def running_bot(database: Database, telegram: Telegram) -> AsyncIterator[None]:
    """A bot that has written all its counts when it is over."""
    bot = make_bot(database, telegram)
    await bot.start()
    bot.start_polling()
    try:
        yield
    finally:
        await bot.stop()


async def counted(database: Database) -> dict[tuple[str, ...], int]:
    """Return the counts by what, subject, language, country and stage."""
    async with database.reading() as connection:
        rows = list(await connection.execute(select(*DailyCount.__table__.columns)))
    return {(row.what, row.subject, row.language, row.country, row.stage): row.number for row in rows}


async def words_held(database: Database) -> set[tuple[str, str | None, int]]:
    async with database.reading() as connection:
        rows = await connection.execute(select(UnansweredWord.language, UnansweredWord.word, UnansweredWord.days))
        return {(row.language, row.word, row.days) for row in rows}


async def opens(sari: Phone, target: str, text: str) -> None:
    await sari.tap_target((await sari.screen())["message_id"], target)
    await sari.sees(lambda messages: text in str(messages))  # in a text or on a button


async def test_what_is_opened_searched_and_voted_is_counted_once(telegram: Telegram, stocked: Database) -> None:
    async with running_bot(stocked, telegram):
        sari = await telegram.person()
        await sari.met("id")
        await opens(sari, "t:health", "Cuci tangan")
        await opens(sari, "a:washing-hands:1", "Belum diperiksa")
        await opens(sari, "a:washing-hands:99", "Belum diperiksa")
        await sari.sees(lambda messages: "Membantu" in str(messages))
        await sari.tap("👍 Membantu")
        await sari.shows("Terima kasih")
        await sari.write("/start a-passport-held")
        await sari.shows("Paspor")
        await opens(sari, "n:passport-held", "Apa yang kurang?")
        await opens(sari, "n:passport-held:hard", "Terima kasih")
        await sari.write("gaji saya tidak dibayar")
        await sari.shows("Ini mungkin membantu")
        await sari.write("/kontak Taiwan")
        await sari.shows("+886901132000")

    said = ("id", "", "")
    assert await counted(stocked) == {
        ("topic", "health", *said): 1,
        ("read", "washing-hands", *said): 1,
        ("helpful", "washing-hands", *said): 1,
        ("read", "passport-held", *said): 1,
        ("not_helpful", "passport-held", *said): 1,
        ("search", "", *said): 1,
        ("contacts", "TW", *said): 1,
    }
    assert await words_held(stocked) == set()


async def test_country_and_stage_are_counted_where_told_and_a_greeting_is_no_search(
    telegram: Telegram, stocked: Database
) -> None:
    async with running_bot(stocked, telegram):
        dewi = await telegram.person()
        await dewi.met("jv")
        await opens(dewi, "p:stage:abroad", "✔️")
        await opens(dewi, "p:country:HK", "✔️")
        for _ in range(2):
            await opens(dewi, "a:washing-hands:1", "Telesi tangan")
            await opens(dewi, "t:health", "a:stress-and-sleep")
        await dewi.write("halo")
        await dewi.sees(lambda messages: "t:protection" in str(messages[-1]))  # no search

    said = ("jv", "HK", "abroad")
    assert await counted(stocked) == {("read", "washing-hands", *said): 2, ("topic", "health", *said): 2}


async def test_the_words_of_a_search_in_vain_stand_in_clear_only_after_five_days(
    telegram: Telegram, stocked: Database
) -> None:
    today = utc_now().date()
    async with stocked.writing() as connection:
        for back in (4, 3, 2, 1):
            before = [AskedInVain(today - timedelta(days=back), "id", "rendang")]
            await unanswered.note(connection, before, VAULT)
    async with running_bot(stocked, telegram):
        sari = await telegram.person()
        await sari.met("id")
        await sari.write("resep rendang bu wartini 0812345678")
        await sari.shows("Saya tidak menemukan itu")

    assert await counted(stocked) == {("search_none", "", "id", "", ""): 1}
    assert await words_held(stocked) == {("id", "rendang", 5), ("id", None, 1)}


async def test_counts_wait_for_a_database_that_is_away(tmp_path: Path, migrated_sqlite: Path) -> None:
    path = tmp_path / "away" / "bekal.db"
    database = Database(f"sqlite+aiosqlite:///{path}")
    commits = GroupCommit(database, on_end=lambda ending: None)
    counting = Counting(commits, VAULT)
    commits.start()
    counting.add([Count(date(2026, 11, 25), "read", "washing-hands", "id", "", "")] * 3)
    with pytest.raises(DatabaseAway):
        await counting.write_if_due()

    path.parent.mkdir()
    shutil.copy(migrated_sqlite, path)
    await counting.stop(1)

    assert await counted(database) == {("read", "washing-hands", "id", "", ""): 3}
    await commits.stop(1)
    await database.close()
