"""The phone page by keyboard alone: where the focus goes when what had it is gone, and what it looks like."""

import pytest
from playwright.async_api import expect

from tests.pages.conftest import CHOICE, Desk, opened_chat, phone_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_from_start_to_the_second_screen(desk: Desk) -> None:
    """Start gives the focus to the chat, Tab leads to the buttons, and a menu that changes in place keeps it."""
    page = await desk.open()
    phone = phone_of(page, "Sari")
    await phone.get_by_role("button", name="Start").press("Enter")
    await expect(phone.locator(".thread")).to_be_focused()
    menu = await desk.say(desk.people[0], "Choose", reply_markup=CHOICE)
    key = phone.get_by_role("button", name="Wages")
    await expect(key).to_be_visible()
    for _ in range(4):  # the command, the menus of two messages, the button
        await page.keyboard.press("Tab")
    await expect(key).to_be_focused()
    assert await key.evaluate("e => e.matches(':focus-visible') && getComputedStyle(e).outlineWidth") == "3px"
    await page.keyboard.press("Enter")
    back = {"inline_keyboard": [[{"text": "Back", "callback_data": "b"}]]}
    await desk.bot("editMessageText", chat_id=desk.people[0], message_id=menu, text="Wages", reply_markup=back)
    await expect(phone.get_by_role("button", name="Back")).to_be_focused()
    await desk.bot("editMessageText", chat_id=desk.people[0], message_id=menu, text="The end")
    await expect(phone.locator(".thread")).to_be_focused()


async def test_a_closed_dialog_gives_the_focus_back(desk: Desk) -> None:
    """Escape closes each sheet and box, and whoever opened it has the focus again."""
    page, phone, _ = await opened_chat(desk)
    for opener in (
        phone.get_by_role("button", name="Attach"),
        phone.get_by_role("button", name="Menu", exact=True),
        phone.get_by_role("button", name="Message menu"),
        page.get_by_role("button", name="Add a person"),
        page.get_by_role("button", name="Settings"),
    ):
        await opener.press("Enter")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(opener).to_be_focused()


async def test_deleting_and_sending_lose_no_focus(desk: Desk) -> None:
    """After a deletion the chat has the focus; after the Send button it is the box, to go on writing."""
    page, phone, _ = await opened_chat(desk)
    await phone.get_by_role("button", name="Message menu").press("Enter")
    for step in ("Message menu", "Delete"):
        await page.get_by_role("dialog", name=step).get_by_role("button", name="Delete").press("Enter")
    await expect(phone.locator("article")).to_have_count(0)
    await expect(phone.locator(".thread")).to_be_focused()
    await phone.get_by_role("button", name="Start").click()
    box = phone.get_by_role("textbox", name="Message")
    await box.fill("Hello")
    await phone.get_by_role("button", name="Send").click()
    await expect(box).to_have_value("")
    await expect(box).to_be_focused()


async def test_a_reply_keyboard_that_changes_keeps_the_focus(desk: Desk) -> None:
    """The next question's first answer takes the focus; without one the chat does."""
    _, phone, sari = await opened_chat(desk)
    await desk.say(sari, "Sure?", reply_markup={"keyboard": [[{"text": "Yes"}]]})
    await phone.get_by_role("button", name="Yes").press("Enter")
    await desk.say(sari, "Really?", reply_markup={"keyboard": [[{"text": "Really"}]]})
    await expect(phone.get_by_role("button", name="Really")).to_be_focused()
    await desk.say(sari, "Thanks", reply_markup={"remove_keyboard": True})
    await expect(phone.locator(".thread")).to_be_focused()


async def test_less_motion_is_no_motion(desk: Desk) -> None:
    """Who asked the system for less motion sees sheets and boxes at once."""
    page, phone, _ = await opened_chat(desk)
    for opener in (phone.get_by_role("button", name="Attach"), page.get_by_role("button", name="Add a person")):
        await opener.press("Enter")
        assert await page.evaluate("document.getAnimations().length") == 0
        await page.keyboard.press("Escape")
