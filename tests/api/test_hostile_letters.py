"""A letter that no database keeps, NUL, is told and never a fault: in addresses, searches and forms."""

import pytest

from core.db import Database
from staff.actors import Role
from tests.desk import Clock, add_person, make_desk, sign_in, visitor

ADDRESSES = (
    "/articles?search=%00", "/articles?topic=%00", "/facts?search=%00", "/contacts?search=%00", "/articles/%00/id",
    "/facts/a%00", "/topics/%00", "/synonyms?search=%00", "/links?search=%00", "/media?search=%00",
    "/translations?search=%00", "/v1/articles?search=%00",
)  # fmt: skip


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)  # SQLite keeps every letter
async def test_no_letter_is_a_fault(stocked: Database) -> None:
    clock = Clock()
    async with stocked.session() as session:
        sri = await add_person(session, "sri", Role.EDITOR, now=clock())
        token = await sign_in(session, sri, now=clock())
    app = make_desk(stocked, clock)
    async with visitor(app, token) as editor, visitor(app) as stranger:
        asked = {path: (await editor.get(path)).status_code for path in ADDRESSES}
        refused = await stranger.post("/sign-in", data={"email": "a\0@desk.test", "password": "x"})
        form = {"title": "Paspor\0", "base": ""}
        saved = await editor.post("/articles/passport-held/id/save", data=form)
        why = await editor.post("/articles/passport-held/id/retract", data={"reason": "a\0b"})

    assert {path for path, status in asked.items() if status >= 500} == set()
    assert refused.status_code < 500
    assert saved.status_code < 500
    assert why.status_code == 422
    assert "no text can hold" in why.text
