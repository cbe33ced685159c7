"""What Telegram shows of the bot itself: commands, descriptions and the menu button, in each language, at start."""

from collections.abc import Sequence
from typing import Any

from bot.telegram.client import TelegramClient
from core.i18n import LANGUAGES, SOURCE_LANGUAGE, words

Commands = Sequence[tuple[str, str]]


async def introduce(client: TelegramClient) -> None:
    """Set commands, descriptions and the menu button where they differ from what Telegram holds."""
    for language in LANGUAGES:
        # Telegram's "all other languages" entry has no code: phones in a language of ours-to-come read Indonesian
        codes = [None, language] if language == SOURCE_LANGUAGE else [language]
        for code in codes:
            await _introduce_in(client, language, {} if code is None else {"language_code": code})
    await client.call("setChatMenuButton", {"menu_button": {"type": "commands"}})


async def _introduce_in(client: TelegramClient, language: str, where: dict[str, Any]) -> None:
    wanted = [{"command": name, "description": description} for name, description in commands(language)]
    if await client.call("getMyCommands", where) != wanted:
        await client.call("setMyCommands", {**where, "commands": wanted})
    _ = words(language).gettext
    description = _("Free information for Indonesian migrant workers and families. Every text names its source.")
    short = _("Information for migrant workers and families")
    if (await client.call("getMyDescription", where))["description"] != description:
        await client.call("setMyDescription", {**where, "description": description})
    if (await client.call("getMyShortDescription", where))["short_description"] != short:
        await client.call("setMyShortDescription", {**where, "short_description": short})


def commands(language: str) -> Commands:
    """Return the commands that the menu button lists, with what each does."""
    _ = words(language).gettext
    return (
        ("menu", _("All topics")),
        ("kontak", _("Important contacts")),
        ("cari", _("Search")),
        ("bahasa", _("Choose the language")),
        ("status", _("How my sign-ups stand")),
        ("bersihkan", _("Clear this chat")),
        ("bantuan", _("How this works")),
        ("privacy", _("What we keep of you")),
        ("hapus", _("Erase all about me")),
    )
