"""Clearing the chat and erasing the person: what goes, what is said to stay."""

import sqlite3
from pathlib import Path
from uuid import uuid4

from sqlalchemy import insert, inspect, make_url, select, text

from bot.conversations import ChatMessage
from bot.service import BotService
from core.clock import utc_now
from core.db import Database
from registrations.people import Person, TelegramAccount
from tests.harness import make_bot
from tests.phones import Phone, Telegram, labels
from tests.processes import TOKEN

BOT_ID = int(TOKEN.partition(":")[0])
CLEARED = "tidak bisa saya hapus"  # what cannot be removed, and how to do it by hand


async def wrote_a_lot(sari: Phone) -> None:
    menu = await sari.met("id")
    await sari.tap_target(menu["message_id"], "t:money")
    await sari.shows("💰 Uang")
    for number in range(3):
        await sari.write(f"gaji tidak dibayar {number}")
    await sari.sees(lambda messages: len(messages) >= 5)


async def test_one_tap_removes_what_both_sides_wrote_and_leaves_one_neutral_line(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await telegram.person()
    await wrote_a_lot(sari)
    await sari.write("/menu")
    await sari.sees("Anda ingin tahu")

    await sari.tap("Bersihkan chat")

    left = await sari.sees(CLEARED)
    assert [message["message_id"] for message in await sari.messages()] == [left["message_id"]]
    assert await sari.keys() == []
    assert not any(word in left["text"].lower() for word in ("migran", "majikan", "bekal", "kontak"))


async def test_after_clearing_the_chat_goes_on_as_before(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.met("jv")
    await sari.write("/bersihkan")
    await sari.sees("ora bisa dakbusak")

    await sari.write("/start")

    assert labels(await sari.shows("kepéngin ngerti"))
    await sari.sees(lambda messages: len(messages) == 3)
    assert await sari.keys(), "the keys are back"


async def test_more_messages_than_one_call_takes_are_all_asked_for(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await telegram.person()
    await sari.met("id")
    async with stocked.writing() as connection:
        kind = {"bot_id": BOT_ID, "chat_id": sari.id, "is_ours": True, "purpose": "screen", "sent_at": utc_now()}
        many = [{**kind, "message_id": 1000 + number} for number in range(150)]
        await connection.execute(insert(ChatMessage), many)

    await sari.write("/bersihkan")
    await sari.sees(CLEARED)

    portions = [call["parameters"]["message_ids"] for call in await telegram.calls("deleteMessages")]
    assert all(len(portion) <= 100 for portion in portions)
    assert {row["message_id"] for row in many} <= {number for portion in portions for number in portion}


async def test_erasing_asks_once_more_and_a_no_keeps_everything(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await telegram.person()
    await sari.met("id")

    await sari.write("/hapus")
    await sari.sees("Hapus semua tentang Anda?")
    await sari.tap("Kembali")

    await sari.shows("memberi tahu tiga hal")
    async with stocked.reading() as connection:
        assert (await connection.execute(select(TelegramAccount.chat_id))).scalars().all() == [sari.id]


async def test_erasing_leaves_no_trace_in_any_table_or_file(
    database_url: str, stocked: Database, telegram: Telegram, tmp_path: Path
) -> None:
    bot = make_bot(stocked, telegram)
    await bot.start()
    bot.start_polling()
    name = f"Zubaedah{uuid4().hex[:8]}"
    sari = await telegram.person(name)
    await wrote_a_lot(sari)
    await sari.write("/hapus")
    await sari.sees("Hapus semua tentang Anda?")
    async with stocked.reading() as connection:
        person_id = (await connection.execute(select(Person.id))).scalar_one()

    await sari.tap("Ya, hapus")

    left = await sari.sees("sudah dihapus")
    assert [message["message_id"] for message in await sari.messages()] == [left["message_id"]]
    await bot.stop()
    traces = (str(sari.id), person_id, name)
    assert await found_in_tables(stocked, traces) == []
    await stocked.close()
    if stocked.is_sqlite:
        assert found_in_files(database_url, sari.id, traces) == []


async def test_who_comes_back_after_erasing_is_met_as_new(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.met("su")
    await sari.write("/hapus")
    await sari.sees("Hapus sagala ngeunaan anjeun?")
    await sari.tap("Enya, hapus")
    await sari.sees("geus dihapus")

    await sari.write("/start")

    await sari.sees("Halo, ini Bekal")


async def test_only_messages_younger_than_two_days_are_asked_to_be_deleted(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await telegram.person()
    await sari.met("id")
    async with stocked.writing() as connection:
        old = (await connection.execute(select(ChatMessage.message_id))).scalars().all()[0]
        await connection.execute(
            text("UPDATE chat_message SET sent_at = '2020-01-01 00:00:00' WHERE message_id = :old"), {"old": old}
        )

    await sari.write("/bersihkan")
    await sari.sees(CLEARED)

    deleted = [
        number for call in await telegram.calls("deleteMessages") for number in call["parameters"]["message_ids"]
    ]
    assert old not in deleted
    assert deleted


async def found_in_tables(database: Database, traces: tuple[str, ...]) -> list[str]:
    """Return where a trace stands in any column of any table."""
    found = []
    async with database.reading() as connection:
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        for table in tables:
            rows = (await connection.exec_driver_sql(f'SELECT * FROM "{table}"')).all()
            found += [table for row in rows for value in row if any(trace in str(value) for trace in traces)]
    return found


def found_in_files(database_url: str, chat_id: int, traces: tuple[str, ...]) -> list[str]:
    """Return which of the database's files hold a trace, as text or as the number that SQLite writes."""
    path = Path(str(make_url(database_url).database))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    wanted = [trace.encode() for trace in traces] + [chat_id.to_bytes(size, "big") for size in (6, 8)]
    files = [file for file in path.parent.iterdir() if file.name.startswith(path.name)]
    return [f"{file.name}: {trace!r}" for file in files for trace in wanted if trace in file.read_bytes()]


async def test_blocking_after_erasing_brings_nothing_back(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari, dewi = await telegram.person("Sari"), await telegram.person("Dewi")
    await sari.met("id")
    await sari.write("/hapus")
    await sari.sees("Hapus semua tentang Anda?")
    await sari.tap("Ya, hapus")
    await sari.sees("sudah dihapus")

    await sari.do("block")
    await sari.do("unblock")
    await dewi.met("id")  # by now the bot has heard of both

    async with stocked.reading() as connection:
        known = (await connection.execute(select(TelegramAccount.chat_id))).scalars().all()
    assert known == [dewi.id]


async def test_a_message_that_cannot_be_deleted_does_not_keep_the_others(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await wrote_a_lot(sari)
    await telegram.faults({"kind": "error", "methods": ["deleteMessages"], "status": 400, "times": 1,
                           "description": "Bad Request: message can't be deleted for everyone"})  # fmt: skip

    await sari.write("/bersihkan")

    left = await sari.sees(CLEARED)
    assert [message["message_id"] for message in await sari.messages()] == [left["message_id"]]
