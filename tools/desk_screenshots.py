"""Pictures of the desk's pages for docs/, as three people see them: part of `./bekal screenshots`."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tools.desk_pages import PAGES, prepare

SIZES = {"phone": 360, "desktop": 1280}
HEIGHT = 800
TALLEST = 1600  # of a long page the beginning tells enough


def take_desk(browser: Browser, url: str, folder: Path) -> None:
    """Write a picture of every page in both sizes."""
    known = prepare(url)
    for name, shown in PAGES.items():
        page = _signed_in(browser, url, shown.role, shown.language)
        for size, width in SIZES.items():
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.goto(f"{url}{shown.path.format(**known)}")
            for what in shown.presses[:-1]:
                page.locator(what).first.click()
            for what in shown.presses[-1:]:
                with page.expect_navigation():
                    page.locator(what).first.click()
            tall = min(int(page.evaluate("document.documentElement.scrollHeight")), TALLEST)
            page.set_viewport_size({"width": width, "height": max(tall, HEIGHT)})
            written = folder / f"{name}-{size}.png"
            page.screenshot(path=written, animations="disabled", caret="hide")
            print(f"desk/{written.name}  {written.stat().st_size // 1000} kB")
        page.context.close()


def _signed_in(browser: Browser, url: str, role: str, language: str) -> Page:
    """Return a page of a demo person, or of nobody."""
    context = browser.new_context(locale={"id": "id-ID", "en": "en-GB"}[language], reduced_motion="reduce")
    page = context.new_page()
    if role:
        page.goto(f"{url}/sign-in")
        page.locator(f'form:has(input[value="{role}@demo.bekal.example"]) button').click()
        expect(page).to_have_url(f"{url}/")
        choice = {"form": {"language": language}, "headers": {"sec-fetch-site": "same-origin"}}
        page.request.post(f"{url}/account/language", **choice)  # type: ignore[arg-type]
    return page
