"""Canaries: what people type into a form is found nowhere but sealed, in six encodings, whatever way a sign-up ends.

They type in the chat, or on the form's page. Looked through: each chat as the stand-in holds it; the files of the
database and its write-ahead log, while it runs and after; every table, a backup, an export without names; Bekal's own
log at its most talkative.
"""

import asyncio
import base64
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from random import Random

import aiohttp
import pytest
from sqlalchemy import ColumnElement, select, update

from core.clock import utc_now
from core.db import Database, DatabaseAway
from core.i18n import words
from registrations import form_links
from registrations.people import TelegramAccount
from registrations.registrations import Registration, Status
from registrations.removing import UNSENT_KEPT
from tests.cluster import keep_uncompressed
from tests.phones import Phone, Telegram
from tests.processes import Product
from tests.registrations.chat import opened_page, see_button
from tests.registrations.forms import add_programme, texts
from tests.reliability.canaries import DIGITS, WORD, Search, found_in
from tests.reliability.effects import all_settled, count
from tests.reliability.test_kill import product_in
from tests.reports import Report

QUESTIONS = [
    {"code": "consent", "type": "consent", "texts": texts("Boleh?", "May we?")},
    {"code": "name", "type": "short_text", "texts": texts("Nama?", "Name?")},
    {"code": "phone", "type": "phone", "texts": texts("Nomor?", "Number?")},
    {"code": "wish", "type": "long_text", "texts": texts("Harapan?", "Wish?")},
]
AT_ONCE = 40
MOST_SECONDS_ALIVE = 0.2
PATIENCE_SECONDS = 120  # what cannot be brought while Bekal starts again is brought later and later
PLACES_WITH_CODES = {"chats", "files", "write-ahead log", "tables", "backup", "export", "workbook"}


class Ending(StrEnum):
    """How a sign-up ends."""

    FINISH = "she sends it"
    STOP = "she stops it"
    TIME_OUT = "she leaves it, and a month passes"
    CRASH = "Bekal is killed as she answers, and she writes nothing more"
    CRASH_AND_FINISH = "Bekal is killed as she answers, and she goes on and sends it"


CRASHES = {Ending.CRASH, Ending.CRASH_AND_FINISH}
BUSY = (aiohttp.ClientError, DatabaseAway)  # nobody answers while it starts again; on SQLite all write one by one
PAGE_EVERY = len(Ending) + 1  # so many people: those on the page come to each ending, too


def test_what_is_looked_for_is_found_where_it_is() -> None:
    for word in (WORD, DIGITS):
        whole = f"Nama: {word} 17, dan seterusnya"
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):
            assert found_in(whole.encode(encoding))
        assert found_in(whole.encode().hex().encode())
        for before in range(3):
            assert found_in(base64.b64encode(b"." * before + whole.encode()))


@dataclass(frozen=True)
class Applicant:
    """Somebody who signs up, and how that ends."""

    phone: Phone
    number: int

    @property
    def ending(self) -> Ending:
        return tuple(Ending)[self.number % len(Ending)]

    async def begin(self) -> None:
        """Answer until the third question is asked."""
        await self.phone.tap("Daftarkan saya")
        await self._is_asked(1)
        await self.phone.tap("Saya setuju")
        await self._is_asked(2)
        await self.phone.write(self._name)
        await self._is_asked(3)

    async def tell_number(self) -> None:
        await self.phone.write(self._digits)

    async def end(self) -> None:
        """Go on from the fourth question, to the end that is hers."""
        await self._is_asked(4)
        if self.ending is Ending.TIME_OUT:
            return
        await self.phone.write(self._wish)
        await self.phone.shows("Apakah semua sudah benar?", PATIENCE_SECONDS)
        if self.ending is Ending.STOP:
            await self._stop()
        else:
            await self.phone.tap("📨 Kirim")
            await self.phone.shows("Kode Anda", PATIENCE_SECONDS)

    async def fill_in(self) -> None:
        await self.begin()
        await self.tell_number()
        await self.end()

    @property
    def _name(self) -> str:
        return f"{WORD.title()} {self.number}"

    @property
    def _digits(self) -> str:
        return f"0{DIGITS}{self.number:03}"

    @property
    def _wish(self) -> str:
        return f"saya {WORD} {self.number} ingin kursus"

    async def _is_asked(self, question: int) -> None:
        await self.phone.shows(f"{question}/{len(QUESTIONS)} ·", PATIENCE_SECONDS)

    async def _stop(self) -> None:
        await self.phone.tap("🗑️ Berhenti")
        await see_button(self.phone, "🗑️ Ya, berhenti dan hapus")
        await self.phone.tap("Ya, berhenti dan hapus")
        await self.phone.shows(words("id").gettext("Stopped. What you answered is erased."), PATIENCE_SECONDS)


@dataclass(frozen=True)
class ApplicantOnPage(Applicant):
    """Somebody who types the same on the page of the form, first with an answer left out: the page shows it again."""

    database: Database
    product: Product
    browser: aiohttp.ClientSession

    async def begin(self) -> None:
        """Begin in the chat, and send the page with something wrong."""
        await self.phone.tap("Daftarkan saya")
        await self._is_asked(1)
        assert self._name in await self._send_until_answered(without="q.consent"), "what was typed stands on the page"

    async def tell_number(self) -> None:
        """Send the page while Bekal is killed: who goes on afterwards sends it whole."""
        with suppress(*BUSY):
            await self._send(without="" if self.ending is Ending.CRASH_AND_FINISH else "q.name")

    async def end(self) -> None:
        if self.ending is Ending.TIME_OUT:
            return
        if self.ending is Ending.STOP:
            await self._stop()
            return
        assert "<strong>" in await self._send_until_answered(), "the code"
        await self.phone.shows("Kode Anda", PATIENCE_SECONDS)

    async def _send_until_answered(self, *, without: str = "") -> str:
        """Send the page; while Bekal starts again nobody answers."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                with suppress(*BUSY):
                    return await self._send(without=without)
                await asyncio.sleep(0.5)

    async def _send(self, *, without: str = "") -> str:
        """Send what is typed by a fresh link: the chat gives one on a machine with https only."""
        typed = {"q.consent": "yes", "q.name": self._name, "q.phone": self._digits, "q.wish": self._wish}
        async with self.database.session() as session:
            hers = select(TelegramAccount.person_id).where(TelegramAccount.chat_id == self.phone.id)
            mine = (await session.scalars(select(Registration).where(Registration.person_id.in_(hers)))).one()
            token = await form_links.make(session, mine, now=utc_now())
        typed.pop(without, None)
        async with self.browser.post(f"{self.product.url}/f/{token}", data=typed) as answer:
            if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
                answer.raise_for_status()
            return await answer.text()


@dataclass
class Crowd:
    """Many people who sign up with one product, which is killed meanwhile."""

    telegram: Telegram
    database: Database
    product: Product
    people: list[Applicant] = field(default_factory=list)
    _dice: Random = field(default_factory=lambda: Random(20261126))

    async def sign_up(self, people: int) -> None:
        """Let so many more people sign up, each to her own end; kill the product while they are in the middle of it."""
        phones = await asyncio.gather(*(opened_page(self.telegram) for _ in range(people)))
        async with aiohttp.ClientSession(headers={"sec-fetch-site": "same-origin"}) as browser:
            mine = [self._applicant(phone, number, browser) for number, phone in enumerate(phones, len(self.people))]
            await self._end_all(mine)
        self.people += mine

    def _applicant(self, phone: Phone, number: int, browser: aiohttp.ClientSession) -> Applicant:
        if number % PAGE_EVERY:
            return Applicant(phone, number)
        return ApplicantOnPage(phone, number, self.database, self.product, browser)

    async def _end_all(self, mine: list[Applicant]) -> None:
        struck = [each for each in mine if each.ending in CRASHES]
        left = [each for each in mine if each.ending is Ending.TIME_OUT]
        await asyncio.gather(*(each.begin() for each in struck), *(each.fill_in() for each in left))
        unsent = await self._let_a_month_pass(left)
        others = [asyncio.create_task(each.fill_in()) for each in mine if each not in struck + left]
        await asyncio.gather(*(each.tell_number() for each in struck))
        await asyncio.sleep(self._dice.uniform(0, MOST_SECONDS_ALIVE))
        await self.product.kill()
        await self.product.start()  # which looks at once for what is to be forgotten
        going_on = [each.end() for each in struck if each.ending is Ending.CRASH_AND_FINISH]
        await asyncio.gather(*others, *going_on)
        await all_settled(self.telegram, self.database, seconds=PATIENCE_SECONDS)
        await self._forgotten(unsent)

    async def _let_a_month_pass(self, left: list[Applicant]) -> ColumnElement[bool]:
        """Date back what people have left unsent; return which registrations these are."""
        chats = TelegramAccount.chat_id.in_([each.phone.id for each in left])
        theirs = Registration.person_id.in_(select(TelegramAccount.person_id).where(chats))
        unsent = (Registration.status == Status.BEGUN) & theirs
        assert await count(self.database, Registration, unsent) == len(left)
        long_ago = utc_now() - UNSENT_KEPT - timedelta(minutes=1)
        async with self.database.session() as session:
            await session.execute(update(Registration).where(unsent).values(changed_at=long_ago))
        return unsent

    async def _forgotten(self, unsent: ColumnElement[bool]) -> None:
        """Wait until the product's own job has deleted these registrations."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await count(self.database, Registration, unsent):  # noqa: ASYNC110  another process tells nobody
                await asyncio.sleep(0.1)

    async def is_as_it_ended(self) -> bool:
        """Tell whether there are the registrations that were sent or left to a crash, and no more."""
        ended = Counter(each.ending for each in self.people)
        wanted = {
            Status.APPLIED: ended[Ending.FINISH] + ended[Ending.CRASH_AND_FINISH],
            Status.BEGUN: ended[Ending.CRASH],
        }
        async with self.database.reading_session() as session:
            return Counter(await session.scalars(select(Registration.status))) == wanted


async def look_everywhere(
    telegram: Telegram, database: Database, product: Product, folder: Path, *, people: int
) -> Counter[str]:
    """Let people sign up and end in each way; return how many canaries were found, by place."""
    if not database.is_sqlite:
        await keep_uncompressed(database.url.render_as_string(hide_password=False))
    async with database.session() as session:
        await add_programme(session, questions=QUESTIONS, admits="after_review")
    product.environment["BEKAL_LOG_LEVEL"] = "DEBUG"
    crowd, search = Crowd(telegram, database, product), Search(database, folder)
    await product.start()
    try:
        for first in range(0, people, AT_ONCE):
            async with search.whole_log():
                await crowd.sign_up(min(AT_ONCE, people - first))
                await search.look_at_files()
        for each in crowd.people:
            search.look("chats", str(await each.phone.messages()).encode())
    finally:
        await product.interrupt()
    await search.look_at_files()
    search.look("log", product.log().encode())
    await search.look_at_copies()
    assert await crowd.is_as_it_ended()
    assert search.places_with_codes == PLACES_WITH_CODES, "what lies in the clear was seen"
    return search.found


@pytest.mark.parametrize(("database_url", "mode"), [("sqlite", "poll")], indirect=["database_url"])
async def test_of_12_people_nothing_is_found(
    mode: str, telegram: Telegram, stocked: Database, database_url: str, tmp_path: Path
) -> None:
    product = product_in(mode, telegram, database_url, tmp_path)
    found = await look_everywhere(telegram, stocked, product, tmp_path, people=12)
    assert set(found.values()) == {0}, found


@pytest.mark.deep
@pytest.mark.parametrize(
    ("database_url", "mode"), [("sqlite", "serve"), ("postgres", "poll")], indirect=["database_url"]
)
async def test_of_1000_people_nothing_is_found(
    mode: str, telegram: Telegram, stocked: Database, database_url: str, tmp_path: Path, report: Report
) -> None:
    product = product_in(mode, telegram, database_url, tmp_path)
    found = await look_everywhere(telegram, stocked, product, tmp_path, people=1000)
    report.note(people=1000, encodings=6, **{f"in_{place.replace(' ', '_')}": count for place, count in found.items()})
    assert set(found.values()) == {0}, found
