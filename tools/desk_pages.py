"""Every page of the desk: for its pictures in docs/, and for the tests that look at all of them.

Each is seen in Indonesian or English by somebody who works there, on the stand-in, whose articles and accounts are
always the same. What a new stand-in does not have yet, `prepare` makes.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from content import targets
from staff.setting_up import DEMO_DOMAIN, DEMO_PASSWORD

NOBODY = ""
HERE = {"sec-fetch-site": "same-origin"}
PICTURE = Path(__file__).resolve().parent.parent / "docs" / "screenshots" / "menu-phone.png"
WHO = {"q.consent": "yes", "q.name": "Siti Aminah", "q.regency": "indramayu", "q.phone": "0812 3456 7890"}
FORM = "course-interest"


@dataclass(frozen=True)
class DeskPage:
    """Who sees which address in which language; `presses` are what she presses there: the last leads to a page."""

    role: str
    path: str
    language: str
    presses: tuple[str, ...] = ()


PAGES = {
    "sign-in": DeskPage(NOBODY, "/sign-in", "id"),
    "invitation": DeskPage(NOBODY, "/invitation/{invitation}", "id"),
    "person-form": DeskPage(NOBODY, "/f/{form}", "id"),
    "problem": DeskPage("editor", "/facts/no-such-fact", "id"),
    "code": DeskPage("editor", "/sign-in/code", "id"),
    "prove": DeskPage("editor", "/prove", "en"),
    "to-do": DeskPage("editor", "/", "id"),
    "to-do-box": DeskPage("verifier", "/todo/native-reader", "id"),
    "articles": DeskPage("editor", "/articles", "id"),
    "editor": DeskPage("editor", "/articles/passport-held/id", "id"),
    "translation": DeskPage("editor", "/articles/passport-held/jv", "en"),
    "version": DeskPage("editor", "/articles/passport-held/id/{version}", "id"),
    "audience": DeskPage("editor", "/articles/passport-held/audience", "en"),
    "moving": DeskPage("editor", "/topics/articles/passport-held", "id"),
    "facts": DeskPage("editor", "/facts", "id"),
    "fact": DeskPage("editor", "/facts/ae-annual-leave", "id"),
    "fact-version": DeskPage("editor", "/facts/ae-annual-leave/{fact_version}", "en"),
    "contacts": DeskPage("editor", "/contacts", "id"),
    "contact": DeskPage("editor", "/contacts/id-kp2mi-callcentre", "en"),
    "contact-version": DeskPage("editor", "/contacts/id-kp2mi-callcentre/{contact_version}", "id"),
    "sources": DeskPage("editor", "/sources", "id"),
    "topics": DeskPage("editor", "/topics", "id"),
    "topic": DeskPage("editor", "/topics/protection", "en"),
    "translations": DeskPage("editor", "/translations", "id"),
    "programmes": DeskPage("editor", "/programmes", "id"),
    "programme": DeskPage("editor", "/programmes/courses", "en"),
    "new-programme": DeskPage("editor", "/programmes/new", "id"),
    "form": DeskPage("editor", f"/forms/{FORM}", "id"),
    "form-tried": DeskPage("editor", f"/forms/{FORM}", "id", (f'form[action="/forms/{FORM}/try"] button',)),
    "question": DeskPage("editor", f"/forms/{FORM}/questions/1", "en"),
    "new-question": DeskPage("editor", f"/forms/{FORM}/questions/new", "id"),
    "registrations": DeskPage("administrator", "/registrations", "id"),
    "registration": DeskPage("administrator", "/registrations/{registration}", "id"),
    "answers": DeskPage(
        "administrator",
        "/registrations/{registration}",
        "en",
        ('input[value="contact"]', 'form[action$="/answers"] button'),
    ),
    "enter": DeskPage("administrator", "/registrations/enter", "id"),
    "enter-somebody": DeskPage("administrator", "/registrations/enter/courses", "en"),
    "attendance": DeskPage("administrator", "/registrations/attendance", "id"),
    "export": DeskPage("administrator", "/registrations/export", "en"),
    "search-words": DeskPage("editor", "/synonyms", "id"),
    "search-word": DeskPage("editor", "/synonyms/{search_word}", "en"),
    "media": DeskPage("editor", "/media", "id"),
    "picture": DeskPage("editor", "/media/{picture}", "id"),
    "links": DeskPage("editor", "/links", "id"),
    "figures": DeskPage("editor", "/figures", "id"),
    "review": DeskPage("verifier", "/review", "id"),
    "review-one": DeskPage("verifier", "/review/1", "en"),
    "account": DeskPage("verifier", "/account", "en"),
    "code-app": DeskPage("verifier", "/account/code", "id"),
    "staff": DeskPage("administrator", "/staff", "id"),
    "member": DeskPage("administrator", "/staff/{member}", "en"),
    "audit": DeskPage("administrator", "/audit", "en"),
    "health": DeskPage("administrator", "/health", "id"),
}


def prepare(url: str) -> dict[str, str]:
    """Make what a new stand-in does not have, and return what nobody can know before: the ends of addresses."""
    with _at_desk(url, "editor") as editor, _at_desk(url, "administrator") as administrator:
        with PICTURE.open("rb") as file:
            fields = {"alt": "Menu Bekal", "language": "id"}
            picture = _leads_to(editor.post("/media", data=fields, files={"file": (PICTURE.name, file, "image/png")}))
        made = {
            "invitation": _invitation(administrator),
            "form": _form_of_a_person(url),
            "version": _first_link(editor, "/articles/passport-held/id", r"/articles/passport-held/id/\d+"),
            "fact_version": _first_link(editor, "/facts/ae-annual-leave", r"/facts/ae-annual-leave/\d+"),
            "contact_version": _first_link(
                editor, "/contacts/id-kp2mi-callcentre", r"/contacts/id-kp2mi-callcentre/\d+"
            ),
            "search_word": _first_link(editor, "/synonyms", r"/synonyms/\d+"),
            "picture": picture,
            "registration": _registration(administrator),
            "member": _first_link(administrator, "/staff", r"/staff/[0-9a-f]{32}"),
        }
    return {name: path.rpartition("/")[2] for name, path in made.items()}


@contextmanager
def _at_desk(url: str, role: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=url, headers=HERE, timeout=30) as client:
        client.post("/sign-in", data={"email": f"{role}@{DEMO_DOMAIN}", "password": DEMO_PASSWORD})
        yield client


def _leads_to(answer: httpx2.Response) -> str:
    return str(answer.headers["location"])


def _first_link(client: httpx2.Client, path: str, wanted: str) -> str:
    return _first(f'"({wanted})"', client.get(path).text)


def _first(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    if found is None:
        raise RuntimeError(f"A page of the desk holds no {pattern}.")
    return found[1]


def _invitation(administrator: httpx2.Client) -> str:
    answer = administrator.post("/staff", data={"email": "baru@example.org", "name": "Wati", "language": "id"})
    return _first(r"(/invitation/[\w-]+)", answer.text)


def _registration(administrator: httpx2.Client) -> str:
    """Sign somebody up as its staff does; return its page."""
    path = "/registrations/enter/courses"
    course = _first(r'name="q\.course"[^>]*value="([^"]+)"', administrator.get(path).text)
    return _leads_to(administrator.post(path, data={**WHO, "q.course": course, "language": "id"}))


def _form_of_a_person(url: str) -> str:
    """Ask for a form's own page in a chat, and return its address."""
    with httpx2.Client(base_url=f"{url}/simulator", timeout=30) as telegram:
        number = telegram.post("/people", json={"first_name": "Wati", "language_code": "id"}).json()["id"]
        telegram.post(f"/people/{number}/text", json={"text": "/start"})
        for target in (targets.language("id"), targets.form_page("courses")):
            screen, _ = _awaited(telegram, number, "callback_data")
            telegram.post(f"/people/{number}/tap", json={"message_id": screen, "data": target})
        _, link = _awaited(telegram, number, "url")
    return urlsplit(link).path


def _awaited(telegram: httpx2.Client, number: int, kind: str) -> tuple[int, str]:
    """Wait until the newest screen has a button of a kind; return its message and what the first of them holds."""
    for _ in range(200):
        for message in reversed(telegram.get(f"/people/{number}/chat").json()["messages"]):
            rows = message.get("reply_markup", {}).get("inline_keyboard", [])
            if held := [button[kind] for row in rows for button in row if kind in button]:
                return message["message_id"], held[0]
        time.sleep(0.1)
    raise RuntimeError(f"The bot shows no {kind}.")
