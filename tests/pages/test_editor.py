"""The editor of an article in Chromium: formatted writing, not a byte changed by opening, two who save at once."""

import re

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.harness import shipped
from tests.pages.conftest import png
from tests.pages.office import Office, is_sound

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
BODY = "document.getElementById('body').value"
OTHERS = {  # what may stand in a body and is not in the shipped ones; None: it is left alone, as plain text
    'A <a href="https://kemlu.go.id/a?b=1&c=2">link</a>, <u>so</u> <s>not</s> <i>a <b>b</b></i> &lt;': True,
    "AT&amp;T &lt;b&gt; <code>x</code> <blockquote>one\ntwo</blockquote><tg-spoiler>s</tg-spoiler>": True,
    "A & B\n\n\n<!-- part -->\n\n{{media:0123456789abcdef0123456789abcdef}}\nEnd": True,
    "<strong>x</strong>": None, "<b>a</b><b>b</b>": None, "<b>open": None, "a < b": None, "<b onclick=x>a</b>": None,
    "A &amp; B & C": None, "{{fact:a} {{": True,
}  # fmt: skip


async def opened(page: Page, office: Office, slug: str) -> str:
    """Open the editor of a text with its words chosen to be written over; return its body as it was."""
    await page.goto(f"{office.url}/articles/{slug}/id")
    await expect(page.locator(".ProseMirror")).to_be_visible()
    return str(await page.evaluate(BODY))


async def test_formats_facts_and_parts_are_written_as_telegrams_markup(office: Office) -> None:
    editor = await office.person("editor")
    await opened(editor, office, "placement-cost")
    text, keys = editor.locator(".ProseMirror"), editor.keyboard
    await text.press("Control+a")
    await keys.press("Backspace")
    await keys.press("Control+b")
    await keys.type("Tebal")
    await keys.press("Control+b")
    await keys.type(" a < b")
    await keys.press("Enter")
    await editor.get_by_role("button", name="Fact …").click()
    await editor.get_by_role("dialog").get_by_label("Search").fill("no-legal-route-date")
    await keys.press("Enter")
    await expect(text.locator("[data-reference='fact:no-legal-route-date']")).to_be_visible()
    await keys.press("Control+Enter")
    await keys.type("{{contact:id-polri-110}}")

    expected = "<b>Tebal</b> a &lt; b\n{{fact:no-legal-route-date}}\n<!-- part -->\n{{contact:id-polri-110}}"
    assert await editor.evaluate(BODY) == expected
    await expect(text.locator("[data-reference='contact:id-polri-110']")).to_be_visible()
    await expect(editor.locator(".phone-preview strong", has_text="Tebal").last).to_be_visible()
    await keys.press("Backspace")
    assert await editor.evaluate(BODY) == expected.removesuffix("{{contact:id-polri-110}}"), "a chip goes in whole"
    await editor.get_by_role("button", name="Plain text").click()
    await expect(editor.locator("#body")).to_be_visible()
    await editor.reload()
    await expect(editor.locator("#body")).to_be_visible()


async def test_a_picture_is_found_and_put_into_the_text(office: Office) -> None:
    editor = await office.person("editor")
    picture = FilePayload(name="a.png", mimeType="image/png", buffer=png())
    await editor.request.post(
        f"{office.url}/media", multipart={"file": picture, "alt": "Sampul paspor", "language": "id"},
        headers={"sec-fetch-site": "same-origin"},
    )  # fmt: skip
    body = await opened(editor, office, "placement-cost")
    await editor.locator(".ProseMirror").press("Control+End")
    await editor.get_by_role("button", name="Media …").click()
    await editor.get_by_role("dialog").get_by_role("button", name="Sampul paspor").click()

    await expect(editor.locator(".ProseMirror [data-reference^='media:']")).to_have_text("Sampul paspor")
    written = str(await editor.evaluate(BODY))
    assert re.fullmatch(r"\{\{media:[0-9a-f]{32}\}\}", written.removeprefix(body))
    await expect(editor.locator(".phone-preview .look-key", has_text="Gambar")).to_be_visible()


async def test_the_toolbar_needs_no_mouse_and_tells_what_is_on(office: Office) -> None:
    editor = await office.person("editor")
    body = await opened(editor, office, "washing-hands")
    text, bold = editor.locator(".ProseMirror"), editor.get_by_role("button", name="Bold")
    await text.press("Control+a")
    await editor.keyboard.press("Alt+F10")
    await expect(bold).to_be_focused()
    await editor.keyboard.press("ArrowRight")
    await expect(editor.get_by_role("button", name="Italics")).to_be_focused()
    await editor.keyboard.press("Enter")
    await expect(editor.get_by_role("button", name="Italics")).to_have_attribute("aria-pressed", "true")
    await editor.keyboard.press("Escape")
    for _ in range(3):  # what was opened is not undone with what was done
        await editor.keyboard.press("Control+z")
    await expect(editor.get_by_role("button", name="Italics")).to_have_attribute("aria-pressed", "false")
    assert await editor.evaluate(BODY) == body


async def test_what_is_cut_and_pasted_here_is_the_same_to_a_byte(office: Office) -> None:
    editor = await office.person("editor")
    await editor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    body = await opened(editor, office, "family-budget")
    for keys in ("Control+a", "Control+x"):
        await editor.locator(".ProseMirror").press(keys)
    assert await editor.evaluate(BODY) == ""
    await editor.keyboard.press("Control+v")
    assert await editor.evaluate(BODY) == body


async def test_opening_changes_no_byte_and_what_would_change_stays_plain(office: Office) -> None:
    editor = await office.person("editor")
    bodies = [text.body for article in shipped().articles for text in article.texts.values()]
    body = await opened(editor, office, "legal-way")
    rewritten = await editor.evaluate(
        "async bodies => { const { rewritten } = await import('/static/editor.js'); return bodies.map(rewritten); }",
        [*bodies, *OTHERS],
    )

    assert rewritten == [*bodies, *(body if is_opened else None for body, is_opened in OTHERS.items())]
    history = await editor.locator("#history + ol li").count()
    await editor.get_by_role("button", name="Save the draft").click()
    await expect(editor.locator("#history + ol li")).to_have_count(history)
    assert await editor.evaluate(BODY) == body
    await editor.get_by_role("button", name="Plain text").click()
    await editor.locator("#body").fill("<b>a</b><b>b</b>")
    await editor.get_by_role("button", name="Formatted").click()
    await expect(editor.get_by_text("it stays plain")).to_be_visible()
    assert await editor.evaluate(BODY) == "<b>a</b><b>b</b>"


PASTED = """<style>p { color: red }</style><h2 style="color:red">Judul</h2>
<p class=x style='margin:0' onclick="alert(1)">Satu <strong>dua</strong> <a href="https://kemlu.go.id/">tiga</a>
<a href="javascript:alert(1)">empat</a></p><ul><li>lima</li><li>&lt;enam&gt;</li></ul><script>alert(1)</script>
<img src=x onerror="alert(1)"><table><tr><td>tujuh</td></tr></table>"""


async def test_what_is_pasted_becomes_telegrams_subset(office: Office) -> None:
    editor = await office.person("editor")
    await opened(editor, office, "wages-unpaid")
    await editor.locator(".ProseMirror").press("Control+a")
    await editor.evaluate(
        """html => {
          const clipboardData = new DataTransfer();
          clipboardData.setData('text/html', html);
          const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
          document.querySelector('.ProseMirror').dispatchEvent(paste);
        }""",
        PASTED,
    )

    assert await editor.evaluate(BODY) == (
        '<b>Judul</b>\n\nSatu <b>dua</b> <a href="https://kemlu.go.id/">tiga</a> empat\n\n'
        "- lima\n\n- &lt;enam>\n\ntujuh"
    )


async def test_two_who_save_at_once_see_both_texts(office: Office) -> None:
    office.expects_refusal = True  # a conflict
    first, second = await office.person("editor"), await office.person("administrator")
    for page in (first, second):
        await opened(page, office, "job-offer-check")
    await first.get_by_label("Summary").fill("Ringkasan dari yang pertama")
    await first.get_by_role("button", name="Save the draft").click()
    await expect(first.get_by_label("Summary")).to_have_value("Ringkasan dari yang pertama")
    await second.get_by_label("Summary").fill("Ringkasan dari yang kedua")
    await second.get_by_role("button", name="Compare the two").click()

    await expect(second.locator("del", has_text="pertama")).to_be_visible()
    await expect(second.locator("ins", has_text="kedua")).to_be_visible()
    await is_sound(second)
    await second.goto(f"{office.url}/articles/job-offer-check/id")
    await expect(second.get_by_label("Summary")).to_have_value("Ringkasan dari yang kedua")
    await second.get_by_role("button", name="Compare the two").click()
    await second.get_by_role("button", name="Save mine on top").click()
    await expect(second.get_by_label("Summary")).to_have_value("Ringkasan dari yang kedua")
    await expect(second.get_by_role("button", name="Compare the two")).to_be_hidden()


async def test_a_text_is_approved_for_later_on_its_page(office: Office) -> None:
    editor, verifier = await office.person("editor"), await office.person("verifier")
    await opened(editor, office, "legal-way")
    await editor.get_by_label("Title").fill("Jalur resmi, nanti")
    await editor.get_by_role("button", name="Save and hand in").click()
    await expect(editor.get_by_text("This text waits for a verifier")).to_be_visible()
    await verifier.goto(f"{office.url}/articles/legal-way/id")
    await verifier.get_by_text("Choose when").click()
    await verifier.get_by_label("Live from").fill("2099-01-01T08:00")
    await verifier.get_by_role("button", name="Approve").click()
    await expect(verifier.get_by_text("It goes live on 1 Jan 2099 08:00 WIB")).to_be_visible()
    verifier.on("dialog", lambda dialog: dialog.accept())
    await verifier.get_by_role("button", name="Call it off").click()
    await expect(verifier.get_by_text("It goes live on")).to_have_count(0)


@pytest.mark.parametrize(("language", "width"), [("id", 360), ("en", 1280)])
async def test_the_editors_pages_are_sound(office: Office, language: str, width: int) -> None:
    page = await office.person("editor", language=language, width=width)
    await opened(page, office, "passport-held")
    await is_sound(page)
    await page.locator("[data-mode=plain]").click()
    await is_sound(page)
    await page.locator("[data-mode=formatted]").click()
    await page.locator("[data-do=fact]").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await is_sound(page)
    await page.keyboard.press("Escape")
    address = await page.locator("#history + ol a").first.get_attribute("href")
    for path in (str(address), "/articles/passport-held/audience"):
        await page.goto(f"{office.url}{path}")
        await is_sound(page, path)
