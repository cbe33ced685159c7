"""The audit log as administrators read it: in words, filtered, page by page, and as a file."""

import csv
import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from httpx2 import AsyncClient, Response

from api.web.audit_words import actions
from content.revisions import Entry
from content.synonyms import Synonym
from core.db import Database
from core.i18n import desk_words
from staff import audit, sealing
from staff.actors import Actor, Role
from tests.desk import Clock, add_person, make_desk, sign_in, visitor
from tests.harness import VAULT

ROOT = Path(__file__).resolve().parents[2]
BEGAN = datetime(2026, 3, 2, 12, tzinfo=UTC)
ROW = re.compile(r"<tr><td data-label[^>]*>(.*?)</tr>", re.DOTALL)
NAMED = re.compile(r'(?:action=|_note\([^"\n]*)"([a-z]+\.[a-z_]+)"')


@dataclass
class Office:
    database: Database
    boss: AsyncClient
    editor: AsyncClient
    boss_actor: Actor
    sri: Actor
    clock: Clock

    async def note(self, action: str, subject: str, *, by: Actor, at: datetime, **details: object) -> None:
        async with self.database.session() as session:
            audit.record(session, by=by, action=action, subject=subject, now=at, details=details)

    async def rows(self, query: str = "") -> list[str]:
        return ROW.findall((await self.boss.get(f"/audit?{query}")).text)


@pytest.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    clock = Clock()
    app = make_desk(database, clock)
    async with database.session() as session:
        boss = await add_person(session, "boss", Role.ADMINISTRATOR, now=clock())
        sri = await add_person(session, "sri", Role.EDITOR, now=clock())
        tokens = [await sign_in(session, actor, now=clock()) for actor in (boss, sri)]
    async with visitor(app, tokens[0]) as browser, visitor(app, tokens[1]) as other:
        yield Office(database, browser, other, boss, sri, clock)


def lines(file: Response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.text)))


async def test_an_entry_says_in_words_what_was_done_to_whom(office: Office) -> None:
    subject = f"staff:{office.sri.account_id}"
    await office.note("role.give", subject, by=office.boss_actor, at=BEGAN, role="verifier", language="jv")
    async with office.database.session() as session:
        await sealing.seal_new(session, vault=VAULT)
    await office.note("text.approve", "article:money-order", by=office.sri, at=BEGAN)

    newest, oldest = await office.rows()

    assert "Gave a role · Verifier · Basa Jawa" in oldest
    assert f'<a href="/staff/{office.sri.account_id}">Staff Sri</a>' in oldest
    assert "sealed as no. 1" in oldest
    assert "Approved a text" in newest
    assert '<a href="/articles/money-order/id">Article money-order</a>' in newest
    assert "not sealed yet" in newest


def test_every_action_that_is_recorded_has_words() -> None:
    files = [file for folder in ("staff", "content/desk", "api") for file in (ROOT / folder).rglob("*.py")]
    recorded = {action for file in files for action in NAMED.findall(file.read_text())}

    assert len(recorded) > 25
    assert recorded <= actions(desk_words("en")).keys()


async def test_filters_leave_what_fits_all_of_them(office: Office) -> None:
    await office.note("text.save", "article:a", by=office.sri, at=BEGAN)
    await office.note("text.save", "article:b", by=office.boss_actor, at=BEGAN + timedelta(days=1))
    await office.note("text.submit", "article:a", by=office.sri, at=BEGAN + timedelta(days=2))

    assert len(await office.rows(f"actor={office.sri.account_id}")) == 2
    assert len(await office.rows("action=text.save")) == 2
    assert len(await office.rows("subject=article:a&action=text.save")) == 1
    assert len(await office.rows("since=2026-03-03")) == 2
    assert len(await office.rows("until=2026-03-03")) == 2, "the last day belongs to it"
    assert len(await office.rows("since=2026-03-03&until=2026-03-03")) == 1
    assert len(await office.rows("since=tomorrow&until=9999-12-31")) == 3, "what is no day limits nothing"
    assert await office.rows("action=text.retract") == []


async def test_what_has_only_a_number_is_called_by_its_name(office: Office) -> None:
    async with office.database.session() as session:
        word = Synonym(language="id", word="arisan", meanings=["uang"], origin="desk")
        entry = Entry(kind="article", slug="money-order")
        session.add_all([word, entry])
        await session.flush()
    await office.note("synonym.put", f"synonym:{word.id}", by=office.sri, at=BEGAN)
    await office.note("text.scheduled", f"entry:{entry.id}", by=office.sri, at=BEGAN)
    await office.note("policy.code", "policy:code", by=office.boss_actor, at=BEGAN)
    await office.note("synonym.put", "synonym:999999999999999999999999", by=office.sri, at=BEGAN)

    unknown, policy, due, synonym = await office.rows()

    assert f'<a href="/synonyms/{word.id}">Search word arisan</a>' in synonym
    assert '<a href="/articles/money-order/id">Article money-order</a>' in due
    assert "subject=article%3Amoney-order" in due
    assert "Who needs a code" in policy
    assert "Search word 999999999999999999999999" in unknown


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("article:money-order", 2), ("Article money-order", 2), ("article Money-Order", 2), ("money-order", 3),
        ("Topic money-order", 1), ("Staff Sri", 1), ("sri", 1), ("Search word arisan", 1), ("arisan", 1),
        ("Who needs a code", 1), ("policy:code", 1), ("Article sri", 0), ("nobody", 0), ("entry:x", 0), ("", 6),
    ],
)  # fmt: skip
async def test_what_it_was_about_is_found_by_its_name_or_its_code(office: Office, typed: str, found: int) -> None:
    async with office.database.session() as session:
        word = Synonym(language="id", word="arisan", meanings=["uang"], origin="desk")
        entry = Entry(kind="article", slug="money-order")
        session.add_all([word, entry])
        await session.flush()
    subjects = (
        "article:money-order", f"entry:{entry.id}", "topic:money-order", f"staff:{office.sri.account_id}",
        f"synonym:{word.id}", "policy:code",
    )  # fmt: skip
    for subject in subjects:
        await office.note("text.save", subject, by=office.sri, at=BEGAN)

    assert len(await office.rows(urlencode({"subject": typed}))) == found
    file = await office.boss.post(f"/audit.csv?{urlencode({'subject': typed, 'action': 'text.save'})}")
    assert len(lines(file)) == 1 + found


async def test_the_filter_shows_a_code_in_words(office: Office) -> None:
    shown = (await office.boss.get(f"/audit?subject=staff:{office.sri.account_id}")).text

    assert 'name="subject" value="Staff Sri"' in shown


async def test_pages_follow_each_other_without_a_gap(office: Office) -> None:
    for number in range(120):
        await office.note("text.save", f"article:a{number:03}", by=office.sri, at=BEGAN)
    seen, address = list[str](), "/audit?action=text.save"
    while address:
        html = (await office.boss.get(address)).text
        seen += re.findall(r'<a href="/articles/(a\d+)/id">', html)
        older = re.search(r'href="([^"]+)">Older entries', html)
        address = older.group(1).replace("&amp;", "&") if older else ""

    assert seen == [f"a{number:03}" for number in reversed(range(120))]


async def test_the_file_holds_all_that_is_filtered_and_is_itself_noted(office: Office) -> None:
    async with office.database.session() as session:
        for number in range(1100):
            details = {"é": number}
            audit.record(session, by=office.sri, action="text.save", subject="article:a", now=BEGAN, details=details)
    file = await office.boss.post("/audit.csv?action=text.save")

    assert file.headers["content-type"].startswith("text/csv")
    told = lines(file)
    assert len(told) == 1101
    assert told[1][4:7] == ["text.save", "article:a", '{"é": 1099}']
    [noted] = await office.rows("action=audit.export")
    assert "Downloaded the audit log" in noted
    assert "text.save" in noted


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t"])
async def test_no_cell_of_the_file_is_a_formula(office: Office, begins: str) -> None:
    formula = Actor("x", f"{begins}SUM(1)", ())
    await office.note("staff.invite", f"{begins}cmd", by=formula, at=BEGAN)

    [_, cells] = lines(await office.boss.post("/audit.csv?action=staff.invite"))

    assert (cells[3], cells[5]) == (f"'{begins}SUM(1)", f"'{begins}cmd")


async def test_taking_the_log_away_needs_a_fresh_proof(office: Office) -> None:
    office.clock.move(minutes=6)

    assert 'name="proof_given"' in (await office.boss.post("/audit.csv")).text
    assert await office.rows("action=audit.export") == []


async def test_the_log_is_for_administrators(office: Office) -> None:
    assert (await office.editor.get("/audit")).status_code == 403
    assert (await office.editor.post("/audit.csv")).status_code == 403
    assert "/audit" not in (await office.editor.get("/")).text


async def test_a_registration_that_was_erased_leads_nowhere(office: Office) -> None:
    gone = "0" * 32
    await office.note("registration.erase", f"registration:{gone}", by=office.sri, at=BEGAN)

    [row] = await office.rows("action=registration.erase")

    assert f"Registration {gone}" in row
    assert f'href="/registrations/{gone}"' not in row
