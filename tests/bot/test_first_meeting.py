"""The first meeting, the languages and the keys below the chat."""

import pytest

from bot.service import BotService
from core.i18n import LANGUAGES
from tests.phones import Telegram, labels


async def test_a_newcomer_is_greeted_and_asked_for_her_language_once(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person(language="zh-hant")

    await sari.write("/start")

    greeting = await sari.sees("Halo")
    assert labels(greeting) == [*(language.name for language in LANGUAGES.values()), "🏠 Menu"]
    await sari.tap("Basa Jawa")
    await sari.shows("Pilih topik, utawa tulis pitakon.")
    await sari.write("/start")
    await sari.sees("Pilih topik, utawa tulis pitakon.")


async def test_an_english_phone_reads_the_greeting_in_both_languages(bot: BotService, telegram: Telegram) -> None:
    dewi = await telegram.person(language="en-GB")

    await dewi.write("/start")

    greeting = await dewi.sees("Hello, this is Bekal")
    assert "Halo, ini Bekal" in greeting["text"]


async def test_the_keys_below_the_chat_come_in_the_chosen_language(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()

    await sari.met("su")

    keys = [key["text"] for key in await sari.keys()]
    assert keys == ["🏠 Menu", "☎️ Kontak penting", "🔎 Téang", "🌐 Basa / Language"]


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("🏠 Menu", "Pilih topik, atau"),
        ("☎️ Kontak penting", "Di negara mana"),
        ("🔎 Cari", "Anda mencari apa?"),
        ("🌐 Bahasa / Language", "Bahasa · Basa"),
        ("☎️ Important contacts", "Di negara mana"),  # a key of another language that still stands there
    ],
)
async def test_a_key_opens_its_screen_below(bot: BotService, telegram: Telegram, key: str, shown: str) -> None:
    sari = await telegram.person()
    await sari.met("id")

    await sari.write(key)

    await sari.sees(shown)


async def test_who_writes_before_choosing_a_language_is_answered_and_gets_the_keys(
    bot: BotService, telegram: Telegram
) -> None:
    sari = await telegram.person()
    await sari.write("/start")
    await sari.sees("Halo")

    await sari.write("gaji tidak dibayar")

    await sari.sees(lambda messages: len(messages) == 3)
    assert await sari.keys()
