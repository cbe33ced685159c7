"""What a person meets in the chat, through the stand-in."""

from bot.service import BotService
from core.db import Database
from tests.harness import make_bot
from tests.phones import Telegram, labels


async def test_a_person_reads_a_sourced_article(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person(language="id")

    await sari.write("/start")
    await sari.sees("Bekal")
    await sari.tap("Uang")
    await sari.sees("Uang")
    message = (await sari.bot_messages())[-1]
    await sari.tap(labels(message)[0])

    article = await sari.sees("Belum diperiksa")
    assert any("Kembali" in label for label in labels(article))
    await sari.tap("Lanjut")
    article = await sari.sees("Sumber:")
    assert any("Kembali" in label for label in labels(article))
    assert len(await sari.bot_messages()) == 1, "taps edit their own message"


async def test_an_english_phone_is_answered_in_english(bot: BotService, telegram: Telegram) -> None:
    dewi = await telegram.person(language="en-GB")

    await dewi.write("/start")

    await dewi.sees("Hello, this is Bekal")


async def test_the_language_is_one_tap_away_and_stays(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person(language="id")
    await sari.write("/start")
    await sari.sees("Halo")

    await sari.tap("English")
    await sari.sees("What do you want to know?")
    await sari.write("/menu")

    await sari.sees(lambda messages: len(messages) == 2 and "What do you want" in messages[-1]["text"])


async def test_typed_text_gets_a_new_message_and_the_old_buttons_go(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.write("/start")
    await sari.sees("Halo")

    await sari.write("apa kabar")

    await sari.sees(lambda messages: len(messages) == 2 and not labels(messages[0]) and bool(labels(messages[1])))


async def test_a_typed_number_works_like_the_tap(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.write("/start")
    first = labels(await sari.sees("Halo"))[0]

    await sari.write("1")

    await sari.sees(lambda messages: len(messages) == 2 and first in messages[1]["text"])


async def test_a_typed_label_works_like_the_tap(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.write("/start")
    first = labels(await sari.sees("Halo"))[0]

    await sari.write(first.split(" ", 1)[1].upper())

    await sari.sees(lambda messages: len(messages) == 2 and first in messages[1]["text"])


async def test_a_forged_button_gets_the_present_screen_with_a_note(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.write("/start")
    message = await sari.sees("Halo")

    for target in ("t:no-such-topic", "a:none:1", "x", "l:zz", "a:::", "h:x"):
        await sari.tap_target(message["message_id"], target)

    shown = await sari.sees("Tombol itu sudah tidak dipakai")
    assert labels(shown)


async def test_a_sticker_gets_a_sentence_on_what_the_bot_can_do(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.do("location", {"latitude": 25.03, "longitude": 121.56})

    await sari.sees("hanya bisa membaca tulisan")


async def test_a_very_long_message_gets_a_polite_limit(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.write("a" * 501)

    await sari.sees("paling banyak 500 huruf")


async def test_an_unknown_command_is_answered(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.write("/selfdestruct")

    assert labels(await sari.sees("tidak kenal perintah"))


async def test_a_cry_that_is_not_understood_gets_the_numbers_to_call(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.write("tolong saya dipukul majikan")

    shown = await sari.sees("+622129244800")

    assert "+6281290070027" in shown["text"]
    assert labels(shown)


async def test_no_number_changes_the_language_and_menu_leads_home(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.write("/start a-washing-hands")
    await sari.sees("Cuci tangan")
    await sari.write("menu")
    shown = await sari.sees("Anda ingin tahu")

    await sari.write(str(labels(shown).index("English") + 1))

    await sari.sees("Saya belum paham")


async def test_a_deep_link_opens_its_article(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.write("/start a-washing-hands")

    await sari.sees("Cuci tangan")


async def test_what_the_bot_does_to_telegram_is_never_refused(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await sari.write("/start")
    await sari.sees("Halo")
    await sari.tap("Uang")
    await sari.sees("Uang")

    assert [call for call in await telegram.calls() if call["status"] != 200] == []


async def test_where_nothing_is_verified_yet_a_person_gets_the_numbers_to_call(
    stocked: Database, telegram: Telegram
) -> None:
    bot = make_bot(stocked, telegram, show_unverified=False)
    await bot.start()
    bot.start_polling()
    try:
        sari = await telegram.person(language="id")
        await sari.write("/start a-passport-held")
        await sari.sees("+6281290070027")
        await sari.tap("English")
        shown = await sari.sees("still being checked")
    finally:
        await bot.stop()

    assert labels(shown) == ["Bahasa Indonesia"]
