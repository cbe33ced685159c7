"""The form for exporting registrations in Chromium, on the real product: sound, and usable by keys alone."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect
from sqlalchemy import update

from core.clock import utc_now
from core.db import Database
from staff.sessions import StaffSession
from staff.setting_up import DEMO_PASSWORD
from tests.pages.office import Office, is_sound

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize(("language", "width"), [("id", 360), ("en", 1280)])
async def test_the_form_is_sound_for_everybody(office: Office, language: str, width: int) -> None:
    page = await office.person("administrator", language=language, width=width)
    answer = await page.goto(f"{office.url}/registrations/export")
    assert answer
    assert answer.ok

    await is_sound(page, "/registrations/export")


async def test_a_file_is_downloaded_by_keys_alone(office: Office, tmp_path: Path) -> None:
    page = await office.person("administrator")
    await page.goto(f"{office.url}/registrations/export")
    await page.get_by_label("File").select_option("csv")
    await page.get_by_role("button", name="Download").focus()

    async with page.expect_download() as started:
        await page.keyboard.press("Enter")
    file = await started.value
    await file.save_as(tmp_path / "file.csv")

    assert file.suggested_filename.startswith("bekal-courses-")
    assert (tmp_path / "file.csv").read_text().startswith("registration_reference,")


async def prove_long_ago(folder: Path) -> None:
    """Let ten minutes go by since anybody last gave a password."""
    database = Database(f"sqlite+aiosqlite:///{folder / 'simulator' / 'bekal.db'}")
    async with database.session() as session:
        await session.execute(update(StaffSession).values(proved_at=utc_now() - timedelta(minutes=10)))
    await database.close()


async def test_the_file_that_was_chosen_comes_once_the_password_is_given(office: Office, office_folder: Path) -> None:
    office.expects_refusal = True
    page = await office.person("administrator")
    await page.goto(f"{office.url}/registrations/export")
    await page.get_by_label("File").select_option("csv")
    await prove_long_ago(office_folder)
    await page.get_by_role("button", name="Download").click()
    await expect(page.get_by_text("then the file comes to your downloads")).to_be_visible()
    await is_sound(page, "is it you?")
    await page.get_by_label("Password").fill("not this one")
    await page.get_by_role("button", name="Go on").click()
    await expect(page.get_by_text("This is not your password")).to_be_visible()

    await page.get_by_label("Password").fill(DEMO_PASSWORD)
    async with page.expect_download() as started:
        await page.get_by_role("button", name="Go on").click()

    assert (await started.value).suggested_filename.endswith(".csv")
    await expect(page.get_by_label("Password")).to_have_value("")
    await expect(page.get_by_text("The file is on its way to your downloads.")).to_be_visible()
    await expect(page.get_by_text("then the file comes to your downloads")).to_be_hidden()
    await page.get_by_role("link", name="Back to the page before").click()
    await expect(page).to_have_url(f"{office.url}/registrations/export")
