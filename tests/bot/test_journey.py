"""What a person meets in the chat, through the stand-in."""

import pytest

from bot.service import BotService
from tests.bot.test_about_me import says
from tests.phones import Phone, Telegram, labels

FORGED = (
    "t:no-such-topic", "a:none:1", "l:zz", "a:::", "e:ZZ", "p:age", "p:stage:rich", "y:none", "w:none",
    "v:none", "g:nowhere", "k:none", "j:none", "u:none", "zz", "",
)  # fmt: skip


async def test_a_person_reads_a_sourced_article(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person(language="id")

    await sari.write("/menu")
    await sari.shows("Pilih topik, atau")
    await sari.tap("Perlindungan")
    await sari.shows("🛡️ Perlindungan")
    await sari.tap("Paspor ditahan")

    article = await sari.shows("Belum diperiksa")
    assert any("Kembali" in label for label in labels(article))
    await sari.tap("Lanjut")
    article = await sari.shows("Sumber:")
    assert any("Kembali" in label for label in labels(article))
    assert len(await sari.bot_messages()) == 2, "taps edit their own message; below it stand the keys"


async def test_an_english_phone_is_answered_in_english(bot: BotService, telegram: Telegram) -> None:
    dewi = await telegram.person(language="en-GB")

    await dewi.write("/start")

    await dewi.shows("Hello, this is Bekal")


async def test_typed_text_gets_a_new_message_and_the_old_buttons_go(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.met("id")

    await sari.write("apa kabar")

    await sari.sees(lambda messages: len(messages) == 3 and not labels(messages[0]) and bool(labels(messages[2])))


async def test_a_typed_number_works_like_the_tap(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    second = labels(await sari.met("id"))[1]

    await sari.write("2")

    await sari.sees(lambda messages: len(messages) == 3 and second in messages[2]["text"])


async def test_a_typed_label_works_like_the_tap(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    second = labels(await sari.met("id"))[1]

    await sari.write(second.split(" ", 1)[1].upper())

    await sari.sees(lambda messages: len(messages) == 3 and second in messages[2]["text"])


async def test_a_forged_button_gets_the_present_screen_with_a_note(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    number = (await sari.met("id"))["message_id"]
    note, present = "Tombol itu sudah tidak dipakai", "Cara pakai"

    for target in FORGED:
        await sari.tap_target(number, "b")
        await sari.sees(lambda messages: present in messages[0]["text"] and note not in messages[0]["text"])
        await sari.tap_target(number, target)

        shown = await sari.shows(note)
        assert present in shown["text"], target
        assert labels(shown)[-2:] == ["⬅️ Kembali", "🏠 Menu"], target


async def test_a_forged_button_at_the_first_meeting_gets_the_greeting_with_a_note(
    bot: BotService, telegram: Telegram
) -> None:
    sari = await telegram.person()
    await sari.write("/start")
    message = await sari.shows("Halo")

    await sari.tap_target(message["message_id"], "t:no-such-topic")

    shown = await sari.shows("Tombol itu sudah tidak dipakai")
    assert "Halo, ini Bekal" in shown["text"]
    assert "Basa Sunda" in labels(shown)


@pytest.mark.parametrize("kind", ["sticker", "photo", "voice", "document", "contact"])
async def test_what_is_no_text_gets_a_sentence_on_what_the_bot_can_do(
    bot: BotService, telegram: Telegram, kind: str
) -> None:
    sari = await telegram.person()
    await (sari.do("contact", {}) if kind == "contact" else sari.send_file(kind))

    said = await sari.shows("hanya bisa membaca tulisan")
    assert "Dalam bahaya? Tekan “☎️ Kontak penting”." in said["text"], "for who cannot write"
    assert labels(said)


@pytest.mark.parametrize("kind", ["photo", "document", "voice"])
@pytest.mark.parametrize(
    ("caption", "seen", "button"),
    [("gaji saya tidak dibayar", "Ini mungkin", "Gaji tidak dibayar"), ("saya dipukul majikan", "Dalam bahaya?", "🏠")],
)
async def test_words_under_a_picture_are_read_like_any_others(
    bot: BotService, telegram: Telegram, kind: str, caption: str, seen: str, button: str
) -> None:
    sari = await telegram.person()
    await sari.met("id")
    await sari.send_file(kind, caption=caption)

    assert any(button in label for label in labels(await sari.sees(seen)))


@pytest.mark.parametrize(
    ("command", "seen", "button"),
    [
        ("/privacy", "Yang kami simpan", "🗑️"),
        ("/bahasa", "· Language", "Basa Jawa"),
        ("/bantuan", "Cara", "🏠"),
    ],
)
async def test_a_command_opens_its_screen(
    bot: BotService, telegram: Telegram, command: str, seen: str, button: str
) -> None:
    sari = await telegram.person()
    await sari.met("id")
    await sari.write(command)

    shown = labels(await sari.sees(seen))
    assert any(button in label for label in shown)
    assert shown[-2:] == ["⬅️ Kembali", "🏠 Menu"]


async def test_a_tap_on_an_older_message_opens_what_it_says(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    menu = await sari.met("id")
    await sari.write("/bantuan")
    newer = await sari.sees("Cara pakai")
    assert menu["message_id"] < newer["message_id"]

    await sari.tap_target(menu["message_id"], "t:money")
    opened = await sari.shows("💰 Uang")
    await sari.tap_target(newer["message_id"], "a:washing-hands:1")

    assert "Kembali" in labels(await sari.shows("Cuci tangan"))[-2]
    assert labels(opened)


async def test_a_very_long_message_gets_a_polite_limit(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.write("a" * 501)

    await sari.shows("paling banyak 500 huruf")


async def test_a_text_that_is_too_long_is_not_answered_with_what_another_one_found(
    bot: BotService, telegram: Telegram
) -> None:
    sari = await telegram.person()
    await sari.met("id")
    await sari.write("paspor ditahan majikan")
    await sari.sees("Ini mungkin membantu")

    await sari.write("y" * 800)

    told = await sari.sees("paling banyak 500 huruf")
    assert "Anda mencari apa?" in told["text"]


async def test_an_unknown_command_is_answered(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.write("/selfdestruct")

    assert labels(await sari.shows("tidak kenal perintah"))


async def test_no_number_changes_the_language_or_clears_the_chat(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.met("id")

    await sari.write("7")

    await sari.shows("tidak menemukan")
    assert len(await sari.messages()) > 3


async def test_what_the_bot_does_to_telegram_is_never_refused(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.met("id")
    await sari.tap("Uang")
    await sari.shows("💰 Uang")

    assert [call for call in await telegram.calls() if call["status"] != 200] == []


@pytest.mark.parametrize("said", ["hai", "matur nuwun", "Terima kasih kak", "apa kabar", "thanks 🙏"])
async def test_a_greeting_or_thanks_gets_the_menu(bot: BotService, telegram: Telegram, said: str) -> None:
    sari = await telegram.person()
    await sari.met("id")
    await sari.write(said)

    await sari.sees(lambda messages: len(messages) == 3 and "Pilih topik, atau" in messages[-1]["text"])


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("apakah kamu robot", "Cara pakai"), ("ga bisa baca tulisan panjang", "Cara pakai"),
        ("bangsat ini bot ga guna", "Cara pakai"), ("siapa yang baca chat saya", "Nomor chat ini"),
        ("hapus data saya", "Hapus semua tentang Anda?"),
    ],
)  # fmt: skip
async def test_who_asks_about_the_chat_or_scolds_it_is_told(
    bot: BotService, telegram: Telegram, said: str, seen: str
) -> None:
    sari = await telegram.person()
    await sari.met("id")
    await sari.write(said)

    await sari.shows(seen)


async def test_a_newcomer_whose_first_message_is_too_long_gets_the_keys(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.write("a" * 600)
    await sari.shows("paling banyak 500 huruf")

    await sari.shows("Tombol di bawah")
    assert len(await sari.keys()) == 4


async def test_a_long_letter_about_trouble_gets_the_contacts_and_what_helps(
    bot: BotService, telegram: Telegram
) -> None:
    sari = await telegram.person()
    await sari.write("gaji saya tidak dibayar, paspor ditahan. " * 20)

    shown = labels(await sari.shows("Tekan tombol pertama"))
    assert shown[0] == "☎️ Kontak penting"
    assert "Gaji tidak dibayar" in shown


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("/sos\ntaiwan", "+886901132000"),
        ("/sos, tolong", "+6281290070027"),
        ("/tolong", "+6281290070027"),
        ("/darurat saya di Taiwan", "+886901132000"),
        ("/gaji tidak dibayar", "Perlu bantuan sekarang"),
        ("/cari cuci tangan", "Ini mungkin membantu"),
    ],
)
async def test_a_command_is_read_with_what_follows_it(
    bot: BotService, telegram: Telegram, written: str, seen: str
) -> None:
    sari = await telegram.person()
    await sari.write(written)

    await sari.shows(seen)


@pytest.mark.parametrize("label", ["👍 Membantu", "👎 Belum", "📤 Kartu untuk diteruskan"])
async def test_every_label_of_an_article_can_be_typed(bot: BotService, telegram: Telegram, label: str) -> None:
    sari = await telegram.person()
    await sari.write("/start a-washing-hands")
    await sari.shows("Cuci tangan")
    await sari.tap("Lanjut")
    await sari.shows("Sumber:")

    await sari.write(label)

    await sari.shows({"👍": "Terima kasih", "👎": "Apa yang kurang", "📤": "start=a-washing-hands"}[label[0]])


async def test_a_typed_title_opens_its_article_though_it_sounds_like_a_cry(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.write("/start t-protection")
    shown = await sari.shows("Perlindungan")
    title = next(label for label in labels(shown) if label.startswith("Dipukul"))

    await sari.write(title)

    await sari.shows("Ini bukan salah Anda")


async def test_who_asked_about_a_country_finds_its_contacts_under_the_text(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.met("id")
    await sari.write("anak saya di malaysia tidak ada kabar")
    await sari.shows("Ini mungkin membantu")

    await sari.tap("Keluarga di luar negeri")
    assert labels(await sari.shows("kantor Indonesia"))[0] == "☎️ 🇲🇾 Malaysia"
    await sari.tap("Lanjut")
    assert "☎️ 🇲🇾 Malaysia" not in labels(await sari.shows("Sumber:"))
    await sari.tap("Sebelumnya")
    await sari.shows("kantor Indonesia")
    await sari.tap("☎️ 🇲🇾 Malaysia")

    await sari.shows("Kontak penting: 🇲🇾 Malaysia")
    await sari.write("kerja di malaysia")
    await see_result(sari, "Tawaran kerja")
    await sari.tap("☎️ 🇲🇾 Malaysia")
    await sari.shows("Kontak penting: 🇲🇾 Malaysia")
    await sari.tap("Kembali")
    await see_result(sari, "Tawaran kerja")


async def test_back_from_the_contacts_of_ones_own_country_leads_to_what_was_found(
    bot: BotService, telegram: Telegram
) -> None:
    sari = await telegram.person()
    await sari.met("id")
    await says(sari, "country", "MY")
    await sari.write("cara resmi kerja")
    await see_result(sari, "Cara resmi")
    await sari.tap("☎️ Kontak penting")
    await sari.shows("Kontak penting: 🇲🇾 Malaysia")
    await sari.tap("Kembali")
    await see_result(sari, "Cara resmi")


async def see_result(sari: Phone, title: str) -> None:
    shown = await sari.shows("Ini mungkin membantu")
    assert any(label.startswith(title) for label in labels(shown)), labels(shown)


async def test_back_from_what_was_found_leads_to_what_was_found(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.met("id")
    await sari.write("gaji tidak dibayar")
    found = labels(await sari.shows("Perlu bantuan sekarang"))

    await sari.tap("Gaji tidak dibayar")
    await sari.shows("1955")
    await sari.tap("Lanjut")
    await sari.shows("Sumber:")
    await sari.tap("Membantu")
    await sari.shows("Terima kasih")
    await sari.tap("Kembali")

    assert labels(await sari.shows("Perlu bantuan sekarang")) == found
