"""What staff type is not lost: by a session that ended, a dead line, an answer that did not come, or somebody else."""

import asyncio
import re

import pytest
from playwright.async_api import Page, Route, expect

from tests.pages.office import Office

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
KEPT = "Object.keys(localStorage).filter(key => key.startsWith('bekal-kept'))"
BACK = "Your unsaved text is back."
CONTACT = "/contacts/id-kp2mi-callcentre"


async def keeps_nothing(page: Page) -> None:
    async with asyncio.timeout(10):
        while await page.evaluate(KEPT):  # noqa: ASYNC110  a page forgets when its script runs, and tells nobody
            await asyncio.sleep(0.05)


async def send(page: Page, button: str = "Save and hand in") -> None:
    await page.locator("main").get_by_role("button", name=button).first.click()


async def send_without_session(page: Page, office: Office, button: str = "Save and hand in") -> None:
    """Send a form whose session has ended, and sign in again."""
    await page.context.clear_cookies()
    await send(page, button)
    await sign_in(page, "editor")


async def sign_in(page: Page, role: str) -> None:
    await expect(page.get_by_role("heading", name="The desk of Bekal")).to_be_visible()
    await page.locator(f'form:has(input[value="{role}@demo.bekal.example"]) button').click()


async def sign_out(page: Page) -> None:
    await page.get_by_role("button", name="Sign out").click()


async def saved_by_another(office: Office, path: str, field: str, value: str) -> None:
    other = await office.person("administrator")
    await other.goto(f"{office.url}{path}")
    await other.get_by_label(field, exact=True).fill(value)
    await send(other, "Save the draft")
    await expect(other.get_by_label(field, exact=True)).to_have_value(value)


async def test_a_text_survives_the_end_of_the_session(office: Office) -> None:
    page, here = await office.person("editor"), f"{office.url}/articles/passport-held/id"
    await page.goto(here)
    await page.get_by_label("Title").fill("Paspor, tertahan ")
    await send_without_session(page, office)

    await expect(page).to_have_url(here)
    await expect(page.get_by_text(BACK)).to_be_visible()
    await expect(page.get_by_label("Title")).to_have_value("Paspor, tertahan ")
    await send(page)
    await expect(page.get_by_text("This text waits for a verifier")).to_be_visible()
    await expect(page.get_by_label("Title")).to_have_value("Paspor, tertahan")
    await keeps_nothing(page)


async def test_the_editor_says_that_one_was_signed_out(office: Office) -> None:
    page, here = await office.person("editor"), f"{office.url}/articles/relative-recruited/id"
    await page.clock.install()
    await page.goto(here)
    await page.context.clear_cookies()
    await page.get_by_label("Title").fill("Tetap terhubung")
    await page.clock.run_for(4000)

    await expect(page.locator("[data-state]")).to_have_text(
        "You have been signed out. Sign in again: your text is kept."
    )
    await page.goto(here)
    await sign_in(page, "editor")
    await expect(page.get_by_text(BACK)).to_be_visible()
    await expect(page.get_by_label("Title")).to_have_value("Tetap terhubung")


async def test_a_text_survives_a_line_that_is_dead(office: Office) -> None:
    page, here = await office.person("editor"), f"{office.url}/articles/wages-unpaid/id"
    await page.goto(here)
    await page.get_by_label("Title").fill("Upah, tertunda")
    await page.route("**/submit", lambda route: route.abort())
    await send(page)
    await page.wait_for_url("chrome-error://**")
    await page.goto(here)

    await expect(page.get_by_text(BACK)).to_be_visible()
    await expect(page.get_by_label("Title")).to_have_value("Upah, tertunda")


async def test_a_saved_text_that_somebody_changed_before_it_was_shown_is_compared(office: Office) -> None:
    page, path = await office.person("editor"), "/articles/legal-way/id"
    await page.goto(f"{office.url}{path}")
    await page.get_by_label("Title").fill("Jalur, milik saya")

    async def lose_the_answer(route: Route) -> None:
        await route.fetch(max_redirects=0)
        await route.abort()

    await page.route("**/save", lose_the_answer)
    await send(page, "Save the draft")
    await page.wait_for_url("chrome-error://**")
    await saved_by_another(office, path, "Title", "Jalur, orang lain")
    await page.goto(f"{office.url}{path}")

    await expect(page.get_by_text(f"{BACK} Somebody else has saved meanwhile")).to_be_visible()
    await send(page, "Compare the two")
    await expect(page.locator("ins", has_text="milik")).to_be_visible()


async def test_handing_in_what_ones_own_autosave_has_just_saved_is_no_conflict(office: Office) -> None:
    page = await office.person("editor")
    await page.clock.install()
    await page.goto(f"{office.url}/articles/family-budget/id")
    arrived = asyncio.Event()

    async def keep_the_answer(route: Route) -> None:
        await route.fetch()
        arrived.set()

    await page.route("**/save", keep_the_answer)
    await page.get_by_label("Title").fill("Anggaran, baru")
    await page.clock.run_for(4000)
    await asyncio.wait_for(arrived.wait(), 10)
    await send(page)

    await expect(page.get_by_text("This text waits for a verifier")).to_be_visible()
    await keeps_nothing(page)


async def test_what_is_typed_into_a_text_that_waits_stays_in_the_browser_and_takes_nothing_back(office: Office) -> None:
    office.expects_refusal = True  # of what the page saves by itself
    page, here = await office.person("editor"), f"{office.url}/articles/quarrels-about-money/id"
    await page.clock.install()
    await page.goto(here)
    await page.get_by_label("Title").fill("Langkah, pertama")
    await send(page)
    waits = page.get_by_text("This text waits for a verifier. Saving it again takes it back.")
    await expect(waits).to_be_visible()
    await page.wait_for_load_state()  # its script notes what is typed from then on
    await page.get_by_label("Title").fill("Langkah, kedua")
    await page.clock.run_for(4000)

    await expect(page.locator("[data-state]")).to_contain_text("what you type is kept in this browser only")
    await page.goto(here)
    await expect(page.get_by_text(BACK)).to_be_visible()
    await expect(page.get_by_label("Title")).to_have_value("Langkah, kedua")
    await expect(waits).to_be_visible()
    await send(page, "Save the draft")
    await expect(page.get_by_label("Title")).to_have_value("Langkah, kedua")
    await expect(waits).to_be_hidden()
    await keeps_nothing(page)


async def test_a_contact_with_a_new_number_survives_the_end_of_the_session(office: Office) -> None:
    page = await office.person("editor")
    await page.goto(f"{office.url}{CONTACT}")
    numbers = await page.locator("[data-phone]").count()
    await page.get_by_role("button", name="Add a number").click()
    await page.locator("[data-phone]").last.get_by_label("Number").fill("+62 21 123-456")
    await page.locator("[data-phone]").last.get_by_label("Works").select_option("inside")
    await page.get_by_label("WhatsApp").fill("+62 811-123-4567")
    await page.get_by_label("Country").fill("id")
    await send_without_session(page, office)

    await expect(page).to_have_url(f"{office.url}{CONTACT}")
    await expect(page.get_by_text(BACK)).to_be_visible()
    last = page.locator("[data-phone]").nth(numbers)
    await expect(last.get_by_label("Number")).to_have_value("+62 21 123-456")
    await expect(last.get_by_label("Works")).to_have_value("inside")
    await send(page, "Save the draft")
    await expect(page.locator("[data-phone]")).to_have_count(numbers + 1)
    await expect(page.get_by_label("WhatsApp")).to_have_value("+628111234567")
    await expect(page.get_by_text(BACK)).to_be_hidden()
    await keeps_nothing(page)

    await page.locator("[data-phone]").last.get_by_label("Take this number away").check()
    await page.reload()
    await expect(page.locator("[data-phone]").last.get_by_label("Take this number away")).to_be_checked()
    await send(page, "Save the draft")
    await expect(page.locator("[data-phone]")).to_have_count(numbers)
    await keeps_nothing(page)


async def test_what_was_refused_survives_too_and_is_given_up_only_on_purpose(office: Office) -> None:
    office.expects_refusal = True
    page = await office.person("editor")
    await page.goto(f"{office.url}{CONTACT}")
    before = await page.get_by_label("City").input_value()
    await page.get_by_label("City").fill("Kota Baru")
    await page.get_by_label("Country").fill("Indonesia")
    await send(page)
    await expect(page.get_by_text("Not saved: see the notes")).to_be_visible()
    await expect(page).to_have_url(f"{office.url}{CONTACT}")
    await send_without_session(page, office)

    await expect(page).to_have_url(f"{office.url}{CONTACT}")
    await expect(page.get_by_label("City")).to_have_value("Kota Baru")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="Discard my text").click()
    await expect(page.get_by_label("City")).to_have_value(before)
    await expect(page.get_by_text(BACK)).to_be_hidden()
    await keeps_nothing(page)


async def test_a_contact_that_somebody_else_saved_meanwhile_is_not_written_over(office: Office) -> None:
    office.expects_refusal = True
    page = await office.person("editor")
    await page.goto(f"{office.url}{CONTACT}")
    await page.get_by_label("Address").fill("Jalan Saya")
    await saved_by_another(office, CONTACT, "Address", "Jalan Lain")
    await page.reload()

    await expect(page.get_by_text(f"{BACK} Somebody else has saved meanwhile")).to_be_visible()
    await send(page, "Save the draft")
    await expect(page.locator("ins", has_text="Saya")).to_be_visible()
    await send(page, "Save the draft")
    await expect(page.get_by_label("Address")).to_have_value("Jalan Saya")
    await expect(page.locator("[role=alert]")).to_have_count(0)
    await keeps_nothing(page)


async def test_saving_a_fact_in_one_language_loses_nothing_typed_in_another(office: Office) -> None:
    page = await office.person("editor")
    await page.goto(f"{office.url}/facts/no-legal-route-date")
    await page.locator("#value-en").fill("A day in May")
    await page.locator("#value-jv").fill("Dina iki")
    await page.locator("section", has=page.locator("#value-en")).get_by_role("button", name="Save the draft").click()

    await expect(page.locator("section", has=page.locator("#value-jv")).get_by_text(BACK)).to_be_visible()
    await expect(page.locator("#value-jv")).to_have_value("Dina iki")
    await expect(page.locator("section", has=page.locator("#value-en")).get_by_text(BACK)).to_be_hidden()
    account = await page.locator("body").get_attribute("data-account")
    assert await page.evaluate(KEPT) == [f"bekal-kept-{account}-/facts/no-legal-route-date#jv"]


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        ("/topics/money", "Title in English", "Money, anew"),
        ("/articles/washing-hands/audience", "English", "soap\n\nx"),
    ],
)
async def test_what_is_live_at_once_is_kept_until_it_is_saved(
    office: Office, path: str, field: str, value: str
) -> None:
    page = await office.person("editor")
    await page.goto(f"{office.url}{path}")
    await page.get_by_label(field, exact=True).fill(value)
    await send_without_session(page, office, "Save")

    await expect(page).to_have_url(f"{office.url}{path}")
    await expect(page.get_by_text(BACK)).to_be_visible()
    await expect(page.get_by_label(field, exact=True)).to_have_value(value)
    await send(page, "Save")
    await page.wait_for_url(lambda url: path not in url)
    await keeps_nothing(page)


@pytest.mark.parametrize(("path", "field"), [("/articles/stress-and-sleep/id", "Title"), (CONTACT, "City")])
async def test_what_one_person_typed_is_not_shown_to_the_next_at_the_same_computer(
    office: Office, path: str, field: str
) -> None:
    await office.person("administrator")  # who reads English from now on
    page, here = await office.person("editor"), f"{office.url}{path}"
    await page.goto(here)
    await page.get_by_label(field).fill("Milik Sri")
    await sign_out(page)
    await sign_in(page, "administrator")
    await expect(page).to_have_url(f"{office.url}/")
    await page.goto(here)
    await expect(page.get_by_label(field)).not_to_have_value("Milik Sri")
    await expect(page.get_by_text(BACK)).to_be_hidden()
    await page.get_by_label(field).fill("Milik Rini")
    await sign_out(page)
    await sign_in(page, "editor")
    await expect(page).to_have_url(f"{office.url}/")
    await page.goto(here)

    await expect(page.get_by_text(BACK)).to_be_visible()
    await expect(page.get_by_label(field)).to_have_value("Milik Sri")


async def test_what_was_kept_before_it_said_whose_it_was_is_dropped(office: Office) -> None:
    page = await office.person("editor")
    await page.goto(office.url)
    await page.evaluate(f"localStorage.setItem('bekal-kept-{CONTACT}', '{{}}')")
    await page.reload()

    await keeps_nothing(page)


async def test_what_was_added_is_no_longer_kept(office: Office) -> None:
    page = await office.person("editor")
    await page.goto(f"{office.url}/forms/course-interest/questions/new")
    await page.locator("#code").fill("tambahan")
    await page.locator('[name="text.question.id"]').fill("Ada lagi?")
    await page.reload()
    await expect(page.locator("#code")).to_have_value("tambahan")
    await expect(page.get_by_text(BACK)).to_be_visible()
    await page.locator("#type").select_option("short_text")
    await send(page, "Save in the draft")
    await expect(page).to_have_url(re.compile(r"/forms/course-interest(#.*)?$"))
    await keeps_nothing(page)

    await page.goto(f"{office.url}/forms/course-interest/questions/new")
    await expect(page.locator("#code")).to_have_value("")
    await expect(page.get_by_text(BACK)).to_be_hidden()


async def test_a_programme_that_is_not_added_yet_is_kept(office: Office) -> None:
    office.expects_refusal = True
    page = await office.person("editor")
    await page.goto(f"{office.url}/programmes/new")
    await page.locator("#slug").fill("kelas-malam")
    await page.locator("#article").fill("no-such-article")
    await send(page, "Save")
    await expect(page.get_by_text("There is no article of this name.")).to_be_visible()
    await page.goto(f"{office.url}/programmes/new")
    await expect(page.locator("#slug")).to_have_value("kelas-malam")
    await expect(page.get_by_text(BACK)).to_be_visible()


async def test_what_never_arrived_is_kept_though_another_page_was_opened(office: Office) -> None:
    async def cut(route: Route) -> None:
        await (route.abort() if route.request.method == "POST" else route.continue_())

    page = await office.person("editor")
    await page.goto(f"{office.url}/programmes/new")
    await page.locator("#slug").fill("kelas-pagi")
    await page.route("**/programmes/new", cut)
    async with page.expect_event("framenavigated"):  # to the browser's own page about the line that was cut
        await send(page, "Save")
    await page.goto(f"{office.url}/articles")
    await page.wait_for_load_state("networkidle")

    await page.goto(f"{office.url}/programmes/new")

    await expect(page.locator("#slug")).to_have_value("kelas-pagi")


async def test_without_scripts_a_small_page_shows_where_to_go(office: Office) -> None:
    context = await office.browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    office.contexts.append(context)
    page = await context.new_page()
    await page.goto(f"{office.url}/sign-in")
    await page.locator('form:has(input[value="editor@demo.bekal.example"]) button').click()

    await page.locator('#navigation a[href="/articles"]').click()

    await expect(page).to_have_url(f"{office.url}/articles")
    await expect(page.locator(".desk-menu")).to_be_hidden()
