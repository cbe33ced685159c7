"""What has no revisions, written by two at once, in a real browser: the second sees both, and nothing is lost."""

import pytest
from playwright.async_api import expect

from tests.pages.office import Office, is_sound

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize(("language", "width"), [("id", 360), ("en", 1280)])
async def test_the_second_to_save_sees_both_and_saves_on_top(office: Office, language: str, width: int) -> None:
    office.expects_refusal = True  # 412
    first, second = await office.person("editor"), await office.person("editor", language=language, width=width)
    for page in (first, second):
        await page.goto(f"{office.url}/articles/passport-held/audience")
    await first.locator("[name='tags.id']").fill("paspor disita")
    await first.locator("button.btn-primary").click()
    await first.wait_for_url("**/articles/passport-held/id")
    await second.locator("[name='tags.id']").fill("paspor diambil\n" + "ditahan" * 8)
    await second.locator("button.btn-primary").click()

    await expect(second.get_by_role("table")).to_contain_text("paspor disita")
    await expect(second.locator("[name='tags.id']")).to_have_value("paspor diambil\n" + "ditahan" * 8)
    await is_sound(second)
    await second.locator("button.btn-primary").click()
    await second.wait_for_url("**/articles/passport-held/id")
