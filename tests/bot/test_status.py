"""Where a sign-up stands: by a button, in words, by the code alone; of a discreet programme by the code only."""

from datetime import date

import pytest
from sqlalchemy import update

from bot.service import BotService
from content.programmes import Programme
from content.revisions import Entry, EntryKind
from content.search_words import asks_for_sign_ups
from content.versions import raise_version
from core.db import Database
from core.i18n import LANGUAGES
from registrations.registrations import Answer, written_reference
from tests.bot.test_articles import retract
from tests.phones import Phone, Telegram, labels
from tests.registrations.chat import SHORT, offered, opened_page, rows, see_button, sign_up
from tests.registrations.forms import SLUG

NOT_FOUND = "Kode itu tidak ditemukan di sini. Periksa lagi hurufnya."
NONE_HERE = "Tidak ada pendaftaran yang bisa ditampilkan"


@pytest.mark.parametrize("written", ["{reference}", "kode saya {reference}", "status pendaftaran saya", "batal daftar"])
async def test_where_a_sign_up_stands_is_told_without_the_command(
    bot: BotService, telegram: Telegram, stocked: Database, written: str
) -> None:
    sari = await offered(stocked, telegram, questions=SHORT)
    await sign_up(sari)
    await sari.shows("Kode Anda")
    (registration,) = await rows(stocked)

    await sari.write(written.format(reference=registration.reference))

    await see_button(sari, "✖️ Batalkan")


async def test_the_way_to_it_stands_below_what_was_sent_and_below_what_is_open(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await offered(stocked, telegram, questions=SHORT)
    await sign_up(sari)
    await sari.shows("Kode Anda")
    await sari.tap("🧾 Kabar pendaftaran saya")
    await sari.shows("Anda mendapat tempat")

    dewi = await telegram.person()
    await dewi.met("id")
    await dewi.write("status pendaftaran")
    await dewi.shows(NONE_HERE)


@pytest.mark.parametrize("discreet", [False, True])
async def test_what_was_begun_and_not_sent_goes_on_from_there_unless_it_is_discreet(
    bot: BotService, telegram: Telegram, stocked: Database, discreet: bool
) -> None:
    sari = await offered(stocked, telegram, questions=SHORT, discreet=discreet)
    await sari.tap("✍️ Daftarkan saya")
    await sari.shows("1/2 ·")
    await sari.tap("💾 Lanjut nanti")
    left = await sari.shows("Sudah disimpan.")
    assert ("▶️ Lanjutkan pendaftaran" in labels(left)) is not discreet
    await sari.tap("🏠 Menu" if discreet else "▶️ Lanjutkan pendaftaran")
    await sari.shows("tulis pertanyaan Anda" if discreet else "1/2 ·")

    await sari.write("status pendaftaran" if discreet else "/status")

    if discreet:
        await sari.shows(NONE_HERE)
        return
    await sari.sees("Belum dikirim")
    await sari.tap("▶️ Lanjutkan pendaftaran")
    await sari.sees("1/2 ·")


async def test_what_was_begun_for_a_programme_that_closed_can_only_be_erased(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await offered(stocked, telegram, questions=SHORT)
    await sari.tap("✍️ Daftarkan saya")
    await sari.shows("1/2 ·")
    await sari.tap("💾 Lanjut nanti")
    await sari.shows("Sudah disimpan.")
    async with stocked.session() as session:
        await session.execute(update(Programme).values(closes_on=date(2020, 1, 1)))
        await raise_version(session)
    await sari.tap("▶️ Lanjutkan pendaftaran")
    closed = await sari.shows("Pendaftaran sudah ditutup.")
    assert not any("▶️" in label for label in labels(closed))
    await sari.write("/status")
    await sari.shows("belum mengirim. Pendaftaran sudah ditutup.")
    await see_button(sari, "🗑️ Berhenti dan hapus")
    await sari.tap("🗑️ Berhenti dan hapus")
    await see_button(sari, "🗑️ Ya, berhenti dan hapus")
    assert not any("▶️" in label for label in labels((await sari.bot_messages())[-1]))
    await sari.tap("🗑️ Ya, berhenti dan hapus")
    await sari.shows("Sudah berhenti")
    assert await rows(stocked) == []


@pytest.mark.parametrize(
    ("window", "told"),
    [
        ({"closes_on": date(2020, 1, 1)}, "Pendaftaran sudah ditutup. Jawaban Anda tidak bisa dikirim lagi."),
        ({"opens_on": date(2999, 1, 1)}, "Sekarang tidak bisa mendaftar. Jawaban Anda tetap disimpan."),
    ],
)
async def test_nothing_more_is_asked_for_what_cannot_be_sent(
    bot: BotService, telegram: Telegram, stocked: Database, window: dict[str, date], told: str
) -> None:
    sari = await offered(stocked, telegram, questions=SHORT)
    await sari.tap("✍️ Daftarkan saya")
    await sari.shows("1/2 ·")
    await sari.tap("Saya setuju")
    await sari.shows("2/2 ·")
    async with stocked.session() as session:
        await session.execute(update(Programme).values(**window))
        await raise_version(session)

    await sari.write("Siti Aminah")

    await sari.shows(told)
    assert all("Siti" not in message.get("text", "") for message in await sari.messages()), "and it is gone"
    (begun,) = await rows(stocked)
    async with stocked.session() as session:
        assert await session.get(Answer, (begun.id, "name")) is None
    await sari.write("/status")
    is_later = "opens_on" in window
    await sari.shows("Belum dikirim" if is_later else "belum mengirim")
    assert any("▶️" in label for label in labels((await sari.bot_messages())[-1])) is is_later


async def test_of_a_discreet_programme_words_tell_nothing_and_the_code_tells_its_owner(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await offered(stocked, telegram, questions=SHORT, discreet=True)
    await sign_up(sari)
    await sari.sees("Kode Anda")
    (registration,) = await rows(stocked)
    await sari.write("pendaftaran saya")
    await sari.shows(NONE_HERE)
    stranger = await telegram.person()
    await stranger.met("id")
    for code in (str(registration.reference), "ABCDE-FGHJK"):
        await stranger.write(f"/status {code}")
        answer = await stranger.shows(NOT_FOUND)
        assert answer["text"] == NOT_FOUND, "nobody learns which codes there are"
        await stranger.write("/menu")
        await stranger.shows("tulis pertanyaan Anda")
    await sari.write(str(registration.reference))
    await sari.shows("Anda mendapat tempat")


async def places_of(sari: Phone, label: str) -> set[int]:
    """Return in which row a button stands by now, counted from the first and from the last; the label is whole."""
    await see_button(sari, label)
    messages = await sari.bot_messages()
    message = next(each for each in reversed(messages) if label in labels(each))
    rows = [[button["text"] for button in row] for row in message["reply_markup"]["inline_keyboard"]]
    at = next(number for number, row in enumerate(rows) if label in row)
    return {at, at - len(rows)}


async def test_a_second_tap_on_the_same_spot_confirms_nothing(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await offered(stocked, telegram, questions=SHORT)

    async def asks_once_more(first: str, second: str) -> None:
        tapped = await places_of(sari, first)
        await sari.tap(first)
        assert tapped.isdisjoint(await places_of(sari, second)), first

    await sari.tap("✍️ Daftarkan saya")
    await asks_once_more("🗑️ Berhenti", "🗑️ Ya, berhenti dan hapus")
    await sari.tap("💾 Lanjut nanti")
    await sari.shows("Sudah disimpan.")
    await sari.write(f"/start p-{SLUG}")
    await see_button(sari, "✍️ Daftar")
    await sari.tap("✍️ Daftar")
    await asks_once_more("🗑️ Berhenti dan hapus", "🗑️ Ya, berhenti dan hapus")
    await sari.tap("🗑️ Ya, berhenti dan hapus")
    await sari.shows("Sudah berhenti")

    dewi = await opened_page(telegram)
    await sign_up(dewi)
    await dewi.shows("Anda mendapat tempat")
    sari = dewi
    await sari.write("/status")
    await asks_once_more("✖️ Batalkan", "✖️ Ya, batalkan")
    await sari.write("/saya")
    await asks_once_more("🗑️ Hapus semua tentang saya", "🗑️ Ya, hapus")


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("Y5BQK-B2WT6", "Y5BQK-B2WT6"), ("y5bqkb2wt6", "Y5BQK-B2WT6"), ("kode: y5bqk-b2wt6", "Y5BQK-B2WT6"),
        ("ABCDE-FGHJK", "ABCDE-FGHJK"), ("teman-teman", ""), ("2345678923", ""), ("0812345678", ""), ("", ""),
        ("gaji saya tidak Y5BQK-B2WT6", ""), ("TOLONG CEPAT-CEPAT", ""), ("berangkat2", ""),
    ],
)  # fmt: skip
def test_a_code_is_told_from_words_and_numbers(text: str, reference: str) -> None:
    assert written_reference(text) == reference


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("status pendaftaran saya", True), ("batal daftar kursus", True), ("Where is my application?", True),
        ("béja pendaptaran abdi kumaha", True), ("status pendaftaran BPJS", False),
        ("status", True), ("status visa saya", False),
        ("agency keeps my passport and my application", False),
    ],
)  # fmt: skip
def test_asking_for_a_sign_up_is_asking_for_nothing_else(text: str, asks: bool) -> None:
    assert asks_for_sign_ups(text) is asks


@pytest.mark.parametrize("was_published", [True, False])
async def test_a_programme_whose_article_was_taken_away_is_never_told_by_its_slug(
    bot: BotService, telegram: Telegram, stocked: Database, was_published: bool
) -> None:
    sari = await offered(stocked, telegram, questions=SHORT)
    await sign_up(sari)
    await sari.shows("Kode Anda")
    async with stocked.session() as session:
        if not was_published:
            other = Entry(kind=EntryKind.ARTICLE, slug="not-yet", review_months=12)
            session.add(other)
            await session.flush()
            await session.execute(update(Programme).where(Programme.slug == SLUG).values(article_id=other.id))
            await raise_version(session)
    for language in LANGUAGES:
        await retract(stocked, "back-home-help", language)

    await sari.write("/status")

    await see_button(sari, "✖️ Batalkan")
    told = str((await sari.bot_messages())[-1]["text"])
    assert ("Bantuan usaha setelah pulang" if was_published else "Programnya") in told
    assert SLUG not in told
