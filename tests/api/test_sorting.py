"""Sorting the desk's lists by the heads of their columns."""

import re
from html import unescape

import pytest
from fastapi import FastAPI

from core.db import Database
from staff.actors import Role
from tests.desk import Clock, add_person, sign_in, visitor

LISTS = {
    "articles": ("title", "due"),
    "contacts": ("title", "place", "due"),
    "facts": ("name", "title", "place", "due"),
    "translations": ("title", "place"),
    "staff": ("name", "email"),
    "synonyms": ("word",),
}
HEAD = re.compile(r'<th aria-sort="(\w+)"><a href="([^"]+)">')
CELL = re.compile(r"<tr>\s*<td[^>]*>(?:<a [^>]*>)?([^<]*)")


@pytest.mark.parametrize("name", LISTS)
async def test_each_head_sorts_its_list_one_way_and_then_the_other(
    app: FastAPI, stocked: Database, clock: Clock, name: str
) -> None:
    async with stocked.session() as session:
        boss = await add_person(session, "rini", Role.ADMINISTRATOR, now=clock())
        for other in ("ani", "wati", "sari"):
            await add_person(session, other, Role.EDITOR, now=clock())
        token = await sign_in(session, boss, now=clock())

    async with visitor(app, token) as rini:
        for number, key in enumerate(LISTS[name]):
            one = (await rini.get(f"/{name}?order={key}&state=&search=")).text
            told, other_way = HEAD.findall(one)[number]
            other = (await rini.get(f"/{name}{unescape(other_way)}")).text

            assert told == "ascending"
            assert f"order={key}" in other_way
            assert HEAD.findall(other)[number][0] == "descending"
            if key != "due":  # what is fresh is due on the same day
                assert CELL.findall(one) != CELL.findall(other)
        if name in {"staff", "synonyms"}:  # their first column is what they are sorted by
            first = LISTS[name][0]
            up = CELL.findall((await rini.get(f"/{name}?order={first}&descending=false&page=1")).text)
            down = CELL.findall((await rini.get(f"/{name}?order={first}&descending=true&page=1")).text)
            assert up == sorted(up)
            assert down == sorted(down, reverse=True)
