"""Sources at the desk: an editor adds one and ticks it in a text; the list is searched and sorted."""

import re
from collections.abc import AsyncIterator
from datetime import date
from html import unescape

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import select

from content.sources import Source
from core.db import Database
from staff.actors import Role
from staff.audit import AuditEntry
from tests.desk import Clock, add_person, sign_in, visitor

TYPED = {
    "title": "Upah & lembur", "publisher": "KP2MI", "url": "https://kp2mi.go.id/upah", "seen_on": "2025-04",
    "confidence": "high",
}  # fmt: skip
FAULTS = {
    "title": ("", "This is needed."), "publisher": ("K" * 61, "This is too long."),
    "url": ("http://kp2mi.go.id", "Write the address from https:// on, or nothing."),
    "seen_on": ("2025-13", "Write a date as 2025-04-10, 2025-04 or 2025."),
    "confidence": ("certain", "This is not written as it should be."),
}  # fmt: skip
TITLES = re.compile(r'<td data-label="Title">(?:<a [^>]*>)?([^<]*)')
PUBLISHERS = re.compile(r'<td data-label="Publisher">([^<]*)')


@pytest.fixture
async def sri(app: FastAPI, stocked: Database, clock: Clock) -> AsyncIterator[AsyncClient]:
    async with stocked.session() as session:
        token = await sign_in(session, await add_person(session, "sri", Role.EDITOR, now=clock()), now=clock())
    async with visitor(app, token) as browser:
        yield browser


async def added(database: Database) -> list[Source]:
    """Return the sources that are the desk's, the first one first."""
    async with database.reading_session() as session:
        return list(await session.scalars(select(Source).where(Source.origin == "desk").order_by(Source.id)))


async def test_an_editor_adds_a_source_and_can_choose_it_beside_every_kind_of_text(
    sri: AsyncClient, stocked: Database
) -> None:
    answer = await sri.post("/sources", data=TYPED)

    assert answer.headers["location"] == "/sources?search=kp2mi-upah-lembur"
    (source,) = await added(stocked)
    found = (await sri.get(answer.headers["location"])).text
    assert f'<a href="{source.url}" rel="noreferrer noopener" target="_blank">Upah &amp; lembur</a>' in found
    assert '<td data-label="Seen on">April 2025</td>' in found
    assert (source.seen_on, source.seen_precision, source.checked_on) == (date(2025, 4, 1), "month", None)
    for text in ("/articles/passport-held/id", "/facts/ae-wage-claim-time", "/contacts/id-kp2mi-callcentre"):
        editor = (await sri.get(text)).text
        assert f'value="{source.id}">' in editor
        assert '<a href="/sources">' in editor
    async with stocked.reading_session() as session:
        entries = select(AuditEntry.subject).where(AuditEntry.action == "source.new")
        assert list(await session.scalars(entries)) == ["source:kp2mi-upah-lembur"]


async def test_every_fault_is_told_at_its_field_and_what_was_typed_stays(sri: AsyncClient, stocked: Database) -> None:
    answer = await sri.post("/sources", data={name: wrong for name, (wrong, _) in FAULTS.items()})

    assert answer.status_code == 422
    for name, (wrong, told) in FAULTS.items():
        if name != "confidence":  # a browser sends one of three
            assert f'<div id="{name}-note" class="invalid-feedback d-block">{told}</div>' in answer.text
            assert re.search(rf'id="{name}" name="{name}" type="\w+" value="{wrong}"', answer.text)
    assert await added(stocked) == []


async def test_one_that_is_there_is_not_added_twice_and_one_of_the_same_title_gets_another_name(
    sri: AsyncClient, stocked: Database
) -> None:
    await sri.post("/sources", data=TYPED)
    again = await sri.post("/sources", data=TYPED)
    await sri.post("/sources", data=TYPED | {"url": ""})
    await sri.post("/sources", data=TYPED | {"title": "法" * 9, "publisher": "法"})

    assert again.status_code == 409
    assert "This source is there already." in again.text
    assert 'value="Upah &amp; lembur"' in again.text
    names = [source.slug for source in await added(stocked)]
    assert names == ["kp2mi-upah-lembur", "kp2mi-upah-lembur-2", "source"]


async def test_the_list_is_searched_and_sorted_by_each_head_and_what_has_no_date_comes_last(sri: AsyncClient) -> None:
    await sri.post("/sources", data=TYPED | {"title": "Laporan tua", "seen_on": "1999"})
    found = TITLES.findall((await sri.get("/sources?search=LAPORAN TUA")).text)
    assert found == ["Laporan tua"]
    for order, cells in (("title", TITLES), ("publisher", PUBLISHERS)):
        page = (await sri.get(f"/sources?order={order}")).text
        up = [unescape(cell) for cell in cells.findall(page)]
        down = [unescape(cell) for cell in cells.findall((await sri.get(f"/sources?order={order}&descending=1")).text)]
        assert up == sorted(up, key=str.encode)
        assert up != down
        assert down == sorted(down, key=str.encode, reverse=True)
        assert f'aria-sort="ascending"><a href="?search=&order={order}&descending=true">' in page
    assert TITLES.findall((await sri.get("/sources?order=seen")).text)[0] == "Laporan tua"
    assert TITLES.findall((await sri.get("/sources?order=seen&descending=true")).text)[0] != ""


async def test_who_is_no_editor_reads_the_list_and_is_offered_no_form(
    app: FastAPI, stocked: Database, clock: Clock
) -> None:
    async with stocked.session() as session:
        ani = await add_person(session, "ani", Role.VERIFIER, now=clock())
        token = await sign_in(session, ani, now=clock())
    async with visitor(app, token) as browser:
        page = (await browser.get("/sources")).text
        assert TITLES.findall(page)
        assert 'name="publisher"' not in page
        assert (await browser.post("/sources", data=TYPED)).status_code == 403
    assert await added(stocked) == []
