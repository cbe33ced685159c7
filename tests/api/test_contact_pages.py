"""The pages of contacts and facts: a number fixed once, read by a second person, changed wherever it is shown."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape

import pytest
from httpx2 import AsyncClient
from sqlalchemy import func, select

from content.catalogue import Catalogue, load_catalogue
from content.revisions import Revision
from core.db import Database
from staff.actors import Role
from tests.desk import Clock, add_person, make_desk, sign_in, visitor
from tests.harness import SEALS

PAGE = "/contacts/id-kp2mi-callcentre"
INPUT = re.compile(r'<input[^>]*\bname="([^"]+)"[^>]*>')
VALUE = re.compile(r'\bvalue="([^"]*)"')
AREA = re.compile(r'<textarea[^>]*\bname="([^"]+)"[^>]*>([^<]*)</textarea>')
SELECT = re.compile(r'<select[^>]*\bname="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
CHOSEN = re.compile(r'<option value="([^"]*)" selected')


@dataclass
class Desk:
    editor: AsyncClient
    verifier: AsyncClient
    database: Database
    clock: Clock

    async def catalogue(self) -> Catalogue:
        async with self.database.reading() as connection:
            return await load_catalogue(connection, today=self.clock().date(), show_unverified=True, seals=SEALS)


@pytest.fixture
async def desk(stocked: Database) -> AsyncIterator[Desk]:
    clock = Clock()
    app = make_desk(stocked, clock)
    async with stocked.session() as session:
        sri = await add_person(session, "sri", Role.EDITOR, Role.VERIFIER, now=clock())
        ani = await add_person(session, "ani", Role.VERIFIER, now=clock())
        tokens = [await sign_in(session, actor, now=clock()) for actor in (sri, ani)]
    async with visitor(app, tokens[0]) as editor, visitor(app, tokens[1]) as verifier:
        yield Desk(editor, verifier, stocked, clock)


def fields(html: str, action: str) -> dict[str, list[str]]:
    """Return what a browser would send of the form with this action, if nothing were changed."""
    form = html.split(f'action="{action}"')[1].split("</form>", maxsplit=1)[0]
    found: dict[str, list[str]] = {}
    for match in INPUT.finditer(form):
        value = VALUE.search(match.group(0))
        found[match.group(1)] = [unescape(value.group(1)) if value else ""]
    for name, text in AREA.findall(form):
        found[name] = [unescape(text)]
    for name, options in SELECT.findall(form):
        found[name] = [unescape(value) for value in CHOSEN.findall(options)]
    return found


async def send(browser: AsyncClient, page: str, action: str, *, form: str = "", **change: str) -> tuple[int, str]:
    """Send the form of a page, changed; `form` is its own action where another button sends it."""
    html = (await browser.get(page)).text
    sent = fields(html, form or action) | {name.replace("__", "."): [value] for name, value in change.items()}
    answer = await browser.post(action, data=sent)
    return answer.status_code, answer.text


async def approve_next(browser: AsyncClient, name: str) -> int:
    """Approve the first text in the lane, which is what was handed in."""
    html = (await browser.get("/review")).text
    assert name in html
    action = re.findall(r'action="(/review/\d+/approve)"', html)[0]
    return (await browser.post(action, data=fields(html, action))).status_code


async def test_a_number_that_was_fixed_and_read_changes_wherever_it_is_shown(desk: Desk) -> None:
    status, _ = await send(desk.editor, PAGE, f"{PAGE}/submit", phones__0__number="+622150009999")
    assert status == 303
    assert "+622150009999" not in (await desk.catalogue()).articles["passport-held"].texts["id"].parts[-1].text
    assert await approve_next(desk.verifier, "+622150009999") == 303

    catalogue = await desk.catalogue()

    assert "+622150009999" in catalogue.articles["passport-held"].texts["jv"].parts[-1].text
    assert "+622150009999" in (await desk.editor.get(PAGE)).text


async def test_a_form_that_is_sent_as_it_came_changes_nothing(desk: Desk) -> None:
    before = (await desk.catalogue()).contacts
    assert (await send(desk.editor, PAGE, f"{PAGE}/save", form=f"{PAGE}/submit"))[0] == 303

    async with desk.database.session() as session:
        drafts = await session.execute(select(func.count()).select_from(Revision).where(Revision.origin == "desk"))
        assert drafts.scalar_one() == 0
    assert (await desk.catalogue()).contacts == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phones__0__number", "call me"),
        ("country", "Indonesia"),
        ("position", "0"),
        ("seen_on", "last May"),
        ("web", "http://insecure.test"),
        ("whatsapp", "0811"),
        ("official_name", "x" * 201),
    ],
)
async def test_what_is_not_right_is_told_at_its_field_and_stays_typed(desk: Desk, field: str, value: str) -> None:
    status, html = await send(desk.editor, PAGE, f"{PAGE}/submit", **{field: value, "note": "my long work"})

    name = field.replace("__", ".")
    assert status == 422
    assert re.search(rf'is-invalid" id="{re.escape(name)}"', html)
    assert "my long work" in html
    assert value in html


async def test_one_tap_says_that_a_number_was_rung(desk: Desk) -> None:
    status, _ = await send(desk.editor, PAGE, f"{PAGE}/confirm")

    assert status == 303
    assert (await desk.catalogue()).contacts["id-kp2mi-callcentre"].rung_on == desk.clock().date()


async def test_a_contact_tells_where_it_is_shown(desk: Desk) -> None:
    html = (await desk.editor.get(PAGE)).text

    assert 'href="/articles/passport-held/jv"' in html


async def test_verifiers_read_and_do_not_write(desk: Desk) -> None:
    html = (await desk.verifier.get(PAGE)).text
    assert "Save and hand in" not in html
    assert (await send(desk.verifier, PAGE, f"{PAGE}/submit", official_name="Palsu"))[0] == 403


async def test_a_fact_is_fixed_in_one_language_and_shown_there(desk: Desk) -> None:
    html = (await desk.editor.get("/facts")).text
    slug = re.findall(r'href="/facts/([a-z0-9-]+)"', html)[0]
    page = f"/facts/{slug}"
    status, _ = await send(desk.editor, page, f"{page}/id/submit", value="Rp123.456")
    assert status == 303
    assert await approve_next(desk.verifier, "Rp123.456") == 303
    assert "Live: Rp123.456" in (await desk.editor.get(page)).text


@pytest.mark.parametrize("page", ["/contacts?search=kbri", "/contacts?country=TW&order=due", "/facts?only=unverified"])
async def test_lists_filter_and_sort(desk: Desk, page: str) -> None:
    answer = await desk.editor.get(page)
    assert answer.status_code == 200
    assert "<tbody><tr>" in answer.text.replace("\n", "").replace("  ", "") or "<tr><td>" in answer.text
