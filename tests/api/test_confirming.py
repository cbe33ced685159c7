"""What cannot be undone asks first, in a browser without scripts too: a box to tick in every form that asks."""

import re
from pathlib import Path

import pytest

from api.web.pages import HERE as WEB
from core.db import Database
from staff.accounts import StaffAccount
from staff.actors import Role
from tests.desk import Clock, add_person, make_desk, sign_in, visitor

ASKS = re.compile(r'<form[^>]* data-confirm="([^"]*)"[^>]*>(.*?)</form>', re.DOTALL)
BOX = re.compile(
    r'<noscript><label [^>]*><input [^>]*type="checkbox" required><span [^>]*>(.*?) <strong>Yes, go on.</strong>'
)
PAGES = (
    "/articles/passport-held/id", "/contacts/id-kp2mi-callcentre", "/facts/ae-annual-leave", "/forms/course-interest",
    "/account", "/staff",
)  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_form_that_asks_has_the_box_with_its_question(stocked: Database) -> None:
    clock, asked = Clock(), 0
    async with stocked.session() as session:
        boss = await add_person(session, "boss", Role.ADMINISTRATOR, Role.EDITOR, now=clock())
        other = await add_person(session, "oneil", Role.EDITOR, now=clock())
        (await session.get_one(StaffAccount, other.account_id)).name = "O'Neil <b>&amp;"
        token = await sign_in(session, boss, now=clock())
        await sign_in(session, other, now=clock())
    async with visitor(make_desk(stocked, clock), token) as browser:
        await browser.post("/account/language", data={"language": "en"})
        for path in (*PAGES, f"/staff/{other.account_id}"):
            page = (await browser.get(path)).text
            for question, inside in ASKS.findall(page):
                assert BOX.findall(inside) == [question], path
                asked += 1
            assert page.count("<noscript><label") == page.count("data-confirm="), path
    assert asked >= 5


def test_only_forms_ask() -> None:
    for template in sorted(Path(WEB, "templates").glob("*.html")):
        source = template.read_text(encoding="utf-8")
        forms = re.findall(r"<form\b(?:[^>{]|\{\{.*?\}\}|\{%.*?%\})*>", source)
        assert sum(form.count(" data-confirm=") for form in forms) == source.count(" data-confirm="), template.name
