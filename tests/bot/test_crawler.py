"""Every button that can be reached from /start is pressed, in every language: no dead end, no slip, no foreign word.

What the stand-in receives is compared, to the byte, with what the screens' functions give: a preview is what is sent.
What topics and contacts are called in it is compared with the shipped pack, which shipped_labels.py reads for itself.
Every day that is done with a few articles, which stand in the topics of the menu, in one language; the deep run takes
the whole library, and all languages.
Every screen has Back and Home, but for the menu itself and for a form: that is left by "Go on later" or "Stop", which
say what becomes of the answers, and lead to the menu.

Longer than a file should be: the walk and all that each of its screens is held to.
"""

import asyncio
import re
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import polib
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot import screen
from bot.conversations import Chat
from bot.events import Membership
from bot.handlers import programmes
from bot.service import BotService
from bot.turn import Turn
from content import targets
from core.clock import utc_now
from core.db import Database
from core.i18n import LANGUAGES, LOCALES, words
from core.messages import MAX_LABEL_CHARACTERS, MAX_TARGET_BYTES, MAX_TEXT_UTF16_UNITS, Reply, utf16_length
from registrations import status_screens
from registrations.form_screens import EDIT, LATER, STOP_NOW
from staff.actors import Role
from tests.bot import shipped_labels
from tests.desk import add_person
from tests.harness import VAULT, make_bot
from tests.phones import Phone, Telegram, labels
from tests.reports import Report

MOST_TAPS_TO_AN_ARTICLE = 4
DONE_LAST = ("l:", "c", "x:yes")  # they change the language, clear the chat, erase the person
FORM = ("f:", "q:")  # what these show stands in the database: they are pressed apart, at the end
FORM_SCREENS = 2  # whose every button is pressed: of the first question and of the second
SHORTEST_TELLING = 12  # letters of an English message that no other language has by chance
SHORTEST_LINE = 3  # letters of one that no other language has by chance as a whole button or line


@asynccontextmanager
async def quick_bot(database: Database, telegram: Telegram) -> AsyncIterator[BotService]:
    """Run a bot without limits of sending: thousands of taps by one person. Somebody reads what is sent in a form."""
    async with database.session() as session:
        await add_person(session, "rini", Role.REGISTRAR, now=utc_now())
    bot = make_bot(database, telegram, send_per_second=0)
    await bot.start()
    bot.start_polling()
    try:
        yield bot
    finally:
        await bot.stop()


@dataclass
class Crawl:
    """One walk through all buttons in one language."""

    sari: Phone
    bot: BotService
    database: Database
    language: str
    message_id: int
    taps_to: dict[str, int] = field(default_factory=dict)
    is_done: set[str] = field(default_factory=set)
    step: str = targets.HOME
    ticked: set[str] = field(default_factory=set)
    forms: list[str] = field(default_factory=list)
    presses: int = 0
    screens: set[str] = field(default_factory=set)
    topics: set[str] = field(default_factory=set)
    contacts: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    async def walk(self) -> None:
        waiting = deque([(targets.HOME, 0)])
        while waiting:
            target, taps = waiting.popleft()
            if target in self.taps_to or target in DONE_LAST or target.startswith(DONE_LAST[0]) or is_mixed(target):
                continue
            if target.startswith(FORM):
                self.forms += [target] if target not in self.forms else []
                continue
            self.taps_to[target] = taps
            shown = await self.press(target)
            waiting += ((next_target, taps + 1) for next_target in targets_of(shown))

    async def press(self, target: str) -> dict[str, Any]:
        """Press one button, check the screen, and return it."""
        expected = await self.expected(target)
        await self.sari.tap_target(self.message_id, target)
        if expected is None or target.startswith(("p:", "n:")):
            return await self.pressed_for_effect(target)
        message = await self.arrives(expected)
        self.check(message, target)
        return message

    async def expected(self, target: str) -> Reply | None:
        """Return the screen that a button shows; what a programme offers is read from the database."""
        if target == targets.STATUS:  # nothing was signed up for
            self.step = targets.HOME
            return status_screens.status((), words=words(self.language))
        turn = self.turn()
        shown = self.shown_by(target)
        if target.partition(":")[0] != targets.PROGRAMMES:
            return screen.render(turn, shown)
        async with self.database.reading_session() as session:
            turn = self.turn(session)
            await programmes.load(turn)
            return screen.render(turn, shown)

    async def sign_up(self) -> None:
        """Press every button that leads into a form, and every one of its first screens, each in a form begun anew."""
        for start in [each for each in self.forms if each.startswith("f:")]:
            first = await self.changed_by(start)
            agreed = next((each for each in targets_of(first) if each.endswith(":yes")), None)
            if agreed is None:  # a reminder, or a page
                continue
            way = [start]
            for _ in range(FORM_SCREENS):
                for target in targets_of(first):
                    self.check_form(await self.changed_by(target), target)
                    await self.leave(start)
                    for step in way:
                        first = await self.changed_by(step)
                way.append(agreed)
                first = await self.changed_by(agreed)
            await self.leave(start)

    async def leave(self, start: str) -> None:
        """Stop a form, whatever was pressed in it, and stand at the menu."""
        stop = targets.question(start.split(":")[1], STOP_NOW)
        await self.sari.tap_target(self.message_id, stop)
        await self.press(targets.HOME)

    async def changed_by(self, target: str) -> dict[str, Any]:
        """Press a button of a form, and return the screen that stands in the place of the one before."""
        before = await self.shown()
        await self.sari.tap_target(self.message_id, target)
        for _ in range(1500):
            message = await self.shown()
            if (message["text"], rows_of(message)) != (before["text"], rows_of(before)):
                return message
            await asyncio.sleep(0.02)
        raise AssertionError(f"{self.language}: {target} did nothing")

    async def shown(self) -> dict[str, Any]:
        return next(m for m in await self.sari.messages() if m["message_id"] == self.message_id)

    def shown_by(self, target: str) -> str:
        """Return the screen that a button shows, and stand there: a tick shows its path."""
        kind, _, rest = target.partition(":")
        if kind == targets.PATHS and ":" in rest:
            stage, slug, state = rest.split(":")
            self.ticked = self.ticked | {slug} if state == "on" else self.ticked - {slug}
            target = targets.path(stage)
        if kind in screen.SCREENS:
            self.step = targets.opened_from(self.step, target)
        return target

    async def pressed_for_effect(self, target: str) -> dict[str, Any]:
        """Wait for what a button does besides showing a screen of its own."""
        before = len(await self.sari.bot_messages())
        for _ in range(1500):
            messages = await self.sari.bot_messages()
            message = next(m for m in messages if m["message_id"] == self.message_id)
            if len(messages) > before or self.is_answer(target, message):
                self.check(message, target)
                return message
            await asyncio.sleep(0.02)
        raise AssertionError(f"{self.language}: {target} did nothing")

    def is_answer(self, target: str, message: dict[str, Any]) -> bool:
        kind = target.partition(":")[0]
        _ = words(self.language).gettext
        if kind == "w" or target == targets.HERE:
            return False  # answered by a message below
        expected = {
            "y": _("Thank you. Your answer helps us to write better."),
            "n": _("Thank you. Your answer helps us to write better.")
            if target.count(":") == 2
            else _("What was wrong with it?"),
            "p": "",
        }[kind]
        return expected in message["text"] and message.get("edit_date") is not None

    async def arrives(self, expected: Reply) -> dict[str, Any]:
        message: dict[str, Any] = {}
        for _ in range(1500):
            messages = await self.sari.messages()
            message = next(m for m in messages if m["message_id"] == self.message_id)
            if is_same(message, expected):
                return message
            await asyncio.sleep(0.02)
        raise AssertionError((self.language, expected, message))

    def check(self, message: dict[str, Any], target: str) -> None:
        where, _ = (self.language, target), words(self.language).gettext
        self.check_words(message, target)
        assert target == targets.HOME or targets.HOME in targets_of(message), where
        assert target == targets.HOME or _("⬅️ Back") in labels(message), where

    def check_form(self, message: dict[str, Any], target: str) -> None:
        """A form goes on, is left, or asks before it ends: no button of it leads nowhere."""
        where, _ = (self.language, target), words(self.language).gettext
        self.check_words(message, target)
        assert _("That button is no longer in use. Please choose again.") not in message["text"], where
        ways_on = {targets.question(target.split(":")[1], LATER), targets.HOME}
        asks = target.endswith((":stop", f":{EDIT}"))
        assert asks or ways_on & set(targets_of(message)), where

    def check_words(self, message: dict[str, Any], target: str) -> None:
        where = (self.language, target)
        assert 0 < utf16_length(message["text"]) <= MAX_TEXT_UTF16_UNITS, where
        self.presses += 1
        self.screens.add(message["text"])
        shown = [button for row in rows_of(message) for button in row]
        for button in shown:
            assert len(button["text"]) <= MAX_LABEL_CHARACTERS, where
            assert len(button.get("callback_data", "").encode()) <= MAX_TARGET_BYTES, where
        self.check_topics(message, target, shown)
        if target.partition(":")[0] == targets.CONTACTS:
            self.check_contacts(message, target, shown)
        if self.language != "en":
            everything = "\n".join([message["text"], *(button["text"] for button in shown)])
            assert [text for text in english_words(self.language) if text in everything] == [], where
            foreign, own = english_lines(self.language)
            lines = everything.split("\n")
            assert [line for line in lines if foreign.fullmatch(line) and not own.fullmatch(line)] == [], where

    def check_topics(self, message: dict[str, Any], target: str, shown: list[dict[str, Any]]) -> None:
        """Every topic is called, on its button and above its screen, what the pack calls it in this language."""
        headings = shipped_labels.topic_headings(self.language)
        back = words(self.language).gettext("⬅️ Back")
        told = {b.get("callback_data", ""): b["text"] for b in shown if b["text"] != back}
        told[target] = message["text"].partition("\n")[0]
        topics = {where[2:]: heading for where, heading in told.items() if where.startswith("t:")}
        assert topics == {slug: headings[slug] for slug in topics}, (self.language, target)
        self.topics |= topics.keys()

    def check_contacts(self, message: dict[str, Any], target: str, shown: list[dict[str, Any]]) -> None:
        """Every contact has its name, and beside each number the words, that the pack gives it in this language."""
        known = {contact.name: contact for contact in shipped_labels.contacts(self.language)}
        country = target.partition(":")[2].partition(":")[0]
        for name, *numbers in (block.split("\n") for block in message["text"].split("\n\n") if "\n" in block):
            assert name in known, (self.language, target)
            self.contacts[country].add(name)
            for number, *beside in (line.split(" · ") for line in numbers):
                told = known[name].beside.get(number, [])
                assert beside[len(beside) - len(told) :] == told, (self.language, target, number)
        for button in [each for each in shown if each["text"].startswith("WhatsApp")]:
            name = button["text"].removeprefix("WhatsApp: ").removesuffix("…")
            assert any(each.startswith(name) for each in known), (self.language, target)

    def turn(self, session: AsyncSession | None = None) -> Turn:
        nowhere: Any = None  # a screen asks the database nothing

        async def opened() -> AsyncSession:
            assert session, "only what a programme offers is read"
            return session

        content = self.bot.content
        assert content
        chat = Chat(1, "p", self.language, self.step, 0, None, None, None, None, is_sent_elsewhere=False)
        event = Membership(1, 1, None, is_blocked=False, at=utc_now())
        turn = Turn(event, chat, content, utc_now(), VAULT, 1, nowhere, opened)
        turn.steps_done = frozenset(self.ticked)
        return turn


def is_mixed(target: str) -> bool:
    """Tell whether a self-check has been answered now so, now so: two of its thousand ways are walked to their ends."""
    return target.startswith("k:") and len(set(target.split(":")[2:] and target.split(":")[2])) > 1


def rows_of(message: dict[str, Any]) -> list[list[dict[str, Any]]]:
    return list(message.get("reply_markup", {}).get("inline_keyboard", []))


def targets_of(message: dict[str, Any]) -> list[str]:
    return [button["callback_data"] for row in rows_of(message) for button in row if "callback_data" in button]


def is_same(message: dict[str, Any], reply: Reply) -> bool:
    """Compare what the stand-in holds with a reply: text, entities, buttons."""
    entities = [{k: v for k, v in vars_of(e).items() if v is not None} for e in reply.body.entities]
    rows = [
        [{"text": b.label} | ({"url": b.url} if b.url else {"callback_data": b.target}) for b in row]
        for row in reply.rows
    ]
    held = [{k: e[k] for k in ("type", "offset", "length", "url") if k in e} for e in message.get("entities", [])]
    told = [entity for entity in held if entity["type"] in {"bold", "italic", "text_link", "code", "pre"}]
    return (message["text"], told, rows_of(message)) == (reply.body.text, entities, rows)


def vars_of(entity: Any) -> dict[str, Any]:
    return {"type": entity.type, "offset": entity.offset, "length": entity.length, "url": entity.url}


@cache
def english_messages() -> list[str]:
    return [entry.msgid for entry in polib.pofile(str(LOCALES / "messages.pot"))]


@cache
def english_words(language: str) -> list[str]:
    """Return the English messages that would be noticed anywhere in another language, up to their first value."""
    known = words(language).gettext
    begun = {message.partition("{")[0]: known(message) for message in english_messages()}
    return [english for english, own in begun.items() if len(english) >= SHORTEST_TELLING and english not in own]


@cache
def english_lines(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what matches a whole button or line in English, and what one in the language: it may look like English."""
    known = words(language).gettext
    told = {message: known(message) for message in english_messages()}
    return pattern_of([english for english, own in told.items() if own != english]), pattern_of(told.values())


def pattern_of(messages: Iterable[str]) -> re.Pattern[str]:
    """Return what matches any of these messages, whatever their values are."""
    fixed = [re.split(r"{\w+}", message) for message in messages]
    telling = [pieces for pieces in fixed if sum(map(str.isalpha, "".join(pieces))) >= SHORTEST_LINE]
    return re.compile("|".join(".+".join(map(re.escape, pieces)) for pieces in telling))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_button_leads_somewhere_and_back(telegram: Telegram, stocked: Database, report: Report) -> None:
    async with quick_bot(stocked, telegram) as bot:
        report.note(**await crawled(bot, telegram, stocked, "id"))


@pytest.mark.deep
@pytest.mark.parametrize(
    ("database_url", "language"),
    [*(("sqlite", language) for language in LANGUAGES), ("postgres", "jv")],
    indirect=["database_url"],
)
async def test_every_button_of_the_whole_library_leads_somewhere_and_back(
    telegram: Telegram, library: Database, language: str, report: Report
) -> None:
    async with quick_bot(library, telegram) as bot:
        told = await crawled(bot, telegram, library, language)

        assert bot.content
        assert bot.content.topics.keys() == shipped_labels.topic_headings(language).keys()
    report.note(**told)


async def crawled(bot: BotService, telegram: Telegram, database: Database, language: str) -> dict[str, Any]:
    """Press every button in a language, see that all that is there was met, and return the counts."""
    sari = await telegram.person()
    menu = await sari.met(language)
    crawl = Crawl(sari, bot, database, language, menu["message_id"])

    await crawl.walk()
    await crawl.sign_up()

    assert bot.content
    assert crawl.topics == bot.content.topics.keys() >= shipped_labels.menu()
    for contact in shipped_labels.contacts(language):
        assert contact.name in crawl.contacts[contact.country]
    articles = {targets.article(slug) for slug in bot.content.articles}
    assert articles <= crawl.taps_to.keys()
    assert max(crawl.taps_to[article] for article in articles) <= MOST_TAPS_TO_AN_ARTICLE
    assert {targets.sign_up("courses"), targets.sign_up("courses", for_another=True)} <= set(crawl.forms)
    countries = {targets.contacts(code) for code in bot.content.countries}
    assert countries <= crawl.taps_to.keys() | {targets.contacts("ID")}
    assert await refused(telegram) == []
    await ends_well(sari, crawl)
    return {
        "language": language, "buttons": crawl.presses, "screens": len(crawl.screens), "articles": len(articles),
        "topics": len(crawl.topics), "contacts": len(set().union(*crawl.contacts.values())),
        "most_taps_to_an_article": max(crawl.taps_to[article] for article in articles),
    }  # fmt: skip


async def refused(telegram: Telegram) -> list[str]:
    """Return what the stand-in said to every call that it refused with good reason.

    Left out is what changes nothing. This bot sends without limits: after a pause of a busy machine too much comes at
    once, and where the pause outlasts a lease a tap that was answered is answered again.
    """
    calls = await telegram.calls()
    answered = {tap_of(call) for call in calls if call["status"] == 200}
    said = [(tap_of(call), str(call["result_or_description"])) for call in calls if call["status"] != 200]
    harmless = ("not modified", "Too Many Requests")
    said = [(tap, what) for tap, what in said if not any(each in what for each in harmless)]
    return [what for tap, what in said if "query is too old" not in what or tap not in answered]


def tap_of(call: dict[str, Any]) -> str:
    """Return which tap a call answers; nothing if it answers none."""
    return str(call["parameters"].get("callback_query_id", ""))


async def ends_well(sari: Phone, crawl: Crawl) -> None:
    """Press what was left for last: a language, erasing, clearing."""
    await sari.tap_target(crawl.message_id, targets.language(crawl.language))
    await sari.tap_target(crawl.message_id, targets.ERASE)
    await sari.sees(lambda messages: any(b.startswith("🗑️") for m in messages for b in labels(m)))
    await sari.tap_target(crawl.message_id, targets.CLEAR)
    await sari.sees(lambda messages: len(messages) == 1)
