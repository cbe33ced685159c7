"""Sending a message that brings a file: by the name that Telegram gave it, else its bytes, else only its words."""

import asyncio
from contextlib import suppress
from dataclasses import replace

from bot.files import find_file_id
from bot.telegram.client import Refused, Sent, TelegramClient
from content.media_files import MediaFiles
from core.db import Database, DatabaseAway
from core.log import log
from core.messages import File, Reply


class FileSender:
    """Sends replies that bring a file."""

    def __init__(self, client: TelegramClient, database: Database, media: MediaFiles) -> None:
        self._client = client
        self._database = database
        self._media = media

    async def send(self, chat_id: int, reply: Reply, file: File) -> Sent:
        """Send a reply with its file, and return its id and, after an upload, Telegram's name of the file.

        A name that Telegram does not know any more is no reason to give up, nor a file that is gone or refused: a
        person may have forbidden voice notes. She gets the words that stand under it then.
        """
        known = await self._known(file.sha256)
        if known is not None:
            with suppress(Refused):
                return replace(await self._client.send_file(chat_id, reply, file, known), file_id=None)
        content = await asyncio.to_thread(self._media.read, file.sha256)
        if content is not None:
            with suppress(Refused):
                return await self._client.send_file(chat_id, reply, file, content)
        log.error("a media file was not sent", sha256=file.sha256, state="gone" if content is None else "refused")
        return Sent(await self._client.send(chat_id, reply))

    async def _known(self, sha256: str) -> str | None:
        with suppress(DatabaseAway):  # the bytes do as well
            async with self._database.reading() as connection:
                return await find_file_id(connection, bot_id=self._client.bot_id, sha256=sha256)
        return None
