"""Every page of the desk is sound for everybody, and none is forgotten in the list of them: tools/desk_pages.py."""

import re

import pyotp
import pytest
from playwright.async_api import Page, expect

from tests.api.test_routes_table import TABLE
from tests.pages.office import Office, is_sound
from tests.pages.test_hostile_texts import route_of
from tests.reports import Report
from tools.desk_pages import NOBODY, PAGES, DeskPage, prepare

NO_PAGES = {
    "/healthz": "for machines",
    "/readyz": "for machines",
    "/metrics": "for machines",
    "/figures.csv": "a file",
    "/translations/{language}/sheet": "a file",
    "/registrations/enter/{slug}/sheet": "a file",
    "/media/{key}/file": "a file",
    "/articles/{slug}": "leads to the text in Indonesian",
    "/registrations/find": "leads to the list; who is found is the answer to a form",
    "/registrations/{registration_id}/answers": "leads to the registration; the answers are the answer to a form",
    "/registrations/{registration_id}/correct": "leads to the registration",
    "/registrations/{registration_id}/hand-over": "leads to the registration",
    "/registrations/{registration_id}/notes": "leads to the registration",
    "/registrations/{registration_id}/withdraw": "leads to the registration",
    "/review/{revision_id}/approve": "leads to the text",
}
VIEWS = [("id", 360), ("en", 1280)]
PASSWORD = "kopi tubruk tanpa gula"


def test_every_page_is_in_the_list_that_is_looked_at() -> None:
    gets = {line.split()[1] for line in TABLE if line.startswith("GET ") and not line.startswith("GET /v1/")}
    listed = {route_of(re.sub("[{}]", "", shown.path)) for shown in PAGES.values()}
    assert gets - set(NO_PAGES) == listed
    assert set(NO_PAGES) - gets == set(), "no exception for what is gone"


@pytest.fixture(scope="module")
def known(address: str) -> dict[str, str]:
    """The ends of addresses that nobody can know before."""
    return prepare(address)


async def opened(pages: dict[str, Page], office: Office, shown: DeskPage, known: dict[str, str]) -> Page:
    """Open a page as the person who works there."""
    page = pages[shown.role]
    await page.goto(f"{office.url}{shown.path.format(**known)}")
    for what in shown.presses[:-1]:
        await page.locator(what).first.click()
    for what in shown.presses[-1:]:
        async with page.expect_navigation():
            await page.locator(what).first.click()
    return page


@pytest.mark.deep
@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("language", "width"), VIEWS)
async def test_axe_finds_nothing_on_any_page(
    office: Office, known: dict[str, str], language: str, width: int, report: Report
) -> None:
    office.expects_refusal = True  # of the page that tells of a problem
    roles = {shown.role for shown in PAGES.values()} - {NOBODY}
    pages = {role: await office.person(role, language=language, width=width) for role in sorted(roles)}
    pages[NOBODY] = await office.visitor(language=language, width=width)
    for name, shown in PAGES.items():
        page = await opened(pages, office, shown, known)
        if name != "person-form":  # which speaks as the person who asked for it
            assert await page.evaluate("document.documentElement.lang") == language, name
        await is_sound(page, name)
    report.note(pages=len(PAGES), width=width, violations=0)


@pytest.mark.deep
@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("language", "width"), VIEWS)
async def test_what_somebody_new_sees_until_she_is_in_is_sound(office: Office, language: str, width: int) -> None:
    office.expects_refusal = True  # of a password that is too short, and of a wrong code
    administrator, email = await office.person("administrator", width=1280), f"baru-{language}@example.org"
    await administrator.goto(f"{office.url}/staff")
    await administrator.locator('form[action="/staff"] #email').fill(email)
    await administrator.locator('form[action="/staff"] #name').fill("Baru")
    await press(administrator, 'form[action="/staff"] button.btn-primary')
    link = re.search(r"/invitation/[\w-]+", await administrator.content())
    assert link
    await is_sound(administrator, "the link of an invitation")

    page = await office.visitor(language=language, width=width)
    await page.goto(f"{office.url}{link[0]}")
    await page.locator("#password").fill("kopi")
    await press(page, "main form button")
    await is_sound(page, "a password that is too short")
    await page.locator("#password").fill(PASSWORD)
    await press(page, "main form button")
    await signs_in(page, office, email)
    await page.goto(f"{office.url}/account/code")
    app = pyotp.TOTP(await page.locator('input[name="secret"]').input_value())
    await page.locator("#code").fill(app.now())
    await press(page, "main form button")
    await expect(page.locator("main li, main code").first).to_be_visible()
    await is_sound(page, "the recovery codes")

    other = await office.visitor(language=language, width=width)
    await signs_in(other, office, email)
    await expect(other).to_have_url(re.compile("/sign-in/code"))
    await other.locator("#code").fill("000000")
    await press(other, "main form button")
    await is_sound(other, "a wrong code")


async def signs_in(page: Page, office: Office, email: str) -> None:
    await page.goto(f"{office.url}/sign-in")
    await page.locator("#email").fill(email)
    await page.locator("#password").fill(PASSWORD)
    await press(page, "main form:has(#password) button")


async def press(page: Page, button: str) -> None:
    """Press a button and wait for the page that it leads to."""
    async with page.expect_navigation():
        await page.locator(button).click()
