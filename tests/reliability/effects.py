"""Counting effects: what a set of updates should lead to, and what the stand-in and the database saw."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, func, select

from bot.conversations import Conversation, ParkedUpdate, SeenUpdate
from content import screens
from core.db import Base, Database
from core.i18n import words
from core.outbox import OutboxRow
from tests.phones import Phone, Telegram

KEYS_LINE = screens.keys_line(words=words("id")).body.text
REFUSED = "Bad Request: refused for good"  # what a test lets Telegram say to any call
TAPS = ("t:money", "h", "a:washing-hands:1", "no-such-button")
LINKS = ("/start a-passport-held", "/start a-sending-money-cost", "/start a-washing-hands", "/menu")


@dataclass
class Traffic:
    """People who write and tap at random; every text has an answer that tells which text it answers."""

    telegram: Telegram
    people: list[Phone] = field(default_factory=list)
    written: Counter[tuple[int, str]] = field(default_factory=Counter)
    tapped: Counter[tuple[int, int, str]] = field(default_factory=Counter)
    updates: int = 0
    dice: random.Random = field(default_factory=lambda: random.Random(20261124))

    async def gather(self, count: int) -> None:
        self.people = [await self.telegram.person(f"Sari {number}", "id") for number in range(count)]

    async def act(self, count: int) -> None:
        """Let people write and tap at random: every fifth time a button, of theirs or forged, if one has a message."""
        for _ in range(count):
            person = self.dice.choice(self.people)
            shown = await screens_of(person) if self.dice.random() < 0.2 else []
            if shown:
                await self.tap(person, self.dice.choice(shown)["message_id"], self.dice.choice(TAPS))
            else:
                await self.write(person, self.dice.choice(LINKS))
            self.updates += 1

    async def write(self, person: Phone, text: str) -> None:
        await person.write(text)
        self.written[person.id, text] += 1

    async def tap(self, person: Phone, message_id: int, target: str) -> None:
        await person.tap_target(message_id, target)
        self.tapped[person.id, message_id, target] += 1


async def screens_of(person: Phone) -> list[dict[str, Any]]:
    """Return the bot's messages that a tap can edit: not the line that came with the keys."""
    return [message for message in await person.bot_messages() if message["text"] != KEYS_LINE]


async def all_settled(telegram: Telegram, database: Database, *, seconds: float) -> None:
    """Wait until Telegram holds no update and the outbox no message."""
    async with asyncio.timeout(seconds):
        while await telegram.pending() or await waiting(database):  # noqa: ASYNC110  other processes tell nobody
            await asyncio.sleep(0.1)


async def all_taken(telegram: Telegram, *, seconds: float) -> None:
    """Wait until Telegram holds no update."""
    async with asyncio.timeout(seconds):
        while await telegram.pending():  # noqa: ASYNC110  other processes tell nobody
            await asyncio.sleep(0.05)


async def waiting(database: Database) -> int:
    """Count the messages that are committed and not settled."""
    return await count(database, OutboxRow, OutboxRow.failure.is_(None))


async def taken(database: Database) -> int:
    """Count the updates that are taken."""
    return await count(database, SeenUpdate)


async def until_taken(database: Database, goal: int) -> None:
    """Wait until so many updates are taken in all: counted from before they are written, or some are taken already."""
    async with asyncio.timeout(60):
        while await taken(database) < goal:  # noqa: ASYNC110  other processes tell nobody
            await asyncio.sleep(0.002)


async def count(database: Database, table: type[Base], *conditions: ColumnElement[bool]) -> int:
    """Count a table's rows."""
    async with database.reading() as connection:
        rows = select(func.count()).select_from(table).where(*conditions)
        return int((await connection.execute(rows)).scalar_one())


@dataclass(frozen=True)
class Effects:
    claimed: int
    turns: int
    parked: int
    failed: int


async def effects(database: Database) -> Effects:
    async with database.reading() as connection:
        turns = (await connection.execute(select(func.sum(Conversation.version)))).scalar_one()
    return Effects(
        claimed=await count(database, SeenUpdate),
        turns=int(turns or 0),
        parked=await count(database, ParkedUpdate),
        failed=await count(database, OutboxRow),
    )


@dataclass(frozen=True)
class Answers:
    """How often each text and each tap was answered, against how often it was made. An edit repeats without harm."""

    missing: int
    missing_edits: int
    repeated: int


async def answers(traffic: Traffic) -> Answers:
    """Compare what was sent with what was written, person by person and text by text; and taps with edits."""
    sent: Counter[tuple[int, str]] = Counter()
    for call in await traffic.telegram.calls("sendMessage"):
        if call["status"] == 200 or was_refused(call):
            sent[call["parameters"]["chat_id"], call["parameters"]["text"]] += 1
    edited: Counter[tuple[int, int, str]] = Counter()
    for call in await traffic.telegram.calls("editMessageText"):
        if call["status"] == 200 or was_there_already(call) or was_refused(call):
            where = call["parameters"]
            edited[where["chat_id"], where["message_id"], _first_line(where["text"])] += 1
    titles, first_lines = await _told_a_newcomer(traffic)
    expected = Counter({(person, titles[text]): times for (person, text), times in traffic.written.items()})
    sent = Counter({(person, text): times for (person, text), times in sent.items() if text != KEYS_LINE})
    edits = Counter({(*where, first_lines[target]): times for (*where, target), times in traffic.tapped.items()})
    return Answers(
        missing=(expected - sent).total(), missing_edits=(edits - edited).total(),  # type: ignore[operator]
        repeated=(sent - expected).total(),
    )  # fmt: skip


def was_there_already(call: dict[str, Any]) -> bool:
    """Tell whether an edit changed nothing: another tap on the same button asks for the same, and rightly."""
    return "message is not modified" in str(call["result_or_description"])


def was_refused(call: dict[str, Any]) -> bool:
    """Tell whether a call was refused for good by a test's fault: that is an end, too."""
    return bool(call["result_or_description"] == REFUSED)


async def _told_a_newcomer(traffic: Traffic) -> tuple[dict[str, str], dict[str, str]]:
    """Ask what each link answers, and with which line the answer to each tap begins, outside the count."""
    probe = await traffic.telegram.person("Probe", "id")
    await probe.met("id")
    texts: dict[str, str] = {}
    for number, text in enumerate(LINKS):
        await probe.write(text)
        await probe.sees(lambda messages, wanted=number + 3: len(messages) == wanted)  # type: ignore[misc]
        texts[text] = (await probe.bot_messages())[-1]["text"]
    first_lines: dict[str, str] = {}
    for target in TAPS:  # each changes the screen before it
        shown = (await probe.bot_messages())[-1]
        await probe.tap_target(shown["message_id"], target)
        answer = await probe.sees(lambda messages, shown=shown: messages[-1]["text"] != shown["text"])  # type: ignore[misc]
        first_lines[target] = _first_line(answer["text"])
    assert len(set(first_lines.values())) == len(TAPS), "each tap has an answer of its own"
    return texts, first_lines


def _first_line(text: str) -> str:
    return text.partition("\n")[0]
