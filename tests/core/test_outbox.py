"""The outbox: its rows are known by their ids while they are in a worker's hands."""

from sqlalchemy import select

from core.clock import utc_now
from core.db import Database
from core.messages import File, FileKind, Reply, plain
from core.outbox import Delivery, OutboxRow, Outgoing, Settled, clear, put, read_row
from tests.harness import VAULT


def delivery(key: str) -> Delivery:
    return Delivery(key, bot_id=1, chat_id=2, outgoing=Outgoing(Reply(plain("hello"))), created_at=utc_now())


async def test_a_file_stays_with_its_message_until_another_worker_sends_it(database: Database) -> None:
    written = delivery("with a file")
    written.outgoing = Outgoing(Reply(plain("words"), file=File(FileKind.VOICE, "5a" * 32, 4)))

    async with database.writing() as connection:
        await put(connection, [written], VAULT)
        row = (await connection.execute(select(OutboxRow.__table__))).one()

    assert read_row(row, VAULT).outgoing == written.outgoing


async def test_the_id_of_a_row_that_is_gone_never_comes_back(database: Database) -> None:
    """A worker takes a row whose id it has just sent for that very row, and would leave it unsent."""
    first, second = delivery("first"), delivery("second")

    async with database.writing() as connection:
        await put(connection, [first], VAULT)
        await clear(connection, [Settled(first, utc_now())])
    async with database.writing() as connection:
        await put(connection, [second], VAULT)

    assert second.id > first.id
