"""A form of 30 questions of every kind: wrong input of every kind gets the form's own words, and nothing moves."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from bot.service import BotService
from core.clock import today_at, utc_now
from core.db import Database
from core.i18n import LANGUAGES, words
from registrations import provinces
from registrations.registrations import Answer, opened
from tests.harness import VAULT
from tests.phones import Phone, Telegram
from tests.registrations.chat import asked, offered
from tests.registrations.forms import SLUG

NEXT_YEAR = today_at(utc_now()).year + 1
ELSEWHERE = {"Kota Surabaya", "35.78"}  # not in the province that was answered
KINDS: dict[str, tuple[tuple[str, ...], str, str]] = {  # by type: wrong inputs, a right one, and how that is kept
    "consent": (("mungkin", "ya tidak", "12", "😀"), "ya", "yes"),
    "short_text": (("x" * 101, "😀", "..."), "Siti  Aminah", "Siti Aminah"),
    "long_text": (("y" * 1001, "😀😀", "—"), "Saya ingin belajar", "Saya ingin belajar"),
    "number": (("dua", "-3", "1,5", "0", "2001", "9" * 10, "2 orang"), "1.200", "1200"),
    "date": (  # the first of three questions, for the birth date, gets the first and the fourth of these
        (f"1-1-{NEXT_YEAR}", "31.02.1990", "17-8-1790", f"31 des {NEXT_YEAR}", "kemarin", "17-13-1990"), "17 agt 1990",
        "1990-08-17",
    ),
    "phone": (
        ("12", "0812 345", "+886 901 13", "050 123 4567", "+999 12345678", "saya"), "0812 3456 7890", "+6281234567890",
    ),
    "choice": (("zzzz", "3", "semua", "1, 2"), "2", "large"),
    "choices": (("zzzz", "3", "1, 3", ","), "1, 2", "small large"),
    "yes_no": (("mungkin", "ya tidak", "1"), "tidak", "no"),
    "province": (("zzzz", "99", "Kuala Lumpur", "😀"), "jabar", "32"),
    "regency": (("zzzz", "32.99", "kabupaten", *ELSEWHERE), "kabupaten bogor", "32.01"),
    "country": (("zzzz", "narnia", "ga", "XX"), "taiwan", "TW"),
}  # fmt: skip
ORDER = [kind for kind in KINDS if kind != "regency"]
TYPES = [*KINDS, *ORDER[1:], *ORDER[1:9]]
CODES = {"province": "province", "date": "birth-date"}  # of the first question of a type
OPTIONS = [
    {"code": "small", "labels": dict.fromkeys(LANGUAGES, "Kecil")},
    {"code": "large", "labels": dict.fromkeys(LANGUAGES, "Besar")},
]
MORE: dict[str, dict[str, Any]] = {
    "choice": {"options": OPTIONS}, "choices": {"options": OPTIONS}, "number": {"least": 1, "most": 2000},
}  # fmt: skip
FILES = ("sticker", "photo", "voice", "document")  # one each, beside a question


def _question(number: int, kind: str) -> dict[str, Any]:
    texts = {code: {"question": f"{code} {number}: {kind}?", "error": f"{code} {number}: salah"} for code in LANGUAGES}
    code = CODES.get(kind, f"q-{number}") if number == TYPES.index(kind) else f"q-{number}"
    return {"code": code, "type": kind, "texts": texts, **MORE.get(kind, {})}


FORM = [_question(number, kind) for number, kind in enumerate(TYPES)]


def _wrong(number: int) -> tuple[str, ...]:
    """Return what is tried at a question: those of one type share its wrong inputs."""
    alike = [place for place, kind in enumerate(TYPES) if kind == TYPES[number]]
    return KINDS[TYPES[number]][0][alike.index(number) :: len(alike)]


@dataclass(frozen=True)
class Asked:
    """One question as it stands in a chat: what is said below the note is to stay the same."""

    phone: Phone
    number: int
    language: str
    text: str

    @property
    def error(self) -> str:
        return f"{self.language} {self.number}: salah"

    async def notes(self, note: str, *, after: int) -> None:
        """Wait for the next message of the bot: the same question below a note, and nothing else."""
        shown = await self.phone.sees(lambda messages: messages[-1]["message_id"] > after)
        assert shown["text"] == f"{note}\n\n{self.text}"

    async def refuses(self, typed: str) -> None:
        _, newest = words(self.language).gettext, (await self.phone.messages())[-1]["message_id"]
        await self.phone.write(typed)
        elsewhere = _("That does not lie in {province}. Choose a kabupaten or kota that does, or change the province.")
        error = elsewhere.format(province=provinces.all_names()["32"]) if typed in ELSEWHERE else self.error
        await self.notes(error, after=newest + 1)

    async def refuses_file(self, kind: str) -> None:
        sent = (await self.phone.send_file(kind))["message_id"]
        told = words(self.language).gettext("Please send no pictures or papers. What you sent is deleted here.")
        await self.notes(told, after=sent)

    async def takes_no_button_of_another(self) -> None:
        """Tap what would end the form, were it the answer to the first question, and what would answer the next one."""
        message = await self.phone.screen()
        for number, answer in ((0, "no"), (self.number + 1, "yes")):
            await self.phone.tap_target(message["message_id"], f"q:{SLUG}:{number}:{answer}")
        told = words(self.language).gettext("That button is no longer in use. Please choose again.")
        await self.phone.sees(f"{told}\n\n{self.text}")


@pytest.mark.parametrize(
    ("database_url", "language"), [("sqlite", "id"), ("postgres", "en"), ("sqlite", "jv"), ("postgres", "su")],
    indirect=["database_url"],
)  # fmt: skip
async def test_every_wrong_input_gets_the_authored_error_and_moves_nothing(
    quick_bot: BotService, telegram: Telegram, stocked: Database, database_url: str, language: str
) -> None:
    assert (len(FORM), {question["type"] for question in FORM}) == (30, set(KINDS))
    assert {(TYPES[place], typed) for place in range(len(TYPES)) for typed in _wrong(place)} == {
        (kind, typed) for kind, (wrong, _right, _kept) in KINDS.items() for typed in wrong
    }
    sari = await offered(stocked, telegram, language, questions=FORM)
    _ = words(language).gettext
    await sari.tap(_("✍️ Sign me up"))
    for number, kind in enumerate(TYPES):
        shown = await asked(sari, f"{words(language).number(number + 1)}/30")
        question = Asked(sari, number, language, str(shown["text"]))
        if 0 < number <= len(FILES):
            await question.refuses_file(FILES[number - 1])
        if kind == "yes_no":
            await question.takes_no_button_of_another()
        for wrong_input in _wrong(number):
            await question.refuses(wrong_input)
        await sari.write(KINDS[kind][1])
    await sari.shows(_("Is everything right?"))
    typed = {value for wrong, right, _kept in KINDS.values() for value in (*wrong, right) if len(value) > 4}
    history = [message["text"] for message in await sari.messages() if message.get("mine")]
    assert [value for value in typed if value in str(history)] == []
    await sari.tap(_("📨 Send"))
    await sari.shows(_("You have a place."))
    async with stocked.reading_session() as session:
        given = opened(VAULT, await session.scalars(select(Answer)))
    assert given == {question["code"]: KINDS[question["type"]][2] for question in FORM}
