"""Two people who write the same thing that has no revisions: the second is told, sees what the first saved, and loses
nothing. Of texts: tests/api/test_v1.py and test_article_pages.py.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from httpx2 import AsyncClient, Response

from content.articles import Article
from content.desk import reading
from content.revisions import EntryKind
from core.db import Database
from staff.actors import Role
from tests.api.test_article_pages import seen_of
from tests.api.test_v1 import refused, told
from tests.desk import Clock, add_person, make_desk, sign_in, visitor

CELL = re.compile(r'<td(?: lang="\w+")?><div class="plain">([^<]*)</div></td>')


@dataclass(frozen=True)
class Thing:
    """Something that is written as a whole: where it is read and written, and what is written there."""

    address: str
    writes_to: str
    body: dict[str, Any]
    field: str

    def said(self, value: Any) -> dict[str, Any]:
        return self.body | {self.field: value}


AUDIENCE: dict[str, Any] = {"stages": [], "countries": [], "provinces": [], "tags": {}, "related": []}
SOURCE = {"title": "Report", "publisher": "The Sun", "url": "https://thesun.my/report", "confidence": "medium"}
WORD = {"language": "id", "word": "pasport", "meanings": ["paspor"]}
THINGS = {
    "audience": (
        Thing("/articles/passport-held", "/articles/passport-held/audience", AUDIENCE, "related"),
        (["wages-unpaid"], ["job-offer-check"]),
    ),
    "titles": (
        Thing("/topics/money", "/topics/money/titles", {"icon": "💰", "titles": {"id": "Uang"}}, "icon"), ("💵", "💶"),
    ),
    "source": (
        Thing("/sources/the-sun-my-passports", "/sources/the-sun-my-passports", SOURCE, "title"), ("Hers", "His"),
    ),
    "search word": (Thing("/synonyms?language=id&search=pasport", "/synonyms", WORD, "meanings"), (["hers"], ["his"])),
}  # fmt: skip
every_thing = pytest.mark.parametrize(("thing", "values"), THINGS.values(), ids=THINGS)


async def read(client: AsyncClient, thing: Thing) -> tuple[dict[str, Any], str]:
    """Return a thing and its ETag; a search word is read in the list."""
    answer = await client.get(thing.address)
    if "items" in told(answer):
        [row] = [row for row in told(answer)["items"] if row["word"] == thing.body["word"]]
        return row, row["etag"]
    return told(answer), answer.headers["etag"]


async def write(client: AsyncClient, thing: Thing, value: Any, etag: str) -> Response:
    return await client.put(thing.writes_to, json=thing.said(value), headers={"if-match": etag})


@every_thing
async def test_the_second_of_two_who_saw_the_same_is_refused_and_may_write_on_top(
    editor: AsyncClient, thing: Thing, values: tuple[Any, Any]
) -> None:
    _, seen = await read(editor, thing)
    first = await write(editor, thing, values[0], seen)
    assert told(first)[thing.field] == values[0]

    late = await write(editor, thing, values[1], seen)

    assert refused(late) == (412, "conflict")
    assert late.json()["newest_id"] is None
    stands, newest = await read(editor, thing)
    assert (stands[thing.field], newest) == (values[0], first.headers["etag"])
    assert newest != seen
    assert told(await write(editor, thing, values[1], newest))[thing.field] == values[1]


@every_thing
async def test_one_of_two_at_the_same_moment_is_refused(
    editor: AsyncClient, thing: Thing, values: tuple[Any, Any]
) -> None:
    _, seen = await read(editor, thing)

    await asyncio.gather(*(read(editor, thing) for _ in range(8)))  # as many connections are open, so that they meet

    answers = await asyncio.gather(*(write(editor, thing, value, seen) for value in values * 4))

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    [saved] = [told(answer)[thing.field] for answer in answers if answer.is_success]
    assert (await read(editor, thing))[0][thing.field] == saved


@every_thing
async def test_a_write_that_does_not_say_what_it_saw_changes_nothing(
    editor: AsyncClient, thing: Thing, values: tuple[Any, Any]
) -> None:
    before, _ = await read(editor, thing)
    assert refused(await editor.put(thing.writes_to, json=thing.said(values[0]))) == (428, "precondition-needed")
    for wrong in ("*", "f45e6c8849987627", '"F45E"', '""', '"x"'):
        assert refused(await write(editor, thing, values[0], wrong)) == (422, "wrong-shape")
    assert refused(await write(editor, thing, values[0], '"1"')) == (412, "conflict")
    assert (await read(editor, thing))[0] == before


async def test_who_writes_something_else_of_it_is_not_in_the_way(editor: AsyncClient) -> None:
    for address, move in (("/articles/passport-held", {"topic": "protection"}), ("/topics/money", {"before": None})):
        seen = (await editor.get(address)).headers["etag"]
        told(await editor.post(f"{address}/move", json=move))
        assert (await editor.get(address)).headers["etag"] == seen


async def test_of_those_who_add_the_same_word_at_once_one_does(editor: AsyncClient) -> None:
    bodies = [{"language": "id", "word": "duit kosong", "meanings": [f"upah {letter}"]} for letter in "abcdefgh"]
    await asyncio.gather(*(editor.get("/synonyms") for _ in bodies))  # as above

    answers = await asyncio.gather(
        *(editor.put("/synonyms", json=body, headers={"if-none-match": "*"}) for body in bodies)
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7


async def test_a_word_that_somebody_changed_is_not_taken_away_unseen(editor: AsyncClient) -> None:
    thing = THINGS["search word"][0]
    row, seen = await read(editor, thing)
    newest = told(await write(editor, thing, ["surat jalan"], seen))["etag"]

    assert refused(await editor.delete(f"/synonyms/{row['id']}")) == (428, "precondition-needed")
    assert refused(await editor.delete(f"/synonyms/{row['id']}", headers={"if-match": seen})) == (412, "conflict")
    assert (await editor.delete(f"/synonyms/{row['id']}", headers={"if-match": newest})).status_code == 204
    assert refused(await write(editor, thing, ["paspor"], newest)) == (412, "conflict")


@dataclass
class Two:
    """Two editors, each at a browser."""

    sri: AsyncClient
    budi: AsyncClient
    database: Database


@pytest.fixture
async def two(stocked: Database) -> AsyncIterator[Two]:
    clock = Clock()
    app = make_desk(stocked, clock)
    async with stocked.session() as session:
        tokens = [
            await sign_in(session, await add_person(session, name, Role.EDITOR, now=clock()), now=clock())
            for name in ("sri", "budi")
        ]
    async with visitor(app, tokens[0]) as sri, visitor(app, tokens[1]) as budi:
        yield Two(sri, budi, stocked)


FORM = {
    "stages": ["abroad"], "countries": ["MY"], "provinces": ["52"], "sensitivity": "sensitive",
    "tags.id": "paspor ditahan", "related": ["", ""],
}  # fmt: skip


async def test_an_audience_is_saved_on_top_of_another_ones(two: Two) -> None:
    here = "/articles/passport-held/audience"
    seen = await seen_of(two.sri, here)
    hers = FORM | {"countries": ["TW"], "tags.id": "dokumen <b>hilang</b>", "seen": seen}
    assert (await two.sri.post(here, data=hers)).status_code == 303

    late = await two.budi.post(here, data=FORM | {"seen": seen})

    assert late.status_code == 412
    assert "Somebody else saved this meanwhile." in late.text
    shown = CELL.findall(late.text)
    assert shown == ["Taiwan", "Malaysia", "dokumen &lt;b&gt;hilang&lt;/b&gt;", "paspor ditahan"]
    assert '<option value="MY" selected>' in late.text
    assert '<option value="TW" selected>' not in late.text
    assert (await article(two.database)).countries == ["TW"]
    again = re.findall(r'name="seen" value="(\w+)"', late.text)[0]
    assert (await two.budi.post(here, data=FORM | {"seen": again})).status_code == 303
    assert (await article(two.database)).tags == {"id": ["paspor ditahan"]}


async def article(database: Database) -> Article:
    async with database.session() as session:
        entry = await reading.entry(session, EntryKind.ARTICLE, "passport-held")
        return await session.get_one(Article, entry.id)


async def test_titles_are_saved_on_top_of_another_ones(two: Two) -> None:
    here = "/topics/money"
    form = {"icon": "💵", "titles.id": "Uang", "titles.en": "Money", "titles.jv": "Dhuwit", "titles.su": "Artos"}
    form["seen"] = await seen_of(two.sri, here)
    assert (await two.sri.post(here, data=form | {"titles.id": "Upah"})).status_code == 303

    late = await two.budi.post(here, data=form | {"titles.id": "Biaya"})

    assert late.status_code == 412
    assert CELL.findall(late.text) == ["Upah", "Biaya"]
    assert 'name="titles.id" type="text" value="Biaya"' in late.text
    assert "Upah" in (await two.budi.get(here)).text
    again = re.findall(r'name="seen" value="(\w+)"', late.text)[0]
    assert (await two.budi.post(here, data=form | {"titles.id": "Biaya", "seen": again})).status_code == 303
    assert "Biaya" in (await two.sri.get(here)).text


async def test_meanings_are_saved_on_top_of_another_ones_and_no_word_is_taken_away_unseen(two: Two) -> None:
    added = {"language": "id", "word": "duit kosong", "meanings": "tanpa gaji"}
    assert (await two.sri.post("/synonyms", data=added)).status_code == 303
    listed = (await two.sri.get("/synonyms?language=id&search=duit+kosong")).text
    here = re.findall(r'href="(/synonyms/\d+)"', listed)[0]
    seen = await seen_of(two.sri, here)
    assert (await two.sri.post(here, data={"meanings": "upah nol", "seen": seen})).status_code == 303

    late = await two.budi.post(here, data={"meanings": "tidak digaji\nupah macet", "seen": seen})

    assert late.status_code == 412
    assert CELL.findall(late.text) == ["upah nol", "tidak digaji\nupah macet"]
    assert ">tidak digaji\nupah macet</textarea>" in late.text
    gone = await two.budi.post(f"{here}/take-away", data={"seen": seen})
    assert gone.status_code == 412
    assert "Somebody else saved this meanwhile." in gone.text
    assert ">upah nol</textarea>" in gone.text
    again = re.findall(r'name="seen" value="(\w+)"', late.text)[0]
    assert (await two.budi.post(f"{here}/take-away", data={"seen": again})).status_code == 303


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what a form lacks is asked of none
async def test_a_form_that_does_not_say_what_was_seen_writes_over_nothing(two: Two) -> None:
    titles = {"icon": "💵", "titles.id": "Lain", "titles.en": "Money", "titles.jv": "Dhuwit", "titles.su": "Artos"}
    for address, form in (("/articles/passport-held/audience", FORM), ("/topics/money", titles)):
        answer = await two.sri.post(address, data=form)
        assert answer.status_code == 412
        assert re.search(r'name="seen" value="[0-9a-f]{16}"', answer.text)
    assert "Lain" not in (await two.sri.get("/topics/money")).text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what a form holds is asked of none
async def test_a_fault_does_not_make_one_forget_what_was_seen(two: Two) -> None:
    seen = await seen_of(two.sri, "/topics/money")
    wrong = {"icon": "", "titles.id": "Uang", "titles.en": "M", "titles.jv": "D", "titles.su": "A", "seen": seen}
    answer = await two.sri.post("/topics/money", data=wrong)
    assert answer.status_code == 422
    assert f'name="seen" value="{seen}"' in answer.text
