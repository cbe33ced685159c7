"""What a person says about herself: the lists of a topic follow it, and go back when she takes it back."""

from typing import Any

import pytest
from sqlalchemy import select, update

from bot.conversations import Chat
from bot.service import BotService
from content.articles import Article
from content.revisions import Entry
from content.versions import raise_version
from core.db import Database
from registrations.people import Person
from tests.phones import Phone, Telegram, labels

LENDERS, BUDGET, CODES = "Diteror pinjol ilegal", "Mengatur uang keluarga", "Jangan beri tahu kode OTP"


async def is_for(database: Database, slug: str, **audience: Any) -> None:
    """Say whom an article is for, and for nobody else."""
    everybody: dict[str, Any] = {"stages": [], "countries": [], "provinces": []}
    async with database.session() as session:
        mine = Article.id == select(Entry.id).where(Entry.slug == slug).scalar_subquery()
        await session.execute(update(Article).where(mine).values(**everybody | audience))
        await raise_version(session)


async def listed(sari: Phone) -> list[str]:
    """Open the topic of money anew, and return what is listed of these three."""
    before = (await sari.bot_messages())[-1]["message_id"]
    await sari.write("/start t-money")
    await sari.sees(lambda messages: messages[-1]["message_id"] > before and "💰" in messages[-1]["text"])
    return [label for label in labels(await sari.screen()) if label in {LENDERS, BUDGET, CODES}]


async def says(sari: Phone, question: str, answer: str) -> None:
    """Answer one of the three questions, on a page of their own."""
    await sari.write("/saya")
    asked = await sari.sees("tiga hal")
    await sari.tap_target(asked["message_id"], f"p:{question}:{answer}")
    await sari.sees("Itu tidak disimpan." if answer == "skip" else "Sudah dicatat.")


async def test_what_she_says_orders_and_filters_what_a_topic_lists(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    await is_for(stocked, "illegal-lenders", stages=["returned"])
    await is_for(stocked, "family-budget", countries=["HK"])
    await is_for(stocked, "otp-secret", provinces=["36"])
    sari = await telegram.person()
    await sari.met("id")
    everything = await listed(sari)
    assert sorted(everything) == [LENDERS, CODES, BUDGET]

    await says(sari, "country", "TW")
    assert BUDGET not in await listed(sari), "it is for another country"
    await says(sari, "country", "HK")
    await says(sari, "province", "32")
    assert CODES not in await listed(sari), "it is for another province"
    await says(sari, "province", "36")
    await says(sari, "stage", "returned")
    assert (await listed(sari))[0] == LENDERS, "what is for her stage comes first"
    await says(sari, "stage", "planning")
    assert (await listed(sari))[-1] == LENDERS, "what is for another stage comes last"
    for question in ("stage", "country", "province"):
        await says(sari, question, "skip")
    assert await listed(sari) == everything


@pytest.mark.parametrize("name", sorted({*Chat.__slots__, "nothing"} - {"stage", "country", "province"}))
async def test_a_forged_button_changes_nothing_of_a_person(
    bot: BotService, telegram: Telegram, stocked: Database, name: str
) -> None:
    sari = await telegram.person()
    await sari.met("id")
    before = await kept(stocked)
    await sari.write("/saya")
    asked = await sari.sees("tiga hal")

    await sari.tap_target(asked["message_id"], f"p:{name}:skip")

    await sari.shows("Tombol itu sudah tidak dipakai")
    assert await kept(stocked) == before


async def kept(database: Database) -> list[tuple[Any, ...]]:
    """Return what is kept of people, but for when they were last here."""
    mine = select(Person.id, Person.language, Person.stage, Person.country, Person.province)
    async with database.reading() as connection:
        return [tuple(row) for row in await connection.execute(mine)]
