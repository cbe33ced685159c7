"""Signing up in the chat: one question a message, nothing typed stays, and who is asked hears what became of it.

Longer than a file should be: one form is followed from its first question to its last, with all that comes between.
"""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from bot.service import BotService
from content.contacts import in_language
from core.db import Database
from core.i18n import LANGUAGES, words
from registrations.registrations import Answer, Status, opened
from tests.harness import VAULT, make_bot
from tests.phones import Phone, Telegram, labels
from tests.processes import TOKEN
from tests.registrations.chat import (
    SHORT,
    TYPED,
    answer_all,
    asked,
    fill_in,
    offered,
    opened_page,
    rows,
    see_button,
    sign_up,
)
from tests.registrations.forms import GIVEN, QUESTIONS, SLUG, texts

PHONE = {"code": "phone", "type": "phone", "sensitive": True, "texts": texts("Nomor HP?", "Your phone number?")}

KP2MI = {
    "id": "Kementerian Pelindungan Pekerja Migran (KP2MI)",
    "en": "Ministry for the Protection of Migrant Workers (KP2MI)",
}
CANNOT_DELETE = "Pesan yang lebih dari dua hari, dan pemberitahuan yang sudah ada di layar, tidak bisa saya hapus."
BOT_ID = int(TOKEN.partition(":")[0])


async def at_her_name(stocked: Database, telegram: Telegram) -> Phone:
    """Sign up by the short form, as far as the question for the name."""
    return await at_the_last(stocked, telegram, SHORT[1])


async def at_the_last(stocked: Database, telegram: Telegram, last: dict[str, Any], *, discreet: bool = False) -> Phone:
    """Sign up by a form that asks for consent and one thing more, as far as that."""
    sari = await offered(stocked, telegram, questions=[SHORT[0], last], discreet=discreet)
    await sari.tap("Daftarkan saya")
    await asked(sari, "1/2")
    await sari.tap("Saya setuju")
    await asked(sari, "2/2")
    return sari


async def goes_on(sari: Phone) -> None:
    """Come back to the question where the form was left, the last one."""
    await sari.write(f"/start p-{SLUG}")
    await see_button(sari, "✍️ Daftar")
    await sari.tap("✍️ Daftar")
    await sari.sees(lambda messages: "▶️ Lanjutkan pendaftaran" in labels(messages[-1]))
    await sari.tap("Lanjutkan pendaftaran")
    await asked(sari, "2/2")


async def ends_what_was_left(sari: Phone) -> None:
    """Go on where the form was left, at the name, to its summary."""
    await goes_on(sari)
    await sari.write("Siti")
    await see_button(sari, "📨 Kirim")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_form_is_filled_in_and_nothing_of_it_stays_in_the_chat(
    bot: BotService, telegram: Telegram, stocked: Database, language: str
) -> None:
    sari = await offered(stocked, telegram, language)
    before = {message["message_id"] for message in await sari.messages()}
    await answer_all(sari, language)
    summary = await sari.screen()
    assert not any(typed in summary["text"] for typed in (*TYPED.values(), GIVEN["phone"], "Siti", "1990"))
    assert summary["text"].count("? ✔️") == 2, "the name and the day of birth are ticked off"
    assert "90" in summary["text"], "the end of the phone number tells whose it is"

    await sari.tap(words(language).gettext("📨 Send"))

    done = await sari.shows(words(language).gettext("You have a place."))
    (registration,) = await rows(stocked)
    assert str(registration.reference) in done["text"]
    assert (registration.status, registration.language) == (Status.ACCEPTED, language)
    async with stocked.reading_session() as session:
        assert opened(VAULT, await session.scalars(select(Answer))) == GIVEN
    left = [message for message in await sari.messages() if message["message_id"] not in before]
    assert [message["text"] for message in left] == [done["text"]], "one line stays, with the reference"


@pytest.mark.parametrize("is_discreet", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_page_of_a_programme_tells_whom_to_ask(
    bot: BotService, telegram: Telegram, stocked: Database, language: str, is_discreet: bool
) -> None:
    sari = await offered(stocked, telegram, language, contact="id-kp2mi-callcentre", discreet=is_discreet)

    told = (await sari.screen())["text"]

    _ = words(language).gettext
    asked = f"\n\n{_('Whom to ask:')}\n{in_language(KP2MI, language)}\n08001000 · {_('free')}"
    assert asked in told
    assert "\n+622129244800" in told


@pytest.mark.parametrize("contact", [None, "ae-dubai-police-ht"])
async def test_the_page_of_a_programme_names_no_contact_that_may_not_be_shown(
    bot: BotService, telegram: Telegram, stocked: Database, contact: str | None
) -> None:
    sari = await offered(stocked, telegram, contact=contact)

    assert "Tempat bertanya" not in (await sari.screen())["text"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_signs_a_relative_up_is_told_whom_the_questions_are_about(
    bot: BotService, telegram: Telegram, stocked: Database, language: str
) -> None:
    sari = await offered(stocked, telegram, language)
    _ = words(language).gettext
    await sari.tap(_("👪 Sign a relative up"))
    consent = await sari.shows("1/")
    assert _("👪 This is about your relative.") not in consent["text"], "she agrees herself"
    await sari.tap(_("✔️ I agree"))
    await sari.shows("2/")
    await sari.tap(_("✖️ I do not agree"))
    name = await sari.shows(_("👪 This is about your relative."))
    assert "3/" in name["text"]


async def test_wrong_answers_get_the_authored_error_and_keep_the_place(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await offered(stocked, telegram)
    await sari.tap("Daftarkan saya")
    await asked(sari, "1/12")
    await sari.tap("Saya setuju")
    await asked(sari, "2/12")
    await sari.tap("Saya tidak setuju")
    await asked(sari, "3/12")
    await sari.write("Siti")
    await asked(sari, "4/12")
    await sari.write("kemarin")
    await sari.shows("Tulis tanggal lahir Anda, seperti 17-8-1990.")
    left = str(await sari.messages())
    assert [typed for typed in ("kemarin", "Siti") if typed in left] == []
    await sari.write("17-8-1990")
    await asked(sari, "5/12")
    await sari.write("Perempuan")
    await asked(sari, "6/12")
    await sari.tap("Ya")
    await asked(sari, "7/13")
    await sari.write("banyak")
    await sari.shows("Tulis dengan angka")
    await sari.tap("Kembali")
    await asked(sari, "6/13")


async def test_a_name_that_several_share_is_chosen_by_a_tap(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    regency = next(each for each in QUESTIONS if each["code"] == "regency")
    sari = await offered(stocked, telegram, questions=[regency])
    await sari.tap("Daftarkan saya")
    await asked(sari, "1/1")
    await sari.write("bogor")
    await sari.shows("Ada beberapa dengan nama itu.")
    await sari.tap("Kota Bogor")
    await see_button(sari, "📨 Kirim")
    assert "Kota Bogor" in (await sari.screen())["text"]


async def test_a_regency_of_another_province_is_refused_with_what_to_do(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    province, regency = (next(each for each in QUESTIONS if each["code"] == code) for code in ("province", "regency"))
    regency = regency | {"code": "town", "texts": {"id": {"question": "Kota?", "error": "Tulis nama kotanya."}}}
    sari = await offered(stocked, telegram, questions=[province | {"code": "home"}, regency])
    await sari.tap("Daftarkan saya")
    await asked(sari, "1/2")
    await sari.write("Papua")
    await asked(sari, "2/2")
    await sari.write("atlantis")
    await sari.shows("Tulis nama kotanya.")
    await sari.write("Kota Surabaya")
    await sari.shows("Itu tidak berada di Papua.")
    await sari.tap("Kembali")
    await asked(sari, "1/2")
    await sari.write("jatim")
    await asked(sari, "2/2")
    await sari.write("Kota Surabaya")
    await see_button(sari, "📨 Kirim")


async def is_gone(sari: Phone, message_id: int) -> None:
    """Wait until a message is answered below it, and gone itself."""
    await sari.sees(lambda messages: messages[-1]["message_id"] > message_id)
    for _ in range(500):
        if message_id not in [message["message_id"] for message in await sari.messages()]:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("what was sent is still there")


async def test_a_picture_is_deleted_and_a_contact_answers(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    phone = next(each for each in QUESTIONS if each["code"] == "phone")
    sari = await offered(stocked, telegram, questions=[phone])
    await sari.tap("Daftarkan saya")
    await asked(sari, "1/1")
    for kind in ("photo", "document", "voice", "sticker"):
        sent = (await sari.send_file(kind))["message_id"]
        await is_gone(sari, sent)
        assert "Kiriman Anda sudah dihapus" in str((await asked(sari, "1/1"))["text"]), kind
    await sari.do("contact", {"phone_number": "6281234567890"})
    await see_button(sari, "📨 Kirim")
    async with stocked.reading_session() as session:
        assert opened(VAULT, await session.scalars(select(Answer))) == {"phone": "+6281234567890"}
    assert "6281234567890" not in str(await sari.messages())


async def back_from_a_cry(stocked: Database, telegram: Telegram) -> Phone:
    """Cry for help where the name is asked for, and go back into the form."""
    sari = await at_her_name(stocked, telegram)
    await sari.write("tolong saya dipukul majikan")
    assert (await sari.shows("Dalam bahaya?"))["text"].startswith("Ini bukan salah Anda")
    await sari.tap("Lanjutkan pendaftaran")
    await sari.shows("sudah ada jawaban")
    return sari


async def test_a_cry_for_help_in_a_form_is_answered_first_and_the_form_waits(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await back_from_a_cry(stocked, telegram)
    await sari.tap("Biarkan begitu")
    await see_button(sari, "📨 Kirim")
    async with stocked.reading_session() as session:
        kept = opened(VAULT, await session.scalars(select(Answer)))
    assert kept["name"] == "tolong saya dipukul majikan"
    assert "dipukul" not in str(await sari.messages())


async def test_a_cry_for_help_in_a_form_need_not_be_the_answer(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await back_from_a_cry(stocked, telegram)
    await sari.write("Siti Aminah")
    await see_button(sari, "📨 Kirim")
    async with stocked.reading_session() as session:
        assert opened(VAULT, await session.scalars(select(Answer)))["name"] == "Siti Aminah"


async def at_an_article_after_a_cry(stocked: Database, telegram: Telegram, *, discreet: bool = False) -> Phone:
    """Cry for help where a phone number is asked for, say in which country, and open the article that fits."""
    sari = await at_the_last(stocked, telegram, PHONE, discreet=discreet)
    await sari.write("tolong saya dipukul")
    await sari.shows("Ini bukan salah Anda")
    await sari.write("taiwan")
    await sari.shows("1955")
    await sari.tap("Dipukul")
    await sari.sees(lambda messages: messages[-1]["text"].startswith("Dipukul, dikurung"))
    return sari


async def test_back_from_an_article_that_was_opened_after_a_cry_leads_to_where_the_form_waits(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await at_an_article_after_a_cry(stocked, telegram)
    await back_at_the_contacts(sari)

    await sari.tap("Lanjutkan pendaftaran")

    await asked(sari, "2/2")


@pytest.mark.parametrize("discreet", [False, True])
async def test_back_from_its_second_part_leads_there_too(
    bot: BotService, telegram: Telegram, stocked: Database, discreet: bool
) -> None:
    sari = await at_an_article_after_a_cry(stocked, telegram, discreet=discreet)
    await sari.tap("(2/2)")
    await sari.sees(lambda messages: "(2/2)" not in " ".join(labels(messages[-1])))
    shown = await back_at_the_contacts(sari)

    assert ("▶️ Lanjutkan pendaftaran" in labels(shown)) is not discreet


async def back_at_the_contacts(sari: Phone) -> dict[str, Any]:
    """Tap Back at an article; return the contacts to which it leads."""
    await sari.tap("⬅️")
    return await sari.sees(lambda messages: messages[-1]["text"].startswith("☎️ Kontak penting: 🇹🇼 Taiwan"))


async def test_back_from_an_article_tells_nothing_of_a_discreet_form(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await at_an_article_after_a_cry(stocked, telegram, discreet=True)

    assert "▶️ Lanjutkan pendaftaran" not in labels(await back_at_the_contacts(sari))


async def test_a_form_waits_behind_the_contacts_and_a_number_that_is_typed_there_is_its_answer(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await at_the_last(stocked, telegram, PHONE)
    await sari.write("tolong saya dipukul")
    await sari.shows("Ini bukan salah Anda")
    await sari.write("taiwan")
    assert "▶️ Lanjutkan pendaftaran" in labels(await sari.shows("1955"))
    await sari.tap("Negara lain")
    await see_button(sari, "📍 Lokasi saya")
    assert "▶️ Lanjutkan pendaftaran" in labels(await sari.screen())
    await sari.write("gaji tidak dibayar")
    await sari.shows("Perlu bantuan sekarang?")
    await goes_on(sari)
    await sari.write("☎️ Kontak penting")
    await sari.sees(lambda messages: "📍 Lokasi saya" in labels(messages[-1]))
    assert "▶️ Lanjutkan pendaftaran" in labels(await sari.screen())

    await sari.write("0812 34")  # no number of a phone, but plainly meant as one
    await asked(sari, "2/2")
    await sari.write("☎️ Kontak penting")
    await sari.sees(lambda messages: "📍 Lokasi saya" in labels(messages[-1]))
    await sari.write("0812 3456 7890")

    await see_button(sari, "📨 Kirim")
    hers = [message["text"] for message in await sari.messages() if not message["from"]["is_bot"]]
    assert not any("0812" in text for text in hers), "what is no number of a phone left the chat, too"
    async with stocked.reading_session() as session:
        assert opened(VAULT, await session.scalars(select(Answer)))["phone"] == "+6281234567890"


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("phone", "110"), ("phone", "1955"), ("number", "15999"), ("date", "1955"),
        ("phone", "paspor ditahan 081234567890"), ("regency", "pulang"), ("regency", "kabur"),
    ],
)  # fmt: skip
async def test_what_may_be_another_cry_is_no_answer(
    bot: BotService, telegram: Telegram, stocked: Database, kind: str, typed: str
) -> None:
    asking = {"code": kind, "type": kind, "texts": texts("Apa?", "What?")}
    sari = await at_the_last(stocked, telegram, asking)
    await sari.write("tolong saya dipukul")
    await sari.shows("Ini bukan salah Anda")
    before = len(await sari.bot_messages())

    await sari.write(typed)

    shown = await sari.sees(lambda messages: len(messages) > before)
    assert "2/2 ·" not in shown["text"], "she asked for help, and is not asked for her answer"
    async with stocked.reading_session() as session:
        assert set(opened(VAULT, await session.scalars(select(Answer)))) == {"consent"}


async def test_a_name_that_is_typed_at_the_help_is_searched_and_the_way_back_stays(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await at_her_name(stocked, telegram)
    await sari.write("tolong saya dipukul majikan")
    await sari.shows("Ini bukan salah Anda")

    await sari.write("Dewi Lestari")

    found = await sari.sees("Saya tidak menemukan itu")
    assert "▶️ Lanjutkan pendaftaran" in labels(found)
    await sari.tap("Lanjutkan pendaftaran")
    await sari.shows("sudah ada jawaban")


@pytest.mark.parametrize(
    ("kind", "typed", "answer"),
    [("date", "17 agustus 1990", "1990-08-17"), ("date", "1-2-90", "1990-02-01"), ("number", "2.500.000", "2500000")],
)
async def test_a_day_or_a_long_number_at_the_contacts_is_the_answer_that_waits(
    bot: BotService, telegram: Telegram, stocked: Database, kind: str, typed: str, answer: str
) -> None:
    asking = {"code": kind, "type": kind, "texts": texts("Apa?", "What?")}
    sari = await at_the_last(stocked, telegram, asking)
    await sari.write("tolong saya dipukul")
    await sari.shows("Ini bukan salah Anda")

    await sari.write(typed)

    await see_button(sari, "📨 Kirim")
    assert typed not in str(await sari.messages())
    async with stocked.reading_session() as session:
        assert opened(VAULT, await session.scalars(select(Answer)))[kind] == answer


async def test_a_phone_number_that_is_shared_at_the_contacts_is_the_answer_that_waits(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await at_the_last(stocked, telegram, PHONE)
    await sari.write("tolong saya dipukul")
    await sari.shows("Ini bukan salah Anda")

    await sari.do("contact", {"phone_number": "6281234567890"})

    await see_button(sari, "📨 Kirim")
    assert "6281234567890" not in str(await sari.messages())
    async with stocked.reading_session() as session:
        assert opened(VAULT, await session.scalars(select(Answer)))["phone"] == "+6281234567890"


async def test_of_a_discreet_form_nothing_tells_at_the_contacts_but_to_who_has_just_cried(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await at_the_last(stocked, telegram, PHONE, discreet=True)
    await sari.write("tolong saya dipukul")
    assert "▶️ Lanjutkan pendaftaran" in labels(await sari.shows("Ini bukan salah Anda"))
    await sari.write("☎️ Kontak penting")  # an employer looks

    shown = await sari.sees(lambda messages: messages[-1]["text"].startswith("☎️ Kontak penting"))

    assert "▶️ Lanjutkan pendaftaran" not in labels(shown)
    await sari.do("contact", {"phone_number": "6281234567890"})
    await sari.shows("Saya hanya bisa membaca tulisan dan tombol.")
    before = len(await sari.bot_messages())
    await sari.write("0812 3456 7890")
    await sari.sees(lambda messages: len(messages) > before)
    async with stocked.reading_session() as session:
        assert "phone" not in opened(VAULT, await session.scalars(select(Answer)))


async def test_words_under_a_picture_are_no_answer_and_a_cry_in_them_is_helped_first(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await at_her_name(stocked, telegram)
    await is_gone(sari, (await sari.send_file("photo", caption="Siti"))["message_id"])
    assert "Kiriman Anda sudah dihapus" in str((await asked(sari, "2/2"))["text"])

    await is_gone(sari, (await sari.send_file("photo", caption="saya dipukul majikan"))["message_id"])
    await sari.shows("Dalam bahaya?")
    await sari.tap("Lanjutkan pendaftaran")
    await asked(sari, "2/2")
    async with stocked.reading_session() as session:
        assert "name" not in opened(VAULT, await session.scalars(select(Answer)))


async def test_a_form_goes_on_after_a_restart_and_after_the_menu(telegram: Telegram, stocked: Database) -> None:
    service = make_bot(stocked, telegram)
    await service.start()
    service.start_polling()
    sari = await at_her_name(stocked, telegram)
    await service.stop()
    again = make_bot(stocked, telegram)
    await again.start()
    again.start_polling()
    try:
        await sari.write("/menu")
        await see_button(sari, "⚙️ Lainnya")
        await ends_what_was_left(sari)
    finally:
        await again.stop()


async def test_what_is_kept_for_later_goes_on_and_an_answer_can_be_changed(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await at_her_name(stocked, telegram)
    await sari.tap("💾 Lanjut nanti")
    await sari.shows("Sudah disimpan")
    await sari.write("Siti")  # the form is left: this is a search
    await sari.shows("tidak menemukan")
    await ends_what_was_left(sari)

    await sari.tap("✏️ Ubah jawaban")
    await see_button(sari, "Nama Anda?")
    await sari.tap("Nama Anda?")
    await asked(sari, "2/2")
    await sari.write("Siti Aminah")
    await see_button(sari, "📨 Kirim")
    await sari.tap("Kirim")

    await sari.shows("Kode Anda")
    async with stocked.reading_session() as session:
        assert opened(VAULT, await session.scalars(select(Answer)))["name"] == "Siti Aminah"
    assert len(await rows(stocked)) == 1


async def test_stopping_and_refusing_leave_nothing(bot: BotService, telegram: Telegram, stocked: Database) -> None:
    sari = await offered(stocked, telegram, questions=SHORT)
    for ending, told in (("Saya tidak setuju", "tidak ada yang disimpan"), ("Berhenti", "Sudah berhenti")):
        if ending == "Berhenti":
            await sari.write(f"/start p-{SLUG}")
            await see_button(sari, "✍️ Daftar")
            await sari.tap("✍️ Daftar")
            await see_button(sari, "✍️ Daftarkan saya")
        await sari.tap("Daftarkan saya")
        await asked(sari, "1/2")
        await sari.tap(ending)
        if ending == "Berhenti":
            await see_button(sari, "🗑️ Ya, berhenti dan hapus")
            await sari.tap("Ya, berhenti")
        assert CANNOT_DELETE in (await sari.shows(told))["text"]
        assert await rows(stocked) == []


async def test_who_comes_too_late_for_the_last_place_is_told_that_nothing_is_kept_and_what_she_deletes_herself(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await offered(stocked, telegram, questions=SHORT, places=1, waitlist=False)
    await fill_in(sari)
    dewi = await opened_page(telegram)
    await sign_up(dewi)
    await dewi.shows("Anda mendapat tempat")

    await sari.tap("Kirim")

    assert CANNOT_DELETE in (await sari.shows("Tidak ada tulisan Anda yang disimpan."))["text"]
    assert len(await rows(stocked)) == 1
