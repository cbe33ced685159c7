"""Erasing again whom a restored database knows again: their chats too."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import conversations
from bot.events import LARGEST_ID
from registrations import erasing

PORTION = 5000  # of the ledger: a statement takes no more than some ten thousand values


async def erase_again(connection: AsyncConnection, subjects: Sequence[str], *, now: datetime) -> int:
    """Erase people and registrations of the ledger that are here again; return how many that were."""
    count = 0
    for start in range(0, len(subjects), PORTION):
        some = subjects[start : start + PORTION]
        chats = await erasing.chats_of(connection, some)
        await conversations.lock(connection, chats)
        for chat_id in chats:
            await conversations.erase_chat(connection, chat_id=chat_id, until_row=LARGEST_ID)
        count += await erasing.erase_again(connection, some, now=now)
    return count
