"""The figures as staff sees them: page, file and JSON tell the same rounded numbers; and questions nobody answered."""

import csv
import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from httpx2 import AsyncClient

from content import counts, unanswered
from content.counts import Count, What
from content.unanswered import AskedInVain
from core.db import Database
from staff.actors import Role
from tests.api.desk_api import bearer, make_token
from tests.desk import Clock, add_person, make_desk, sign_in, visitor
from tests.harness import VAULT

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
TODAY = NOW.date()
ROW = re.compile(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', re.DOTALL)


@dataclass
class Office:
    editor: AsyncClient
    registrar: AsyncClient
    script: AsyncClient

    async def table(self, name: str, query: str = "") -> list[tuple[str, ...]]:
        """Return the rows of a table of the page."""
        html = (await self.registrar.get(f"/figures?{query}")).text
        found = html.split(f'<h2 id="{name}">')[1].split("</section>")[0]
        return [(row[0], *re.findall("<td>(.*?)</td>", row[1])) for row in ROW.findall(found)]


def count(what: What, subject: str = "", language: str = "id", country: str = "", days_ago: int = 0) -> Count:
    return Count(TODAY - timedelta(days=days_ago), what, subject, language, country, "")


@pytest.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    clock = Clock(NOW)
    app = make_desk(database, clock)
    async with database.session() as session:
        editor = await add_person(session, "sri", Role.EDITOR, now=NOW)
        registrar = await add_person(session, "ratna", Role.REGISTRAR, now=NOW)
        tokens = [await sign_in(session, actor, now=NOW) for actor in (editor, registrar)]
        read, vote = (What.READ, "wages-unpaid"), "=cmd()"
        numbers = {
            count(*read, country="HK"): 41, count(*read, "jv", "TW"): 12, count(*read, "jv", "OM"): 3,
            count(*read, "su", "HK", 45): 100, count(What.SEARCH): 9, count(What.SEARCH_NONE): 2,
            count(What.HELPFUL, vote): 9, count(What.NOT_HELPFUL, vote): 3, count(What.CONTACTS, "TW"): 6,
        }  # fmt: skip
        await counts.add(await session.connection(), numbers)
        asked = [AskedInVain(TODAY - timedelta(days=back), "jv", "arisan") for back in range(5)]
        for word in reversed(asked):
            await unanswered.note(await session.connection(), [word], VAULT)
        await unanswered.note(await session.connection(), [AskedInVain(TODAY, "id", "kulkas")], VAULT)
    token = await make_token(database, registrar, clock)
    async with visitor(app, tokens[0]) as one, visitor(app, tokens[1]) as other, bearer(app, token) as script:
        yield Office(one, other, script)


async def test_the_page_tells_rounded_numbers_of_the_days_and_language_that_are_asked_for(office: Office) -> None:
    assert await office.table("countries") == [("Hong Kong", "40"), ("Taiwan", "10"), ("Oman", "fewer than 5")]
    assert await office.table("countries", "days=90") == [
        ("Hong Kong", "140"), ("Taiwan", "10"), ("Oman", "fewer than 5"),
    ]  # fmt: skip
    assert await office.table("countries", "language=jv") == [("Taiwan", "10"), ("Oman", "fewer than 5")]
    assert await office.table("languages", "since=2026-10-11&until=2026-10-11") == [("Basa Sunda", "100")]
    assert await office.table("votes") == [("=cmd()", "10", "75%")]
    assert await office.table("contacts") == [("Taiwan", "5")]
    assert (await office.table("searches"))[-1] == ("25 November 2026", "10", "fewer than 5")


async def test_the_page_says_when_its_days_begin(office: Office) -> None:
    shown = (await office.registrar.get("/figures?days=7")).text

    assert "From 19 November 2026 until 25 November 2026. Days begin at 07.00 WIB." in shown


async def test_a_table_is_sorted_by_any_column_both_ways(office: Office) -> None:
    by_name = await office.table("countries", "order=countries.name&descending=true")
    by_number = await office.table("countries", "order=countries.read")

    assert [row[0] for row in by_name] == ["Taiwan", "Oman", "Hong Kong"]
    assert [row[0] for row in by_number] == ["Oman", "Taiwan", "Hong Kong"]
    assert (await office.table("days", "order=days.name&descending=true"))[0][0] == "25 November 2026"
    assert len(await office.table("countries", "order=countries.nothing")) == 3


async def test_days_that_are_none_are_told_and_the_last_month_is_shown(office: Office) -> None:
    answer = await office.registrar.get("/figures?since=2026-11-25&until=2026-11-01")

    assert answer.status_code == 422
    assert "Choose a first day that is not after the last one, and at most 366 days." in answer.text
    assert (await office.registrar.get("/figures?since=tomorrow&until=0001-01-01")).status_code == 200
    assert (await office.registrar.get("/figures.csv?since=2020-01-01")).status_code == 409


async def test_the_file_tells_the_same_numbers_and_holds_no_formula(office: Office) -> None:
    file = await office.registrar.get("/figures.csv?days=7")

    assert 'filename="bekal-figures-2026-11-19-2026-11-25.csv"' in file.headers["content-disposition"]
    [heading, *lines] = csv.reader(io.StringIO(file.text))
    assert heading == ["table", "key", "name", "column", "number"]
    assert ["countries", "OM", "Oman", "read", "<5"] in lines
    assert ["countries", "HK", "Hong Kong", "read", "40"] in lines
    assert ["votes", "'=cmd()", "'=cmd()", "helpful_percent", "75"] in lines
    assert sum(line[0] == "days" for line in lines) == 14


async def test_the_json_tells_the_same_numbers(office: Office) -> None:
    told = (await office.script.get("/figures?table=countries&language=jv&until=2026-11-25&days=7")).json()

    assert told == {
        "table": "countries", "since": "2026-11-19", "until": "2026-11-25", "language": "jv", "columns": ["read"],
        "rows": [{"key": "TW", "numbers": {"read": 10}}, {"key": "OM", "numbers": {"read": None}}],
    }  # fmt: skip
    for query in ("since=2026-02-29", "since=2026-11-26", "since=2024-01-01"):
        refused = await office.script.get(f"/figures?{query}")
        assert (refused.status_code, refused.json()["code"]) == (409, "wrong-state"), query
    assert (await office.script.get("/figures?since=01.11.2026")).status_code == 422


async def test_a_question_nobody_answered_leads_the_editor_to_a_synonym(office: Office) -> None:
    board = (await office.editor.get("/")).text
    assert "Questions nobody answered" in board
    [address] = re.findall(r'<a href="([^"]+)">arisan</a>', board)

    form = (await office.editor.get(address.replace("&amp;", "&"))).text
    assert 'name="word" type="text" value="arisan"' in form
    body = {"language": "jv", "word": "arisan", "meanings": "tabungan"}
    assert (await office.editor.post("/synonyms", data=body)).status_code == 303

    board = (await office.editor.get("/")).text
    assert "arisan" not in board
    assert "Questions nobody answered" not in (await office.registrar.get("/")).text
    assert (await office.script.get("/unanswered")).status_code == 403


async def test_the_board_counts_the_words_that_it_may_not_show_yet(office: Office) -> None:
    board = (await office.editor.get("/")).text

    assert re.search(r"Words asked on fewer than 5 days, not shown yet</a> <small[^>]*>fewer than 5</small>", board)
    assert "kulkas" not in board
