"""What cannot be undone asks first in Chromium, with scripts and without."""

import pytest
from playwright.async_api import expect

from tests.pages.office import Office

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
HERE = "/articles/washing-hands/id"
TAKING = 'details.danger:has([action$="/retract"])'


async def test_without_scripts_a_box_is_ticked_first(office: Office) -> None:
    editor = await office.person("editor")
    await editor.goto(f"{office.url}{HERE}")
    await editor.locator(f"{TAKING} summary").click()
    await expect(editor.get_by_label("Yes, go on.")).to_have_count(0)

    state = await editor.context.storage_state()
    size = {"width": 360, "height": 800}
    plain = await office.browser.new_context(storage_state=state, java_script_enabled=False, viewport=size)  # type: ignore[arg-type]
    office.contexts.append(plain)
    page = await plain.new_page()
    await page.goto(f"{office.url}{HERE}")
    await page.locator(f"{TAKING} summary").click()
    await page.get_by_label("Why").fill("salah")
    away = page.get_by_role("button", name="Take away now")
    await away.click()
    await expect(away).to_be_visible()
    box = await page.locator(f"{TAKING} label.sure").bounding_box()
    assert box
    assert box["x"] + box["width"] <= 360
    await page.locator(TAKING).get_by_label("Yes, go on.").check()
    await away.click()
    await expect(page.get_by_role("status").filter(has_text="Taken away from readers.")).to_be_visible()
