"""The form for exporting registrations in Chromium, on the real product: sound, and usable by keys alone."""

from pathlib import Path

import pytest

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
