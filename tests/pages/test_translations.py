"""A translator's work in Chromium: a workbook with two bad rows, and Javanese brought up to date beside its source."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.pages.office import Office, approve, is_sound
from tests.workbooks import Workbook

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
SLUG = "placement-cost"


async def downloaded(page: Page, office: Office) -> Workbook:
    """Download the workbook for Javanese."""
    await page.goto(f"{office.url}/translations")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Download for Basa Jawa").click()
    return Workbook((await (await download.value).path()).read_bytes())


async def test_a_workbook_with_two_bad_rows_imports_the_good_ones(office: Office, tmp_path: Path) -> None:
    page = await office.person("editor", width=360)
    book, file = await downloaded(page, office), tmp_path / "filled.xlsx"
    book.write("passport-held", "title", "Paspor dicekel juragan")
    bad = [
        book.write("wages-unpaid", "title", "Upah ora dibayar utawa kurang saka sing mesthine"),
        book.change("legal-way", "body", lambda body: body.replace("{{contact:", "{{kontak:")),
    ]
    file.write_bytes(book.saved())

    await page.locator("#sheet-language").select_option("jv")
    await page.locator("#sheet-file").set_input_files(file)
    await page.get_by_role("button", name="Check the workbook").click()

    refused = page.get_by_role("region", name="Refused").locator("tbody tr")
    await expect(refused).to_have_count(len(bad))
    assert sorted(map(int, await refused.locator("td:first-child").all_inner_texts())) == sorted(bad)
    await expect(refused.filter(has_text="wages-unpaid")).to_contain_text("Write a title of 1 to 40 letters")
    await expect(refused.filter(has_text="legal-way")).to_contain_text("a reference is")
    await is_sound(page)

    await page.get_by_role("button", name="Import 1 article").click()
    await expect(page.get_by_role("status").first).to_contain_text("1 article is saved as a draft")
    await is_sound(page)
    await page.get_by_role("link", name="Open the article").click()
    await expect(page.get_by_label("Title")).to_have_value("Paspor dicekel juragan")


async def test_javanese_is_brought_up_to_date_beside_its_source(office: Office) -> None:
    editor, verifier = await office.person("editor"), await office.person("verifier")
    await editor.goto(f"{office.url}/articles/{SLUG}/id")
    await editor.get_by_label("Title").fill("Biaya agen: mana yang boleh?")
    await editor.get_by_label("Correction").check()
    await editor.get_by_role("button", name="Save and hand in").click()
    await approve(verifier, office, "mana yang boleh")

    await editor.goto(office.url)
    await editor.get_by_role("link", name="All translations").click()
    await editor.get_by_label("Language").first.select_option("jv")
    await editor.get_by_role("button", name="Filter").click()
    outdated = editor.locator(f'a.standing-outdated[href="/articles/{SLUG}/jv"]')
    await expect(editor.locator("tbody tr")).to_have_count(1)
    await outdated.click()
    await expect(editor.locator("ins").first).to_contain_text("mana")
    await editor.get_by_label("Title").fill("Ragad agen: endi sing oleh?")
    await editor.get_by_role("button", name="Save and hand in").click()
    await approve(verifier, office, "endi sing oleh")

    await editor.goto(f"{office.url}/translations?language=jv&state=outdated")
    await expect(editor.get_by_text("Nothing fits this filter.")).to_be_visible()
