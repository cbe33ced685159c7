"""The pages of administrators."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient

from core.db import Database
from staff import audit, sealing
from staff.actors import Actor, Role
from tests.desk import Clock, add_person, make_desk, sign_in, visitor
from tests.harness import VAULT


@dataclass
class Office:
    app: FastAPI
    database: Database
    clock: Clock
    boss: AsyncClient
    boss_actor: Actor
    sri: Actor
    sri_token: str


@pytest.fixture
async def office(stocked: Database) -> AsyncIterator[Office]:
    clock = Clock()
    app = make_desk(stocked, clock)
    async with stocked.session() as session:
        boss = await add_person(session, "boss", Role.ADMINISTRATOR, Role.EDITOR, now=clock())
        sri = await add_person(session, "sri", Role.EDITOR, now=clock())
        boss_token = await sign_in(session, boss, now=clock())
        sri_token = await sign_in(session, sri, now=clock())
    async with visitor(app, boss_token) as browser:
        yield Office(app, stocked, clock, browser, boss, sri, sri_token)


async def test_an_invitation_is_shown_once_and_opens_the_desk(office: Office) -> None:
    answer = await office.boss.post("/staff", data={"email": "dewi@desk.test", "name": "Dewi"})
    link = re.findall(r"http://desk\.test(/invitation/[\w-]+)", answer.text)[0]
    async with visitor(office.app) as dewi:
        assert (await dewi.post(link, data={"password": "sawah di lereng gunung"})).status_code == 303
        assert (await dewi.get("/")).status_code == 200
    assert "invitation" not in (await office.boss.get("/staff?search=dewi")).text


async def test_roles_are_given_and_taken_and_count_at_once(office: Office) -> None:
    page = f"/staff/{office.sri.account_id}"
    async with visitor(office.app, office.sri_token) as sri:
        assert (await sri.get("/staff")).status_code == 403
        assert (await office.boss.post(f"{page}/roles", data={"role": "verifier", "language": "jv"})).status_code == 303
        assert "/review" in (await sri.get("/")).text
        grant = re.findall(r'name="grant_id" value="(\d+)"', (await office.boss.get(page)).text)
        for number in grant:
            await office.boss.post(f"{page}/roles/end", data={"grant_id": number})
        assert "/review" not in (await sri.get("/")).text


async def test_a_verifier_needs_a_language_and_the_last_administrator_stays(office: Office) -> None:
    page = f"/staff/{office.sri.account_id}"
    assert (await office.boss.post(f"{page}/roles", data={"role": "verifier"})).status_code == 422
    mine = f"/staff/{office.boss_actor.account_id}"
    numbers = re.findall(r'name="grant_id" value="(\d+)"', (await office.boss.get(mine)).text)
    answers = [await office.boss.post(f"{mine}/roles/end", data={"grant_id": number}) for number in numbers]
    assert 422 in [answer.status_code for answer in answers]
    assert (await office.boss.post(f"{mine}/disable")).status_code == 422


async def test_an_ended_account_is_out_at_once(office: Office) -> None:
    async with visitor(office.app, office.sri_token) as sri:
        assert (await sri.get("/articles")).status_code == 200
        assert (await office.boss.post(f"/staff/{office.sri.account_id}/disable")).status_code == 303
        assert (await sri.get("/articles")).status_code == 303


async def test_what_counts_needs_a_fresh_proof(office: Office) -> None:
    office.clock.move(minutes=6)
    for path, data in (("/staff", {"email": "x@desk.test", "name": "X"}), ("/staff-policy", {"must_have_code": "yes"})):
        assert (await office.boss.post(path, data=data)).headers["location"].startswith("/prove")


async def test_the_log_tells_what_was_done_and_can_be_taken_away_as_a_file(office: Office) -> None:
    await office.boss.post("/staff", data={"email": "dewi@desk.test", "name": "Dewi"})
    async with office.database.session() as session:
        formula = Actor("x", "=SUM(1)", ())
        audit.record(session, by=formula, action="staff.invite", subject="staff:x", now=office.clock())
    async with office.database.session() as session:
        await sealing.seal_new(session, vault=VAULT)

    shown = (await office.boss.get("/audit?action=staff.invite")).text
    assert "staff.invite" in shown
    assert "role.give" not in shown.split("<tbody>")[1]
    file = await office.boss.post("/audit.csv?action=staff.invite")
    assert file.headers["content-type"].startswith("text/csv")
    assert len(file.text.splitlines()) == 3
    assert ",'=SUM(1)," in file.text, "no cell is a formula"
    assert "audit.export" in (await office.boss.get("/audit")).text
    assert (await office.boss.get("/audit?since=2099-01-01")).text.count("<tr><td>") == 0


async def test_health_tells_what_is_wrong(office: Office) -> None:
    page = (await office.boss.get("/health")).text
    assert "One unbroken chain." in page
    async with visitor(office.app, office.sri_token) as sri:
        assert (await sri.get("/health")).status_code == 403
