"""Programmes and forms at the desk in Chromium: a question is added, tried, published, and asked on a phone."""

import pytest
from playwright.async_api import Dialog, expect

from tests.pages.office import Office, is_sound
from tests.registrations.chat import see_button

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def agree(dialog: Dialog) -> None:
    await dialog.accept()


@pytest.mark.parametrize(("language", "width"), [("id", 360), ("en", 1280)])
async def test_every_page_of_programmes_and_forms_is_sound(office: Office, language: str, width: int) -> None:
    office.expects_refusal = True  # of what is not right yet
    page = await office.person("editor", language=language, width=width)
    form = "/forms/course-interest"
    for path in (
        "/programmes",
        "/programmes/new",
        "/programmes/courses",
        f"{form}/questions/0",
        f"{form}/questions/new",
    ):
        await page.goto(f"{office.url}{path}")
        await is_sound(page, path)
    await page.goto(f"{office.url}{form}?language=jv")
    await expect(page.locator(".phone-preview .look-bubble, .phone-preview [class*=bubble]").first).to_be_visible()
    await is_sound(page, form)
    await page.locator(f'form[action="{form}/try"] button').click()
    await is_sound(page, "trying it")
    await page.goto(f"{office.url}/programmes/courses")
    await page.locator("#article").fill("no-such")
    await page.locator("form[data-kept] button.btn-primary").click()
    await expect(page.locator("#article-note")).to_be_visible()
    await is_sound(page, "a programme with an error")


async def test_a_question_is_added_tried_published_and_asked(office: Office) -> None:
    page = await office.person("editor")
    page.on("dialog", agree)
    form = f"{office.url}/forms/course-interest"
    await page.goto(f"{form}/questions/new")
    await page.get_by_label("Code", exact=True).first.fill("shoe-size")
    await page.get_by_label("Kind").select_option("number")
    await page.locator('[name="text.question.id"]').fill("Ukuran sepatu Anda?")
    await page.get_by_role("button", name="Save in the draft").click()
    await page.get_by_role("button", name="Up: shoe-size").click()
    await page.get_by_role("button", name="Try the form").click()
    await page.locator("#typed").fill("ya")
    await page.keyboard.press("Enter")
    await expect(page.locator(".phone-preview")).to_contain_text("Kursus apa yang dicari?")
    await page.goto(form)
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("This is what is asked now.")).to_be_visible()

    sari = await office.phone()
    await sari.write("/start p-courses")
    await see_button(sari, "✍️ Daftar")
    await sari.tap("✍️ Daftar")
    await see_button(sari, "✍️ Daftarkan saya")
    assert "7" in (await sari.screen())["text"]
