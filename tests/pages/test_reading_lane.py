"""The keys of the reading lane in Chromium: alone, once, and a second time where a number changes."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from tests.pages.office import Office, is_sound, read

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
HOLD = """() => { // a page that is slow to come: whoever types goes on typing on this one
  window.sent = 0;
  document.addEventListener("submit", (event) => { window.sent += 1; event.preventDefault(); });
}"""


async def sent(page: Page) -> int:
    count: int = await page.evaluate("window.sent")
    return count


async def hand_in(office: Office, path: str, title: str, text: str = "") -> None:
    """Change the title of an article and put a text before its own."""
    editor = await office.person("editor")
    await editor.goto(f"{office.url}{path}")
    await editor.get_by_label("Title").fill(title)
    if text:
        await editor.get_by_role("button", name="Plain text").click()
        body = editor.locator("#body")
        await body.fill(f"{text} {await body.input_value()}")
    await editor.get_by_role("button", name="Save and hand in").click()
    await expect(editor.get_by_role("status").filter(has_text="Saved and handed in")).to_be_visible()
    await expect(editor).to_have_url(f"{office.url}{path}")


async def test_of_what_is_typed_over_a_live_text_one_key_counts(office: Office) -> None:
    verifier = await office.person("verifier", width=360)
    await verifier.goto(f"{office.url}/review?language=en")
    await is_sound(verifier, "the lane, narrow")
    await verifier.evaluate(HOLD)
    await read(verifier)
    for key in ("Shift+A", "Control+a", "Alt+a", "Meta+a"):
        await verifier.keyboard.press(key)
    assert await sent(verifier) == 0
    await verifier.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'a', repeat: true, bubbles: true}))"
    )
    assert await sent(verifier) == 0
    await verifier.keyboard.type("anar salah")
    assert await sent(verifier) == 1

    await verifier.goto(f"{office.url}/review?language=en")
    await verifier.keyboard.press("r")
    await verifier.wait_for_url(lambda url: "/review" not in url)


async def test_a_key_that_was_meant_for_the_text_before_approves_nothing(office: Office) -> None:
    verifier = await office.person("verifier")
    began = datetime(2026, 11, 27, tzinfo=UTC)
    await verifier.clock.install(time=began)
    await verifier.goto(f"{office.url}/review?language=en")
    await verifier.evaluate(HOLD)
    await verifier.clock.pause_at(began + timedelta(hours=1))
    await verifier.evaluate(
        "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
    )  # it came this moment
    await verifier.clock.run_for(1900)
    await verifier.keyboard.press("a")
    assert await sent(verifier) == 0
    await verifier.clock.run_for(200)
    await verifier.keyboard.press("a")
    assert await sent(verifier) == 1


async def test_a_number_that_changes_is_approved_by_a_second_key_or_by_the_mouse(office: Office) -> None:
    await hand_in(office, "/articles/passport-held/id", "Paspor 2026", "Telepon 112.")
    verifier = await office.person("verifier")
    warning = verifier.locator("#once-more")
    await verifier.goto(f"{office.url}/review")
    await expect(verifier.locator("#name")).to_have_text("Paspor 2026")
    await verifier.evaluate(HOLD)
    await read(verifier)
    await verifier.keyboard.press("a")
    await expect(warning).to_contain_text("Press A once more to approve")
    await is_sound(verifier, "the lane asks once more")
    assert await sent(verifier) == 0
    await verifier.keyboard.press("a")
    assert await sent(verifier) == 1
    await verifier.reload()
    await expect(warning).to_be_hidden()
    await verifier.get_by_role("button", name="Approve").click()
    await expect(verifier.get_by_role("status").filter(has_text="Approved.")).to_be_visible()
    await expect(verifier.locator("#name")).not_to_have_text("Paspor 2026")
