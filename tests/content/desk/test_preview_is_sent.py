"""What the desk's preview shows is what the stand-in receives when the real bot opens the article: to the byte."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from httpx2 import AsyncClient

from bot.service import BotService
from content import targets
from content.desk import reading
from content.desk.exact import Exact
from content.revisions import EntryKind
from core.db import Database
from core.i18n import LANGUAGES
from staff.actors import Role
from tests.desk import Clock, add_person, make_desk, sign_in, visitor
from tests.phones import Phone, Telegram
from tests.reports import Report

SOME = ("family-budget", "passport-held", "wages-unpaid")  # of one part and of several, with numbers to call


@dataclass
class Reader:
    """A phone whose one message becomes one screen after the other."""

    telegram: Telegram
    phone: Phone
    message_id: int

    async def receives(self, target: str) -> dict[str, Any]:
        """Tap, and return what the stand-in received for it: text, entities, buttons."""
        await self.telegram.ask("DELETE", "/calls")
        await self.phone.tap_target(self.message_id, target)
        for _ in range(2000):
            if calls := await self.telegram.calls("editMessageText"):
                assert [call["status"] for call in calls] == [200], target
                return seen_of(calls[0]["parameters"])
            await asyncio.sleep(0.005)
        raise AssertionError(f"{target} showed nothing")


def seen_of(message: dict[str, Any]) -> dict[str, Any]:
    """Return what a person sees of a message, from a call of the bot or from a preview."""
    return {
        "text": message["text"], "entities": message.get("entities", []), "reply_markup": message.get("reply_markup")
    }  # fmt: skip


@dataclass
class Compared:
    """How much was compared."""

    texts: int = 0
    messages: int = 0


@pytest.fixture
async def editor(database: Database) -> AsyncIterator[AsyncClient]:
    """A browser of an editor at the desk."""
    clock = Clock()
    async with database.session() as session:
        token = await sign_in(session, await add_person(session, "sri", Role.EDITOR, now=clock()), now=clock())
    async with visitor(make_desk(database, clock), token) as client:
        yield client


async def live_text(database: Database, slug: str, language: str) -> tuple[Exact, list[int]]:
    """Return what is live, and its sources."""
    async with database.reading_session() as session:
        entry = await reading.entry(session, EntryKind.ARTICLE, slug)
        live = await reading.live(session, entry_id=entry.id, language=language)
        assert live, (slug, language)
        return await reading.exact(session, entry, live), await reading.source_ids(session, live.id)


async def preview(
    editor: AsyncClient, slug: str, language: str, exact: Exact, source_ids: list[int], summary: str
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the messages that the desk shows beside a text that is being written."""
    form = {"title": exact.title, "summary": summary, "body": exact.body, "sources": source_ids}
    answer = await editor.post(f"/articles/{slug}/{language}/preview", data=form)
    shown = answer.json()
    assert shown["fault"] == "", (slug, language)
    return [seen_of(message) for message in shown["messages"]]


async def compare(
    database: Database, telegram: Telegram, editor: AsyncClient, slugs: Sequence[str]
) -> Compared:  # fmt: skip
    """Open every part of these articles in every language, and compare each with both ways of previewing it.

    What is live is previewed by itself; the same words not saved yet are made into a screen anew.
    """
    compared = Compared()
    readers = dict[str, Reader]()
    for language in LANGUAGES:
        phone = await telegram.person(language=language)
        readers[language] = Reader(telegram, phone, (await phone.met(language))["message_id"])
    for slug, language in product(slugs, LANGUAGES):
        exact, source_ids = await live_text(database, slug, language)
        live = await preview(editor, slug, language, exact, source_ids, exact.summary)
        unsaved = await preview(editor, slug, language, exact, source_ids, exact.summary + "!")
        received = [await readers[language].receives(targets.article(slug, part)) for part in range(1, len(live) + 1)]
        assert live == received, (slug, language)
        assert unsaved == received, (slug, language)
        compared.texts += 1
        compared.messages += len(received)
    return compared


@pytest.mark.usefixtures("stocked", "quick_bot")
async def test_the_preview_of_some_articles_is_what_the_stand_in_receives(
    database: Database, telegram: Telegram, editor: AsyncClient
) -> None:
    compared = await compare(database, telegram, editor, SOME)
    assert compared.texts == len(SOME) * len(LANGUAGES)
    assert compared.messages > compared.texts


@pytest.mark.deep
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the other test reads from both
@pytest.mark.usefixtures("library")
async def test_the_preview_of_every_article_is_what_the_stand_in_receives(
    database: Database, telegram: Telegram, editor: AsyncClient, quick_bot: BotService, report: Report
) -> None:
    assert quick_bot.content
    slugs = sorted(quick_bot.content.articles)
    compared = await compare(database, telegram, editor, slugs)
    assert compared.texts == len(slugs) * len(LANGUAGES)
    report.note(articles=len(slugs), texts=compared.texts, messages=compared.messages, differing=0)
