"""What can be done with an article: answer whether it helped, and hand it on."""

import pytest
from sqlalchemy import select, update

from bot.service import BotService
from content.revisions import Entry, Publication
from content.versions import raise_version
from content.votes import ArticleVote
from core.clock import utc_now
from core.db import Database
from tests.phones import Phone, Telegram, labels


async def votes(database: Database) -> list[tuple[str, str, str]]:
    async with database.reading() as connection:
        rows = await connection.execute(select(ArticleVote.article, ArticleVote.language, ArticleVote.answer))
        return [(row.article, row.language, row.answer) for row in rows]


async def reads(sari: Phone, slug: str) -> None:
    await sari.write(f"/start a-{slug}")
    article = await sari.shows("Belum diperiksa")
    await sari.tap_target(article["message_id"], f"a:{slug}:99")  # the last part, whichever that is
    await sari.sees(lambda messages: any("👍 Membantu" in labels(message) for message in messages))


async def retract(database: Database, slug: str, language: str) -> None:
    async with database.session() as session:
        mine = Publication.entry_id.in_(select(Entry.id).where(Entry.slug == slug))
        ended = update(Publication).where(mine, Publication.language == language)
        await session.execute(ended.values(published_until=utc_now()))
        await raise_version(session)


async def test_a_yes_is_counted_without_the_person_and_thanked(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await telegram.person()
    await reads(sari, "washing-hands")

    await sari.tap("👍 Membantu")

    thanked = await sari.shows("Terima kasih")
    assert "👍 Membantu" not in labels(thanked)
    assert await votes(stocked) == [("washing-hands", "id", "yes")]


async def test_a_no_asks_for_the_reason_and_counts_both(bot: BotService, telegram: Telegram, stocked: Database) -> None:
    sari = await telegram.person()
    await reads(sari, "washing-hands")

    await sari.tap("👎 Belum")
    await sari.shows("Apa yang kurang?")
    await sari.tap("Sulit dimengerti")

    await sari.shows("Terima kasih")
    assert await votes(stocked) == [("washing-hands", "id", "no"), ("washing-hands", "id", "hard")]


async def test_a_card_can_be_forwarded_and_its_link_opens_the_article(bot: BotService, telegram: Telegram) -> None:
    sari, dewi = await telegram.person("Sari"), await telegram.person("Dewi")
    await reads(sari, "washing-hands")

    await sari.tap("Kartu untuk diteruskan")

    card = await sari.sees("https://t.me/")
    assert not labels(card)
    assert labels(await sari.screen()), "the article above keeps its buttons"
    await dewi.write("/start " + card["text"].split("?start=")[1].split()[0])
    await dewi.shows("Cuci tangan pakai sabun")


@pytest.mark.parametrize("language", ["jv", "su"])
async def test_a_text_that_is_not_translated_yet_says_so_and_is_shown_in_indonesian(
    bot: BotService, telegram: Telegram, stocked: Database, language: str
) -> None:
    await retract(stocked, "washing-hands", language)
    sari = await telegram.person()
    await sari.met(language)

    await sari.write("/start a-washing-hands")

    await sari.sees("Bahasa Indonesia.")
    assert "Cuci tangan" in (await sari.bot_messages())[-1]["text"]
