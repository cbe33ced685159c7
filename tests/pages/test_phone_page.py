"""The phone page in a real browser; the test plays the bot."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from simulator.server import running
from simulator.simulator import Simulator
from tests.pages.conftest import CHOICE, Desk, opened_chat, phone_of, png
from tests.processes import TOKEN

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

XSS = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>\'"&lt;b&gt;'


async def attach(page: Page, phone: Locator, kind: str) -> None:
    """Choose from the attach menu."""
    await phone.get_by_role("button", name="Attach").click()
    await page.get_by_role("dialog").get_by_role("button", name=kind).click()


async def test_start_text_and_answer(desk: Desk) -> None:
    """An empty chat tells what the bot is for and offers Start; Enter sends, Shift+Enter breaks the line."""
    await desk.bot("setMyDescription", description="Free information.")
    page = await desk.open()
    phone = phone_of(page, "Sari")
    await expect(phone.get_by_text("Free information.")).to_be_visible()
    await phone.get_by_role("button", name="Start").click()
    await expect(phone.get_by_text("Free information.")).to_be_hidden()
    assert (await desk.next_update("message"))["text"] == "/start"

    box = phone.get_by_role("textbox", name="Message")
    await box.fill("one")
    await box.press("Shift+Enter")
    await box.press_sequentially("two")
    await box.press("Enter")
    assert (await desk.next_update("message"))["text"] == "one\ntwo"
    await expect(box).to_have_value("")

    await desk.bot("sendChatAction", chat_id=desk.people[0], action="typing")
    await expect(phone.get_by_text("typing…")).to_be_visible()
    await desk.say(desk.people[0], "<b>Welcome</b> 👋 <i>Sari</i>", parse_mode="HTML")
    await expect(phone.locator("strong", has_text="Welcome")).to_be_visible()
    await expect(phone.locator("em", has_text="Sari")).to_have_text("Sari")
    await expect(phone.get_by_text("typing…")).to_be_hidden()


async def test_tap_is_answered(desk: Desk) -> None:
    """A tapped button turns until the answer comes; its text is shown as a toast, or as an alert."""
    page, phone, sari = await opened_chat(desk)
    await desk.say(sari, "Choose", reply_markup=CHOICE)
    button = phone.get_by_role("button", name="Wages")
    for alert in (False, True):
        await button.click()
        query = await desk.next_update("callback_query")
        assert query["data"] == "wages"
        await expect(button).to_contain_class("is-busy")
        await desk.bot("answerCallbackQuery", callback_query_id=query["id"], text="Saved", show_alert=alert)
        await expect(button).not_to_contain_class("is-busy")
        shown = page.get_by_role("dialog") if alert else phone.locator(".toast")
        await expect(shown).to_contain_text("Saved")
    await page.get_by_role("dialog").get_by_role("button", name="OK").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_the_bot_edits_and_deletes_in_place(desk: Desk) -> None:
    """An edit changes the message where it stands; a deletion takes it away."""
    _, phone, sari = await opened_chat(desk)
    first = await desk.say(sari, "Before", reply_markup=CHOICE)
    await desk.say(sari, "Later")
    await expect(phone.get_by_text("Later")).to_be_visible()
    await desk.bot("editMessageText", chat_id=sari, message_id=first, text="After")
    await expect(phone.get_by_text("Before")).to_have_count(0)
    await expect(phone.get_by_role("button", name="Wages")).to_have_count(0)
    texts = await phone.locator(".is-theirs .look-text").all_inner_texts()
    assert [text.split()[0] for text in texts] == ["After", "Later"]
    await expect(phone.get_by_text("edited")).to_have_count(0)  # as in Telegram: only people's messages say so
    await desk.bot("deleteMessage", chat_id=sari, message_id=first)
    await expect(phone.get_by_text("After")).to_have_count(0)


async def test_a_person_edits_and_deletes(desk: Desk) -> None:
    """The menu of one's own message, reached by keyboard, edits and deletes it."""
    page, phone, sari = await opened_chat(desk)
    await desk.do(sari, "text", text="Helo")
    message = phone.locator(".is-mine", has_text="Helo")
    await message.get_by_role("button", name="Message menu").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("dialog").get_by_role("button", name="Edit").click()
    box = phone.get_by_role("textbox", name="Message")
    await expect(box).to_have_value("Helo")
    await box.fill("Hello")
    await box.press("Enter")
    assert (await desk.next_update("edited_message"))["text"] == "Hello"
    edited = phone.locator(".is-mine", has_text="Hello")
    await expect(edited).to_contain_text("edited")
    await edited.locator(".look-text").click(button="right")
    for step in ("Message menu", "Delete"):
        delete = page.get_by_role("dialog", name=step).get_by_role("button", name="Delete")
        await expect(delete).to_have_css("color", "rgb(179, 38, 30)")  # red in both: it cannot be undone
        await delete.click()
    await expect(phone.get_by_text("Hello")).to_have_count(0)


async def test_reply_keyboard(desk: Desk) -> None:
    """The bot's reply keyboard sends its texts, asks before it gives a contact away, can be hidden, and goes."""
    page, phone, sari = await opened_chat(desk)
    rows = [[{"text": "Yes"}, {"text": "My number", "request_contact": True}]]
    await desk.say(sari, "Sure?", reply_markup={"keyboard": rows})
    keys = phone.get_by_role("group", name="Buttons")
    await keys.get_by_role("button", name="Yes").click()
    assert (await desk.next_update("message"))["text"] == "Yes"
    await keys.get_by_role("button", name="My number").click()
    await page.get_by_role("dialog", name="My contact").get_by_role("button", name="Send").click()
    assert (await desk.next_update("message"))["contact"]["user_id"] == sari
    await phone.get_by_role("button", name="Buttons").click()
    await expect(keys).to_be_hidden()
    await phone.get_by_role("button", name="Buttons").click()
    await expect(keys).to_be_visible()
    await desk.say(sari, "Thanks", reply_markup={"remove_keyboard": True})
    await expect(keys).to_be_hidden()


async def test_attach_photo_contact_and_location(desk: Desk) -> None:
    """What is attached reaches the bot and is shown; a picture opens on a tap."""
    page, phone, _ = await opened_chat(desk)
    async with page.expect_file_chooser() as choosing:
        await attach(page, phone, "Photo")
    await (await choosing.value).set_files({"name": "p.png", "mimeType": "image/png", "buffer": png()})
    box = page.get_by_role("dialog", name="Photo")
    await box.get_by_label("Caption").fill("My contract")
    await box.get_by_role("button", name="Send").click()
    photo = await desk.next_update("message")
    assert photo["photo"]
    assert photo["caption"] == "My contract"
    await phone.get_by_role("button", name="Open the picture").click()
    viewer = page.get_by_role("dialog", name="Picture")
    await expect(viewer.get_by_role("img")).to_have_js_property("complete", True)
    await page.keyboard.press("Escape")
    await expect(viewer).to_have_count(0)

    await attach(page, phone, "My contact")
    await page.get_by_role("dialog", name="My contact").get_by_role("button", name="Send").click()
    assert (await desk.next_update("message"))["contact"]["first_name"] == "Sari"
    await attach(page, phone, "Location")
    box = page.get_by_role("dialog", name="Location")
    await box.get_by_label("Place").select_option("Taipei")
    await box.get_by_role("button", name="Send").click()
    assert round((await desk.next_update("message"))["location"]["latitude"]) == 25
    await expect(phone.locator(".look-location")).to_be_visible()


async def test_two_people_and_a_third(desk: Desk) -> None:
    """Each phone shows its own chat only; a person can be added and blocks the bot from their menu."""
    page = await desk.open()
    sari, dewi = phone_of(page, "Sari"), phone_of(page, "Dewi")
    for phone, name in ((sari, "Sari"), (dewi, "Dewi")):
        await phone.get_by_role("button", name="Start").click()
        assert (await desk.next_update("message"))["from"]["first_name"] == name
    await desk.say(desk.people[1], "Only for Dewi")
    await expect(dewi.get_by_text("Only for Dewi")).to_be_visible()
    await expect(sari.get_by_text("Only for Dewi")).to_have_count(0)

    await page.get_by_role("button", name="Add a person").click()
    box = page.get_by_role("dialog", name="Add a person")
    await box.get_by_label("Name").fill("Budi")
    await box.get_by_label("Language").select_option("jv")
    await box.get_by_role("button", name="Add").click()
    budi = phone_of(page, "Budi")
    await budi.get_by_role("button", name="Start").click()
    assert (await desk.next_update("message"))["from"]["language_code"] == "jv"
    await budi.get_by_role("button", name="Menu", exact=True).click()
    await page.get_by_role("dialog").get_by_role("button", name="Block").click()
    await expect(budi.get_by_role("button", name="Unblock")).to_be_visible()
    assert (await desk.next_update("my_chat_member"))["new_chat_member"]["status"] == "kicked"


async def test_links(desk: Desk) -> None:
    """A link opens elsewhere and safely, a number can be called, the bot's own deep link starts it."""
    _, phone, sari = await opened_chat(desk)
    name = (await desk.bot("getMe"))["username"]
    html = f'<a href="https://example.org/a">law</a> <a href="https://t.me/{name}?start=a-slug">guide</a>'
    await desk.say(sari, html, parse_mode="HTML")
    law = phone.get_by_role("link", name="law")
    await expect(law).to_have_attribute("target", "_blank")
    await expect(law).to_have_attribute("rel", "noopener noreferrer")
    await phone.get_by_role("link", name="guide").click()
    assert (await desk.next_update("message"))["text"] == "/start a-slug"
    await desk.do(sari, "contact", phone_number="+62812345", first_name="A")
    await expect(phone.get_by_role("link", name="+62812345")).to_have_attribute("href", "tel:+62812345")


async def test_markup_in_names_and_texts_stays_text(desk: Desk) -> None:
    """HTML from people and from the bot is shown as it was typed, in every place, and nothing of it runs."""
    sari = desk.people[0]
    async with desk.http.patch(f"{desk.url}/simulator/people/{sari}", json={"first_name": XSS}) as answer:
        assert answer.ok
    await desk.bot("setMyCommands", commands=[{"command": "help", "description": XSS}])
    await desk.do(sari, "text", text=XSS)
    await desk.do(sari, "contact", phone_number=XSS, first_name=XSS)
    key = {"text": XSS, "callback_data": "x"}
    await desk.say(sari, XSS, reply_markup={"inline_keyboard": [[key]]})
    await desk.say(sari, "k", reply_markup={"keyboard": [[{"text": XSS}]], "input_field_placeholder": "<b>x"})
    page = await desk.open(f"words=en&people={sari}")
    phone = page.locator(".phone")
    await expect(phone.locator(".look-text", has_text="onerror")).to_have_count(2)
    await phone.locator(".look-key").click()
    query = await desk.next_update("callback_query")
    await desk.bot("answerCallbackQuery", callback_query_id=query["id"], text=XSS)
    await expect(phone.locator(".toast")).to_have_text(XSS)
    await phone.get_by_role("button", name="Commands").click()
    await expect(page.get_by_role("dialog")).to_contain_text(XSS)
    assert await page.evaluate("window.hacked") is None
    assert await page.locator("img[src=x], .phones script").count() == 0


async def test_a_narrow_window_shows_one_phone(desk: Desk) -> None:
    """At 360 pixels one phone fills the window, its neighbour is a tap away, and nothing scrolls sideways."""
    page, phone, sari = await opened_chat(desk, width=360, height=740)
    row = [{"text": "A very long label on a button", "callback_data": str(n)} for n in range(3)]
    await desk.say(sari, "W" * 300, reply_markup={"inline_keyboard": [row]})
    await expect(phone.locator(".look-key")).to_have_count(3)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    assert await phone.locator(".thread").evaluate("e => e.scrollWidth <= e.clientWidth")
    await page.get_by_role("navigation", name="People").get_by_role("button", name="Dewi").click()
    await expect(phone_of(page, "Dewi")).to_be_visible()
    await expect(phone).to_be_hidden()


@pytest.mark.parametrize("width", [360, 1280])
async def test_who_is_chosen_comes_into_view(desk: Desk, width: int) -> None:
    """A person who is added is seen: the whole name among the people, and the phone beside the others."""
    for number in range(2):
        body = {"first_name": f"Somebody {number}"}
        async with desk.http.post(f"{desk.url}/simulator/people", json=body) as answer:
            desk.people.append((await answer.json())["id"])
    page = await desk.open(f"words=en&people={','.join(map(str, desk.people))}", width=width)
    await page.get_by_role("button", name="Add a person").click()
    await page.get_by_role("dialog").get_by_label("Name").fill("Last")
    await page.keyboard.press("Enter")
    for shown in (page.get_by_role("button", name="Last"), phone_of(page, "Last").get_by_role("button", name="Start")):
        await expect(shown).to_be_in_viewport(ratio=0.9)  # a part of a pixel may be beyond the edge


async def test_who_reads_above_is_left_there(desk: Desk) -> None:
    """New messages scroll into view, but not for one who has scrolled up: they get a button that counts."""
    page, phone, sari = await opened_chat(desk)
    for number in range(15):
        last = await desk.say(sari, f"Line {number}\n\n\n\n.")
    await expect(phone.locator(f"[data-id='{last}']")).to_be_in_viewport()
    await expect(phone.get_by_text("Today")).not_to_be_in_viewport()  # the day stays in its place and covers no text
    await phone.locator(".thread").hover()
    await page.mouse.wheel(0, -1500)
    down = phone.locator(".down")
    await expect(down).to_be_visible()
    await desk.say(sari, "News")
    await expect(down).to_have_accessible_name("To the newest message, 1 new messages")
    await expect(phone.get_by_text("News")).not_to_be_in_viewport()
    await down.click()
    await expect(phone.get_by_text("News")).to_be_in_viewport()
    await expect(down).to_be_hidden()


async def test_the_page_survives_a_restart(browser: Browser, tmp_path: Path) -> None:
    """While the stand-in is away the page says so; when it is back, the page shows what came meanwhile."""
    context = await browser.new_context()
    page = await context.new_page()
    async with running(Simulator(token=TOKEN, folder=tmp_path, demo_people=True)) as before:
        await page.goto(f"{before.url}/phone?words=en")
        phone = phone_of(page, "Sari")
        await phone.get_by_role("button", name="Start").click()
        await expect(phone.get_by_text("/start")).to_be_visible()
    await expect(phone.get_by_text("Connecting…")).to_be_visible()
    box = phone.get_by_role("textbox", name="Message")
    await box.fill("kept")
    await box.press("Enter")
    await expect(phone.locator(".toast")).to_have_text("Not sent: no connection")
    await expect(box).to_have_value("kept")

    again = Simulator(token=TOKEN, folder=tmp_path)
    chat = next(iter(again.chats))
    again.type(chat, "said elsewhere")
    port = int(before.url.rpartition(":")[2])
    async with running(again, port=port):
        await expect(phone.get_by_text("said elsewhere")).to_be_visible(timeout=15_000)
        await expect(phone.get_by_text("Connecting…")).to_be_hidden()
        await box.press("Enter")
        await expect(phone.locator(".is-mine", has_text="kept")).to_be_visible()
        await context.close()


async def test_a_long_text_lets_the_box_grow_to_five_lines(desk: Desk) -> None:
    """The box grows with what is typed, to five lines and no further."""
    _, phone, _ = await opened_chat(desk)
    box = phone.get_by_role("textbox", name="Message")
    heights = []
    for lines in (1, 3, 5, 9):
        await box.fill("\n".join("x" * lines))
        heights.append(await box.evaluate("e => e.offsetHeight"))
    assert heights[0] < heights[1] < heights[2]
    assert heights[3] - heights[2] < 24


async def test_a_long_answer_is_shown_from_its_start(desk: Desk) -> None:
    """A message taller than the phone, new or edited, is read from its first line; what she writes stands below."""
    page, phone, sari = await opened_chat(desk)
    long_text = "\n".join(["FIRST LINE", *(f"line {number}" for number in range(80)), "LAST LINE"])
    answer = await desk.say(sari, long_text, reply_markup=CHOICE)
    await expect(phone.get_by_text("FIRST LINE")).to_be_in_viewport()
    await desk.say(sari, "and a line below")
    await expect(phone.get_by_text("and a line below")).to_have_count(1)
    text = phone.locator(".is-theirs .look-text").first
    assert await starts_in_sight(text)

    await phone.get_by_role("button", name="Wages").click()
    changed = long_text.replace("FIRST", "OTHER")
    await desk.bot("editMessageText", chat_id=sari, message_id=answer, text=changed, reply_markup=CHOICE)
    await expect(phone.get_by_text("OTHER LINE")).to_have_count(1)
    assert await starts_in_sight(phone.locator(".is-theirs .look-text").first)

    await phone.get_by_role("textbox", name="Message").fill("thanks")
    await page.keyboard.press("Enter")
    await expect(phone.get_by_text("thanks")).to_be_in_viewport()


async def starts_in_sight(text: Locator) -> bool:
    box, frame = await text.bounding_box(), await text.page.locator(".thread").first.bounding_box()
    assert box
    assert frame
    return box["y"] >= frame["y"] - 1
