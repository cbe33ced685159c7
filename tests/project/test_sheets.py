"""`./bekal content sheet`: a topic on A4, in each language, with codes that open the chat; nothing from elsewhere."""

import re
from datetime import date
from pathlib import Path

import pytest

from api.people.sheets import sheet
from content.catalogue import load_catalogue
from core.db import Database
from core.errors import SettingsError
from core.i18n import LANGUAGES, words
from tests.harness import SEALS
from tests.processes import Product

TODAY = date(2026, 11, 26)


async def made(database: Database, topic: str, language: str) -> str:
    async with database.reading() as connection:
        content = await load_catalogue(connection, today=TODAY, show_unverified=True, seals=SEALS)
    return sheet(content, topic, bot_name="bekal_bot", printed_on=TODAY, words=words(language))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_sheet_names_each_text_with_its_code(library: Database, language: str) -> None:
    html = await made(library, "before-offer", language)

    assert f'<html lang="{language}">' in html
    assert html.count("<li>") == 7, "six texts and a self-check"
    assert html.count("<svg") == 8, "and one for the topic"
    assert "t.me/bekal_bot" in html
    assert not re.search(r'(src|href)="http', html)
    assert "08001000" in html
    assert words(language).gettext("🕓 Not yet verified by an official institution.") in html


async def test_a_topic_of_the_menu_holds_those_below_it(library: Database) -> None:
    html = await made(library, "money", "id")

    assert html.count("<h2>") == 3
    assert html.count("<li>") == 16


async def test_an_unknown_topic_is_one_sentence(stocked: Database) -> None:
    with pytest.raises(SettingsError, match=r"There is no topic mony\. There are: "):
        await made(stocked, "mony", "id")


async def test_the_command_writes_what_readers_have_now(tmp_path: Path) -> None:
    product = Product("run", tmp_path)

    said = await product.command("content", "sheet", "money", "--lang", "su", "--bot", "bekal_bot")

    assert said.splitlines()[-1].endswith("Written to money-su.html: open it in a browser and print it.")
    assert "Duit" in (tmp_path / "money-su.html").read_text(encoding="utf-8")
