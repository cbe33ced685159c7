"""A person who signs up in the chat, for tests."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import select

from core.db import Database
from core.i18n import words
from registrations.registrations import Registration
from tests.phones import Phone, Telegram, labels
from tests.registrations.forms import GIVEN, QUESTIONS, SLUG, add_programme, texts

TYPED = {
    "name": "Siti Aminah", "birth-date": "17 agustus 1990", "province": "jabar", "regency": "kabupaten bogor",
    "phone": "0812 3456 7890",
}  # fmt: skip
SHORT: list[dict[str, Any]] = [
    {"code": "consent", "type": "consent", "texts": texts("Boleh kami simpan?", "May we keep it?")},
    {"code": "name", "type": "short_text", "sensitive": True, "texts": texts("Nama Anda?", "Your name?")},
]
TAPPED = {"consent": "yes", "photos": "no", "sex": "o0", "children": "no", "country": "TW"}


PATIENCE_SECONDS = 30


async def nothing() -> None:
    pass


async def offered(database: Database, telegram: Telegram, language: str = "id", **how: Any) -> Phone:
    """Add the programme, and bring a person to its page."""
    async with database.session() as session:
        await add_programme(session, **how)
    return await opened_page(telegram, language)


async def opened_page(telegram: Telegram, language: str = "id") -> Phone:
    sari = await telegram.person(language=language)
    await sari.met(language)
    await open_page(sari, language)
    return sari


async def open_page(sari: Phone, language: str = "id") -> None:
    """Go to the page of the programme, of which nothing is begun."""
    _ = words(language).gettext
    await sari.write(f"/start p-{SLUG}")
    await see_button(sari, _("✍️ Sign up"))
    await sari.tap(_("✍️ Sign up"))
    await see_button(sari, _("✍️ Sign me up"))


async def see_button(sari: Phone, label: str) -> None:
    await sari.sees(lambda messages: any(label in labels(message) for message in messages))


async def asked(sari: Phone, start: str) -> dict[str, object]:
    """Wait for a question by its number, such as "3/12", and return its message."""
    return await sari.shows(f"{start} ·")


async def answer_all(sari: Phone, language: str = "id", after: Callable[[], Awaitable[None]] = nothing) -> None:
    """Answer every question of the form as it is meant to be, by taps and by typing; do something after each."""
    _ = words(language).gettext
    await sari.tap(_("✍️ Sign me up"))
    await after()
    for number, code in enumerate(GIVEN, 1):
        await sari.shows(f"{number}/", PATIENCE_SECONDS)
        message = next(m for m in reversed(await sari.bot_messages()) if m["text"].startswith(f"{number}/"))
        if code in TYPED:
            await sari.write(TYPED[code])
        elif code == "days":
            await sari.tap("Sabtu" if language != "en" else "Saturday")
            await see_button(sari, _("Done"))
            await sari.tap(_("Done"))
        elif code == "wish":
            await sari.tap(_("Leave this out"))
        else:
            index = next(i for i, each in enumerate(QUESTIONS) if each["code"] == code)
            await sari.tap_target(message["message_id"], f"q:{SLUG}:{index}:{TAPPED[code]}")
        await after()
    await sari.sees(lambda messages: any(_("📨 Send") in labels(each) for each in messages), PATIENCE_SECONDS)


async def fill_in(sari: Phone) -> None:
    """Answer the short form, as far as its summary."""
    await sari.tap("Daftarkan saya")
    await asked(sari, "1/2")
    await sari.tap("Saya setuju")
    await asked(sari, "2/2")
    await sari.write("Siti")
    await see_button(sari, "📨 Kirim")


async def sign_up(sari: Phone) -> None:
    await fill_in(sari)
    await sari.tap("Kirim")


async def rows(database: Database) -> list[Registration]:
    async with database.reading_session() as session:
        return list(await session.scalars(select(Registration)))
