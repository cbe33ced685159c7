"""What a reload of the phone page leaves as it was: unsent text, and the place where someone reads."""

import asyncio

import pytest
from playwright.async_api import Page, Route, expect

from tests.pages.conftest import Desk, opened_chat, phone_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_unsent_text_is_kept_for_each_person(desk: Desk) -> None:
    """Each box has its own text again, in its full height; what was sent does not come back."""
    page, phone, sari = await opened_chat(desk)
    await desk.do(desk.people[1], "text", text="/start")
    boxes = [phone_of(page, name).get_by_role("textbox", name="Message") for name in ("Sari", "Dewi")]
    texts = ["one\ntwo\nthree", "Not sent either"]
    for box, text in zip(boxes, texts, strict=True):
        await box.fill(text)
    height = await boxes[0].evaluate("e => e.offsetHeight")
    await page.reload()
    for box, text in zip(boxes, texts, strict=True):
        await expect(box).to_have_value(text)
    await expect(boxes[0]).to_have_js_property("offsetHeight", height)  # once the chat is there and the box is shown
    await boxes[0].press("Enter")
    await expect(phone.locator(".is-mine", has_text="three")).to_be_visible()
    # Until the stand-in has said yes, a text counts as unsent: a reload in that moment gives it back.
    await page.wait_for_function("id => !sessionStorage.getItem(`bekal.draft.${id}`)", arg=sari)
    await page.reload()
    await expect(boxes[1]).to_have_value(texts[1])
    await expect(boxes[0]).to_have_value("")


async def test_a_hidden_phone_keeps_its_text_and_its_height(desk: Desk) -> None:
    """In a narrow window the other person's box is as it was, however often one looks away."""
    page, phone, _ = await opened_chat(desk, width=360, height=740)
    box = phone.get_by_role("textbox", name="Message")
    await box.fill("one\ntwo\nthree")
    height = await box.evaluate("e => e.offsetHeight")
    await page.get_by_role("button", name="Dewi").click()
    await page.reload()
    await expect(phone_of(page, "Dewi")).to_be_visible()
    await page.get_by_role("button", name="Sari").click()
    await expect(box).to_have_value("one\ntwo\nthree")
    await expect(box).to_have_js_property("offsetHeight", height)


async def test_an_edit_keeps_the_text_that_waits(desk: Desk) -> None:
    """An edit sets the unsent text aside, survives a reload, and gives the box back when left or done."""
    page, phone, sari = await opened_chat(desk)
    await desk.do(sari, "text", text="Helo")
    box = phone.get_by_role("textbox", name="Message")
    await box.fill("A question")
    await begin_editing(page)
    await box.press("Escape")
    await expect(box).to_have_value("A question")
    await begin_editing(page)
    await box.fill("Hello")
    await page.reload()
    await expect(box).to_have_value("Hello")
    await expect(phone.get_by_text("Editing")).to_be_visible()
    await box.press("Enter")
    await expect(phone.locator(".is-mine", has_text="Hello")).to_contain_text("edited")
    await expect(box).to_have_value("A question")


async def begin_editing(page: Page) -> None:
    """Edit Sari's message."""
    message = phone_of(page, "Sari").locator(".is-mine", has_text="Helo")
    await message.get_by_role("button", name="Message menu").press("Enter")
    await page.get_by_role("dialog").get_by_role("button", name="Edit").click()
    await expect(phone_of(page, "Sari").get_by_role("textbox", name="Message")).to_have_value("Helo")


async def test_text_that_could_not_be_sent_joins_what_was_typed_since(desk: Desk) -> None:
    """A failed sending overwrites nothing."""
    page, phone, _ = await opened_chat(desk)
    box = phone.get_by_role("textbox", name="Message")
    typed = asyncio.Event()

    async def fail_late(route: Route) -> None:
        await typed.wait()
        await route.abort()

    await page.route("**/text", fail_late)
    await box.fill("first")
    await box.press("Enter")
    await box.press_sequentially("second")
    typed.set()
    await expect(phone.locator(".toast")).to_contain_text("Not sent")
    await expect(box).to_have_value("first\nsecond")
    desk.complaints.clear()  # the browser itself reports a request that failed


async def test_the_reader_finds_the_place_again(desk: Desk) -> None:
    """Who had scrolled up is there again after a reload; who was at the end is at the end."""
    page, phone, sari = await opened_chat(desk)
    for number in range(15):
        last = await desk.say(sari, f"Line {number}\n\n\n\n.")
    end, thread = phone.locator(f"[data-id='{last}']"), phone.locator(".thread")
    await expect(end).to_be_in_viewport()
    await page.reload()
    await expect(end).to_be_in_viewport()
    await thread.hover()
    await page.mouse.wheel(0, -700)
    await expect(end).not_to_be_in_viewport()
    top = await thread.evaluate("e => e.scrollTop")
    await page.reload()
    await expect(phone.locator(".down")).to_be_visible()
    await expect(thread).to_have_js_property("scrollTop", top)
    await desk.say(sari, "News")
    await expect(phone.locator(".down")).to_have_accessible_name("To the newest message, 1 new messages")
