"""Guessing in the chat: a code that is somebody else's is answered as one that nobody has, and nothing comes of it."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import cycle
from typing import Any

import pytest
from sqlalchemy import select

from bot.service import BotService
from content import targets
from core.db import Base, Database
from registrations.people import TelegramAccount
from registrations.registrations import Registration, Status, StatusEvent
from registrations.sign_up import new_reference
from registrations.status_screens import TAKE_UP, WITHDRAW, WITHDRAW_NOW
from registrations.wishes import Wish
from tests.phones import Phone, Telegram
from tests.registrations.exports import add_registration
from tests.registrations.forms import SLUG, add_programme
from tests.reliability.effects import all_settled
from tests.reports import Report

DISCREET = "tenang"
SENT = [status for status in Status if status is not Status.BEGUN]
MET_AT_ONCE = 20  # each looks at her phone all the time meanwhile: more of them hold the bot up
OF_A_CHAT = {"chat_id", "message_id", "callback_query_id", "reply_parameters"}  # what no two chats have in common
OK = 200
Guess = Callable[[Phone, str], Awaitable[None]]


async def by_command(phone: Phone, reference: str) -> None:
    await phone.write(f"/status {reference}")


async def alone(guesser: Phone, reference: str) -> None:
    await guesser.write(reference)


async def as_people_write(phone: Phone, reference: str) -> None:
    await phone.write(f"/STATUS {reference.replace('-', ' ').lower()}")


def by_button(step: str) -> Guess:
    async def tap(phone: Phone, reference: str) -> None:
        newest = (await phone.bot_messages())[-1]["message_id"]
        await phone.tap_target(newest, targets.registration(reference, step))

    return tap


# After each button a command: it brings a message that no button has changed yet
GUESSES = (
    by_command, by_button(""), as_people_write, by_button(WITHDRAW), alone, by_button(WITHDRAW_NOW), by_command,
    by_button(TAKE_UP),
)  # fmt: skip


async def signed_up(database: Database, owner: Phone) -> list[str]:
    """Let one person have registrations in every state, for a programme and a discreet one; return their codes."""
    async with database.session() as session:
        account = await session.get_one(TelegramAccount, owner.id)
        sent = []
        for slug in (SLUG, DISCREET):
            await add_programme(session, slug, discreet=slug == DISCREET)
            for number, status in enumerate(SENT, 1):
                hers = await add_registration(session, number, slug=slug, status=status)
                hers.person_id, hers.is_for_another = account.person_id, True  # she may have several for relatives
                sent.append(hers)
        return [str(each.reference) for each in sent]


async def told(telegram: Telegram) -> tuple[dict[int, list[str]], set[str]]:
    """Return all that the bot has told since the last time, by chat, and how it has acknowledged taps.

    Without the numbers of chats and messages, and what was refused: of a call that is made again nobody learns.
    """
    by_chat, acknowledged = dict[int, list[str]](), set[str]()
    for call in await telegram.calls():
        if call["status"] != OK:
            continue
        said = {name: value for name, value in call["parameters"].items() if name not in OF_A_CHAT}
        written = f"{call['method']} {said}"
        if "chat_id" in call["parameters"]:
            by_chat.setdefault(call["parameters"]["chat_id"], []).append(written)
        elif call["method"] == "answerCallbackQuery":
            acknowledged.add(written)
    await telegram.ask("DELETE", "/calls")
    return by_chat, acknowledged


async def everything(database: Database, *tables: type[Base]) -> list[list[tuple[Any, ...]]]:
    async with database.reading() as connection:
        return [sorted(tuple(row) for row in await connection.execute(select(table))) for table in tables]


async def all_done(telegram: Telegram, database: Database, bot: BotService) -> None:
    """Wait until all is answered, and what is beside the answers: taps acknowledged, buttons of old screens gone."""
    await all_settled(telegram, database, seconds=60)
    async with asyncio.timeout(60):
        while bot.is_busy:  # noqa: ASYNC110  nothing in the product waits for this
            await asyncio.sleep(0.02)


async def guess(telegram: Telegram, database: Database, bot: BotService, *, people: int, guesses: int) -> list[str]:
    """Let people guess: half of them codes of one who is not among them. Return from what somebody learns something."""
    owner, *guessers = [await telegram.person() for _ in range(people + 1)]
    for first in range(0, people + 1, MET_AT_ONCE):
        await asyncio.gather(*(each.met("id") for each in [owner, *guessers][first : first + MET_AT_ONCE]))
    there = cycle(await signed_up(database, owner))
    before = await everything(database, Registration, StatusEvent, Wish)
    hits: list[str] = []
    for _, how in zip(range(guesses // people), cycle(GUESSES), strict=False):
        await all_done(telegram, database, bot)
        await told(telegram)
        tried = [next(there) if number % 2 else new_reference() for number in range(people)]
        await asyncio.gather(*(how(*each) for each in zip(guessers, tried, strict=True)))
        await all_done(telegram, database, bot)
        answers, acknowledged = await told(telegram)
        assert answers, "nobody was answered: a round in which Telegram refuses everything shows nothing"
        learnt = [answers.get(each.id, []) for each in guessers]
        hits += [f"{one}, not {learnt[0]}" for one in learnt if one != learnt[0]]
        hits += sorted(acknowledged) if len(acknowledged) > 1 else []
    assert await everything(database, Registration, StatusEvent, Wish) == before
    await owner.write(f"/status {next(there)}")
    await owner.shows("Kode Anda")
    return hits


async def test_200_guesses_in_the_chat_learn_nothing(
    quick_bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    assert await guess(telegram, stocked, quick_bot, people=25, guesses=200) == []


@pytest.mark.deep
async def test_10000_guesses_in_the_chat_learn_nothing(
    quick_bot: BotService, telegram: Telegram, stocked: Database, report: Report
) -> None:
    hits = await guess(telegram, stocked, quick_bot, people=100, guesses=10_000)
    report.note(guesses=10_000, hits=len(hits))
    assert hits == []
