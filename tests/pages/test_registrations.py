"""The registrars' pages in Chromium, on the real product: sound for everybody, and usable by keys alone."""

from pathlib import Path
from uuid import uuid4

import pytest
from playwright.async_api import Dialog, expect

from core.clock import utc_now
from core.crypto import load_vault
from core.db import Database
from registrations import sign_up
from registrations.people import Person
from tests.pages.office import Office, is_sound
from tests.registrations.forms import GIVEN, SLUG, add_programme

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def add_registrations(folder: Path, count: int, slug: str = SLUG) -> None:
    """Let people sign up for a programme whose staff decides, with half as many places."""
    data, now = folder / "simulator", utc_now()
    database, vault = Database(f"sqlite+aiosqlite:///{data / 'bekal.db'}"), load_vault(None, data / "data.key")
    async with database.session() as session:
        await add_programme(session, slug, admits="after_review", places=count // 2)
        for number in range(count):
            session.add(person := Person(id=uuid4().hex, language="id", created_at=now))
            await session.flush()
            begun = await sign_up.begin(
                session, vault, person_id=person.id, language="id", slug=slug, is_for_another=number == 1, now=now
            )
            for question in begun.asked.shown(GIVEN):
                begun = await sign_up.answer(
                    session, vault, begun, question, GIVEN[question.code], language="id", now=now
                )
            await sign_up.send(session, vault, begun, now=now)
    await database.close()


@pytest.mark.parametrize(("language", "width"), [("id", 360), ("en", 1280)])
async def test_the_list_one_of_it_and_its_answers_are_sound(
    office: Office, office_folder: Path, language: str, width: int
) -> None:
    await add_registrations(office_folder, 3, f"kelas-{language}")
    page = await office.person("administrator", language=language, width=width)
    await page.goto(f"{office.url}/registrations?programme=kelas-{language}")
    await is_sound(page, "the list")
    await page.locator("tbody a").first.click()
    await is_sound(page, "one of it")
    await page.locator('input[value="contact"]').check()
    await page.locator('form[action$="/answers"] button').click()
    await expect(page.get_by_text("Siti Aminah")).to_be_visible()
    await is_sound(page, "its answers")
    await page.reload()
    await expect(page.get_by_text("Siti Aminah")).to_be_visible()


@pytest.mark.parametrize(("language", "width"), [("id", 360), ("en", 1280)])
async def test_finding_entering_and_the_attendance_sheet_are_sound(
    office: Office, office_folder: Path, language: str, width: int
) -> None:
    office.expects_refusal = True  # of a form with nothing in it
    slug = f"hadir-{language}"
    await add_registrations(office_folder, 2, slug)
    page = await office.person("administrator", language=language, width=width)
    await page.goto(f"{office.url}/registrations")
    await page.locator("details summary").first.click()
    await page.locator('input[name="typed"]').fill("siti aminah")
    await page.locator('form[action="/registrations/find"] button').click()
    await expect(page.locator("tbody tr").first).to_be_visible()
    await is_sound(page, "whom she found")
    await page.locator("tbody a").first.click()
    await page.locator('a[href$="#answers"]').first.click()
    await is_sound(page, "about to compare")
    await page.locator('input[value="decide"]').check()
    await page.locator('form[action$="/answers"] button').click()
    await expect(page.get_by_text("Siti Aminah").first).to_be_visible()
    await is_sound(page, "side by side")
    for path in ("/registrations/enter", f"/registrations/enter/{slug}", "/registrations/attendance"):
        await page.goto(f"{office.url}{path}")
        await is_sound(page, path)
    await page.goto(f"{office.url}/registrations/enter/{slug}")
    await page.locator(f'form[action="/registrations/enter/{slug}"] button').click()
    await expect(page.locator(".invalid-feedback").first).to_be_visible()
    await is_sound(page, "a form with errors")
    await page.goto(f"{office.url}/registrations?programme={slug}")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.locator("tbody a").first.click()
    await page.locator('form:has(input[value="accepted"]) button').click()
    await page.goto(f"{office.url}/registrations/attendance")
    await page.locator('select[name="programme"]').select_option(slug)
    await page.locator('form[action="/registrations/attendance"] button').click()
    await expect(page.get_by_role("cell", name="Siti Aminah", exact=True)).to_be_visible()
    await is_sound(page, "the sheet")
    await page.locator('input[name="chosen"]').check()
    await page.locator('form[action="/registrations"] button').click()
    await expect(page.get_by_role("status").first).to_be_visible()


async def test_what_was_typed_of_a_person_is_sent_once_one_has_signed_in_again(
    office: Office, office_folder: Path
) -> None:
    office.expects_refusal = True
    await add_registrations(office_folder, 1, "keluar")
    page = await office.person("administrator")
    await page.goto(f"{office.url}/registrations/enter/keluar")
    await page.locator('[name="q.name"]').fill("Dewi Lestari")
    await page.context.clear_cookies()
    await page.get_by_role("button", name="Enter this person").click()
    await expect(page.get_by_role("heading", name="You have been signed out")).to_be_visible()
    await is_sound(page, "signed out")
    assert "Dewi" not in await page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")

    async with page.context.expect_page() as opened:
        await page.get_by_role("link", name="Sign in again").click()
    tab = await opened.value
    await tab.locator('form:has(input[value="administrator@demo.bekal.example"]) button').click()
    await expect(tab).to_have_url(f"{office.url}/")
    await page.get_by_role("button", name="Send it now").click()

    await expect(page.locator('[name="q.name"]')).to_have_value("Dewi Lestari")
    await expect(page.locator(".invalid-feedback").first).to_be_visible()


async def test_several_are_decided_on_by_keys_alone(office: Office, office_folder: Path) -> None:
    office.expects_refusal = True  # for the third there is no place
    await add_registrations(office_folder, 3, "penuh")
    page, asked = await office.person("administrator", width=360), list[str]()

    async def agree(dialog: Dialog) -> None:
        asked.append(dialog.message)
        await dialog.accept()

    await page.goto(f"{office.url}/registrations?programme=penuh")
    await page.get_by_role("link", name="Tick all on this page").press("Enter")
    await expect(page.locator('input[name="chosen"]:checked')).to_have_count(3)
    await page.locator('input[name="chosen"]').nth(2).press("Space")
    await expect(page.locator('input[name="chosen"]:checked')).to_have_count(2)
    await page.get_by_label("What becomes of those that are ticked").select_option("accepted")

    page.on("dialog", agree)
    await page.get_by_role("button", name="Decide").press("Enter")

    await expect(page.get_by_role("alert")).to_contain_text("All places are taken")
    await expect(page.get_by_text("1 registration was decided.")).to_be_visible()
    assert len(asked) == 1
    await is_sound(page, "what came of it")


async def test_who_is_faster_than_the_page_is_asked_all_the_same(office: Office, office_folder: Path) -> None:
    await add_registrations(office_folder, 1, "cepat")
    page, asked = await office.person("administrator"), list[str]()

    async def refuse(dialog: Dialog) -> None:
        asked.append(dialog.message)
        await dialog.dismiss()

    await page.route("**/static/desk.js", lambda route: route.fulfill(status=404))
    office.expects_refusal = True  # the page's script does not come
    page.on("dialog", refuse)
    await page.goto(f"{office.url}/registrations?programme=cepat")
    await page.locator('input[name="chosen"]').check()
    await page.get_by_label("What becomes of those that are ticked").select_option("declined")
    await page.get_by_role("button", name="Decide").press("Enter")

    await expect(page.locator('input[name="chosen"]')).to_be_checked()  # the page still stands as it was
    assert asked == ["Everybody you have ticked who has a chat is told at once. Go on?"]
