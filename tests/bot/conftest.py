"""The bot itself, polling the stand-in."""

from collections.abc import AsyncIterator

import pytest

from bot.service import BotService
from core.db import Database
from tests.harness import make_bot
from tests.phones import Telegram


@pytest.fixture
async def bot(stocked: Database, telegram: Telegram) -> AsyncIterator[BotService]:
    service = make_bot(stocked, telegram)
    await service.start()
    service.start_polling()
    yield service
    await service.stop()
