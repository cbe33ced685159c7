"""About me: optional, changeable, never shown again, and erased for good."""

import pytest
from sqlalchemy import select

from bot.service import BotService
from core.db import Database
from registrations.people import Person
from tests.phones import Phone, Telegram, labels


async def said(database: Database) -> tuple[str | None, str | None, str | None]:
    async with database.reading() as connection:
        row = (await connection.execute(select(Person.stage, Person.country, Person.province))).one()
    return (row.stage, row.country, row.province)


async def ask(sari: Phone, question: str) -> None:
    menu = await sari.met("id")
    await sari.tap_target(menu["message_id"], "p")
    await sari.shows("memberi tahu tiga hal")
    await sari.tap_target(menu["message_id"], f"p:{question}")
    await sari.sees(lambda messages: any("Tidak mau menyebutkan" in labels(message) for message in messages))


async def test_a_stage_is_told_by_a_tap_and_forgotten_by_another(
    bot: BotService, telegram: Telegram, stocked: Database
) -> None:
    sari = await telegram.person()
    await ask(sari, "stage")

    await sari.tap("Saya kerja di luar negeri")
    screen = await sari.shows("Sudah dicatat")
    assert labels(screen)[0].startswith("✔️")
    assert await said(stocked) == ("abroad", None, None)

    await sari.tap_target(screen["message_id"], "p:stage:skip")
    await sari.shows("Itu tidak disimpan")
    assert await said(stocked) == (None, None, None)


@pytest.mark.parametrize(
    ("question", "written", "kept"),
    [
        ("country", "Hongkong", (None, "HK", None)),
        ("country", "singpura", (None, "SG", None)),
        ("province", "ntb", (None, None, "52")),
        ("province", "jawa timor", (None, None, "35")),
    ],
)
async def test_a_country_or_province_may_be_written(
    bot: BotService,
    telegram: Telegram,
    stocked: Database,
    question: str,
    written: str,
    kept: tuple[str | None, str | None, str | None],
) -> None:
    sari = await telegram.person()
    await ask(sari, question)

    await sari.write(written)

    await sari.sees("Sudah dicatat")
    assert await said(stocked) == kept


async def test_what_is_no_country_is_asked_for_again(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await ask(sari, "country")

    await sari.write("xyzxyz")

    await sari.sees("Saya tidak kenal itu")


async def test_every_province_can_be_reached_by_its_pages(bot: BotService, telegram: Telegram) -> None:
    sari = await telegram.person()
    await ask(sari, "province")
    seen = set[str]()

    for page in range(1, 6):
        menu = await sari.screen()
        await sari.tap_target(menu["message_id"], f"p:province::{page}")
        await sari.sees(lambda _, page=page: True)  # type: ignore[misc]
        shown = await page_shown(sari, page)
        seen |= {label for label in shown if label[0].isalpha() and label != "Tidak mau menyebutkan"}

    assert len(seen - {"Kembali"}) == 38


async def page_shown(sari: Phone, page: int) -> list[str]:
    marks = f"({page - 1}/5)" if page > 1 else "(2/5)"
    await sari.sees(lambda messages: any(marks in label for m in messages for label in labels(m)))
    return [label for label in labels(await sari.screen()) if "/5)" not in label]
