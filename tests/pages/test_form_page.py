"""A form on a page of its own, opened from the chat: the whole way on the real product, in a browser."""

from typing import Any

import pytest
from playwright.async_api import expect

from core.i18n import LANGUAGES, words
from tests.pages.office import Office, is_sound
from tests.phones import Telegram
from tests.registrations.chat import see_button

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
VIEWS: dict[str, dict[str, Any]] = {
    "id": {"viewport": {"width": 360, "height": 740}}, "en": {"viewport": {"width": 1280, "height": 800}},
    "jv": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
    "su": {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False},
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_form_is_filled_in_on_a_page(office: Office, language: str) -> None:
    has_script = VIEWS[language].get("java_script_enabled", True)
    _ = words(language).gettext
    sari = await Telegram(office.url, office.http).person(language=language)
    await sari.met(language)
    await sari.write("/start p-courses")
    await see_button(sari, _("✍️ Sign up"))
    await sari.tap(_("✍️ Sign up"))
    await see_button(sari, _("🌐 Fill it in on a page"))
    await sari.tap(_("🌐 Fill it in on a page"))
    await see_button(sari, _("🌐 Open the page"))
    shown = await sari.screen()
    url = shown["reply_markup"]["inline_keyboard"][0][0]["url"]
    context = await office.browser.new_context(**VIEWS[language])
    office.contexts.append(context)
    office.expects_refusal = True  # of the answers that are not right yet, and of the second look
    page = await context.new_page()
    page.on("console", office._hear)
    page.on("request", office._watch)

    await page.goto(url)
    if has_script:
        await is_sound(page, "the form")
    await page.locator("button").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    if has_script:
        await is_sound(page, "the form with its errors")
    await page.locator('input[name="q.consent"][value="yes"]').check()
    await page.locator('input[name="q.course"]').first.check()
    await page.locator('input[name="q.name"]').fill("Siti Aminah")
    await page.locator('input[name="q.regency"]').fill("indramayu")
    await page.locator('input[name="q.phone"]').fill("0812 3456 7890")
    await page.locator("button").click()

    await expect(page.locator("h1")).to_have_text(_("Done."))
    if has_script:
        await is_sound(page, "what came of it")
    code = await page.locator("strong").inner_text()
    done = await sari.sees(_("It has been sent. You will hear in this chat."))
    assert code in done["text"]
    assert not any("Siti" in message["text"] for message in await sari.messages())
    assert await context.cookies() == []
    if has_script:
        assert await page.evaluate("localStorage.length + sessionStorage.length") == 0
    answer = await page.goto(url)
    assert answer is not None
    assert answer.status == 404
