"""The pages of long lists: one beyond the last leads to the last, whatever list it is."""

import re

import pytest
from fastapi import FastAPI

from core.db import Database
from staff.actors import Role
from tests.desk import Clock, add_person, sign_in, visitor

LISTS = (
    "articles",
    "facts",
    "contacts",
    "topics",
    "translations",
    "synonyms",
    "sources",
    "media",
    "links",
    "staff",
    "registrations",
)
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no page number reaches a database


@pytest.fixture
async def token(stocked: Database, clock: Clock) -> str:
    async with stocked.session() as session:
        boss = await add_person(session, "rini", Role.ADMINISTRATOR, Role.REGISTRAR, now=clock())
        return await sign_in(session, boss, now=clock())


@pytest.mark.parametrize("name", LISTS)
async def test_a_page_beyond_the_last_leads_to_the_last(app: FastAPI, token: str, name: str) -> None:
    async with visitor(app, token) as rini:
        beyond = await rini.get(f"/{name}?page=99999")
        last = await rini.get(beyond.headers["location"])

        assert beyond.status_code == 303
        assert last.status_code == 200
        number = re.fullmatch(rf"/{name}\?page=(\d+)", beyond.headers["location"])
        assert number
        told = re.findall(r"Page (\d+) of (\d+)", last.text)
        assert told == ([(number[1], number[1])] if "Previous page" in last.text else [])
        assert (number[1] == "1") == (not told)


async def test_the_filters_and_the_order_stay(app: FastAPI, token: str) -> None:
    async with visitor(app, token) as rini:
        beyond = await rini.get("/contacts?search=KBRI%20%26&only=&order=due&descending=true&page=4")

        assert beyond.headers["location"] == "/contacts?search=KBRI+%26&only=&order=due&descending=true&page=1"
