"""The whole story of the desk in Chromium, in both of its languages: from an editor's first word to readers' phones.

Once with a mouse on a narrow screen, once with nothing but a keyboard.
"""

from dataclasses import dataclass

import pytest
from playwright.async_api import Locator, Page, expect

from core.i18n import Words, desk_words
from tests.pages.office import Office, is_sound

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
LANGUAGES = ["en", pytest.param("id", marks=pytest.mark.deep)]
MOST_TABS = 150  # no page has more to tab through


@dataclass(frozen=True)
class Way:
    """How somebody works: her language, her screen, her hands."""

    language: str
    width: int
    has_mouse: bool
    slug: str

    @property
    def words(self) -> Words:
        return desk_words(self.language)

    async def person(self, office: Office, role: str) -> Page:
        return await office.person(role, language=self.language, width=self.width)

    def button(self, page: Page, label: str) -> Locator:
        return page.get_by_role("button", name=self.words.gettext(label))

    async def reach(self, what: Locator) -> None:
        """Come to something as she would: with Tab, or with the mouse."""
        if self.has_mouse:
            await what.click()
            return
        for _ in range(MOST_TABS):
            if await what.evaluate("element => element === document.activeElement"):
                return
            await what.page.keyboard.press("Tab")
        raise AssertionError(f"no Tab leads to {what}")

    async def press(self, what: Locator) -> None:
        await self.reach(what)
        if not self.has_mouse:
            await what.page.keyboard.press("Enter")

    async def write(self, what: Locator, text: str) -> None:
        """Write over what a field holds."""
        await self.reach(what)
        await what.page.keyboard.press("Control+a")
        await what.page.keyboard.type(text)


WAYS = [
    pytest.param(Way("en", 1280, False, "family-budget"), id="english-by-keyboard"),
    pytest.param(Way("id", 360, True, "stress-and-sleep"), id="indonesian-on-a-narrow-screen"),
]


@pytest.mark.parametrize("way", WAYS)
async def test_a_text_goes_from_its_editor_by_its_verifier_to_readers_and_away_again(office: Office, way: Way) -> None:
    title = f"Judul baru {way.language}"
    sari, editor, verifier = await office.phone(), *[await way.person(office, role) for role in ("editor", "verifier")]
    await editor.goto(f"{office.url}/articles/{way.slug}/id")
    await way.write(editor.locator("#title"), title)
    await expect(editor.locator(".phone-preview")).to_contain_text(title)
    await way.press(way.button(editor, "Save and hand in"))
    waits = way.words.gettext("This text waits for a verifier. Saving it again takes it back.")
    await expect(editor.get_by_text(waits)).to_be_visible()
    await is_sound(editor)

    await verifier.goto(f"{office.url}/")
    await way.press(verifier.locator("main a[href^='/review']").first)
    await expect(verifier.locator("#name")).to_have_text(title)
    await expect(verifier.locator("ins").first).to_have_text(f"{way.words.gettext('new')}: Judul")
    await is_sound(verifier)
    before = len(await sari.bot_messages())
    await sari.write(f"/start a-{way.slug}")
    await sari.sees(lambda messages: len(messages) > before and title not in messages[-1]["text"])
    await way.press(way.button(verifier, "Approve"))
    await verifier.wait_for_url("**/review?after=*")
    await sari.write(f"/start a-{way.slug}")
    await sari.shows(title)

    await editor.goto(f"{office.url}/articles/{way.slug}/id")
    await way.press(editor.locator('details.danger:has([action$="/retract"]) summary'))
    await way.write(editor.locator("#reason"), "salah")
    editor.on("dialog", lambda dialog: dialog.accept())
    await way.press(way.button(editor, "Take away now"))
    await expect(editor.locator('details.danger:has([action$="/retract"])')).to_have_count(0)
    await sari.write(f"/start a-{way.slug}")
    await sari.sees(lambda messages: title not in messages[-1]["text"])


@pytest.mark.parametrize("language", LANGUAGES)
async def test_nobody_approves_what_she_wrote_nor_what_a_colleague_made_of_it(office: Office, language: str) -> None:
    words, roles = desk_words(language), ("editor", "verifier", "administrator")
    editor, writer, administrator = [await office.person(role, language=language) for role in roles]
    await make_editor(administrator, "Demo verifier", office)
    await hand_in(writer, "Ditulis pemeriksa", office, words)
    await offers_nothing(writer, office)
    await hand_in(editor, "Ditulis pemeriksa, diubah editor", office, words)
    await offers_nothing(writer, office)

    await expect(writer.get_by_role("button", name=words.gettext("Approve"), exact=True)).to_have_count(0)
    own = await writer.locator("#history + ol a").first.get_attribute("href")
    number = str(own).rpartition("/")[2]
    text = await (await writer.request.get(f"{office.url}/v1/revisions/{number}")).json()
    refused = await writer.request.post(
        f"{office.url}/review/{number}/approve", form={"text_hash": text["text_hash"]},
        headers={"sec-fetch-site": "same-origin"},
    )  # fmt: skip
    assert refused.status == 403


@pytest.mark.deep  # in English: test_desk.py
async def test_who_saves_second_is_told_in_indonesian_and_loses_nothing(office: Office) -> None:
    words, office.expects_refusal = desk_words("id"), True  # a conflict
    first, second = [await office.person(role, language="id") for role in ("editor", "administrator")]
    for page in (first, second):
        await page.goto(f"{office.url}/articles/wages-unpaid/id")
    for page, summary in ((first, "Ringkasan dari yang pertama"), (second, "Ringkasan dari yang kedua")):
        await page.locator("#summary").fill(summary)
        await page.get_by_role("button", name=words.gettext("Save the draft")).click()

        await expect(page.locator("#summary")).to_have_value(summary)
    told = words.gettext("Somebody else saved this text while you wrote")
    await expect(second.get_by_role("heading", level=1)).to_have_text(told)
    await is_sound(second)


async def make_editor(administrator: Page, name: str, office: Office) -> None:
    """Give somebody the role of an editor, on her page."""
    await administrator.goto(f"{office.url}/staff")
    await administrator.get_by_role("link", name=name).click()
    await administrator.locator("#role").select_option("editor")
    await administrator.locator("form", has=administrator.locator("#role")).get_by_role("button").click()
    await expect(administrator.get_by_role("listitem").filter(has_text="Editor")).to_be_visible()


async def hand_in(page: Page, title: str, office: Office, words: Words) -> None:
    await page.goto(f"{office.url}/articles/wages-unpaid/id")
    await page.locator("#title").fill(title)
    await page.get_by_role("button", name=words.gettext("Save and hand in")).click()
    await expect(
        page.get_by_text(words.gettext("This text waits for a verifier. Saving it again takes it back."))
    ).to_be_visible()


async def offers_nothing(page: Page, office: Office) -> None:
    """Neither the reading lane nor the text's own page lets her approve it."""
    await page.goto(f"{office.url}/review")
    await expect(page.locator("main")).not_to_contain_text("Ditulis pemeriksa")
    await page.goto(f"{office.url}/articles/wages-unpaid/id")
