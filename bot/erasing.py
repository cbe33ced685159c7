"""Erasing again whom a restored database knows again: their chats too."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import conversations
from bot.events import LARGEST_ID
from registrations import erasing


async def erase_again(connection: AsyncConnection, subjects: Collection[str], *, now: datetime) -> int:
    """Erase people and registrations of the ledger that are here again; return how many that were."""
    chats = await erasing.chats_of(connection, subjects)
    await conversations.lock(connection, chats)
    for chat_id in chats:
        await conversations.erase_chat(connection, chat_id=chat_id, until_row=LARGEST_ID)
    return await erasing.erase_again(connection, subjects, now=now)
