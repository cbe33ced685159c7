"""Clearing the chat and erasing the person: what goes, what is said to stay.

Longer than a file should be: both look at the same chat for what is left, by the same helpers.
"""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, inspect, make_url, select, text

from bot.conversations import ChatMessage, Conversation, add_conversations, lock_chats, note_messages
from bot.leases import Leases
from bot.service import BotService
from bot.settling import Upkeep, settle
from core.clock import utc_now
from core.db import Database
from core.messages import Clearing, Reply, plain
from core.outbox import LEASE, Delivery, OutboxRow, Outgoing, Settled, Worker, put
from registrations.people import Person, TelegramAccount, add_people
from tests.content.desk.test_moments import a_lock_is_waited_for
from tests.harness import VAULT, make_bot
from tests.phones import Phone, Telegram, labels
from tests.processes import TOKEN
from tests.registrations.chat import PATIENCE_SECONDS
from tests.reliability.effects import all_taken

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
POSTGRES = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
BOT_ID = int(TOKEN.partition(":")[0])
CHAT = 6_204_517_093  # as Telegram numbers people: SQLite writes it with six bytes
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
    await sari.sees("Pilih topik, atau")

    await sari.tap("Bersihkan chat")

    left = await sari.sees(CLEARED)
    assert [message["message_id"] for message in await sari.messages()] == [left["message_id"]]
    assert await sari.keys() == []
    assert not any(word in left["text"].lower() for word in ("migran", "majikan", "bekal", "kontak"))


async def test_files_places_and_cards_of_both_sides_go_too(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.met("id")
    for kind in ("sticker", "photo", "voice", "document", "video"):
        await sari.send_file(kind)
    await sari.do("contact")
    await sari.do("location", {"latitude": 25.03, "longitude": 121.56})
    await sari.shows("1955", PATIENCE_SECONDS)  # the chat's pace of sending holds the answers back
    menu = await sari.screen()
    await sari.tap_target(menu["message_id"], "w:washing-hands")
    await sari.shows("start=a-washing-hands", PATIENCE_SECONDS)

    await sari.tap_target((await sari.screen())["message_id"], "c")

    left = await sari.sees(CLEARED, PATIENCE_SECONDS)
    assert [message["message_id"] for message in await sari.messages()] == [left["message_id"]]


async def test_after_clearing_the_chat_goes_on_as_before(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.met("jv")
    await sari.write("/bersihkan")
    await sari.sees("ora bisa dakbusak")

    await sari.write("/start")

    assert labels(await sari.shows("utawa tulis pitakon"))
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
    bot: BotService, database_url: str, stocked: Database, telegram: Telegram
) -> None:
    name = f"Zubaedah{uuid4().hex[:8]}"
    await telegram.ask("POST", "/people", {"id": CHAT, "first_name": name, "language_code": "id"})
    sari = Phone(telegram, CHAT)
    await wrote_a_lot(sari)
    await sari.write("/hapus")
    await sari.sees("Hapus semua tentang Anda?")
    async with stocked.reading() as connection:
        person_id = (await connection.execute(select(Person.id))).scalar_one()
    assert not stocked.is_sqlite or found_in_files(database_url, (person_id,)), "the scan finds what is there"

    await sari.tap("Ya, hapus")

    left = await sari.sees("sudah dihapus")
    assert [message["message_id"] for message in await sari.messages()] == [left["message_id"]]
    await nothing_waits(stocked)
    traces = (str(CHAT), name)
    assert await found_in_tables(stocked, traces) == []
    assert await found_in_tables(stocked, (person_id,)) == ["erasure"], "the ledger that a restored backup is told of"
    if stocked.is_sqlite:
        await nothing_in_files(database_url, traces)


@SQLITE
async def test_what_was_erased_leaves_the_log_even_if_a_reader_holds_it_or_the_bot_is_started_anew(
    database_url: str, stocked: Database, telegram: Telegram
) -> None:
    """As after a crash between the commit and the emptying of the log, while the desk reads for a long time."""
    async with stocked.writing() as connection:
        await add_conversations(connection, [CHAT])
    async with stocked.writing() as connection:
        await connection.execute(text("DELETE FROM conversation"))
    bot = make_bot(stocked, telegram)
    with closing(sqlite3.connect(database_path(database_url), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM conversation").fetchall()
        await bot.start()
        await asyncio.sleep(1.5)
        assert found_in_files(database_url, ()), "the reader still needs the log"
        reader.execute("COMMIT")

        await nothing_in_files(database_url, ())
    await bot.stop()


class ErasedMeanwhile(Database):
    """A database in which somebody else is erased just after the log was emptied for the first time."""

    upkeep: Upkeep
    times_emptied = 0

    async def empty_log(self) -> bool:
        is_empty = await super().empty_log()
        self.times_emptied += 1
        if self.times_emptied == 1:
            self.upkeep.note_erasure()
        return is_empty


@SQLITE
async def test_who_is_erased_while_the_log_is_emptied_has_it_emptied_again(database_url: str) -> None:
    database = ErasedMeanwhile(database_url)
    leases = Leases(BOT_ID, utc_now)
    upkeep = Upkeep(bot_id=BOT_ID, database=database, leases=leases, vault=VAULT, clock=utc_now)
    database.upkeep = upkeep

    for _ in range(3):
        await upkeep.empty_log()

    await database.close()
    assert database.times_emptied == 2


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


def database_path(database_url: str) -> Path:
    return Path(str(make_url(database_url).database))


def found_in_files(database_url: str, traces: tuple[str, ...]) -> list[str]:
    """Return which of the open database's files hold a trace or the chat: as text, or as SQLite writes a number."""
    path = database_path(database_url)
    wanted = [trace.encode() for trace in traces] + [CHAT.to_bytes(size, "big") for size in (6, 8)]
    files = [path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")]
    return [f"{file.name}: {trace!r}" for file in files for trace in wanted if trace in file.read_bytes()]


async def nothing_in_files(database_url: str, traces: tuple[str, ...], seconds: float = 30) -> None:
    """Wait until none of the open database's files holds a trace."""
    for _ in range(int(seconds / 0.1)):
        if not (found := found_in_files(database_url, traces)):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(found)


async def nothing_waits(database: Database, seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while True:
            async with database.reading() as connection:
                if not (await connection.execute(select(func.count()).select_from(OutboxRow))).scalar_one():
                    return
            await asyncio.sleep(0.02)


def delivery(key: str, chat_id: int, reply: Reply, leased_by: str | None = None) -> Delivery:
    return Delivery(key, BOT_ID, chat_id, Outgoing(reply), utc_now(), leased_by=leased_by)


def typed(message_id: int) -> dict[str, object]:
    chat = {"bot_id": BOT_ID, "chat_id": CHAT, "message_id": message_id}
    return {**chat, "is_ours": False, "purpose": "typed", "sent_at": utc_now()}


async def test_what_is_written_after_the_last_tap_is_answered_though_its_worker_dies(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await telegram.person()
    await sari.met("id")
    await sari.write("/hapus")
    await sari.sees("Hapus semua tentang Anda?")
    await telegram.faults({"kind": "error", "status": 500, "methods": ["sendMessage"]})
    await sari.tap("Ya, hapus")
    await all_taken(telegram, seconds=30)

    async with stocked.writing() as connection:
        await connection.execute(insert(Worker).values(id="dies", alive_until=utc_now() + LEASE))
        await put(connection, [delivery("later", sari.id, Reply(plain("the answer")), "dies")], VAULT)
    await telegram.no_faults()

    await sari.shows("sudah dihapus")
    await sari.sees("the answer", seconds=30)
    await nothing_waits(stocked)
    async with stocked.reading() as connection:
        assert (await connection.execute(select(TelegramAccount.chat_id))).all() == []
    assert await found_in_tables(stocked, (str(sari.id),)) == []


@POSTGRES
async def test_a_turn_that_runs_while_the_person_is_erased_keeps_its_reply_and_leaves_no_trace(
    database: Database,
) -> None:
    farewell = delivery("farewell", CHAT, Reply(plain("done"), clearing=Clearing.PERSON))
    async with database.writing() as connection:
        await add_conversations(connection, [CHAT])
        await add_people(connection, chats=[(CHAT, "person", "id")], now=utc_now())
        await note_messages(connection, [typed(1)])
        await put(connection, [farewell], VAULT)

    async def erase() -> None:
        async with database.writing() as connection:
            await settle(connection, [Settled(farewell, utc_now(), sent_message_ids=(2,))])

    async with database.writing() as turn:
        await lock_chats(turn, chat_ids=[CHAT], worker="another")
        await note_messages(turn, [typed(3)])
        await put(turn, [delivery("later", CHAT, Reply(plain("the answer")), "another")], VAULT)
        erasing = asyncio.ensure_future(erase())
        await a_lock_is_waited_for(database)
        assert not erasing.done(), "it waits for the turn"
    await erasing

    async with database.reading() as connection:
        assert (await connection.execute(select(OutboxRow.key))).scalars().all() == ["later"]
        for table in (ChatMessage, Conversation, TelegramAccount, Person):
            assert (await connection.execute(select(func.count()).select_from(table))).scalar_one() == 0


@POSTGRES
async def test_erasing_one_chat_and_settling_another_waits_for_turns_in_their_order(database: Database) -> None:
    """A turn of many chats locks them by their numbers: who locks the other way round would wait for it for ever."""
    low, high = CHAT, CHAT + 1
    farewell = delivery("farewell", low, Reply(plain("done"), clearing=Clearing.PERSON))
    screen = delivery("screen", high, Reply(plain("menu")))
    async with database.writing() as connection:
        await add_conversations(connection, [low, high])
        await put(connection, [farewell, screen], VAULT)

    async def record() -> None:
        async with database.writing() as connection:
            shown = Settled(screen, utc_now(), sent_message_ids=(1,), screen_message_id=1)
            await settle(connection, [shown, Settled(farewell, utc_now(), sent_message_ids=(2,))])

    async with database.writing() as turn:
        await lock_chats(turn, chat_ids=[low], worker="another")
        recording = asyncio.ensure_future(record())
        await a_lock_is_waited_for(database)
        await lock_chats(turn, chat_ids=[high], worker="another")
    await recording

    async with database.reading() as connection:
        assert (await connection.execute(select(Conversation.chat_id))).scalars().all() == [high]


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


async def test_who_ends_the_upkeep_while_it_is_kicked_is_heard(database: Database) -> None:
    """Ctrl-C at the moment somebody was erased: a wait that takes both for the kick alone would never end."""
    upkeep = Upkeep(bot_id=BOT_ID, database=database, leases=Leases(BOT_ID, utc_now), vault=VAULT, clock=utc_now)
    for _ in range(20):
        waiting = asyncio.create_task(upkeep.wait())
        for _ in range(3):
            await asyncio.sleep(0)
        upkeep.note_erasure()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        upkeep._kicked.clear()
