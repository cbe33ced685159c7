"""Paths through the library that can be ticked off, and a self-check of which nothing is kept."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import select, text

from bot.conversations import Conversation
from bot.service import BotService
from content.catalogue import load_catalogue
from content.guides import LiveSelfCheck
from core.db import Database
from core.i18n import LANGUAGES, words
from registrations.steps import StepDone
from tests.harness import SEALS, make_bot
from tests.phones import Telegram, labels
from tests.registrations.chat import see_button

PLANNING = ("job-offer-check", "legal-way", "placement-cost")  # of the path, those among the few


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_path_is_read_and_ticked_off(
    bot: BotService, telegram: Telegram, stocked: Database, language: str
) -> None:
    sari, _ = await telegram.person(language=language), words(language).gettext
    menu = await sari.met(language)
    await sari.tap_target(menu["message_id"], "g")
    await sari.shows(_("Where do you stand? I show you what to read first."))
    await sari.tap(_("I plan to work abroad"))
    path = await sari.shows("0 ")
    assert labels(path)[0].startswith("▫️ ")
    await sari.tap_target(path["message_id"], "a:placement-cost:2")
    await see_button(sari, _("✅ Done: tick it off"))

    await sari.tap(_("✅ Done: tick it off"))
    path = await sari.shows("1 ")
    assert [label[:1] for label in labels(path)[: len(PLANNING)]] == ["▫", "▫", "✅"]
    await sari.tap_target(path["message_id"], "a:placement-cost:2")
    await see_button(sari, _("↩️ Not done yet"))
    await sari.tap(_("⬅️ Back"))
    await sari.shows("1 ")
    for slug in ("job-offer-check", "legal-way", "legal-way"):  # a second tap changes nothing
        await sari.tap_target(path["message_id"], f"g:planning:{slug}:on")
    await sari.shows(_("You have read it all. Well done."))
    await sari.tap_target(path["message_id"], "g:planning:legal-way:off")
    await sari.shows("2 ")

    async with stocked.reading_session() as session:
        assert set(await session.scalars(select(StepDone.article))) == {"placement-cost", "job-offer-check"}
    await sari.write("/hapus")
    asked = await sari.shows(
        _("Erase everything about you? Your language and your answers go, and the messages here too.")
    )
    await sari.tap_target(asked["message_id"], "x:yes")
    await sari.shows(_("Done. Everything about you is erased."))
    for _turn in range(600):
        async with stocked.reading_session() as session:
            if not list(await session.scalars(select(StepDone.article))):
                return
        await asyncio.sleep(0.05)
    raise AssertionError("the ticks stayed")


async def test_an_article_that_was_opened_elsewhere_has_nothing_to_tick(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    menu = await sari.met("id")
    await sari.tap_target(menu["message_id"], "a:placement-cost:2")
    shown = await sari.shows("Telanjur bayar?")

    assert not [label for label in labels(shown) if "centang" in label]
    await sari.tap_target(menu["message_id"], "g:planning:washing-hands:on")
    assert "Tombol itu" in (await sari.shows("Tombol itu"))["text"], "no step of that path"


def answered(check: LiveSelfCheck, *risks: str) -> str:
    """Return the answers of somebody whose offer has these signs of danger, and no others."""
    return "".join("y" if (each.code in risks) == (each.risky == "yes") else "n" for each in check.model.questions)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_job_offer_is_checked_and_nothing_of_it_is_kept(
    bot: BotService, telegram: Telegram, stocked: Database, language: str
) -> None:
    sari = await telegram.person(language=language)
    _ = words(language).gettext
    await sari.met(language)
    async with stocked.reading() as connection:
        content = await load_catalogue(connection, today=date(2026, 11, 26), show_unverified=True, seals=SEALS)
    check = content.self_checks["job-offer"]
    worst = answered(check, *(each.code for each in check.model.questions))
    await sari.write("/start k-job-offer")
    for number, (question, answer) in enumerate(zip(check.model.questions, worst, strict=True), 1):
        await sari.shows(question.questions[language])
        assert (await sari.screen())["text"].count(f"{number}/10 ·") == 1
        await sari.tap(_("Yes") if answer == "y" else _("No"))
    result = await sari.shows(check.levels[-1].titles[language])

    assert all(question.reasons[language] in result["text"] for question in check.model.questions)
    assert "110" in result["text"]
    assert _("🕓 Not yet verified by an official institution.") in result["text"]
    async with stocked.reading_session() as session:
        assert list(await session.scalars(select(Conversation.step))) == ["k:job-offer"]
        tables = [row[0] for row in await session.execute(text(_TABLES[stocked.url.get_backend_name()]))]
        for table in tables:
            rows = str(list(await session.execute(text(f'SELECT * FROM "{table}"'))))
            assert f"k:job-offer:{worst[:3]}" not in rows, table


_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}


@pytest.mark.parametrize(
    ("risks", "level"),
    [
        ((), 0), (("hurry",), 1), (("pay-first",), 1), (("hurry", "only-online"), 1), (("pay-first", "no-contract"), 2),
        (("no-work-visa",), 2), (("closed-country",), 2), (("unlicensed-sender",), 2), (("false-papers",), 2),
    ],
)  # fmt: skip
async def test_the_result_grows_with_the_signs(library: Database, risks: tuple[str, ...], level: int) -> None:
    async with library.reading() as connection:
        content = await load_catalogue(connection, today=date(2026, 11, 26), show_unverified=True, seals=SEALS)
    check = content.self_checks["job-offer"]

    assert check.level(answered(check, *risks)) is check.levels[level]
    assert [each.code for each in check.risks(answered(check, *risks))] == [
        each.code for each in check.model.questions if each.code in risks
    ]


@pytest.mark.parametrize("typed", ["Tidak", "iya", "1"])
async def test_who_types_an_answer_is_told_to_tap_and_stays_where_she_is(
    bot: BotService, telegram: Telegram, typed: str
) -> None:
    sari = await telegram.person()
    await sari.met("id")
    await sari.write("/start k-job-offer")
    await sari.shows("1/10")
    await sari.tap("Tidak")
    await sari.shows("2/10")

    await sari.write(typed)

    await sari.sees("Tekan salah satu tombol.")
    await sari.tap("Tidak")
    await sari.shows("3/10")


async def test_a_newcomer_from_a_printed_sheet_is_met_in_its_language(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person(language="id")
    await sari.write("/start a-legal-way_su")
    await sari.shows("Cara resmi gawé ka luar nagri")
    await sari.write("/start a-legal-way_en")
    (
        await sari.sees(lambda messages: len([m for m in messages if "Cara resmi gawé" in m["text"]]) == 2),
        "she has chosen by now",
    )


async def test_where_only_verified_texts_are_shown_there_is_no_self_check(
    telegram: Telegram, stocked: Database
) -> None:
    bot = make_bot(stocked, telegram, show_unverified=False)
    await bot.start()
    bot.start_polling()
    try:
        sari = await telegram.person()
        menu = await sari.met("id")
        assert not [label for label in labels(menu) if "Mulai" in label], "nor a path: none of its texts is verified"
        await sari.tap_target(menu["message_id"], "k:job-offer")
        await sari.shows("Tombol itu")
    finally:
        await bot.stop()
