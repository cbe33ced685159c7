"""The links at the desk and in its API, and the round that asks them, with a local server in the place of the web."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from sqlalchemy import select

from api.app import create_app
from api.link_check.client import LinkClient
from api.link_check.pace import Pace
from api.link_check.rounds import LinkRounds
from content.links import LinkCheck
from core.db import Database
from staff.actors import Role
from tests.api.test_v1 import refused, told
from tests.api.test_v1_lists import all_of
from tests.api.web_stand_in import Names, Web, standing_in
from tests.desk import Clock, add_person, make_desk, make_services, sign_in, visitor

GONE = "https://bp2mi.go.id"


@pytest.fixture
def app(stocked: Database, clock: Clock) -> FastAPI:
    """The desk where the check is switched on."""
    services = make_services(stocked, clock)
    settings = services.settings.model_copy(update={"check_links": True})
    return create_app(replace(services, settings=settings))


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[Web]:
    async with standing_in(tmp_path) as web:
        yield web


def rounds(database: Database, clock: Clock, web: Web | None = None) -> LinkRounds:
    if web is None:
        return LinkRounds(database, clock, None)
    make_client = partial(
        LinkClient, public_url="https://bekal.example", pace=Pace(0), names=Names({}), trust=web.trust, opens=web.opened
    )
    return LinkRounds(database, clock, make_client)


async def people(database: Database, clock: Clock) -> dict[str, str]:
    """Return the sessions of an editor, a verifier and an administrator."""
    roles = {"sri": Role.EDITOR, "ani": Role.VERIFIER, "rini": Role.ADMINISTRATOR}
    async with database.session() as session:
        return {
            name: await sign_in(session, await add_person(session, name, role, now=clock()), now=clock())
            for name, role in roles.items()
        }


async def break_link(database: Database, clock: Clock) -> int:
    """Let a link be found gone; return its id."""
    async with database.session() as session:
        row = (await session.scalars(select(LinkCheck).where(LinkCheck.url == GONE))).one()
        row.state, row.http_status, row.is_broken, row.failed_days = "gone", 404, True, 1
        row.failing_since = row.checked_at = clock()
        row.due_at = clock.now.replace(year=clock.now.year + 1)
        return row.id


def column(answer: Response) -> list[str]:
    """Return the addresses of a list."""
    assert answer.status_code == 200, answer.text
    return re.findall(r'<td class="address"[^>]*><a href="([^"]*)"', answer.text)


async def test_a_round_collects_the_links_and_asks_one_of_each_host(stocked: Database, clock: Clock, web: Web) -> None:
    await rounds(stocked, clock, web).run()
    async with stocked.reading_session() as session:
        rows = list(await session.scalars(select(LinkCheck).where(LinkCheck.checked_at.is_not(None))))
    assert len(rows) == len({row.host for row in rows}) == 8
    assert {row.state for row in rows} == {"unreachable"}  # none of them has a certificate here
    assert len(web.connected) == 8


async def test_where_the_check_is_off_links_are_listed_and_no_server_is_asked(stocked: Database, clock: Clock) -> None:
    await rounds(stocked, clock).run()
    tokens = await people(stocked, clock)
    async with visitor(make_desk(stocked, clock), tokens["sri"]) as sri:
        shown = await sri.get("/links")
        assert len(column(shown)) == 50
        assert "The link check is switched off here" in shown.text
        assert "Check again now" not in shown.text
    async with stocked.reading_session() as session:
        assert not list(await session.scalars(select(LinkCheck.id).where(LinkCheck.checked_at.is_not(None))))


async def test_the_list_shows_where_a_link_is_used_and_finds_what_is_broken(
    app: FastAPI, stocked: Database, clock: Clock
) -> None:
    await rounds(stocked, clock).run()
    await break_link(stocked, clock)
    tokens = await people(stocked, clock)
    async with visitor(app, tokens["ani"]) as ani:
        assert column(await ani.get("/links"))[0] == GONE
        broken = await ani.get("/links", params={"state": "broken"})
        assert column(broken) == [GONE]
        assert 'href="/contacts/id-bp3mi-aceh"' in broken.text
        assert "Its server says that there is no such page (404)." in broken.text
        assert "and 14 more" in broken.text
        assert "Check again now" not in broken.text
        first, second = (
            column(await ani.get("/links?order=address")),
            column(await ani.get("/links?order=address&page=2")),
        )
        assert first == sorted(first)
        assert not set(first) & set(second)
        assert column(await ani.get("/links?order=address&descending=true&search=222health"))[0].startswith(
            "https://222"
        )
        assert column(await ani.get("/links?search=nothing-has-this")) == []


async def test_the_board_names_broken_links_and_health_tells_of_the_check(
    app: FastAPI, stocked: Database, clock: Clock
) -> None:
    await rounds(stocked, clock).run()
    tokens = await people(stocked, clock)
    async with visitor(app, tokens["rini"]) as rini:
        assert "Links were last checked" in (await rini.get("/health")).text
        assert ">not yet<" in (await rini.get("/health")).text
        await break_link(stocked, clock)
        clock.move(minutes=1)
        assert "not yet" not in (await rini.get("/health")).text
        clock.move(hours=1)
    async with visitor(app, tokens["sri"]) as sri:
        board = (await sri.get("/")).text
        assert "Broken links" in board
        assert '<a href="/links?state=broken"' in board.replace('class="btn" ', "")
        assert GONE in board
    async with visitor(make_desk(stocked, clock), tokens["rini"]) as rini:
        assert ">switched off<" in (await rini.get("/health")).text


async def test_an_editor_asks_for_a_check_and_stays_where_she_was(
    app: FastAPI, stocked: Database, clock: Clock
) -> None:
    await rounds(stocked, clock).run()
    link_id = await break_link(stocked, clock)
    tokens = await people(stocked, clock)
    async with visitor(app, tokens["sri"]) as sri:
        listed = await sri.get("/links?state=broken&search=bp2mi")
        action = re.search(r'action="(/links/\d+/check\?[^"]*)"', listed.text)
        assert action is not None
        answer = await sri.post(action[1].replace("&amp;", "&"))
        assert answer.status_code == 303
        assert "state=broken&search=bp2mi" in answer.headers["location"]
        assert "waits for its turn" in (await sri.get(answer.headers["location"])).text
        assert (await sri.post(f"/links/{link_id + 10**6}/check")).status_code == 404
    async with visitor(app, tokens["ani"]) as ani:
        assert (await ani.post(f"/links/{link_id}/check")).status_code == 403


async def test_scripts_read_every_link_and_have_one_checked(
    app: FastAPI, stocked: Database, clock: Clock, editor: AsyncClient, verifier: AsyncClient
) -> None:
    await rounds(stocked, clock).run()
    link_id = await break_link(stocked, clock)
    rows = await all_of(editor, "/links", limit=40)
    async with stocked.reading_session() as session:
        assert [row["id"] for row in rows] == list(await session.scalars(select(LinkCheck.id).order_by(LinkCheck.id)))
    broken = told(await editor.get("/links", params={"state": "broken", "search": "bp2mi"}))["items"]
    assert [(row["url"], row["http_status"]) for row in broken] == [(GONE, 404)]
    assert {"kind": "contact", "slug": "id-bp3mi-aceh", "language": "mul", "source": ""} in broken[0]["used_in"]
    checked = told(await editor.post(f"/links/{link_id}/check"))
    assert checked["due_at"] < broken[0]["due_at"]
    assert refused(await verifier.post(f"/links/{link_id}/check")) == (403, "not-allowed")
    assert refused(await editor.post(f"/links/{link_id + 10**6}/check")) == (404, "not-there")
    assert refused(await editor.get("/links", params={"state": "odd"})) == (422, "wrong-shape")
