"""A printed sheet: a topic of a few texts fits on one page of A4."""

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import Browser

from api.people.sheets import sheet
from content.catalogue import load_catalogue
from core.db import Database
from core.i18n import LANGUAGES, words
from tests.harness import SEALS
from tests.pages.office import is_sound

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
TODAY = date(2026, 11, 26)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_topic_prints_on_one_page(browser: Browser, library_sqlite: Path, language: str) -> None:
    database = Database(f"sqlite+aiosqlite:///{library_sqlite}")
    async with database.reading() as connection:
        content = await load_catalogue(connection, today=TODAY, show_unverified=True, seals=SEALS)
    await database.close()
    page = await browser.new_page(viewport={"width": 360, "height": 740})

    await page.set_content(
        sheet(content, "before-offer", bot_name="bekal_bot", printed_on=TODAY, words=words(language))
    )

    await is_sound(page, "a sheet on a phone")
    printed = await page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    await page.close()
