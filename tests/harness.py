"""Making a bot of the real parts for a test."""

import atexit
import shutil
import tempfile
from pathlib import Path

from bot.service import BotService
from bot.telegram.client import TelegramClient
from content.importing import import_pack
from content.media_files import MediaFiles
from content.pack import read_pack
from content.seals import Seals
from core.clock import utc_now
from core.crypto import Vault
from core.db import Database
from tests.phones import Telegram
from tests.processes import TOKEN

VAULT = Vault([bytes(range(32))])
SEALS = Seals(VAULT)
DATA = Path(tempfile.mkdtemp(prefix="bekal-data-"))
MEDIA = MediaFiles(DATA / "media")  # by hash: tests may share it
atexit.register(shutil.rmtree, DATA, ignore_errors=True)


async def stock(database: Database) -> Database:
    """Put the shipped content into a database."""
    async with database.session() as session:
        await import_pack(session, read_pack(), now=utc_now(), seals=SEALS)
    return database


def make_bot(
    database: Database, telegram: Telegram, *, show_unverified: bool = True, send_per_second: float = 25
) -> BotService:
    client = TelegramClient(TOKEN, api_url=telegram.url)
    return BotService(
        client=client, database=database, vault=VAULT, media=MEDIA, send_per_second=send_per_second,
        show_unverified=show_unverified,
    )  # fmt: skip
