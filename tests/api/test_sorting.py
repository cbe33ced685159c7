"""Sorting the desk's lists by the heads of their columns."""

import re
from html import unescape
from itertools import groupby

import pytest
from fastapi import FastAPI

from core.db import Database
from staff.actors import Role
from tests.desk import Clock, add_person, sign_in, visitor

# Each list: its keys with the number of their column; what is sorted by its letters, the others by what stands behind.
LISTS = {
    "articles": {"title": 0, "due": 6},
    "contacts": {"title": 0, "place": 1, "due": 6},
    "facts": {"name": 0, "title": 1, "place": 2, "due": 4},
    "translations": {"title": 0, "place": 1},
    "staff": {"name": 0, "email": 1},
    "synonyms": {"word": 0},
}
BY_LETTERS = {"name", "email", "word"}
HEAD = re.compile(r'<th scope="col" aria-sort="(\w+)"><a href="([^"]+)">')
ROW = re.compile(r"<tr>\s*(<td.*?)</tr>", re.DOTALL)
CELL = re.compile(r"<td[^>]*>(.*?)</td>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")


def column(html: str, number: int) -> list[str]:
    return [unescape(TAG.sub("", CELL.findall(row)[number])).strip() for row in ROW.findall(html)]


@pytest.mark.parametrize("name", LISTS)
async def test_each_head_sorts_its_list_one_way_and_then_the_other(
    app: FastAPI, stocked: Database, clock: Clock, name: str
) -> None:
    async with stocked.session() as session:
        boss = await add_person(session, "rini", Role.ADMINISTRATOR, now=clock())
        for other in ("wati", "ani", "sari"):
            await add_person(session, other, Role.EDITOR, now=clock())
        token = await sign_in(session, boss, now=clock())

    async with visitor(app, token) as rini:
        for place, (key, number) in enumerate(LISTS[name].items()):
            first = (await rini.get(f"/{name}?order={key}&state=&search=")).text
            told, other_way = HEAD.findall(first)[place]
            second = (await rini.get(f"/{name}{unescape(other_way)}")).text
            up, down = column(first, number), column(second, number)

            assert (told, HEAD.findall(second)[place][0]) == ("ascending", "descending")
            assert f"order={key}" in other_way
            if key in BY_LETTERS:
                assert (up, down) == (sorted(up), sorted(down, reverse=True))
            for shown in (up, down):  # what is the same stands together
                assert len(list(groupby(shown))) == len(set(shown))
            assert up[0] != down[0] or len(set(up + down)) == 1
