"""A verifier reads what changed in a text, markup too, in Chromium; and a translator her source."""

import pytest
from playwright.async_api import expect

from tests.pages.office import Office, is_sound

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
HERE = "/articles/sending-money-cost/id"
ADDED = (
    '\n<i>Tanya</i> &quot;kantor&quot; <a href="https://www.rti.org.tw/fr/news?uid=3&amp;pid=121963">RTI</a>.\n'
    "<blockquote>Jangan <b>panik</b>.</blockquote>\n<code>150</code> <tg-spoiler>rahasia</tg-spoiler> <s>lama</s>\n"
    "{{contact:id-kemlu-pwni}}"
)


async def test_changed_markup_is_read_and_not_deciphered(office: Office) -> None:
    editor, verifier = await office.person("editor"), await office.person("verifier", width=360)
    await editor.goto(office.url + HERE)
    body = editor.locator("#body")
    await editor.get_by_role("button", name="Plain text").click()
    first, *rest = (await body.input_value()).split("\n")
    await body.fill("\n".join([first.removeprefix("<b>").removesuffix("</b>"), *rest]) + ADDED)
    await editor.get_by_role("button", name="Save and hand in").click()
    waits = editor.get_by_text("This text waits for a verifier.")
    await expect(waits).to_be_visible()

    await verifier.goto(office.url + HERE)
    await verifier.get_by_role("link", name="Read what changed").click()
    text = verifier.locator(".readable").first
    await expect(text.locator("del").first).to_contain_text("bold from here")
    await expect(text.locator(".chip").last).to_contain_text("id-kemlu-pwni")
    await expect(text.locator(".is-blockquote.is-bold")).to_have_text("panik")
    await expect(text).to_contain_text('Tanya "kantor" RTI (https://www.rti.org.tw/fr/news?uid=3&pid=121963)')
    await expect(verifier.locator("[data-lane]")).not_to_contain_text("{{")
    await is_sound(verifier, "the lane, narrow")
    await verifier.set_viewport_size({"width": 1280, "height": 800})
    await is_sound(verifier, "the lane, wide")

    await verifier.goto(office.url + HERE)
    await expect(verifier.get_by_role("group", name="Text")).to_contain_text(
        'Tanya "kantor" RTI (https://www.rti.org.tw/'
    )
    await is_sound(verifier, "a text that one only reads")
    await editor.get_by_role("button", name="Take it back").click()
    await expect(waits).to_have_count(0)


async def test_the_source_of_a_translation_is_read_as_readers_see_it(office: Office) -> None:
    page = await office.person("editor", width=360)
    await page.goto(f"{office.url}/articles/passport-held/jv")

    source = page.get_by_label("The Indonesian text", exact=True)
    await expect(source.locator(".is-bold").first).to_contain_text("Telepon KBRI atau KJRI")
    await expect(source.locator(".chip")).to_have_count(2)
    await expect(source).not_to_contain_text("{{")
    await is_sound(page, "a translation, narrow")
