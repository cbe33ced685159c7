"""A real browser before a running stand-in, and a bot that the test plays itself."""

import os
import shutil
import struct
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    async_playwright,
    expect,
)

from simulator.server import running
from simulator.simulator import Simulator
from tests.forks import Forked
from tests.once import made_once
from tests.pages.office import Office
from tests.processes import TOKEN
from tools.chromium import CHROMIUM_ARGUMENTS, find_chromium
from tools.screenshots import running_product

WAIT_MS = 15_000  # far more than a page needs: the machine may be busy with other tests
expect.set_options(timeout=WAIT_MS)
CHOICE: dict[str, Any] = {"inline_keyboard": [[{"text": "Wages", "callback_data": "wages"}]]}


@dataclass
class Desk:
    """A stand-in with two people, the test as its bot, and what the pages did wrong."""

    url: str
    http: aiohttp.ClientSession
    context: BrowserContext
    people: list[int]
    complaints: list[str] = field(default_factory=list)
    strange_requests: list[str] = field(default_factory=list)

    async def bot(self, method: str, **parameters: Any) -> Any:
        """Call the Bot API."""
        async with self.http.post(f"{self.url}/bot{TOKEN}/{method}", json=parameters) as answer:
            body = await answer.json()
            assert body["ok"], body
            return body["result"]

    async def say(self, person: int, text: str, **parameters: Any) -> int:
        """Send a text as the bot; return the message's id."""
        message = await self.bot("sendMessage", chat_id=person, text=text, **parameters)
        return int(message["message_id"])

    async def do(self, person: int, what: str, **body: Any) -> Any:
        """Do something as a person, past the page."""
        async with self.http.post(f"{self.url}/simulator/people/{person}/{what}", json=body) as answer:
            assert answer.ok, await answer.text()
            return await answer.json()

    async def send_file(self, person: int, kind: str, name: str, content: bytes, **fields: str) -> Any:
        """Send a file as a person, past the page."""
        form = aiohttp.FormData(fields)
        form.add_field("file", content, filename=name)
        async with self.http.post(f"{self.url}/simulator/people/{person}/{kind}", data=form) as answer:
            assert answer.ok, await answer.text()
            return await answer.json()

    async def next_update(self, kind: str) -> dict[str, Any]:
        """Return the next update of a kind, and confirm it and those before it."""
        while True:
            for update in await self.bot("getUpdates", timeout=5, limit=1):
                await self.bot("getUpdates", offset=update["update_id"] + 1, timeout=0, limit=1)
                if kind in update:
                    found: dict[str, Any] = update[kind]
                    return found

    async def open(self, query: str = "words=en", *, width: int = 1280, height: int = 800) -> Page:
        """Open the phone page."""
        page = await self.context.new_page()
        page.set_default_timeout(WAIT_MS)
        await page.set_viewport_size({"width": width, "height": height})
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._watch)
        await page.goto(f"{self.url}/phone?{query}")
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((self.url, "blob:", "data:")):
            self.strange_requests.append(request.url)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium; without one the page was not opened, which CI does not let pass."""
    path = find_chromium()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no browser: the phone page was not opened")
        pytest.skip("no browser: the phone page was not opened")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        try:
            yield chromium
        finally:
            await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(browser: Browser) -> AsyncIterator[Desk]:
    """A running stand-in with Sari and Dewi. Whatever a test does: no error in the console, no request elsewhere."""
    async with running(Simulator(token=TOKEN)) as stand_in, aiohttp.ClientSession() as http:
        context = await browser.new_context(locale="en", reduced_motion="reduce")
        here = Desk(stand_in.url, http, context, [])
        for name, language in (("Sari", "id"), ("Dewi", "en")):
            person = {"first_name": name, "language_code": language}
            async with http.post(f"{stand_in.url}/simulator/people", json=person) as answer:
                here.people.append((await answer.json())["id"])
        yield here
        await context.close()
        assert here.complaints == []
        assert here.strange_requests == []


@pytest.fixture(scope="session")
def set_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a product that was started once, and stopped."""

    def make(folder: Path) -> None:
        with running_product(folder, Forked):
            pass

    return made_once(tmp_path_factory, "set-up", make)


@pytest.fixture(scope="module")
def office_folder(tmp_path_factory: pytest.TempPathFactory, set_up: Path) -> Path:
    """A folder for one module of tests, in which a product was started once."""
    return shutil.copytree(set_up, tmp_path_factory.mktemp("office"), dirs_exist_ok=True)


@pytest.fixture(scope="module")
def address(office_folder: Path) -> Iterator[str]:
    """A running product, for one module of tests."""
    with running_product(office_folder, Forked) as url:
        yield url


@pytest_asyncio.fixture(loop_scope="session")
async def office(browser: Browser, address: str) -> AsyncIterator[Office]:
    """The desk of the running product."""
    async with aiohttp.ClientSession() as http:
        made = Office(address, http, browser)
        yield made
        await made.close()


def phone_of(page: Page, name: str) -> Locator:
    """Return one person's phone on the page."""
    return page.get_by_role("region", name=f"Phone of {name}", exact=True)


def png() -> bytes:
    """Return a picture of two by two."""
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0" * 14)),
        (b"IEND", b""),
    ]
    chunks = [struct.pack(">I", len(c)) + kind + c + struct.pack(">I", zlib.crc32(kind + c)) for kind, c in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


async def opened_chat(desk: Desk, query: str = "words=en", **size: int) -> tuple[Page, Locator, int]:
    """Open a chat in which Sari has pressed Start."""
    sari = desk.people[0]
    await desk.do(sari, "text", text="/start")
    await desk.next_update("message")
    page = await desk.open(query, **size)
    phone = phone_of(page, "Sari")
    await expect(phone.get_by_text("/start")).to_be_visible()
    return page, phone, sari
