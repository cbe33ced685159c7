"""Pictures of the desk's pages for docs/, as three people see them: part of `./bekal screenshots`."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

SIZES = {"phone": 360, "desktop": 1280}
HEIGHT = 800
TALLEST = 1600  # of a long page the beginning tells enough
# Each page in Indonesian or English, as somebody who works there sees it.
PAGES = {
    "sign-in": ("", "/sign-in", "id"),
    "to-do": ("editor", "/", "id"),
    "articles": ("editor", "/articles", "id"),
    "editor": ("editor", "/articles/passport-held/id", "id"),
    "translation": ("editor", "/articles/passport-held/jv", "en"),
    "facts": ("editor", "/facts", "id"),
    "contacts": ("editor", "/contacts", "id"),
    "contact": ("editor", "/contacts/id-kp2mi-callcentre", "en"),
    "audience": ("editor", "/articles/passport-held/audience", "en"),
    "topics": ("editor", "/topics", "id"),
    "translations": ("editor", "/translations", "id"),
    "programmes": ("editor", "/programmes", "id"),
    "programme": ("editor", "/programmes/courses", "en"),
    "form": ("editor", "/forms/course-interest", "id"),
    "question": ("editor", "/forms/course-interest/questions/1", "en"),
    "registrations": ("administrator", "/registrations", "id"),
    "enter-somebody": ("administrator", "/registrations/enter/courses", "en"),
    "attendance": ("administrator", "/registrations/attendance", "id"),
    "export": ("administrator", "/registrations/export", "en"),
    "search-words": ("editor", "/synonyms", "id"),
    "media": ("editor", "/media", "id"),
    "links": ("editor", "/links", "id"),
    "figures": ("editor", "/figures", "id"),
    "review": ("verifier", "/review", "id"),
    "account": ("verifier", "/account", "en"),
    "code-app": ("verifier", "/account/code", "id"),
    "staff": ("administrator", "/staff", "id"),
    "audit": ("administrator", "/audit", "en"),
    "health": ("administrator", "/health", "id"),
}


def take_desk(browser: Browser, url: str, folder: Path) -> None:
    """Write a picture of every page in both sizes."""
    for name, (role, path, language) in PAGES.items():
        page = _signed_in(browser, url, role, language)
        for size, width in SIZES.items():
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.goto(f"{url}{path}")
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
