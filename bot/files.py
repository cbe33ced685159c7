"""Telegram's own names of files that were sent once: the next person gets the file without another upload.

A name holds for one bot only. https://core.telegram.org/bots/api#sending-files
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, String, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from core.outbox import Settled


class MediaFileId(Base):
    """What Telegram calls a file of ours, by the SHA-256 of its bytes."""

    __tablename__ = "media_file_id"

    bot_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    file_id: Mapped[str] = mapped_column(String(255))


async def find_file_id(connection: AsyncConnection, *, bot_id: int, sha256: str) -> str | None:
    """Return Telegram's name of a file, if this bot has sent it before."""
    mine = (MediaFileId.bot_id == bot_id, MediaFileId.sha256 == sha256)
    return (await connection.execute(select(MediaFileId.file_id).where(*mine))).scalar_one_or_none()


async def note_file_ids(connection: AsyncConnection, settled: Sequence[Settled]) -> None:
    """Note the names that Telegram gave; a newer one takes the place of an older one."""
    rows = {
        (result.delivery.bot_id, result.delivery.outgoing.reply.file.sha256): result.file_id
        for result in settled
        if result.file_id and result.delivery.outgoing.reply.file
    }
    insert: Any = sqlite_insert if connection.dialect.name == "sqlite" else postgres_insert
    for (bot_id, sha256), file_id in sorted(rows.items()):  # in one order: workers cannot wait in a circle
        row = insert(MediaFileId).values(bot_id=bot_id, sha256=sha256, file_id=file_id)
        await connection.execute(
            row.on_conflict_do_update(index_elements=["bot_id", "sha256"], set_={"file_id": file_id})
        )
