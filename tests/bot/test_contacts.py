"""Important contacts: from every state, in every language, in two steps at most.

Longer than a file should be: every way to the contacts ends at the same screens.
"""

import pytest

from bot.service import BotService
from content import countries
from core.db import Database
from core.i18n import LANGUAGES
from tests.phones import Telegram, labels

TAIPEI = {"latitude": 25.03, "longitude": 121.56}
AT_SEA = {"latitude": 0.0, "longitude": -140.0}
ANSWERS = {
    "Taiwan": "TW", "di taiwn": "TW", "anak saya kerja di Malaysia": "MY", "bojoku nang Malaysia": "MY",
    "my daughter works in Saudi Arabia": "SA", "salaki gawé di Taiwan": "TW",
    "kerja di malaysia gajinya berapa": None, "gawean kamboja": None, "gaji taiwan": None, "tidak tahu": None,
    "suami saya meninggal di Taiwan": None, "suami meninggalkan anak di Malaysia": None, "bukan di Taiwan": None,
    "anak saya ketinggalan di Malaysia": None, "saya tidak kerja di Taiwan": None, "bojoku dudu ing Taiwan": None,
    "bojoku ninggal ing Taiwan": None, "ninggalkeun anak di Malaysia": None, "I don't live in Taiwan": None,
    "anak saya tinggal di Malaysia": "MY", "salaki kuring maot di Taiwan": None, "not in Taiwan": None,
}  # fmt: skip
FROM_EVERYWHERE = ("+6281290070027", "+622129244800")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cry", ["/darurat", "/sos", "saya dipukul majikan", "tolong"])
async def test_a_cry_for_help_gets_the_numbers_at_once(
    bot: BotService, telegram: Telegram, cry: str, language: str
) -> None:
    sari = await telegram.person()
    await sari.write(f"/start l-{language}")
    await sari.sees(bool)

    await sari.write(cry)

    shown = await sari.shows(FROM_EVERYWHERE[0])
    assert FROM_EVERYWHERE[1] in shown["text"]
    await sari.write("taiwan")
    assert "1955" in (await sari.shows("+886901132000"))["text"]


async def test_a_country_in_the_cry_saves_the_question(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()

    await sari.write("saya dipukul majikan di taiwan")

    assert "1955" in (await sari.shows("+886901132000"))["text"]


async def test_a_country_that_was_told_before_saves_the_question(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    menu = await sari.met("id")
    await sari.tap_target(menu["message_id"], "p:country:HK")
    await sari.shows("Sudah dicatat")

    await sari.write("/darurat")
    shown = await sari.shows("+85252422240")
    await sari.tap("Negara lain")

    await sari.shows("Di negara mana")
    assert any("WhatsApp" in label or "Negara lain" in label for label in labels(shown))


async def test_a_shared_place_gives_its_country_and_is_not_kept(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await telegram.person()

    await sari.do("location", TAIPEI)

    await sari.shows("+886901132000")
    async with stocked.reading() as connection:
        rows = await connection.exec_driver_sql("SELECT country FROM person")
        assert rows.scalars().all() == [None]
        steps = await connection.exec_driver_sql("SELECT step FROM conversation")
        assert steps.scalars().all() == ["e:ask"]
    await sari.sees("Tombol di bawah")
    assert not any(key.get("request_location") for key in await sari.keys())


async def test_a_place_at_sea_gets_the_question(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()

    await sari.do("location", AT_SEA)

    await sari.shows("tidak tahu itu negara mana")


async def test_a_place_can_be_sent_by_a_key(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.write("/kontak")
    await sari.shows("Di negara mana")

    await sari.tap("Lokasi saya")

    await sari.shows("Tekan tombol 📍")
    assert (await sari.keys())[0]["request_location"] is True


async def test_a_country_without_a_checked_office_says_so_and_leads_with_the_foreign_ministry(
    bot: BotService, telegram: Telegram
) -> None:
    sari = await telegram.person()

    await sari.write("/kontak arab saudi")

    text = (await sari.shows("belum punya nomor kantor Indonesia di Arab Saudi"))["text"]
    assert text.index(FROM_EVERYWHERE[0]) < text.index(FROM_EVERYWHERE[1]) < text.index("911")


async def test_a_number_that_works_inside_only_says_where(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()

    await sari.write("/kontak taiwan")

    assert "1955 · gratis · hanya di Taiwan" in (await sari.shows("1955"))["text"]


async def test_a_whatsapp_number_is_a_button(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()

    await sari.write("/kontak malaysia")

    rows = (await sari.shows("KJRI Johor Bahru"))["reply_markup"]["inline_keyboard"]
    assert any(button.get("url") == "https://wa.me/60105288040" for row in rows for button in row)


async def test_every_country_of_the_directory_has_an_answer(bot: BotService, telegram: Telegram) -> None:
    assert bot.content

    for code in sorted(bot.content.countries - {countries.HOME}):
        sari, name = await telegram.person(), countries.country_name(code, "id")
        await sari.write(f"/kontak {name}")
        assert FROM_EVERYWHERE[0] in (await sari.shows(name))["text"], name


async def test_an_open_question_waits_while_help_is_given(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    menu = await sari.met("id")
    await sari.tap_target(menu["message_id"], "p:province")
    await sari.shows("Anda berasal dari provinsi mana?")

    await sari.write("tolong")
    await sari.shows(FROM_EVERYWHERE[0])
    await sari.write("jatim")

    await sari.shows("Sudah dicatat")


async def test_something_weaker_gets_an_answer_with_the_contacts_on_top(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()

    await sari.write("paspor ditahan majikan")

    found = await sari.shows("Perlu bantuan sekarang?")
    assert labels(found)[0] == "☎️ Kontak penting"
    assert "Paspor ditahan majikan" in labels(found)


@pytest.mark.parametrize(
    ("cry", "shown"),
    [
        ("saya pekerja indonesia, dipukul majikan di taiwan", "+886901132000"),
        ("saya dipukul majikan orang china", "Di negara mana"),
    ],
)
async def test_the_country_of_a_cry_is_the_one_abroad_that_has_contacts(
    bot: BotService, telegram: Telegram, cry: str, shown: str
) -> None:
    sari = await telegram.person()

    await sari.write(cry)

    await sari.shows(shown)


async def test_a_country_after_a_cry_means_its_contacts_even_where_it_was_asked_for(
    bot: BotService, telegram: Telegram
) -> None:
    sari = await telegram.person()
    menu = await sari.met("id")
    await sari.tap_target(menu["message_id"], "p:country")
    await sari.shows("keluarga Anda bekerja?")

    await sari.write("tolong")
    await sari.shows(FROM_EVERYWHERE[0])
    await sari.write("taiwan")

    await sari.shows("+886901132000")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_someone_in_despair_is_told_first_who_listens(bot: BotService, telegram: Telegram, language: str) -> None:
    sari = await telegram.person()
    await sari.met(language)

    await sari.write("aku pengin mati, aku di hongkong")

    shown = (await sari.shows("healing119.id"))["text"]
    assert shown.index("+85251645040") < shown.index("healing119.id") < shown.index("+85252422240")


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("saya dipukul, majikan orang arab, saya di taiwan", "+886901132000"),
        ("majikan orang arab mukul saya", "Di negara mana"),
        ("dipukul bos jepang, aku neng hongkong", "+85252422240"),
    ],
)
async def test_the_country_is_where_somebody_is_and_not_where_the_employer_comes_from(
    bot: BotService, telegram: Telegram, written: str, seen: str
) -> None:
    sari = await telegram.person()
    await sari.write(written)

    await sari.shows(seen)


async def test_another_country_can_be_chosen_whatever_is_known_or_asked(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    menu = await sari.met("id")
    await sari.tap_target(menu["message_id"], "p:country:TW")
    await sari.shows("Sudah dicatat")
    await sari.tap_target(menu["message_id"], "p:stage")
    await sari.write("tolong")
    await sari.shows("+886901132000")

    await sari.tap("Negara lain")

    await sari.shows("Di negara mana")


@pytest.mark.parametrize("written", ["di taiwan", "kakak saya di Taiwan", "taiwn"])
async def test_the_question_which_country_takes_a_sentence(bot: BotService, telegram: Telegram, written: str) -> None:
    sari = await telegram.person()
    await sari.write("/darurat")
    await sari.shows("Di negara mana")

    await sari.write(written)

    await sari.shows("+886901132000")


async def test_a_question_that_names_a_country_is_no_answer_to_which_country(
    bot: BotService, telegram: Telegram
) -> None:
    sari = await telegram.person()
    await sari.met("id")
    await sari.write("/kontak")
    await sari.shows("Di negara mana")

    await sari.write("gaji saya belum dibayar majikan malaysia")
    await sari.sees(lambda messages: "Gaji tidak dibayar" in labels(messages[-1]))

    await sari.write("/kontak")
    await sari.shows("Di negara mana")
    await sari.write("anak saya kerja di malaysia")
    await sari.shows("999")


def test_what_answers_which_country() -> None:
    among = {"MY", "TW", "SA", "KH"}
    answers = {text: countries.answered(text, among=among) for text in ANSWERS}
    assert answers == ANSWERS


@pytest.mark.parametrize(
    ("cry", "article"),
    [
        ("majikan mukul saya tiap hari", "Dipukul, dikurung, atau dilecehkan"),
        ("dikurung dikamar hp diambil", "Dikurung atau tidak boleh pakai HP"),
        ("my boss rape me", "Dipukul, dikurung, atau dilecehkan"),
        ("suami mukul saya di rumah", "Dipukul, dikurung, atau dilecehkan"),
        ("ga dikasih makan 2 hari", "Dipukul, dikurung, atau dilecehkan"),
        ("majikan nuduh saya mencuri trus panggil polisi", "Ditangkap polisi di luar negeri"),
        ("keluarga dimintai tebusan 50 juta di kamboja", "Loker Kamboja dan Myanmar: awas scam"),
    ],
)
async def test_a_cry_of_harm_is_comforted_and_led_to_the_article_that_fits(
    bot: BotService, telegram: Telegram, library: Database, cry: str, article: str
) -> None:
    sari = await telegram.person()
    await sari.met("id")

    await sari.write(cry)

    shown = await sari.shows("Ada yang bisa menolong.")
    assert shown["text"].startswith("Ada yang" if article.startswith("Ditangkap") else "Ini bukan salah Anda. Ada yang")
    assert FROM_EVERYWHERE[0] in shown["text"]
    assert article == labels(shown)[0]


async def test_the_comfort_and_the_article_stay_where_the_country_is_chosen(
    bot: BotService, telegram: Telegram, library: Database
) -> None:
    sari = await telegram.person()
    await sari.met("id")
    await sari.write("majikan mukul saya tiap hari")
    await sari.shows("Ini bukan salah Anda")

    await sari.tap("Taiwan")

    shown = await sari.shows("1955")
    text = shown["text"]
    assert text.index("Ini bukan salah Anda") < text.index("+886901132000") < text.index(FROM_EVERYWHERE[0])
    assert labels(shown)[0] == "Dipukul, dikurung, atau dilecehkan"
    await sari.tap("Negara lain")
    await sari.shows("Di negara mana")
    await sari.write("malaysia")
    assert (await sari.shows("999"))["text"].startswith("Ini bukan salah Anda")
    await sari.write("1")  # the first entry that is shown
    await sari.shows("telepon juga 1955")


async def test_despair_is_not_forgotten_for_another_cry(bot: BotService, telegram: Telegram, library: Database) -> None:
    sari = await telegram.person()
    await sari.met("id")
    await sari.write("aku pengen mati")
    await sari.shows("Anda tidak sendirian")
    before = len(await sari.bot_messages())

    await sari.write("suami mukul saya")

    shown = await sari.sees(lambda messages: len(messages) > before)
    assert shown["text"].startswith("Anda tidak sendirian")
    assert labels(shown)[0] == "Dipukul, dikurung, atau dilecehkan", "and what fits the newer cry is offered"


@pytest.mark.parametrize("opening", ["☎️ Kontak penting", "/kontak"])
async def test_contacts_that_are_opened_anew_tell_nothing_of_a_cry(
    bot: BotService, telegram: Telegram, opening: str
) -> None:
    sari = await telegram.person()
    await sari.met("id")
    await sari.write("saya dipukul majikan")
    assert (await sari.shows("Dalam bahaya?"))["text"].startswith("Ini bukan salah Anda")
    before = len(await sari.bot_messages())

    await sari.write(opening)

    shown = await sari.sees(lambda messages: len(messages) > before)
    assert shown["text"].startswith("☎️ Kontak penting"), "an employer may look"


async def test_who_despairs_herself_after_telling_of_a_friend_is_led_to_what_is_for_her(
    bot: BotService, telegram: Telegram, library: Database
) -> None:
    sari = await telegram.person()
    await sari.met("id")
    await sari.write("teman saya mau bunuh diri")
    about_a_friend = labels(await sari.shows("Anda tidak sendirian"))[0]
    before = len(await sari.bot_messages())

    await sari.write("saya stres, pengen mati")

    shown = await sari.sees(lambda messages: len(messages) > before)
    assert shown["text"].startswith("Anda tidak sendirian")
    assert about_a_friend not in labels(shown)


async def test_a_bare_call_for_help_is_not_told_of_fault(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()

    await sari.write("tolong")

    assert "salah Anda" not in (await sari.shows(FROM_EVERYWHERE[0]))["text"]


async def test_abroad_nobody_in_despair_is_sent_to_a_number_that_means_the_ambulance_there(
    bot: BotService, telegram: Telegram, library: Database
) -> None:
    sari = await telegram.person()
    await sari.met("id")

    await sari.write("di taiwan pengen bunuh diri")

    text = (await sari.shows("Anda tidak sendirian"))["text"]
    assert text.startswith("Anda tidak sendirian")
    assert text.index("1955") < text.index("https://healing119.id")
    assert "hanya di Indonesia" not in text


async def test_who_chooses_her_country_in_despair_is_told_again_who_listens(
    bot: BotService, telegram: Telegram, library: Database
) -> None:
    sari = await telegram.person()
    await sari.met("id")
    await sari.write("pengen mati aja")
    await sari.shows("hanya di Indonesia")

    await sari.tap("Hong Kong")

    text = (await sari.shows("+85251645040"))["text"]
    assert text.startswith("Anda tidak sendirian")
    assert text.index("+85251645040") < text.index("healing119.id") < text.index("+85252422240")
    assert "hanya di Indonesia" not in text


@pytest.mark.parametrize("cry", ["teman saya mau bunuh diri", "my friend want to die", "kancaku pengin mati"])
async def test_who_tells_of_a_friend_who_wants_to_die_is_led_to_how_to_help_her(
    bot: BotService, telegram: Telegram, library: Database, cry: str
) -> None:
    sari = await telegram.person()
    await sari.met("id")

    await sari.write(cry)

    assert labels(await sari.shows("Anda tidak sendirian"))[0] == "Menolong teman yang sedih"
