"""The desk of a running product in Chromium: people who have signed in to it, and what its pages did wrong."""

import re
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from staff.setting_up import DEMO_DOMAIN, DEMO_PASSWORD
from tests.phones import Phone, Telegram
from tools.desk_pages import HERE

SEE_OTHER = 303
READING_MS = 2100  # a little more than desk.js wants

Form = dict[str, str | float | bool]


@dataclass
class Office:
    """The running product, and what its pages did wrong."""

    url: str
    http: aiohttp.ClientSession
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    expects_refusal: bool = False  # a test that asks for a 4xx says so: any other one is a page's fault

    async def person(self, role: str, *, language: str = "en", width: int = 1280) -> Page:
        """Return a browser of her own in which a demo person has signed in: no page is open in it yet."""
        page = await self.visitor(language=language, width=width)
        proof: Form = {"email": f"{role}@{DEMO_DOMAIN}", "password": DEMO_PASSWORD}
        chosen: Form = {"language": language}
        for path, form, leads_to in (("/sign-in", proof, "/"), ("/account/language", chosen, "/account")):
            answer = await page.request.post(f"{self.url}{path}", form=form, headers=HERE, max_redirects=0)
            assert (answer.status, answer.headers["location"]) == (SEE_OTHER, leads_to), path
        return page

    async def visitor(self, *, language: str = "en", width: int = 1280) -> Page:
        """Return a browser in which nobody has signed in."""
        locale = {"en": "en-GB", "id": "id-ID"}[language]
        context = await self.browser.new_context(viewport={"width": width, "height": 800}, locale=locale)
        self.contexts.append(context)
        page = await context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._watch)
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        is_wanted = self.expects_refusal and "status of 4" in message.text
        if message.type in {"error", "warning"} and not is_wanted:
            self.complaints.append(message.text)

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:")):
            self.complaints.append(f"outside: {request.url}")

    async def phone(self) -> Phone:
        """Return a reader's phone."""
        sari = await Telegram(self.url, self.http).person()
        await sari.met("id")
        return sari

    async def close(self) -> None:
        """Close every browser; no page may have complained or asked for something from outside."""
        for context in self.contexts:
            await context.close()
        assert self.complaints == []


async def approve(page: Page, office: Office, title: str) -> None:
    """Approve the text that waits first, after looking at what changed."""
    await page.goto(f"{office.url}/review")
    await expect(page.locator("#name")).to_contain_text(title)
    await expect(page.locator("ins").first).to_be_visible()
    await read(page)
    await page.keyboard.press("a")
    await page.wait_for_url(re.compile(r"after="))


async def read(page: Page) -> None:
    """Take the time before which no key approves a text."""
    await page.wait_for_timeout(READING_MS)


async def is_sound(page: Page, where: str = "") -> None:
    """Hold a page to what every page promises: nothing that axe-core complains of, no sideways scroll."""
    await page.wait_for_load_state()  # its styles too
    overflow = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{where} is {overflow} px too wide"
    found: Any = await Axe().run(page)
    assert not found.violations_count, f"{where}\n{found.generate_report()}"
