"""What Telegram shows of the bot itself after a start: commands, descriptions and the menu button, by language."""

import asyncio
from typing import Any

import pytest

from bot.routes import COMMANDS
from bot.service import BotService
from bot.telegram.profile import commands
from core.i18n import LANGUAGES, SOURCE_LANGUAGE, words
from tests.phones import Telegram

SHORT = "Information for migrant workers and families"
LONG = "Free information for Indonesian migrant workers and families. Every text names its source."
ALL_OTHERS = ""  # the code of a phone in a language that we do not speak


async def shown(telegram: Telegram, code: str) -> dict[str, Any]:
    """Return what a phone shows of the bot."""
    return dict(await telegram.ask("GET", f"/bot?language_code={code}"))


@pytest.fixture
async def introduced(bot: BotService, telegram: Telegram) -> None:
    """Wait until the bot, just started, has introduced itself."""
    bot.start_introducing()
    async with asyncio.timeout(30):
        while not await telegram.calls("setChatMenuButton"):  # noqa: ASYNC110  its last call
            await asyncio.sleep(0.02)


@pytest.mark.usefixtures("introduced")
async def test_the_bot_introduces_itself_in_each_language(telegram: Telegram) -> None:
    seen = {code: await shown(telegram, code) for code in (ALL_OTHERS, *LANGUAGES)}

    for code, profile in seen.items():
        _ = words(code or SOURCE_LANGUAGE).gettext
        assert [(each["command"], each["description"]) for each in profile["commands"]] == list(
            commands(code or SOURCE_LANGUAGE)
        )
        assert (profile["description"], profile["short_description"]) == (_(LONG), _(SHORT))
        assert profile["menu_button"] == {"type": "commands"}
    assert {each["command"] for each in seen[ALL_OTHERS]["commands"]} <= COMMANDS.keys()
    for field in ("description", "short_description"):
        assert len({profile[field] for profile in seen.values()}) == len(LANGUAGES), "no language borrows another's"


@pytest.mark.usefixtures("introduced")
async def test_a_second_start_sets_only_what_differs(bot: BotService, telegram: Telegram) -> None:
    await telegram.ask("DELETE", "/calls")

    bot.start_introducing()
    async with asyncio.timeout(30):
        while not await telegram.calls("setChatMenuButton"):  # noqa: ASYNC110  its last call
            await asyncio.sleep(0.02)

    assert {call["method"] for call in await telegram.calls() if call["method"].startswith("setMy")} == set()
