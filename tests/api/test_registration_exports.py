"""Files of registrations: the same cells in CSV and workbook, no formula, no trace of anybody, and none unnoted."""

import asyncio
import base64
import csv
import io
import os
import re
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from httpx2 import AsyncClient, Response
from sqlalchemy import select, text, update

from api.web import registration_files
from api.web.csv_files import RISKY
from api.web.registration_exports import NOTHING_BEGUN
from core.db import Database
from core.i18n import desk_words
from registrations.exporting import FileKind, Wanted
from registrations.registrations import Answer, Registration, Status
from staff.actors import Actor, Role
from staff.api_tokens import ApiToken
from staff.audit import AuditEntry
from tests.api.desk_api import bearer, make_token
from tests.desk import Clock, add_person, make_desk, make_services, sign_in, visitor
from tests.proofs import prove, set_password
from tests.registrations.exports import APPLIED, add_registration
from tests.registrations.forms import GIVEN, SLUG, add_programme

CANARY = {"name": "Sulastri Kenari", "birth-date": "1987-03-29", "phone": "+6281398765432", "wish": "rahasia kenari"}
REFUSE_AUDIT = {
    "sqlite": ["CREATE TRIGGER no_audit BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'no'); END"],
    "postgresql": [
        "CREATE FUNCTION no_audit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END'",
        "CREATE TRIGGER no_audit BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION no_audit()",
    ],
}  # fmt: skip


@dataclass
class Office:
    database: Database
    clock: Clock
    rini: Actor
    browser: AsyncClient
    script: AsyncClient

    async def ask(self, kind: str = "csv", **how: str) -> Response:
        return await self.browser.post(
            "/registrations/export", data={"programme": SLUG, "kind": kind, "language": "en", **how}
        )

    async def csv(self, **how: str) -> list[list[str]]:
        return lines(await self.ask("csv", **how))

    async def noted(self) -> list[AuditEntry]:
        async with self.database.session() as session:
            return list(await session.scalars(select(AuditEntry).where(AuditEntry.action == "registration.export")))


@pytest.fixture
async def office(stocked: Database) -> AsyncIterator[Office]:
    clock = Clock(APPLIED)
    app = make_desk(stocked, clock)
    async with stocked.session() as session:
        await add_programme(session)
        await add_registration(session, 1, given=GIVEN | CANARY)
        await add_registration(session, 2, status=Status.DECLINED, province="33")
        rini = await add_person(session, "rini", Role.REGISTRAR, now=clock())
        token = await sign_in(session, rini, now=clock())
    key = await make_token(stocked, rini, clock, exports_names=True)
    async with visitor(app, token) as browser, bearer(app, key) as script:
        yield Office(stocked, clock, rini, browser, script)


def lines(file: Response) -> list[list[str]]:
    assert file.status_code == 200, file.text
    return list(csv.reader(io.StringIO(file.text)))


def sheets(file: Response) -> tuple[Any, Any]:
    """Return both sheets of a workbook."""
    assert file.status_code == 200, file.text
    first, second = openpyxl.load_workbook(BytesIO(file.content)).worksheets
    return first, second


@pytest.mark.parametrize("identified", ["no", "yes"])
async def test_a_workbook_holds_the_cells_of_the_csv_file(office: Office, identified: str) -> None:
    *told, last = await office.csv(identified=identified)
    sheet, about = sheets(await office.ask("xlsx", identified=identified))

    cells = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert cells == [[cell.removeprefix("'") for cell in row] for row in told]
    assert last == [about["A1"].value]
    assert sheet.cell(2, 2).value == 1, "numbers are numbers"


async def test_a_file_says_who_took_it_when_and_what_it_holds(office: Office) -> None:
    *_, last = await office.csv(status="declined", province="33")
    book = openpyxl.load_workbook(BytesIO((await office.ask("xlsx", identified="yes")).content))

    assert last == [
        "Taken by Rini on 26 Nov 2026 16:00 (WIB). Programme: kelas. Standing: declined. Province: 33. 1 registration. "
        "Without names, phone numbers and free text."
    ]
    assert book.properties.creator == "Rini"
    assert "Standing: all. Province: all. 2 registrations. With names and all answers" in book.properties.description


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_the_name_of_a_file_says_whether_names_are_in_it(office: Office, kind: str) -> None:
    for language, identified, part in (
        ("en", "no", "no-names"), ("en", "yes", "with-names"), ("id", "no", "tanpa-nama"), ("id", "yes", "dengan-nama"),
    ):  # fmt: skip
        await office.browser.post("/account/language", data={"language": language})
        answer = await office.ask(kind, identified=identified)
        name = f"bekal-kelas-{part}-2026-11-26.{kind}"
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_a_file_without_names_holds_no_trace_of_anybody(office: Office, kind: str) -> None:
    def traces(content: bytes) -> list[str]:
        parts = [content]
        if kind == "xlsx":
            with ZipFile(BytesIO(content)) as book:
                parts += [book.read(name) for name in book.namelist()]
        sought = {
            told: (told.encode(), told.encode("utf-16-le"), told.encode("utf-16-be"), *in_base64(told))
            for told in CANARY.values()
        }
        return [told for told, forms in sought.items() if any(form in part for part in parts for form in forms)]

    assert traces((await office.ask(kind)).content) == []
    assert traces((await office.ask(kind, identified="yes")).content) == list(CANARY.values())


def in_base64(told: str) -> list[bytes]:
    """Return what a text looks like inside base64, wherever it begins."""
    return [base64.b64encode(bytes(shift) + told.encode())[shift and 4 : -4] for shift in range(3)]


async def test_no_cell_is_a_formula_and_a_phone_number_stays_a_text(office: Office) -> None:
    formulas = (
        "=1+1",
        "=HYPERLINK('http://evil.example')",
        "+1",
        "-1+2",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "{=1}",
        "http://x",
        "Siti;=1+1",
        "Siti\t=1+1",
        'Siti;"=1+1&"',
        "Siti\n=1+1",
        "Siti\r\n;;+1",
    )
    async with office.database.session() as session:
        for number in range(3, 203):
            hostile = [formulas[(number + place) % len(formulas)] for place in range(5)]
            given = dict(zip(("name", "wish", "sex", "days", "children"), hostile, strict=True))
            await add_registration(session, number, given=given | {"phone": "+6281234567890"})

    sheet, _ = sheets(await office.ask("xlsx", identified="yes"))
    file = await office.ask("csv", identified="yes")
    told = lines(file)

    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert sum(str(cell.value).strip() in {each.strip() for each in formulas} for cell in cells) >= 1000
    assert [cell for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    for parted_by in ",;\t":
        parted = csv.reader(io.StringIO(file.text, newline=None), delimiter=parted_by)
        assert [cell for row in parted for cell in row if cell.startswith(RISKY)] == [], parted_by
    phone = told[0].index("phone")
    assert (told[3][phone], sheet.cell(4, phone + 1).value) == ("'+6281234567890", "+6281234567890")
    assert sheet.cell(4, phone + 1).data_type == "s"


async def test_an_export_is_noted_and_the_log_tells_it_in_words(office: Office) -> None:
    await office.csv(status="accepted")
    await office.ask("xlsx", identified="yes")

    noted, _with_names = await office.noted()
    assert noted.details == {"status": "accepted", "count": 1, "is_identified": False, "file": "csv"}
    async with office.database.session() as session:
        boss = await add_person(session, "boss", Role.ADMINISTRATOR, now=office.clock())
        token = await sign_in(session, boss, now=office.clock())
    async with visitor(make_desk(office.database, office.clock), token) as browser:
        log = (await browser.get("/audit?action=registration.export")).text
    assert re.findall(r"Exported registrations · [a-z ]+", log) == [
        "Exported registrations · with names", "Exported registrations · without names",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_what_cannot_be_noted_does_not_leave(office: Office, kind: str) -> None:
    async with office.database.writing() as connection:
        for statement in REFUSE_AUDIT[connection.dialect.name]:
            await connection.execute(text(statement))

    page = await office.ask(kind)
    answer = await office.script.get("/registrations/export", params={"programme": SLUG, "format": kind})

    assert (page.status_code, answer.status_code) == (500, 500)
    assert b"registration_reference" not in page.content + answer.content
    assert answer.json()["code"] == "failed"


async def test_a_file_that_breaks_off_has_no_last_line(office: Office) -> None:
    async with office.database.session() as session:
        await session.execute(update(Answer).where(Answer.code == "sex").values(sealed=bytes(40)))

    assert "Taken by" not in (await office.ask()).text


async def test_one_press_and_a_proof_give_the_file_that_was_chosen(office: Office) -> None:
    await set_password(office.database, "rini")
    office.clock.move(minutes=6)
    office.browser.headers["referer"] = "http://desk.test/registrations/export"

    asked = await office.ask("csv", identified="yes", status="declined")
    assert await office.noted() == []
    assert 'href="/registrations/export"' in asked.text
    file = await prove(office.browser, asked)

    office.clock.move(minutes=1)
    assert file.headers["content-type"].startswith("text/csv")
    assert lines(file)[1:-1] == (await office.csv(identified="yes", status="declined"))[1:-1]
    [noted, _] = await office.noted()
    assert "proof" not in str(noted.details)


async def test_the_api_gives_the_same_file(office: Office) -> None:
    wanted = {"programme": SLUG, "language": "en", "status": "accepted"}
    answer = await office.script.get("/registrations/export", params=wanted | {"format": "csv", "identified": "true"})
    book = await office.script.get("/registrations/export", params=wanted | {"format": "xlsx"})

    assert lines(answer) == await office.csv(status="accepted", identified="yes")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="bekal-kelas-with-names-2026-11-26.csv"'
    assert book.headers["content-disposition"] == 'attachment; filename="bekal-kelas-no-names-2026-11-26.xlsx"'
    sheet, _ = sheets(book)
    assert sheet.max_row == 2
    assert [noted.details["is_identified"] for noted in await office.noted()] == [True, False, True]


async def test_a_token_exports_names_only_where_that_was_ticked(office: Office) -> None:
    async with office.database.session() as session:
        token = (await session.scalars(select(ApiToken))).one()
        assert token.scopes == ["registrar", "export_names"]
        token.scopes = ["registrar"]
    wanted = {"programme": SLUG, "language": "en", "format": "csv"}

    refused = await office.script.get("/registrations/export", params=wanted | {"identified": "true"})

    told = refused.json()
    assert (refused.status_code, told["code"]) == (403, "names-not-ticked")
    assert "under My account, with “Exports with names” ticked" in told["detail"]
    assert await office.noted() == []
    assert (await office.script.get("/registrations/export", params=wanted)).status_code == 200
    assert (await office.script.get("/account")).json()["scopes"] == ["registrar"]


async def test_the_api_says_what_is_wrong(office: Office) -> None:
    async def refused(**query: str) -> tuple[int, str]:
        answer = await office.script.get("/registrations/export", params=query)
        return answer.status_code, answer.json()["code"]

    assert await refused(programme="nothing") == (404, "not-there")
    assert await refused() == (422, "wrong-shape")
    assert await refused(programme=SLUG, format="pdf") == (422, "wrong-shape")
    assert await refused(programme=SLUG, status="begun") == (422, "wrong-shape")
    assert await refused(programme=SLUG, identified="1") == (422, "wrong-shape")
    assert await office.noted() == []


async def test_what_no_sheet_can_hold_is_refused_not_cut_off(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registration_files, "MOST_SHEET_ROWS", 2)

    answer = await office.ask("xlsx")

    assert answer.status_code == 409
    assert "A workbook holds up to 1 registrations" in answer.text
    assert await office.noted() == []
    assert len(await office.csv()) == 4


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, empty."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


async def test_nothing_of_a_workbook_stays_on_the_disk(office: Office, temporary: Path) -> None:
    sheets(await office.ask("xlsx", identified="yes"))
    async with office.database.session() as session:
        await session.execute(update(Answer).where(Answer.code == "name").values(sealed=bytes(40)))
    await office.ask("xlsx", identified="yes")

    assert os.listdir(temporary) == []


async def test_nor_does_it_where_nobody_waits_for_it_any_more(office: Office, temporary: Path) -> None:
    parts, wanted = make_services(office.database, office.clock), Wanted(SLUG, FileKind.XLSX, "id", is_identified=True)
    file = await registration_files.answer(parts, wanted, by=office.rini, words=desk_words("en"), now=office.clock())
    waiting = asyncio.ensure_future(anext(aiter(file.body_iterator)))
    await asyncio.sleep(0)  # it begins, and waits for the database
    assert os.listdir(temporary)

    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert os.listdir(temporary) == []


async def test_the_page_offers_her_programmes_and_warns_of_names(office: Office) -> None:
    shown = (await office.browser.get("/registrations/export")).text

    assert f'<option value="{SLUG}">' in shown
    assert 'value="no" checked' in shown
    assert "Take names only where you cannot do without" in shown
    assert all(f'<option value="{status}">' in shown for status in NOTHING_BEGUN)


async def test_the_form_begins_with_what_the_list_was_filtered_by(office: Office) -> None:
    asked = f"programme={SLUG}&status=accepted&province=32&only=unassigned&search=ABCDE-FGHJK"
    listed = (await office.browser.get(f"/registrations?{asked}")).text
    found = re.search(r'href="(/registrations/export[^"]*)"', listed)
    assert found

    shown = (await office.browser.get(unescape(found[1]))).text

    chosen = set(re.findall(r'<option value="([^"]+)" selected>', shown))
    assert chosen == {SLUG, "accepted", "32", "unassigned", "en"}
    assert 'name="search" value="ABCDE-FGHJK"' in shown


async def test_a_file_holds_what_the_list_shows_and_says_so(office: Office) -> None:
    async with office.database.session() as session:
        first, second = await session.scalars(select(Registration).order_by(Registration.number))
        first.assigned_to = office.rini.account_id
        mine, other = str(first.reference), str(second.reference)
    wanted = {"programme": SLUG, "language": "en", "format": "csv"}

    _, row, last = await office.csv(only="mine")
    assert (row[0], "Only those I look after. 1 registration." in last[0]) == (mine, True)
    _, row, last = await office.csv(search=other.replace("-", "").lower())
    assert (row[0], f"Reference: {other}. 1 registration." in last[0]) == (other, True)
    for asked in ({"only": "mine"}, {"only": "to_call"}, {"search": other}):
        answer = await office.script.get("/registrations/export", params=wanted | asked)
        assert lines(answer) == await office.csv(**asked)

    assert (await office.ask(only="nobody")).status_code == 422
    answer = await office.script.get("/registrations/export", params=wanted | {"only": "nobody"})
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong-shape")
