"""Take the pictures of the phone page and the desk that docs/ shows: `./bekal screenshots`.

The product runs on its own stand-in in a folder that is thrown away, and its real bot answers. First the phone page
itself, then every kind of screen of the chat, on four phones beside each other that speak the four languages: what a
reader comes by, a group, and the menu of a bot whose texts all await their check.
"""

import json
import os
import signal
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, Locator, Page, expect, sync_playwright

from content.pack import read_pack
from core.i18n import LANGUAGES
from tools.chromium import CHROMIUM_ARGUMENTS, find_chromium
from tools.desk_screenshots import take_desk
from tools.ports import free_port
from tools.starting import Begin, Running, from_nothing

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
SIZES = {"phone": (360, 740), "desktop": (1280, 800)}
ARTICLE = "passport-held"  # steps, numbers to call, sources: all that an article can show
PEOPLE = {"Sari": "id", "Dewi": "en"}  # the two that a new stand-in has, and what they speak
SAME_TIME = "Date.prototype.toLocaleTimeString = () => '09.41'"  # or no two runs would give the same picture
SAME_PIXELS = ["--disable-partial-raster", "--num-raster-threads=1", "--disable-skia-runtime-opts"]
HAS_EMOJI = """() => {
    const drawn = (sign) => {
        const context = document.createElement("canvas").getContext("2d");
        context.fillText(sign, 0, 20);
        return context.getImageData(0, 0, 40, 40).data.join();
    };
    return drawn("\\u{1F6E1}") !== drawn("\\u{1F9F9}");
}"""  # without a font for them every sign is the same empty box
TWO_FRAMES = (
    "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"  # scrolled and drawn
)
START_SECONDS = 60
PATIENCE_MILLISECONDS = 30_000  # far more than a phone needs: the machine may be busy
ANSWER_MILLISECONDS = 1500  # the bot sends at most one new message a second to a person
SCREENS_WIDTH = 1740  # four phones beside each other
# A text to write, or "=" and what a tap asks for; several of them; or one for each language
Does = str | tuple[str, ...] | dict[str, str]
FORM = (
    "/menu", "=j:courses", "=f:courses:me", "=q:courses:0:yes", "=q:courses:1:o0", "Siti", "Kabupaten Bantul",
    "0812 3456 7890", "=q:courses:5:o0",
)  # fmt: skip
# Every kind of screen, in the order in which a person comes by it
SCREENS: dict[str, Does] = {
    "01-first-meeting": "/start",
    "02-menu": "=l:{language}",
    "03-topic": "=t:protection",
    "04-article": "=a:wages-unpaid:1",
    "05-article-end": "=a:wages-unpaid:2",
    "06-did-not-help": "=n:wages-unpaid",
    "07-thanks": "=n:wages-unpaid:hard",
    "08-card": "=w:wages-unpaid",
    "09-contacts": "/kontak",
    "10-country": "=e:TW",
    "11-country-without-office": "=e:SA",
    "12-other-countries": "=e:more",
    "13-search": "/cari",
    "14-found": {
        "id": "brp biaya agen ke hongkong", "en": "how much can agency charge me",
        "jv": "agen njaluk ragad pira", "su": "agen menta ongkos sabaraha",
    },
    "15-urgent": {
        "id": "gaji sy tdk dibayar", "en": "my boss took my passport",
        "jv": "bayaran ora dibayar", "su": "gajih teu dibayar",
    },
    "16-nothing-found": "resep rendang",
    "17-cry-for-help": {"id": "tolong", "en": "help", "jv": "tulung", "su": "tulungan"},
    "18-more": "=m",
    "19-about-me": "=p",
    "20-stage": "=p:stage",
    "21-province": "=p:province",
    "22-help": "=b",
    "23-privacy": "=d",
    "24-languages": "=l",
    "25-sign-up": "=j:courses",
    "26-question": "=f:courses:me",
    "27-status": "/status",
    "28-start-here": "=g",
    "29-path": "=g:planning",
    "30-self-check": "=k:job-offer:y",
    "31-self-check-result": "=k:job-offer:yyyyyynyyy",
    "32-erase": "=x",
    "33-cleared": "=c",
    "34-form-summary": FORM,
    "35-form-sent": "=q:courses:send",
    "36-location-key": ("/kontak", "=e:here"),
}  # fmt: skip
GROUP = "37-group"
# While no text may be shown yet: BEKAL_SHOW_UNVERIFIED=no
WAITING_SCREENS: dict[str, Does] = {
    "38-menu-while-texts-wait": ("/start", "=l:{language}"),
    "39-search-while-texts-wait": "/cari",
}


class ScreenshotError(Exception):
    """The pictures could not be taken; the message says why."""


def main() -> int:
    """Take all pictures; a failure is one sentence and a 1."""
    try:
        take_all(FOLDER)
    except ScreenshotError as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def take_all(folder: Path) -> None:
    """Write each picture in each size to a folder."""
    path = find_chromium()
    if path is None:
        raise ScreenshotError("No Chromium or Chrome was found: install one, or name it in BEKAL_CHROMIUM.")
    folder.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with tempfile.TemporaryDirectory() as data, running_product(Path(data)) as url, sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=[*CHROMIUM_ARGUMENTS, *SAME_PIXELS])
            context = browser.new_context(locale="id", color_scheme="light", reduced_motion="reduce")
            context.add_init_script(SAME_TIME)
            play(context, f"{url}/phone", folder)
            show_every_screen(context, url, folder)
            show_group(context, url, folder)
            with (
                tempfile.TemporaryDirectory() as other,
                running_product(Path(other), show_unverified="no") as waiting_url,
            ):
                show_every_screen(context, waiting_url, folder, WAITING_SCREENS)
            (folder / "desk").mkdir(exist_ok=True)
            take_desk(browser, url, folder / "desk")
            browser.close()
        except (Error, AssertionError) as failure:
            raise ScreenshotError(f"The browser or the phone page did not do what was expected: {failure}") from failure


def play(context: BrowserContext, phone_url: str, folder: Path) -> None:
    """Let both people talk with the bot, with a picture of each stage."""
    page = context.new_page()
    page.goto(f"{phone_url}?words=id")
    if not page.evaluate(HAS_EMOJI):
        print("This machine has no font with emoji (on Debian: fonts-noto-color-emoji): the pictures show empty boxes.")
    for name, language in PEOPLE.items():
        phone = phone_of(page, name)
        phone.locator(".big-button").click()
        phone.locator(".look-key").filter(has_text=LANGUAGES[language].name).click()
        expect(phone.locator(".look-key").filter(has_text="🛡️")).to_be_visible()
    sari, dewi = (page.locator(".chip", has_text=name).get_attribute("data-person") for name in PEOPLE)
    page.goto(f"{phone_url}?words=id&people={sari}")
    take(page, folder, "menu")
    open_article(page, "Sari")
    take(page, folder, "article", from_the_top=True)
    page.goto(f"{phone_url}?words=id&people={sari}&theme=dark")
    page.locator(".down").click()
    take(page, folder, "dark")
    page.goto(f"{phone_url}?words=en&people={sari},{dewi}")
    open_article(page, "Dewi")
    take(page, folder, "two-people", from_the_top=True)
    page.close()  # each phone holds a connection, and a browser opens six to an address


def phone_of(page: Page, name: str) -> Locator:
    """Return one person's phone, whatever the page's language."""
    return page.locator(".phone", has=page.locator(".owner", has_text=name))


def open_article(page: Page, name: str) -> None:
    """Tap from the menu through the topic to the article."""
    language = PEOPLE[name]
    pack = read_pack()
    article = next((each for each in pack.articles if each.slug == ARTICLE), None)
    if article is None:
        raise ScreenshotError(f"The content pack has no article {ARTICLE}: name another one in ARTICLE.")
    topics = {each.slug: each for each in pack.topics}
    topic = topics[article.topic]
    above = [topics[topic.front.parent]] if topic.front.parent else []
    keys, title = phone_of(page, name).locator(".look-key"), article.texts[language].front.title
    for each in (*above, topic):
        keys.filter(has_text=each.front.titles[language]).last.click()
    keys.filter(has_text=title).click()
    expect(phone_of(page, name).locator(".look-text strong").first).to_have_text(title)


def take(page: Page, folder: Path, name: str, *, from_the_top: bool = False) -> None:
    """Write one picture in each size: of the end of each chat, or from where its last message begins."""
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.mouse.move(0, 0)  # a message under it shows its menu
        expect(page.locator(".look-key:visible").first).to_be_visible()
        expect(page.locator(".look-key.is-busy, .toast, .lost:visible")).to_have_count(0)
        if from_the_top:
            for phone in page.locator(".phone:visible").all():
                screen = phone.locator(
                    ".look-message", has=page.locator(".look-key")
                ).last  # the keys' line is below it
                screen.evaluate("e => e.scrollIntoView({ block: 'start' })")
                expect(phone.locator(".down")).to_be_visible()
        page.evaluate(TWO_FRAMES)
        path = folder / f"{name}-{size}.png"
        page.screenshot(path=path, animations="disabled", caret="hide")
        print(f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}  {path.stat().st_size // 1000} kB")
    page.set_viewport_size({"width": 1280, "height": 800})  # where both phones can be tapped


def show_every_screen(context: BrowserContext, url: str, folder: Path, screens: Mapping[str, Does] = SCREENS) -> None:
    """Take one picture of each kind of screen, with the four languages beside each other."""
    people = {language: ask(f"{url}/simulator/people", first_name=language.upper()) for language in LANGUAGES}
    numbers = {language: str(person["id"]) for language, person in people.items()}
    page = open_phones(context, url, numbers)
    for name, does in screens.items():
        steps = does if isinstance(does, tuple) else (does,)
        for step in steps:
            for language, number in numbers.items():
                act(f"{url}/simulator/people/{number}", step[language] if isinstance(step, dict) else step, language)
            page.wait_for_timeout(ANSWER_MILLISECONDS)
        take_phones(page, folder, name)
    page.close()


def show_group(context: BrowserContext, url: str, folder: Path) -> None:
    """Take a picture of what the bot says in a group to which somebody adds it, on phones in the four languages."""
    numbers = {
        language: str(ask(f"{url}/simulator/people", first_name=language.upper(), language_code=language)["id"])
        for language in LANGUAGES
    }
    for language, number in numbers.items():
        person = f"{url}/simulator/people/{number}"
        group = ask(f"{person}/groups", title=f"Bantul {language.upper()}")
        ask(f"{person}/chats/{group['id']}/add_bot", by="hand")  # a body, whatever it holds, makes it a POST
    page = open_phones(context, url, numbers)
    for language in numbers:
        page.locator(".tab", has_text=f"Bantul {language.upper()}").click()
    expect(page.locator(".look-text:visible")).to_have_count(len(numbers))
    take_phones(page, folder, GROUP)
    page.close()


def open_phones(context: BrowserContext, url: str, numbers: Mapping[str, str]) -> Page:
    """Open the phones of some people beside each other."""
    page = context.new_page()
    page.set_viewport_size({"width": SCREENS_WIDTH, "height": 900})
    page.goto(f"{url}/phone?words=id&people={','.join(numbers.values())}")
    return page


def take_phones(page: Page, folder: Path, name: str) -> None:
    """Write the picture of a kind of screen."""
    page.evaluate(TWO_FRAMES)
    path = folder / f"screen-{name}.png"
    page.screenshot(path=path, animations="disabled", caret="hide")
    print(f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}  {path.stat().st_size // 1000} kB")


def act(person: str, does: str, language: str) -> None:
    """Write a text, or tap what a target such as `=t:money` asks for on the newest screen."""
    if not does.startswith("="):
        ask(f"{person}/text", text=does)
        return
    ask(f"{person}/tap", message_id=newest_screen(person), data=does[1:].format(language=language))


def newest_screen(person: str) -> int:
    """Return the id of the newest message with buttons, once there is one."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        messages = ask(f"{person}/chat")["messages"]
        screens = [message for message in messages if "inline_keyboard" in message.get("reply_markup", {})]
        if screens:
            return int(screens[-1]["message_id"])
        time.sleep(0.1)
    raise ScreenshotError("The bot sent nothing that can be tapped.")


def ask(address: str, **body: object) -> Any:
    """Call the stand-in's control address: POST with a body, else GET."""
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(address, json.dumps(body).encode() if body else None, headers)  # noqa: S310  ours
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return json.loads(answer.read() or b"null")


@contextmanager
def running_product(folder: Path, begin: Begin = from_nothing, *, show_unverified: str = "yes") -> Iterator[str]:
    """Run Bekal on its stand-in; give its address."""
    url = f"127.0.0.1:{free_port()}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BEKAL_")}
    environment = {**kept, "BEKAL_DATA_DIR": str(folder), "BEKAL_BIND": url, "BEKAL_SHOW_UNVERIFIED": show_unverified}
    log_path = folder / "log.txt"
    process = begin(["run"], folder=folder, environment=environment, output=log_path)
    try:
        wait_until_ready(process, f"http://{url}/healthz", log_path)
        yield f"http://{url}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def wait_until_ready(process: Running, url: str, log_path: Path) -> None:
    """Return once the product answers."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310  an address of ours
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise ScreenshotError(f"Bekal did not start; its last words:\n{log_path.read_text()[-1000:]}")


if __name__ == "__main__":
    sys.exit(main())
