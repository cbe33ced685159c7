"""A form of 30 questions of every kind: wrong input of every kind gets the form's own words, and nothing moves."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.service import BotService
from core.db import Database
from core.i18n import LANGUAGES, words
from registrations.registrations import Answer, opened
from tests.harness import VAULT
from tests.phones import Telegram
from tests.registrations.chat import asked, offered

KINDS: dict[str, tuple[str, str, str]] = {  # by type: a wrong input, a right one, and how that is kept
    "consent": ("mungkin", "ya", "yes"), "short_text": ("x" * 101, "Siti  Aminah", "Siti Aminah"),
    "long_text": ("y" * 1001, "Saya ingin belajar", "Saya ingin belajar"), "number": ("dua", "1.200", "1200"),
    "date": ("31-2-1990", "17 agt 1990", "1990-08-17"), "phone": ("12", "0812 3456 7890", "+6281234567890"),
    "choice": ("zzzz", "2", "large"), "choices": ("zzzz", "1, 2", "small large"), "yes_no": ("mungkin", "tidak", "no"),
    "province": ("zzzz", "jabar", "32"), "regency": ("zzzz", "kabupaten bogor", "32.01"),
    "country": ("zzzz", "taiwan", "TW"),
}  # fmt: skip
ORDER = [kind for kind in KINDS if kind != "regency"]
TYPES = [*KINDS, *ORDER[1:], *ORDER[1:9]]
OPTIONS = [
    {"code": "small", "labels": dict.fromkeys(LANGUAGES, "Kecil")},
    {"code": "large", "labels": dict.fromkeys(LANGUAGES, "Besar")},
]


def _question(number: int, kind: str) -> dict[str, Any]:
    texts = {code: {"question": f"{code} {number}: {kind}?", "error": f"{code} {number}: salah"} for code in LANGUAGES}
    code = "province" if kind == "province" and number == TYPES.index("province") else f"q-{number}"
    more = {"options": OPTIONS} if kind in {"choice", "choices"} else {}
    return {"code": code, "type": kind, "texts": texts, **more}


FORM = [_question(number, kind) for number, kind in enumerate(TYPES)]


@pytest.mark.parametrize(
    ("database_url", "language"), [("sqlite", "id"), ("postgres", "en"), ("sqlite", "jv"), ("postgres", "su")],
    indirect=["database_url"],
)  # fmt: skip
async def test_every_wrong_input_gets_the_authored_error_and_moves_nothing(
    quick_bot: BotService, telegram: Telegram, stocked: Database, database_url: str, language: str
) -> None:
    assert (len(FORM), {question["type"] for question in FORM}) == (30, set(KINDS))
    sari = await offered(stocked, telegram, language, questions=FORM)
    _ = words(language).gettext
    await sari.tap(_("✍️ Sign me up"))
    for number, kind in enumerate(TYPES):
        wrong, right, _kept = KINDS[kind]
        place = f"{words(language).number(number + 1)}/30"
        await asked(sari, place)
        await sari.write(wrong)
        await sari.shows(f"{language} {number}: salah")
        assert f"{place} ·" in (await sari.screen())["text"], "the same question"
        await sari.write(right)
    await sari.shows(_("Is everything right?"))
    typed = {value for wrong, right, _kept in KINDS.values() for value in (wrong, right) if len(value) > 4}
    history = [message["text"] for message in await sari.messages() if message.get("mine")]
    assert [value for value in typed if value in str(history)] == []
    await sari.tap(_("📨 Send"))
    await sari.shows(_("You have a place."))
    async with stocked.reading_session() as session:
        given = opened(VAULT, await session.scalars(select(Answer)))
    assert given == {question["code"]: KINDS[question["type"]][2] for question in FORM}
