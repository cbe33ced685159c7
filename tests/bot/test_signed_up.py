"""After signing up in the chat: withdrawing, whoever is next, erasing, news, and who may sign up for what."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import select

from bot.service import BotService
from content.cache import CatalogueCache
from core.clock import utc_now
from core.db import Database
from core.i18n import LANGUAGES, words
from registrations import places, standings
from registrations.notices import Notice, Reached
from registrations.people import Person
from registrations.registrations import Answer, Reason, Registration, Status
from registrations.wishes import Kind, Wish
from tests.bot.test_sign_up import BOT_ID, CANNOT_DELETE
from tests.harness import SEALS, VAULT
from tests.phones import Telegram
from tests.registrations.chat import SHORT, asked, offered, opened_page, rows, see_button, sign_up
from tests.registrations.forms import SLUG, add_programme


async def test_who_sends_twice_signs_up_once_and_keeps_her_reference(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await offered(stocked, telegram, questions=SHORT)
    await sign_up(sari)
    done = await sari.shows("Kode Anda")
    await sari.tap_target(done["message_id"], f"q:{SLUG}:send")
    await sari.tap_target(done["message_id"], f"q:{SLUG}:1:<")
    await sari.write("/bantuan")
    await sari.shows("Cara pakai")
    (registration,) = await rows(stocked)
    assert str(registration.reference) in str(await sari.messages())


async def test_who_withdraws_makes_room_for_the_next_who_is_told(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await offered(stocked, telegram, questions=SHORT, places=1)
    await sign_up(sari)
    await sari.shows("Anda mendapat tempat")
    dewi = await opened_page(telegram)
    await dewi.shows("Anda bisa ikut antre")
    await sign_up(dewi)
    await dewi.shows("Anda nomor 1 dalam antrean")

    await sari.write("/status")
    await see_button(sari, "✖️ Batalkan")
    await sari.tap("Batalkan")
    await see_button(sari, "✖️ Ya, batalkan")
    await sari.tap("Ya, batalkan")
    await sari.shows("Pendaftaran sudah dibatalkan")

    await dewi.shows("Ada tempat untuk Anda")
    await dewi.tap("Ambil tempat")
    await dewi.shows("Anda mendapat tempat")
    held = {row.number: row.status for row in await rows(stocked)}
    assert held == {1: Status.WITHDRAWN, 2: Status.ACCEPTED}


async def test_of_a_discreet_programme_only_the_reference_speaks(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await offered(stocked, telegram, questions=SHORT, discreet=True)
    await sign_up(sari)
    done = await sari.sees("Kode Anda")
    assert [message["message_id"] for message in await sari.messages()] == [done["message_id"]]
    assert CANNOT_DELETE in done["text"]
    (registration,) = await rows(stocked)
    await sari.write("/status")
    await sari.shows("Tidak ada pendaftaran yang bisa ditampilkan")
    stranger = await telegram.person()
    await stranger.met("id")
    for who, reference, seen in (
        (sari, "ABCDE-FGHJK", "Kode itu tidak ditemukan"),
        (stranger, registration.reference, "Kode itu tidak ditemukan"),
        (sari, str(registration.reference).replace("-", "").lower(), "Anda mendapat tempat"),
    ):
        await who.write(f"/status {reference}")
        await who.shows(seen)


async def test_erasing_takes_the_sign_ups_along(bot: BotService, telegram: Telegram, stocked: Database) -> None:
    sari = await offered(stocked, telegram, questions=SHORT)
    await sign_up(sari)
    await sari.shows("Anda mendapat tempat")
    await sari.write("/hapus")
    await sari.shows("Hapus semua tentang Anda?")
    await sari.tap("Ya, hapus")
    await sari.sees("sudah dihapus")
    for _ in range(500):  # the rows go when the last message is sent
        if not await rows(stocked):
            break
        await asyncio.sleep(0.02)
    assert await rows(stocked) == []
    async with stocked.reading_session() as session:
        assert list(await session.scalars(select(Answer))) == []


async def test_of_a_discreet_sign_up_staff_are_asked_before_anything_ends(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    """Who holds the phone may be somebody else: a tap, or /hapus, takes no place away."""
    sari = await offered(stocked, telegram, questions=SHORT, discreet=True)
    await sign_up(sari)
    await sari.sees("Kode Anda")
    (registration,) = await rows(stocked)
    await sari.write(f"/status {registration.reference}")
    await see_button(sari, "✖️ Batalkan")
    await sari.tap("Batalkan")
    await see_button(sari, "✖️ Ya, batalkan")
    assert "Petugas akan bertanya dulu" in (await sari.screen())["text"], "she stays signed up until then"
    await sari.tap("Ya, batalkan")
    await sari.shows("Petugas sudah tahu")
    assert [row.status for row in await rows(stocked)] == [Status.ACCEPTED]
    await sari.write("/hapus")
    await sari.shows("Hapus semua tentang Anda?")
    await sari.tap("Ya, hapus")
    await sari.sees("sudah dihapus")
    for _ in range(500):  # she goes when the last message is sent
        if (await rows(stocked))[0].person_id is None:
            break
        await asyncio.sleep(0.02)
    (kept,) = await rows(stocked)
    assert (kept.status, kept.person_id) == (Status.ACCEPTED, None), "nobody knows any more whose chat it was"
    async with stocked.reading_session() as session:
        assert list(await session.scalars(select(Wish.kind).order_by(Wish.id))) == [Kind.WITHDRAW, Kind.ERASE]
        assert list(await session.scalars(select(Person.id))) == []


@pytest.mark.parametrize("is_blocked", [False, True])
async def test_whether_news_arrived_is_known(
    bot: BotService, telegram: Telegram, stocked: Database, is_blocked: bool
) -> None:
    sari = await offered(stocked, telegram, questions=SHORT, admits="after_review")
    await sign_up(sari)
    await sari.shows("Kode Anda")
    if is_blocked:
        await sari.do("block")
    (registration,) = await rows(stocked)
    async with stocked.session() as session:
        row = await session.get_one(Registration, registration.id)
        places.note(session, row, Status.DECLINED, actor="bekal", reason=Reason.CALLED_OFF, now=utc_now())
        cache = CatalogueCache(clock=utc_now, show_unverified=True, seals=SEALS)
        content = await cache.current(await session.connection())
        await standings.tell(session, VAULT, [row], content, bot_id=BOT_ID, now=utc_now())
    if not is_blocked:
        await sari.sees("Kali ini tidak ada tempat untuk Anda. Kegiatannya tidak jadi.")
    wanted = Reached.BLOCKED if is_blocked else Reached.DELIVERED
    for _ in range(500):
        async with stocked.reading_session() as session:
            (told,) = list(await session.scalars(select(Notice)))
        if told.reached != Reached.WAITING:
            break
        await asyncio.sleep(0.02)
    assert (told.reached, told.status) == (wanted, Status.DECLINED)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_programme_for_others_says_for_whom_and_lets_no_one_else_in(
    bot: BotService, telegram: Telegram, stocked: Database, language: str
) -> None:
    _ = words(language).gettext
    sari = await offered(stocked, telegram, language, stages=["returned"])
    page = await sari.screen()
    assert _("For people who say: {stages}.").format(stages=_("I have come back")) in page["text"]
    await sari.tap_target(page["message_id"], "p:stage:planning")
    await sari.shows(_("Noted."))
    await sari.tap_target(page["message_id"], f"j:{SLUG}")
    await see_button(sari, _("✍️ Sign me up"))

    await sari.tap(_("✍️ Sign me up"))

    refused = await sari.shows(
        _("This programme is for people at another stage. If yours has changed, say so under “About me”.")
    )
    assert _("I have come back") in refused["text"]
    assert await rows(stocked) == []
    await sari.tap(_("👪 Sign a relative up"))
    await asked(sari, "1/12")
    assert len(await rows(stocked)) == 1


async def test_what_is_open_stands_first_for_whom_it_is(bot: BotService, telegram: Telegram, stocked: Database) -> None:
    async with stocked.session() as session:
        await add_programme(session, "jauh", provinces=["52"], closes_on=date(2999, 1, 1))
        await add_programme(session, "dekat", provinces=["32"], places=3)
        await add_programme(session, "tutup", closes_on=date(2026, 1, 2))
    sari = await telegram.person()
    menu = await sari.met("id")
    await sari.tap_target(menu["message_id"], "p:province:32")
    await sari.shows("Sudah dicatat")
    await sari.write("/start t-programmes")
    await see_button(sari, "✍️ Pendaftaran yang dibuka")
    await sari.tap("Pendaftaran yang dibuka")
    shown = await sari.shows("Masih ada 3 tempat.")
    targets = [
        button["callback_data"] for row in shown["reply_markup"]["inline_keyboard"] for button in row
    ]  # fmt: skip
    assert targets[:3] == ["j:courses", "j:dekat", "j:jauh"]
    assert "1 Januari 2999" in shown["text"]
    await sari.write("2")
    await see_button(sari, "✍️ Daftarkan saya")
