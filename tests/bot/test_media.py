"""Pictures and voice notes in the chat: nobody pays for bytes that she did not ask for."""

from typing import Any

import pytest
from sqlalchemy import update

from bot.files import MediaFileId
from bot.service import BotService
from content.media import Media
from content.revisions import Entry, Revision
from core.clock import utc_now
from core.db import Database
from tests.desk import rewrite_at_desk
from tests.harness import MEDIA
from tests.media import add_media, picture, sound
from tests.phones import Phone, Telegram, labels

BODY = "Cuci tangan pakai sabun.\n\n{references}\nPakai air mengalir."


async def show(database: Database, *shown: Media) -> None:
    """Put media into a text as the desk does, and let it be approved."""
    references = "\n".join(f"{{{{media:{one.key}}}}}" for one in shown)
    which = (Entry.slug == "washing-hands") & (Revision.entry_id == Entry.id) & (Revision.language == "id")
    await rewrite_at_desk(database, which, now=utc_now(), body=BODY.format(references=references))


async def opens(phone: Phone) -> dict[str, Any]:
    await phone.write("/start a-washing-hands")
    return await phone.shows("air mengalir")


async def gets(phone: Phone, kind: str, count: int = 1) -> dict[str, Any]:
    await phone.sees(lambda messages: sum(kind in message for message in messages) >= count)
    return next(message for message in reversed(await phone.bot_messages()) if kind in message)


@pytest.mark.parametrize(
    ("upload", "label", "kind", "method"),
    [(picture(), "🖼", "photo", "sendPhoto"), (sound(), "🔊", "voice", "sendVoice")],
)
async def test_a_tap_brings_it_with_its_words_and_the_next_person_gets_it_without_an_upload(
    bot: BotService, telegram: Telegram, stocked: Database, upload: bytes, label: str, kind: str, method: str
) -> None:
    shown = await add_media(stocked, upload)
    await show(stocked, shown)
    sari, dewi = await telegram.person("Sari"), await telegram.person("Dewi")
    article = await opens(sari)
    assert "media" not in article["text"]
    assert "sabun.\n\nPakai air" in article["text"]
    assert [name for name in labels(article) if name.startswith(label)] == [labels(article)[0]]
    assert "kB" in labels(article)[0]

    await sari.tap(label)
    brought = await gets(sari, kind)
    assert brought["caption"] == "Sampul paspor"
    assert labels(await sari.screen()) == labels(article), "the article keeps its buttons"
    await opens(dewi)
    await dewi.tap(label)
    await gets(dewi, kind)

    first, second = (call["parameters"][kind] for call in await telegram.calls(method))
    assert first != second
    assert second == (brought[kind][-1] if kind == "photo" else brought[kind])["file_id"]


async def test_a_name_that_telegram_forgot_is_replaced_by_the_bytes(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    shown = await add_media(stocked, picture())
    await show(stocked, shown)
    async with stocked.session() as session:
        session.add(MediaFileId(bot_id=bot._client.bot_id, sha256=shown.sha256, file_id="forgotten"))
    sari = await telegram.person()
    await opens(sari)

    await sari.tap("🖼")
    await gets(sari, "photo")
    await sari.tap("🖼")
    await gets(sari, "photo", count=2)

    assert [call["status"] for call in await telegram.calls("sendPhoto")] == [400, 200, 200]


async def test_a_file_that_is_gone_leaves_its_words(bot: BotService, telegram: Telegram, stocked: Database) -> None:
    shown = await add_media(stocked, picture(size=(30, 31)), alt="Cara membilas")
    await show(stocked, shown)
    MEDIA._path(shown.sha256).unlink()
    sari = await telegram.person()
    await opens(sari)

    await sari.tap("🖼")

    assert (await sari.shows("Cara membilas"))["text"] == "Cara membilas"


async def test_clearing_the_chat_takes_pictures_away_too(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    await show(stocked, await add_media(stocked, picture()))
    sari = await telegram.person()
    await opens(sari)
    await sari.tap("🖼")
    await gets(sari, "photo")

    await sari.write("/bersihkan")

    await sari.sees(lambda messages: len(messages) == 1 and "photo" not in messages[0])


async def test_what_was_altered_in_the_database_has_no_button(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    shown, voice = await add_media(stocked, picture()), await add_media(stocked, sound())
    async with stocked.session() as session:
        await session.execute(update(Media).where(Media.id == shown.id).values(sha256=voice.sha256))
    await show(stocked, voice)
    await show(stocked, voice, shown)
    sari = await telegram.person()

    article = await opens(sari)

    assert [name[0] for name in labels(article)][:1] == ["🔊"]
    assert not any("🖼" in name for name in labels(article))
