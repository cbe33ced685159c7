"""Every write of the desk and its API, one after the other: what it notes in the audit log, and what a form takes."""

import re
import shutil
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient, Response
from sqlalchemy import MetaData, func, select

from content.revisions import Entry, Revision
from content.synonyms import Synonym
from core.clock import utc_now
from core.db import Database
from staff.actors import Role
from staff.audit import AuditEntry
from tests.api.registrars import Office
from tests.api.test_routes_table import ENDS_SESSIONS, PICTURE, TABLE, Desk, ask, path_of, picture_row
from tests.api.test_v1_bodies import PRIVILEGED
from tests.desk import Clock, add_person, make_desk, sign_in, visitor
from tests.reports import Report

pytestmark = pytest.mark.deep

FORM = re.compile(r'<form[^>]*?action="([^"]*)"[^>]*>(.*?)</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
ENDS_SOMETHING = ("/retract", "/retire", "/take-away", "/disable", "/erase", "/withdraw", "/leave", *ENDS_SESSIONS)

NOW = utc_now()
# How many entries a write leaves that does not leave one.
OTHERS = {
    "PUT /v1/media/{key}/words": ["media.reword", "media.retire"],  # other words are another picture
    "POST /media/{key}": ["media.reword", "media.retire"],
    "POST /facts/{slug}/{language}/submit": ["text.save", "text.submit"],
    "POST /registrations/{registration_id}/correct": ["registration.correct", "registration.read"],  # shows them again
    # Nothing is written, or only to the writer's own session and language:
    "POST /v1/articles/{slug}/texts/{language}/preview": [],
    "POST /articles/{slug}/{language}/preview": [],
    "POST /articles/{slug}/{language}/compare": [],
    "POST /forms/{slug}/try": [],
    "POST /registrations/attendance": [],
    "POST /v1/attendance": [],
    "POST /v1/registration-decisions": [],
    "POST /language": [],
    "POST /account/language": [],
    "PUT /v1/account/language": [],
    "POST /sign-out": [],
    # What is there already stays as it is:
    "POST /facts/{slug}/{language}/save": [],
    "POST /staff/{account_id}/roles": [],
}


@dataclass
class Walk:
    """What came of one request for each line of the table."""

    statuses: dict[str, int] = field(default_factory=dict)
    noted: dict[str, list[str]] = field(default_factory=dict)  # the actions in the audit log
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # by table, at the end

    def columns(self) -> dict[tuple[str, str], Counter[str]]:
        """Return the values of every column, in any order."""
        found: dict[tuple[str, str], Counter[str]] = {}
        for table, rows in self.rows.items():
            for row in rows:
                for name, value in row.items():
                    found.setdefault((table, name), Counter())[repr(value)] += 1
        return found


def writes(prefix: str = "") -> list[str]:
    """Return the lines of the table that write, those that end something last."""
    found = [line for line in TABLE if line.split()[0] in {"POST", "PUT"} and line.split()[1].startswith(prefix)]
    return sorted(found, key=lambda line: line.endswith(ENDS_SOMETHING))


async def walk(database: Database, lines: Sequence[str], extra: dict[str, str] | None = None) -> Walk:
    """Send the request of every line once, as somebody who has every role; `extra`: fields that no form has."""
    done, clock = Walk(), Clock(NOW)
    app = make_desk(database, clock)
    async with AsyncExitStack() as stack, visitor(app) as browser:
        office = Office(app, database, clock, stack, browser)
        desk = await prepare(office)
        for line in lines:
            if "{registration_id}" in line:
                desk.known["registration_id"] = await office.person()
            before = await newest_entry(database)
            answer = await send(desk, line, extra or {})
            done.statuses[line] = answer.status_code
            done.noted[line] = await actions_after(database, before)
    async with database.reading() as connection:
        metadata = MetaData()
        await connection.run_sync(metadata.reflect)
        for table in metadata.sorted_tables:
            done.rows[table.name] = [dict(row._mapping) for row in await connection.execute(select(table))]
    return done


async def prepare(office: Office) -> Desk:
    """Add somebody with every role, a colleague, and what the lines of the table name."""
    await office.programme()
    async with office.database.session() as session:
        everybody = await add_person(session, "everybody", *Role, now=office.clock())
        spare = await add_person(session, "spare", Role.EDITOR, now=office.clock())
        revision = select(Revision.id).join(Entry, Entry.id == Revision.entry_id)
        revision = revision.where(Entry.slug == "passport-held", Revision.language == "jv")
        session.add(picture_row(by=spare, now=office.clock()))
        known = {
            "key": PICTURE, "language": "jv", "revision_id": str((await session.scalars(revision)).one()),
            "account_id": spare.account_id, "grant_id": str(spare.grants[0].id), "token_id": "1", "link_id": "1",
            "synonym_id": str((await session.scalars(select(Synonym.id).limit(1))).one()), "session_id": "0" * 32,
            "token": "x", "registration_id": "0" * 32, "index": "0",
        }  # fmt: skip
    return Desk(office.app, office.database, office.clock, {"everybody": everybody}, known, {})


async def send(desk: Desk, line: str, extra: dict[str, str]) -> Response:
    """Send a line's request in a session of its own, on top of what is there, with more fields than its form has."""
    async with desk.database.session() as session:
        token = await sign_in(session, desk.people["everybody"], now=desk.clock())
    async with visitor(desk.app, token) as client:
        own = TABLE[line].get("form") or {} if isinstance(TABLE[line], dict) else {}
        unknown = {name: told for name, told in extra.items() if name not in own}
        hidden = await hidden_fields(client, path_of(line, desk.known))
        seen = await client.get(path_of(line, desk.known))
        return await ask(desk, client, line, extra=unknown | hidden, etag=seen.headers.get("etag", '"1"'))


async def hidden_fields(client: AsyncClient, path: str) -> dict[str, str]:
    """Return what a form that is sent to a path carries along: it stands on a page above that path, or on it."""
    parts = path.split("/")
    for count in range(len(parts), 1, -1):
        page = await client.get("/".join(parts[:count]))
        for action, inside in FORM.findall(page.text) if page.is_success else ():
            if action == path or f'formaction="{path}"' in inside:
                return {name: unescape(value) for name, value in HIDDEN.findall(inside)}
    return {}


async def newest_entry(database: Database) -> int:
    async with database.reading_session() as session:
        return (await session.execute(select(func.coalesce(func.max(AuditEntry.id), 0)))).scalar_one()


async def actions_after(database: Database, entry: int) -> list[str]:
    async with database.reading_session() as session:
        found = select(AuditEntry.action).where(AuditEntry.id > entry).order_by(AuditEntry.id)
        return list(await session.scalars(found))


async def test_every_write_that_is_done_leaves_one_entry_in_the_audit_log_and_a_refused_one_none(
    stocked: Database, report: Report
) -> None:
    done = await walk(stocked, writes())

    carried_out = [line for line, status in done.statuses.items() if status < 400]
    noted = {line: len(done.noted[line]) for line in carried_out}
    report.note(writes=len(done.statuses), carried_out=len(noted), entries=sum(noted.values()))
    assert {
        line: done.noted[line] for line, status in done.statuses.items() if status >= 400 and done.noted[line]
    } == {}
    assert noted == {line: len(OTHERS[line]) if line in OTHERS else 1 for line in carried_out}
    assert {line: done.noted[line] for line in OTHERS} == OTHERS
    assert len(carried_out) > 75


async def test_no_form_takes_a_field_that_is_not_for_the_writer_to_say(
    stocked_sqlite: Path, tmp_path: Path, report: Report
) -> None:
    lines = [line for line in writes() if " /v1/" not in line]
    extra = {name: str(told) for name, told in PRIVILEGED.items()}
    first, again, attacked = [
        await walk_on_a_copy(stocked_sqlite, tmp_path / f"{number}.db", lines, fields)
        for number, fields in enumerate(({}, {}, extra))
    ]

    carried_out = sum(status < 400 for status in attacked.statuses.values())
    report.note(forms=len(lines), carried_out=carried_out, fields=len(extra), changed=0)
    assert attacked.statuses == first.statuses
    assert attacked.noted == first.noted
    planted = {repr(value) for value in (*PRIVILEGED.values(), *extra.values())}
    for column, values in first.columns().items():
        found = attacked.columns()[column]
        assert not (set(found) - set(values)) & planted, column
        if again.columns()[column] == values:  # else it holds what is never the same: names of accounts, seals
            assert found == values, column
    assert carried_out > 45


async def walk_on_a_copy(source: Path, path: Path, lines: Sequence[str], extra: dict[str, str]) -> Walk:
    shutil.copy(source, path)
    database = Database(f"sqlite+aiosqlite:///{path}")
    try:
        return await walk(database, lines, extra)
    finally:
        await database.close()
