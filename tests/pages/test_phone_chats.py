"""The phone page with more than the bot on it: the keys it brings, its links, groups, and what is handed on."""

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page, expect

from tests.pages.conftest import Desk, opened_chat, phone_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

KEYS: dict[str, Any] = {
    "keyboard": [["Topik", "Kontak"], [{"text": "Negara saya", "request_location": True}, "Bersihkan chat"]],
    "resize_keyboard": True,
    "is_persistent": True,
    "input_field_placeholder": "Tulis pertanyaan",
}
PLACES = [
    "Taipei", "Hong Kong", "Kuala Lumpur", "Johor Bahru", "Singapore", "Riyadh", "Dubai", "Tokyo", "Seoul",
    "Bandar Seri Begawan", "Doha", "Kuwait City", "Jakarta", "Lombok", "Open sea",
]  # fmt: skip


def link(url: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Open", "url": url}]]}


async def choose(page: Page, phone: Locator, what: str) -> None:
    """Choose from the menu of a phone."""
    await phone.get_by_role("button", name="Menu", exact=True).click()
    await page.get_by_role("dialog", name="Menu").get_by_role("button", name=what).click()


async def made_group(page: Page, phone: Locator, title: str = "Family") -> None:
    """Make a group of everybody, with the bot."""
    await choose(page, phone, "New group")
    box = page.get_by_role("dialog", name="New group")
    await box.get_by_label("Name").fill(title)
    await box.get_by_role("button", name="Add").click()
    await expect(phone.get_by_role("heading", name=title)).to_be_visible()


async def handed_on(page: Page, phone: Locator, text: str, name: str) -> None:
    """Forward a message from its menu."""
    await phone.locator("article", has_text=text).get_by_role("button", name="Message menu").press("Enter")
    await page.get_by_role("dialog", name="Message menu").get_by_role("button", name="Forward").click()
    await page.get_by_role("dialog", name="Forward to").get_by_role("button", name=name).click()
    await expect(phone.locator(".toast")).to_have_text(f"Forwarded to {name}")


async def test_keys_stand_as_they_were_sent_and_are_big_enough(desk: Desk) -> None:
    """Two columns below the box, 44 pixels high at least, without a sideways scroll at 360 pixels."""
    page, phone, sari = await opened_chat(desk, width=360, height=740)
    await desk.say(sari, "Menu", reply_markup=KEYS)
    keys = phone.locator(".reply-key")
    await expect(keys).to_have_text(["Topik", "Kontak", "Negara saya", "Bersihkan chat"])
    await expect(phone.get_by_role("textbox")).to_have_attribute("placeholder", "Tulis pertanyaan")
    boxes = [box for key in await keys.all() if (box := await key.bounding_box()) is not None]
    assert all(box["height"] >= 44 for box in boxes)
    assert [box["y"] == boxes[0]["y"] for box in boxes] == [True, True, False, False]
    assert boxes[0]["x"] == boxes[2]["x"] < boxes[1]["x"] == boxes[3]["x"]
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360


async def test_a_key_pressed_by_keyboard_sends_its_text(desk: Desk) -> None:
    """Enter on a key sends what stands on it; the keys stay."""
    _, phone, sari = await opened_chat(desk)
    await desk.say(sari, "Menu", reply_markup=KEYS)
    await phone.get_by_role("button", name="Kontak").press("Enter")
    assert (await desk.next_update("message"))["text"] == "Kontak"
    await expect(phone.get_by_role("button", name="Kontak")).to_be_focused()


async def test_keys_for_one_answer_fold_away_after_it(desk: Desk) -> None:
    """They can be unfolded again, as in Telegram's apps."""
    _, phone, sari = await opened_chat(desk)
    await desk.say(sari, "Sure?", reply_markup={"keyboard": [["Yes"]], "one_time_keyboard": True})
    await phone.get_by_role("button", name="Yes").click()
    await expect(phone.get_by_role("button", name="Yes")).to_be_hidden()
    await phone.get_by_role("button", name="Buttons").click()
    await expect(phone.get_by_role("button", name="Yes")).to_be_visible()


async def test_keys_go_with_the_message_that_brought_them(desk: Desk) -> None:
    """As in Telegram's apps: who deletes that message takes the keys away."""
    _, phone, sari = await opened_chat(desk)
    brought = await desk.say(sari, "Menu", reply_markup=KEYS)
    await expect(phone.locator(".reply-key")).to_have_count(4)
    await desk.bot("deleteMessages", chat_id=sari, message_ids=[brought, 1])
    await expect(phone.locator(".reply-key")).to_have_count(0)
    await expect(phone.locator("article")).to_have_count(0)


async def test_a_place_is_shared_from_a_key(desk: Desk) -> None:
    """The key asks first, and offers a dozen places and the open sea; Cancel sends nothing."""
    page, phone, sari = await opened_chat(desk)
    await desk.say(sari, "Menu", reply_markup=KEYS)
    key = phone.get_by_role("button", name="Negara saya")
    box = page.get_by_role("dialog", name="Location")
    await key.click()
    await box.get_by_role("button", name="Cancel").click()
    await key.click()
    assert await box.get_by_label("Place").locator("option").all_inner_texts() == PLACES
    await box.get_by_label("Place").select_option("Johor Bahru")
    await box.get_by_role("button", name="Send").click()
    place = (await desk.next_update("message"))["location"]
    assert (round(place["latitude"], 1), round(place["longitude"], 1)) == (1.5, 103.8)


@pytest.mark.parametrize("url", ["https://wa.me/6281234567890?text=Halo", "tg://resolve?domain=other_bot"])
async def test_a_link_on_a_button_opens_elsewhere_and_tells_nobody(desk: Desk, url: str) -> None:
    """It is a link with the sign of one; nothing is fetched before it is tapped."""
    _, phone, sari = await opened_chat(desk)
    await desk.say(sari, "Call", reply_markup=link(url))
    button = phone.get_by_role("link", name="Open")
    await expect(button).to_have_attribute("href", url)
    await expect(button).to_have_attribute("target", "_blank")
    await expect(button).to_have_attribute("rel", "noopener noreferrer")
    await expect(button.locator(".look-out")).to_be_visible()
    await button.evaluate("e => { e.removeAttribute('href'); e.click(); }")
    assert await desk.bot("getUpdates", timeout=0) == []


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://t.me/bekal_bot?start=a-slug", "/start a-slug"),
        ("https://t.me/Bekal_Bot", "/start"),
        ("https://t.me/bekal_bot?start=not%20allowed", "/start"),
        ("tg://resolve?domain=bekal_bot&start=a-slug", "/start a-slug"),
    ],
)
async def test_a_deep_link_of_the_bot_starts_it_here(desk: Desk, url: str, text: str) -> None:
    """On a button and in a text."""
    _, phone, sari = await opened_chat(desk)
    await desk.say(sari, f'<a href="{url}">Read</a>'.replace("&start", "&amp;start"), parse_mode="HTML")
    await desk.say(sari, "Card", reply_markup=link(url))
    for name in ("Read", "Open"):
        await phone.get_by_role("link", name=name).click()
        assert (await desk.next_update("message"))["text"] == text


async def test_a_group_is_made_and_the_bot_answers_in_it(desk: Desk) -> None:
    """Everybody's phone shows it; the bot hears commands there, and its taps are answered."""
    page, phone, _ = await opened_chat(desk)
    await made_group(page, phone)
    change = await desk.next_update("my_chat_member")
    group = change["chat"]["id"]
    assert (change["chat"]["title"], change["new_chat_member"]["status"]) == ("Family", "member")
    await expect(phone.locator(".look-service")).to_have_text("Sari added Bekal")

    box = phone.get_by_role("textbox", name="Message")
    await box.fill("just among us")
    await box.press("Enter")
    await box.fill("/start@bekal_bot")
    await box.press("Enter")
    await desk.next_update("message")  # that the bot was added
    assert (await desk.next_update("message"))["text"] == "/start@bekal_bot"
    await desk.say(group, "Hello all", reply_markup={"inline_keyboard": [[{"text": "Wages", "callback_data": "w"}]]})
    await expect(phone.get_by_text("Hello all")).to_be_visible()

    dewi = phone_of(page, "Dewi")
    await dewi.get_by_role("button", name="Family").click()
    await expect(dewi.locator(".look-from")).to_have_text(["Sari", "Sari", "Bekal"])
    await dewi.get_by_role("button", name="Wages").click()
    query = await desk.next_update("callback_query")
    assert (query["from"]["first_name"], query["message"]["chat"]["id"]) == ("Dewi", group)
    await desk.bot("answerCallbackQuery", callback_query_id=query["id"], text="Soon")
    await expect(dewi.locator(".toast")).to_have_text("Soon")

    await choose(page, phone, "Remove the bot")
    assert (await desk.next_update("my_chat_member"))["new_chat_member"]["status"] == "kicked"
    await expect(phone.get_by_text("Sari removed Bekal")).to_be_visible()
    await phone.get_by_role("button", name="Bekal", exact=True).click()
    await expect(phone.get_by_text("/start", exact=True)).to_be_visible()


async def test_news_in_another_chat_is_marked_until_it_is_read(desk: Desk) -> None:
    """The tab of the chat shows it."""
    page, phone, sari = await opened_chat(desk)
    await made_group(page, phone)
    await desk.say(sari, "News")
    tab = phone.get_by_role("button", name="Bekal", exact=True)
    await expect(tab).to_contain_class("has-news")
    await tab.click()
    await expect(phone.get_by_text("News")).to_be_in_viewport()
    await expect(tab).not_to_contain_class("has-news")


async def test_a_card_is_handed_on_with_its_link(desk: Desk) -> None:
    """Whoever has it from a friend taps the link and is with the bot."""
    page, phone, sari = await opened_chat(desk)
    html = 'Passport held? <a href="https://t.me/bekal_bot?start=passport">Read</a>'
    await desk.say(sari, html, parse_mode="HTML")
    await handed_on(page, phone, "Passport held?", "Dewi")

    dewi = phone_of(page, "Dewi")
    await dewi.get_by_role("button", name="Sari").click()
    await expect(dewi.locator(".look-forwarded")).to_have_text("Forwarded from Bekal")
    await dewi.get_by_role("link", name="Read").click()
    message = await desk.next_update("message")
    assert (message["text"], message["from"]["first_name"]) == ("/start passport", "Dewi")
    await expect(dewi.get_by_text("/start passport")).to_be_visible()


async def test_a_chat_is_deleted_on_this_phone_only(desk: Desk) -> None:
    """It asks first; then the chat is as on the first day, and the bot goes on with what it wrote."""
    page, phone, sari = await opened_chat(desk)
    number = await desk.say(sari, "Old", reply_markup=KEYS)
    other = await desk.say(sari, "Older")
    await choose(page, phone, "Delete chat")
    await page.get_by_role("dialog", name="Delete chat").get_by_role("button", name="Delete chat").click()
    await expect(phone.locator("article")).to_have_count(0)
    await expect(phone.locator(".reply-key")).to_have_count(0)
    await desk.bot("editMessageText", chat_id=sari, message_id=other, text="Edited")
    assert await desk.bot("deleteMessage", chat_id=sari, message_id=number)
    await phone.get_by_role("button", name="Start").click()
    assert (await desk.next_update("message"))["text"] == "/start"
    await expect(phone.locator("article")).to_have_count(1)


@pytest.mark.parametrize(
    ("words", "theme", "width"),
    [("id", "light", 360), ("en", "dark", 360), ("id", "dark", 1280), ("en", "light", 1280)],
)
async def test_all_of_it_is_accessible(desk: Desk, words: str, theme: str, width: int) -> None:
    """No violation of axe-core's rules in a group, in a chat of two and in what opens; and no sideways scroll."""
    sari, dewi = desk.people
    await desk.do(sari, "text", text="/start")
    card = await desk.say(sari, "Card", reply_markup=KEYS)
    await desk.do(sari, "forward", message_id=card, to=dewi)
    group = (await desk.do(sari, "groups", title="Keluarga besar di Hong Kong", people=[dewi]))["id"]
    await desk.do(sari, f"chats/{group}/add_bot")
    await desk.do(dewi, f"chats/{group}/text", text="/start")
    await desk.say(group, "Halo", reply_markup=link("https://bekal.id/"))
    page = await desk.open(f"words={words}&theme={theme}&people={sari}", width=width, height=740)
    style = "new CSSStyleSheet(); s.replaceSync('.look { background-image: none !important }')"
    await page.evaluate(f"() => {{ const s = {style}; document.adoptedStyleSheets = [s]; }}")
    for chat in (sari, group, dewi):
        await page.locator(f".tab[data-chat='{chat}']").click()
        await expect(page.locator("article").first).to_be_visible()
        assert (chat, await violations(page)) == (chat, "")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.locator(f".tab[data-chat='{sari}']").click()
    await page.locator(".reply-key", has_text="Negara saya").click()
    await expect(page.locator("dialog select")).to_be_focused()
    assert await violations(page) == ""
    await page.keyboard.press("Escape")
    await page.locator(".head .icon-button").click()
    await page.locator(".sheet-item").nth(1).click()
    await expect(page.locator("dialog input")).to_be_focused()
    assert await violations(page) == ""


async def violations(page: Page) -> str:
    """Return what axe-core finds wrong, as a text to read."""
    found = await Axe().run(page)
    return found.generate_report() if found.violations_count else ""
