"""The phone page before axe-core: no violation of any rule, whatever is open, in each language, look and size."""

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.pages.conftest import Desk, png

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

VIEWS = [("id", "light", 360, 740), ("en", "dark", 360, 740), ("id", "dark", 1280, 800), ("en", "light", 1280, 800)]
ARTICLE = (
    "<b>Passport held</b>\n\n1. Call <a href='https://example.org'>the embassy</a>: +6281290070027\n"
    "<blockquote>Do not argue.</blockquote><pre>Fee: 0</pre><tg-spoiler>hidden</tg-spoiler> <i>Source: Tempo.</i> /menu"
)
# axe-core leaves every contrast over a pattern undecided, so the pattern goes; its colours stay.
PLAIN = """() => {
  const style = new CSSStyleSheet();
  style.replaceSync(".look, .look-map { background-image: none !important }");
  document.adoptedStyleSheets = [style];
}"""
OPENERS = {
    "attach": ".input-frame .icon-button:not([aria-expanded])",
    "commands": ".menu-button",
    "menu of the phone": ".head .icon-button",
    "menu of a message": ".is-mine .message-menu",
    "picture": "button.look-photo",
    "add a person": ".people > .icon-button",
    "settings": ".bar > .icon-button",
}
MENU: dict[str, Any] = {
    "inline_keyboard": [
        [{"text": "Wages", "callback_data": "wages"}],
        [{"text": "Back", "callback_data": "b"}, {"text": "Law", "url": "https://example.org"}],
    ]
}


async def violations(page: Page) -> str:
    """Return what axe-core finds wrong, as a text to read."""
    await page.evaluate(PLAIN)
    found = await Axe().run(page)
    assert found.response["testEngine"]["name"] == "axe-core"
    return found.generate_report() if found.violations_count else ""


async def a_whole_chat(desk: Desk) -> None:
    """Let Sari send one of each kind, and the bot a menu, an article and a reply keyboard."""
    sari = desk.people[0]
    await desk.bot("setMyCommands", commands=[{"command": "menu", "description": "All topics"}])
    await desk.do(sari, "text", text="/start")
    await desk.say(sari, "Choose", reply_markup=MENU)
    await desk.send_file(sari, "photo", "p.png", png(), caption="My contract")
    await desk.send_file(sari, "voice", "v.ogg", b"OggS")
    await desk.send_file(sari, "document", "a.pdf", b"%PDF")
    await desk.send_file(sari, "sticker", "s.webp", png())
    await desk.do(sari, "contact")
    await desk.do(sari, "location", latitude=25, longitude=121.5)
    keys = [[{"text": "Yes"}, {"text": "My number", "request_contact": True}]]
    await desk.say(sari, "Sure?", reply_markup={"keyboard": keys})
    await desk.say(sari, ARTICLE, parse_mode="HTML", reply_markup=MENU)


@pytest.mark.parametrize(("words", "theme", "width", "height"), VIEWS)
async def test_an_empty_chat_and_a_blocked_one(desk: Desk, words: str, theme: str, width: int, height: int) -> None:
    """Before the first message, and after the bot was blocked."""
    page = await desk.open(f"words={words}&theme={theme}", width=width, height=height)
    phone = page.locator(".phone").first
    await expect(phone.locator(".big-button")).to_be_visible()
    assert await violations(page) == ""
    await desk.do(desk.people[0], "block")
    await expect(phone.locator(".big-button")).to_have_attribute("data-kind", "unblock")
    assert await violations(page) == ""


@pytest.mark.parametrize(("words", "theme", "width", "height"), VIEWS)
async def test_a_whole_chat_and_what_opens_over_it(desk: Desk, words: str, theme: str, width: int, height: int) -> None:
    """Every kind of message, each sheet and box over it, and a message that is being answered."""
    await a_whole_chat(desk)
    page = await desk.open(f"words={words}&theme={theme}", width=width, height=height)
    phone = page.locator(".phone").first
    await expect(phone.locator("article")).to_have_count(10)
    assert await violations(page) == ""
    for name, opener in OPENERS.items():
        await page.locator(opener).first.click()
        await expect(page.locator("dialog")).to_be_visible()
        assert (name, await violations(page)) == (name, "")
        await page.keyboard.press("Escape")
    await phone.locator(".message-menu").first.click()
    await page.locator(".sheet-item").first.click()
    await expect(phone.locator(".about")).to_be_visible()
    assert await violations(page) == ""
