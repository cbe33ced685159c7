"""The work of a translator for Javanese, and of nothing else, in Chromium, in both languages of the desk.

A workbook with two bad rows, and Javanese brought up to date beside its source.
"""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.async_api import Page, expect

from core.i18n import Words, desk_words
from tests.pages.office import Office, approve, is_sound
from tests.proofs import PASSWORD
from tests.workbooks import Workbook

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
SLUG = "placement-cost"
LANGUAGES = ["en", pytest.param("id", marks=pytest.mark.deep)]


async def translator(office: Office, *, language: str, width: int = 1280) -> Page:
    """Invite somebody, make her a translator for Javanese, and sign her in."""
    email, administrator = f"{uuid4().hex}@example.org", await office.person("administrator")
    invitation = administrator.locator('form[action="/staff"][method="post"]')
    await administrator.goto(f"{office.url}/staff")
    await invitation.locator("#email").fill(email)
    await invitation.locator("#name").fill("Tuti")
    await invitation.locator("#language").select_option(language)
    await invitation.get_by_role("button").click()
    link = re.search(r"/invitation/[\w-]+", await administrator.locator("code.once").inner_text())
    assert link
    await administrator.locator("#role").select_option("translator")
    await administrator.locator("form", has=administrator.locator("#role")).locator("#language").select_option("jv")
    await administrator.get_by_role("button", name="Give this role").click()
    await expect(administrator.get_by_role("listitem").filter(has_text="Translator · Basa Jawa")).to_be_visible()

    page = await office.visitor(language=language, width=width)
    await page.goto(f"{office.url}{link[0]}")
    await page.locator("#password").fill(PASSWORD)
    await page.locator("main form button").click()
    await page.goto(f"{office.url}/sign-in")
    await page.locator("#email").fill(email)
    await page.locator("#password").fill(PASSWORD)
    await page.locator("main form:has(#password) button").click()
    await expect(page).to_have_url(f"{office.url}/")
    return page


async def downloaded(page: Page, office: Office, words: Words) -> Workbook:
    """Download the workbook for Javanese."""
    await page.goto(f"{office.url}/translations")
    async with page.expect_download() as download:
        await page.get_by_role(
            "button", name=words.gettext("Download for {language}").format(language="Basa Jawa")
        ).click()
    return Workbook((await (await download.value).path()).read_bytes())


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_workbook_with_two_bad_rows_imports_the_good_ones(
    office: Office, tmp_path: Path, language: str
) -> None:
    words, page = desk_words(language), await translator(office, language=language, width=360)
    _ = words.gettext
    book, file = await downloaded(page, office, words), tmp_path / "filled.xlsx"
    book.write("passport-held", "title", "Paspor dicekel juragan")
    bad = [
        book.write("wages-unpaid", "title", "Upah ora dibayar utawa kurang saka sing mesthine"),
        book.change("legal-way", "body", lambda body: body.replace("{{contact:", "{{kontak:")),
    ]
    file.write_bytes(book.saved())

    await page.locator("#sheet-language").select_option("jv")
    await page.locator("#sheet-file").set_input_files(file)
    await page.get_by_role("button", name=_("Check the workbook")).click()

    refused = page.get_by_role("region", name=_("Refused")).locator("tbody tr")
    await expect(refused).to_have_count(len(bad))
    assert sorted(map(int, await refused.locator("td:first-child").all_inner_texts())) == sorted(bad)
    await expect(refused.filter(has_text="wages-unpaid")).to_contain_text(
        _("Write a title of 1 to 40 letters, on one line.")
    )
    await expect(refused.filter(has_text="legal-way")).to_contain_text("{{fact:")
    await is_sound(page)

    await page.get_by_role(
        "button", name=words.ngettext("Import {count} article", "Import {count} articles", 1).format(count=1)
    ).click()
    saved = (
        "{count} article is saved as a draft. Hand it in from its page when it is ready.",
        "{count} articles are saved as drafts. Hand them in from their pages when they are ready.",
    )
    await expect(page.get_by_role("status").first).to_contain_text(words.ngettext(*saved, 1).format(count=1))
    await is_sound(page)
    await page.get_by_role("link", name=_("Open the article")).click()
    await expect(page.locator("#title")).to_have_value("Paspor dicekel juragan")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_javanese_is_brought_up_to_date_beside_its_source(office: Office, language: str) -> None:
    _ = desk_words(language).gettext
    editor, verifier = [await office.person(role, language=language) for role in ("editor", "verifier")]
    tuti = await translator(office, language=language)
    await editor.goto(f"{office.url}/articles/{SLUG}/id")
    await editor.locator("#title").fill("Biaya agen: mana yang boleh?")
    await editor.locator("[name=change][value=correction]").check()
    await editor.get_by_role("button", name=_("Save and hand in")).click()
    await approve(verifier, office, "mana yang boleh")

    await tuti.goto(f"{office.url}/articles/{SLUG}/id")
    await expect(tuti.get_by_role("button", name=_("Save and hand in"))).to_have_count(0)  # not her language
    await tuti.goto(office.url)
    await tuti.get_by_role("link", name=_("All translations")).click()
    await tuti.locator("[name=language]").first.select_option("jv")
    await tuti.get_by_role("button", name=_("Filter")).click()
    outdated = tuti.locator(f'a.standing-outdated[href="/articles/{SLUG}/jv"]')
    await expect(tuti.locator("tbody tr")).to_have_count(1)
    await outdated.click()
    await expect(tuti.locator("ins").first).to_contain_text("mana")
    await tuti.locator("#title").fill("Ragad agen: endi sing oleh?")
    await tuti.get_by_role("button", name=_("Save and hand in")).click()
    await approve(verifier, office, "endi sing oleh")

    await tuti.goto(f"{office.url}/translations?language=jv&state=outdated")
    await expect(tuti.get_by_text(_("Nothing fits this filter."))).to_be_visible()
