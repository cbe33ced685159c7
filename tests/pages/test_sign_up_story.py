"""The whole story of a sign-up, in each language of the chat: from a person's first answer to the staff's file.

She has the phone page in Chromium, the registrar the desk. Once she answers in the chat, once on the page to which the
chat gives her a link.
"""

import csv
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from core.i18n import LANGUAGES, desk_words, words
from tests.pages.office import Office
from tests.phones import Phone, Telegram

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
DESK = {"id": "id", "en": "en", "jv": "id", "su": "en"}  # what the registrar speaks to whom
TYPED = {"name": "Siti Kenari", "regency": "indramayu", "phone": "0812 3456 7890"}
KEPT = {"name": "Siti Kenari", "regency": "32.12", "phone": "+6281234567890"}


@dataclass(frozen=True)
class Person:
    """Somebody with the phone page before her. `phone` tells what stands in her chat, past the page."""

    language: str
    page: Page
    screen: Locator
    phone: Phone

    def word(self, english: str) -> str:
        return words(self.language).gettext(english)

    async def tap(self, label: str) -> None:
        await self.screen.locator(".look-key", has_text=label).last.click()

    async def write(self, text: str) -> None:
        box = self.screen.get_by_role("textbox", name="Message")
        await box.fill(text)
        await box.press("Enter")

    async def sees(self, text: str) -> None:
        await expect(self.screen.locator(".is-theirs", has_text=text).last).to_be_visible()


async def somebody(office: Office, language: str) -> Person:
    phone = await Telegram(office.url, office.http).person(language=language)
    await phone.met(language)
    page = await office.visitor()
    await page.goto(f"{office.url}/phone?words=en&people={phone.id}")
    return Person(language, page, page.get_by_role("region", name="Phone of Sari"), phone)


async def in_the_chat(_office: Office, sari: Person) -> None:
    """Answer one question a message."""
    await sari.tap(sari.word("✍️ Sign me up"))
    await sari.tap(sari.word("✔️ I agree"))
    await sari.sees("2/6 ·")
    await sari.screen.locator(".look-key").first.click()
    for number, typed in enumerate(TYPED.values(), 3):
        await sari.sees(f"{number}/6 ·")
        await sari.write(typed)
    await sari.sees("6/6 ·")
    await sari.tap(sari.word("Leave this out"))
    await sari.tap(sari.word("📨 Send"))


async def on_a_page(office: Office, sari: Person) -> None:
    """Answer on the page that a link opens."""
    await sari.tap(sari.word("🌐 Fill it in on a page"))
    async with sari.page.expect_popup() as opened:
        await sari.tap(sari.word("🌐 Open the page"))
    page = await opened.value
    await page.locator('input[name="q.consent"][value="yes"]').check()
    await page.locator('input[name="q.course"]').first.check()
    for code, typed in TYPED.items():
        await page.locator(f'input[name="q.{code}"]').fill(typed)
    await page.locator("button").click()
    await expect(page.locator("h1")).to_have_text(sari.word("Done."))


async def reference_of(sari: Person) -> str:
    """Return what she keeps: it stands in the one message that is left of her sign-up."""
    done = await sari.phone.sees(sari.word("It has been sent. You will hear in this chat."))
    return str(done["text"]).partition(sari.word("Your code: "))[2].split()[0]


async def reads_and_gives_a_place(registrar: Page, office: Office, reference: str, language: str) -> None:
    """Find the application, say what its answers are read for, read them, and decide."""
    _ = desk_words(language).gettext
    main = registrar.locator("main")
    await registrar.goto(f"{office.url}/registrations?programme=courses")
    await registrar.get_by_role("link", name=reference).click()
    await expect(main).to_contain_text(_("What do you read them for?"))
    for told in KEPT.values():
        await expect(main).not_to_contain_text(told)
    await registrar.get_by_label(_("To decide on the application")).check()
    await registrar.get_by_role("button", name=_("Show the answers")).click()
    for told in (KEPT["name"], "Kabupaten Indramayu", KEPT["phone"]):
        await expect(main).to_contain_text(told)
    await registrar.get_by_role("button", name=_("Give a place")).click()
    await expect(registrar.get_by_role("heading", name=_("Has a place"))).to_be_visible()


async def exported(registrar: Page, office: Office, language: str, file: Path) -> list[dict[str, str]]:
    """Take the file with names, and return its rows."""
    _ = desk_words(language).gettext
    await registrar.goto(f"{office.url}/registrations/export")
    await registrar.get_by_label(_("File"), exact=True).select_option("csv")
    await registrar.get_by_label(_("Everything that they answered, names included")).check()
    async with registrar.expect_download() as started:
        await registrar.get_by_role("button", name=_("Download")).click()
    await (await started.value).save_as(file)
    with file.open(encoding="utf-8", newline="") as written:
        return list(csv.DictReader(written))


EVERY_DAY = {in_the_chat: ("id", "su"), on_a_page: ("en", "jv")}  # the deep run takes all
WAYS = [
    pytest.param(language, way, marks=[] if language in daily else pytest.mark.deep)
    for way, daily in EVERY_DAY.items()
    for language in LANGUAGES
]


@pytest.mark.parametrize(("language", "fill_in"), WAYS)
async def test_somebody_signs_up_is_given_a_place_hears_it_and_stands_in_the_file(
    office: Office, tmp_path: Path, language: str, fill_in: Callable[[Office, Person], Awaitable[None]]
) -> None:
    sari, registrar = await somebody(office, language), await office.person("administrator", language=DESK[language])
    await sari.write("/start p-courses")
    await sari.tap(sari.word("✍️ Sign up"))
    await sari.sees(sari.word("You can stop at any time."))
    title = str((await sari.phone.screen())["text"]).partition("\n")[0]
    await fill_in(office, sari)
    reference = await reference_of(sari)

    await reads_and_gives_a_place(registrar, office, reference, DESK[language])

    news = "\n".join((title, sari.word("You have a place."), sari.word("Your code: ") + reference))
    await sari.phone.sees(lambda messages: messages[-1]["text"] == news)
    await sari.sees(sari.word("You have a place."))
    rows = await exported(registrar, office, DESK[language], tmp_path / "file.csv")
    [hers] = [row for row in rows if row["registration_reference"] == reference]
    assert {code: hers[code].removeprefix("'") for code in KEPT} == KEPT
    assert (hers["registration_status"], hers["registration_language"]) == ("accepted", language)
    left = str(await sari.phone.messages()) + await sari.screen.inner_text()
    assert [told for told in (*TYPED.values(), *KEPT.values()) if told.lower() in left.lower()] == []
