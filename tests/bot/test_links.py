"""Links that open a place in the chat, and what they do while texts await their check."""

import pytest

from bot.service import BotService
from core.db import Database
from tests.harness import make_bot
from tests.phones import Phone, Telegram, labels

# Of an article, two topics, a programme and a self-check: they stand in texts and on buttons.
TITLES = ("Paspor ditahan", "💰", "🛡️", "Cara ikut kursus", "tawaran kerja")


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        ("a-washing-hands", "Cuci tangan pakai sabun"),
        ("t-money", "💰 Uang"),
        ("p-courses", "Cara ikut kursus"),
        ("l-jv", "Pilih topik, utawa tulis pitakon."),
    ],
)
async def test_a_link_opens_its_place_at_once(bot: BotService, telegram: Telegram, payload: str, shown: str) -> None:
    sari = await telegram.person()

    await sari.write(f"/start {payload}")

    await sari.shows(shown)


async def test_a_link_to_what_is_gone_says_so_and_shows_the_menu(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()

    await sari.write("/start a-was-here-once")

    assert labels(await sari.shows("sudah tidak ada di sini"))


async def test_what_awaits_its_check_is_neither_listed_nor_found_nor_opened(
    stocked: Database, telegram: Telegram
) -> None:
    bot = make_bot(stocked, telegram, show_unverified=False)
    await bot.start()
    bot.start_polling()
    try:
        sari = await telegram.person()
        menu = await sari.met("id")
        assert "masih diperiksa lembaga" in menu["text"]
        assert labels(menu) == ["☎️ Kontak penting", "🧹 Bersihkan chat", "⚙️ Lainnya"]
        await sari.write("/start a-passport-held")
        assert "masih diperiksa lembaga" in (await sari.shows("masih diperiksa"))["text"]
        await sari.write("paspor saya ditahan majikan")
        found = await sari.sees(lambda messages: "Perlu bantuan sekarang" in messages[-1]["text"])
        assert "masih diperiksa lembaga" in found["text"]
        assert "Paspor ditahan majikan" not in labels(found)
        await sari.write("/cari")
        assert "masih diperiksa lembaga" in (await sari.shows("Anda mencari apa?"))["text"]
        await sari.write("/kontak taiwan")
        contacts = await sari.shows("1955")
    finally:
        await bot.stop()

    assert "Belum dikonfirmasi lembaga." in contacts["text"]


OLD_BUTTONS = (
    "a:passport-held:1", "a:passport-held:2", "t:money", "t:protection", "n:passport-held", "w:passport-held",
    "g:abroad", "k:job-offer", "j:courses", "s:a:passport-held:1|t:money",
)  # fmt: skip


async def test_no_link_and_no_old_button_opens_what_awaits_its_check(stocked: Database, telegram: Telegram) -> None:
    bot = make_bot(stocked, telegram, show_unverified=False)
    await bot.start()
    bot.start_polling()
    try:
        sari = await telegram.person()
        await sari.met("id")
        for payload in ("a-passport-held", "t-money", "p-courses", "k-job-offer", "a-passport-held_jv"):
            before = (await sari.bot_messages())[-1]["message_id"]
            await sari.write(f"/start {payload}")
            await arrives(sari, after=before)
            await is_withheld(sari, payload)
        for target in OLD_BUTTONS:
            number = (await sari.screen())["message_id"]
            await sari.tap_target(number, "b")
            await sari.sees("Cara pakai")
            await sari.tap_target(number, target)
            await sari.sees("Saya tidak menemukan" if target.startswith("s:") else "Tombol itu")
            await is_withheld(sari, target)
    finally:
        await bot.stop()


async def arrives(sari: Phone, *, after: int) -> None:
    """Wait for the answer to what was written."""
    await sari.sees(lambda messages: messages[-1]["message_id"] > after)


async def is_withheld(sari: Phone, asked: str) -> None:
    """Find none of the texts that await their check in what stands in the chat."""
    shown = await sari.screen()
    everything = "\n".join([shown["text"], *labels(shown)])
    assert [title for title in TITLES if title in everything] == [], asked
    assert asked in OLD_BUTTONS or "masih diperiksa lembaga" in shown["text"], asked
