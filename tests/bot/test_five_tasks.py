"""The five tasks of docs/tried-by-newcomers.md: whoever reads slowly has each answer within a minute."""

import asyncio
import re

import pytest

from bot.service import BotService
from core.db import Database
from tests.phones import PATIENCE_SECONDS, Telegram, labels

SECONDS_A_STEP, WORDS_A_MINUTE = 4, 100  # as that page reckons
STEPS = 4  # Start, the language, the question, the text
LIST_NUMBER = re.compile(r"^\d\. ", re.MULTILINE)
WORD = re.compile(r"[\w+][\w'’.+-]*")
# What is asked, where the answer stands, and the last words of it
TASKS = {
    "wages": ("id", "gaji saya tidak dibayar di taiwan", "wages-unpaid", "telepon 1955."),
    "fee": ("en", "how much can an agency charge hong kong", "placement-cost", "first month's wage"),
    "daughter": ("jv", "anakku ning malaysia ora ngangkat telpon", "relative-unreachable", "+6281290070027"),
    "offer": ("su", "aya tawaran gawe ti WA ka kamboja, bener teu", "job-offer-check", "(April 2025)"),
    "course": ("id", "saya sudah pulang mau ikut kursus", "join-a-course", "Daftar di bawah."),
}


def words(text: str) -> int:
    return len(WORD.findall(LIST_NUMBER.sub("", text)))


@pytest.mark.parametrize("task", TASKS)
async def test_each_of_the_five_tasks_takes_less_than_a_minute(
    bot: BotService, telegram: Telegram, library: Database, task: str
) -> None:
    """All that stands above the answer counts: Telegram's description of the bot, every sentence, the labels of what
    was found down to the one to tap; of the menu only its sentence, as a question is typed instead."""
    language, question, article, answer = TASKS[task]
    sari = await telegram.person()
    bot.start_introducing()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await telegram.calls("setChatMenuButton"):  # noqa: ASYNC110  its last call
            await asyncio.sleep(0.02)
    read = [(await telegram.ask("GET", "/bot?language_code=id"))["description"]]

    await sari.write("/start")
    asked = await sari.sees("Bekal")
    read.append(asked["text"])
    await sari.tap_target(asked["message_id"], f"l:{language}")
    await sari.sees(lambda messages: len(messages) == 2)
    read += [message["text"] for message in await sari.bot_messages()]
    await sari.write(question)
    found = await sari.sees(lambda messages: len(messages) == 3 and bool(labels(messages[-1])))
    targets = [button["callback_data"] for row in found["reply_markup"]["inline_keyboard"] for button in row]
    place = targets.index(f"a:{article}:1")
    read += [found["text"], *labels(found)[: place + 1]]
    await sari.tap_target(found["message_id"], targets[place])
    shown = (await sari.shows(answer))["text"]
    read.append(shown[: shown.index(answer) + len(answer)])

    seconds = STEPS * SECONDS_A_STEP + sum(map(words, read)) * 60 / WORDS_A_MINUTE
    assert read[0]
    assert seconds < 60, read
