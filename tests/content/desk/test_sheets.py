"""Translators' workbooks: what goes out comes back, and what is not right in one is refused row by row."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.desk import drafting, reading, sheet_form, sheet_import, sheet_reading, sheets
from content.desk.rules import WrongState
from content.desk.sheet_export import to_translate
from content.desk.sheet_guard import MOST_BYTES, MOST_UNPACKED
from content.desk.sheet_import import Outcome, Plan
from content.desk.sheet_reading import SheetRefused
from content.desk.sheets import Sheet
from content.revisions import EntryKind, Revision, RevisionState
from core.crypto import Vault
from core.db import Database
from core.i18n import desk_words
from staff.actors import Actor, NotAllowed, Role
from staff.audit import AuditEntry
from tests.desk import add_person, rewrite_at_desk
from tests.harness import VAULT
from tests.workbooks import YOURS, Workbook

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
SLUG, OTHER, THIRD = "passport-held", "wages-unpaid", "violence-at-work"


@dataclass
class Work:
    """A translator of Javanese, and her session."""

    session: AsyncSession
    wati: Actor

    async def export(self, language: str = "jv", **which: object) -> bytes:
        texts = await to_translate(self.session, language=language, by=self.wati, **which)  # type: ignore[arg-type]
        return sheets.write(texts, language=language, words=desk_words("en"), vault=VAULT)

    async def plan(self, content: bytes) -> Plan:
        return await sheet_import.plan(self.session, read(content), by=self.wati)

    async def store(self, content: bytes) -> Plan:
        return await sheet_import.carry_out(self.session, read(content), by=self.wati, now=NOW)

    async def newest(self, slug: str = SLUG, language: str = "jv") -> Revision:
        entry = await reading.entry(self.session, EntryKind.ARTICLE, slug)
        found = await reading.newest(self.session, entry_id=entry.id, language=language)
        assert found
        return found

    async def edit(self, language: str, body: str) -> Revision:
        """Let somebody at the desk save a text, without handing it in."""
        entry, old = await reading.entry(self.session, EntryKind.ARTICLE, SLUG), await self.newest(language=language)
        exact = replace(await reading.exact(self.session, entry, old), body=body)
        editor = await add_person(self.session, "sri", Role.EDITOR, now=NOW)
        return await drafting.save(
            self.session, entry=entry, language=language, exact=exact, base_id=old.id, by=editor, now=NOW
        )

    async def count(self) -> int:
        return (await self.session.execute(select(func.count()).select_from(Revision))).scalar_one()


def read(content: bytes, language: str = "jv", vault: Vault = VAULT) -> Sheet:
    return sheet_reading.read(content, language=language, vault=vault)


def told(plan: Plan) -> dict[int, str]:
    """Return what is refused: the row, and the beginning of why."""
    return {result.row.number: result.faults[0].message for result in plan.having(Outcome.REFUSED)}


@pytest.fixture
async def people(stocked: Database) -> Actor:
    async with stocked.session() as session:
        return await add_person(session, "wati", Role.TRANSLATOR, now=NOW, languages=("jv",))


async def test_what_comes_back_as_it_went_out_changes_nothing(stocked: Database, people: Actor) -> None:
    async with stocked.session() as session:
        work = Work(session, people)
        before, content = await work.count(), Workbook(await work.export()).saved()

        plan = await work.store(content)

        assert {result.outcome for result in plan.rows} == {Outcome.UNCHANGED}
        assert len(plan.rows) == 3 * 16
        assert await work.count() == before


async def test_changed_rows_become_drafts_made_from_the_source_that_was_exported(
    stocked: Database, people: Actor
) -> None:
    async with stocked.session() as session:
        work = Work(session, people)
        before, source = await work.newest(), await work.newest(language="id")
        book = Workbook(await work.export(topic="protection"))
        assert book.text(SLUG, "body", 4) == source.body
        row = book.write(SLUG, "title", "Paspor dicekel juragan")

        plan = await work.store(book.saved())

        assert [(result.row.number, result.row.field) for result in plan.having(Outcome.DRAFT)] == [(row, "title")]
        saved = await work.newest()
        assert (saved.title, saved.body, saved.state) == ("Paspor dicekel juragan", before.body, RevisionState.DRAFT)
        assert saved.derived_from_revision_id == source.id
        assert people.account_id in await reading.authors(session, saved.id)
        entry = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "sheet.import"))).one()
        assert (entry.subject, entry.details) == ("translations:jv", {"saved": 1, "refused_rows": 0})


async def test_importing_twice_makes_no_second_draft(stocked: Database, people: Actor) -> None:
    async with stocked.session() as session:
        work = Work(session, people)
        book = Workbook(await work.export())
        book.write(SLUG, "title", "Paspor dicekel juragan")
        await work.store(book.saved())
        count = await work.count()

        again = await work.store(book.saved())

        assert not again.texts
        assert not again.having(Outcome.REFUSED)
        assert await work.count() == count


async def test_bad_rows_are_named_and_the_good_articles_saved(stocked: Database, people: Actor) -> None:
    async with stocked.session() as session:
        work = Work(session, people)
        book = Workbook(await work.export())
        good = book.write(SLUG, "title", "Paspor dicekel juragan")
        lost = book.change(OTHER, "body", lambda body: body.replace("{{contact:", "{{kontak:", 1))
        held = book.write(OTHER, "title", "Upah ora dibayar")
        long = book.write(THIRD, "title", "Dipilara utawa diancam " * 3)
        before = {slug: (await work.newest(slug)).id for slug in (OTHER, THIRD)}

        plan = await work.store(book.saved())

        assert set(told(plan)) == {lost, long}
        assert told(plan)[long].startswith("Write a title of 1 to 40 letters")
        assert held in {result.row.number for result in plan.having(Outcome.HELD)}
        assert [result.row.number for result in plan.having(Outcome.DRAFT)] == [good]
        assert (await work.newest()).title == "Paspor dicekel juragan"
        assert {slug: (await work.newest(slug)).id for slug in (OTHER, THIRD)} == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is right is not asked of a database
@pytest.mark.parametrize(
    ("field", "how", "why"),
    [
        ("title", lambda _: "", "Write a title"),
        ("summary", lambda text: text * 9, "Write a summary"),
        ("body", lambda _: "", "Write the text."),
        ("body", lambda body: body.replace("{{contact:", "{{contact: ", 1), "Line {line} of the text: a reference is"),
        ("body", lambda body: body.replace("{{contact:", "(contact:", 1), "Line {line} of the text: a reference is"),
        ("body", lambda body: body.split("{{contact")[0], "The Indonesian text shows {reference}"),
        ("body", lambda body: body + "\n{{contact:none-such}}", "Line {line} of the text: there is no {reference}"),
        ("body", lambda body: body.replace("</b>", "", 1), "Line {line} of the text: the markup is not right"),
        ("body", lambda body: body.replace("<b>", "").replace("</b>", ""), "The Indonesian text has {mark}"),
        ("body", lambda body: body + "\n<i>Tambah.</i>", "The Indonesian text does not have {mark}"),
        ("body", lambda body: body + "\n<!-- part -->\nTambah.", "Keep every line <!-- part -->"),
        ("body", lambda body: body + "\nhttps://jahat.example", "Line {line} of the text: link only to https pages"),
        ("body", lambda body: body + "\x0b", "Line {line} of the text: the markup is not right"),
    ],
)
async def test_a_damaged_text_is_refused(
    stocked: Database, people: Actor, field: str, how: Callable[[str], str], why: str
) -> None:
    async with stocked.session() as session:
        work = Work(session, people)
        sheet = read(await work.export())
        rows = tuple(
            replace(row, text=how(row.text)) if (row.slug, row.field) == (SLUG, field) else row for row in sheet.rows
        )

        plan = await sheet_import.plan(session, replace(sheet, rows=rows), by=people)

        assert [message[: len(why)] for message in told(plan).values()] == [why]
        assert not plan.texts
        in_indonesian = [desk_words("id").told(each) for row in plan.having(Outcome.REFUSED) for each in row.faults]
        assert not [words for words in in_indonesian if "is never closed" in words or "a control character" in words]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_text_that_stands_in_another_language_is_refused(stocked: Database, people: Actor) -> None:
    async with stocked.session() as session:
        work = Work(session, people)
        book, english = Workbook(await work.export()), await work.newest(language="en")
        row, second = book.write(SLUG, "body", english.body), book.write(OTHER, "body", book.text(OTHER, "body", 4))

        plan = await work.plan(book.saved())

        assert set(told(plan)) == {row, second}
        assert {result.row.slug: result.faults[0].values["language"] for result in plan.having(Outcome.REFUSED)} == {
            SLUG: "English", OTHER: "Bahasa Indonesia"
        }  # fmt: skip


async def test_what_somebody_saved_meanwhile_is_not_written_over(stocked: Database, people: Actor) -> None:
    async with stocked.session() as session:
        work = Work(session, people)
        book = Workbook(await work.export())
        row = book.write(SLUG, "title", "Paspor dicekel juragan")
        theirs = await work.edit("jv", (await work.newest()).body + "\nTambahan.")

        plan = await work.store(book.saved())

        assert told(plan)[row].startswith("Somebody saved this translation since")
        assert (await work.newest()).id == theirs.id


async def test_a_source_that_went_live_since_the_export_is_told(stocked: Database, people: Actor) -> None:
    async with stocked.session() as session:
        book = Workbook(await Work(session, people).export())
        row = book.write(SLUG, "title", "Paspor dicekel juragan")
    async with stocked.session() as session:
        entry = await reading.entry(session, EntryKind.ARTICLE, SLUG)
    await rewrite_at_desk(
        stocked, (Revision.entry_id == entry.id) & (Revision.language == "id"), now=NOW, title="Paspor dipegang bos"
    )

    async with stocked.session() as session:
        plan = await Work(session, people).store(book.saved())

        assert told(plan)[row].startswith("The Indonesian text has changed since")
        texts = await to_translate(session, language="jv", only_todo=True, by=people)
        assert [text.slug for text in texts] == [SLUG], "and the next workbook holds what is outdated now"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_rows_that_name_no_article_or_field_of_the_workbook_are_refused(stocked: Database, people: Actor) -> None:
    async with stocked.session() as session:
        work = Work(session, people)
        book = Workbook(await work.export(topic="protection"))
        lines = {
            book.row(SLUG, "title"): (1, "otp-secret"), book.row(OTHER, "summary"): (3, "Judul"),
            book.row(THIRD, "summary"): (3, "Title"),
        }  # fmt: skip
        for row, (column, text) in lines.items():
            book.sheet.cell(row, column).value = text

        plan = await work.plan(book.saved())

        assert {row: message.split(":")[0] for row, message in told(plan).items()} == {
            book.row("otp-secret", "title"): "The workbook had no such article",
            book.row(OTHER, "summary"): "This row names no field",
            book.row(THIRD, "title"): "Another row has this field of the article, too",
            book.row(THIRD, "summary"): "Another row has this field of the article, too",
        }


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_altered_workbook_or_one_of_another_language_is_refused_as_a_whole(
    stocked: Database, people: Actor
) -> None:
    async with stocked.session() as session:
        content = await Work(session, people).export()
    book = openpyxl.load_workbook(BytesIO(content))
    book["bekal"].cell(3, 2).value = "1"
    altered, without = BytesIO(), BytesIO()
    book.save(altered)
    del book["bekal"]
    book.save(without)

    for file, language, vault, why in (
        (altered.getvalue(), "jv", VAULT, "The hidden part of this workbook was changed"),
        (without.getvalue(), "jv", VAULT, "This is no workbook of this desk"),
        (content, "su", VAULT, "This workbook is for {workbook}, and you chose {chosen}"),
        (content, "jv", Vault([bytes(32)]), "The hidden part of this workbook was changed"),
        (b"no zip", "jv", VAULT, "This is no workbook of this desk"),
        (bytes(MOST_BYTES + 1), "jv", VAULT, "The file is larger than 2 MB"),
    ):
        with pytest.raises(SheetRefused) as refused:
            read(file, language, vault)
        assert refused.value.message.startswith(why)


CELLS = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


@pytest.mark.parametrize(
    "sheet",
    [
        " " * (MOST_UNPACKED + 1),
        CELLS.format('<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row>'),
        CELLS.format("<row/>" * 3000),
        CELLS.format('<row r="1"><c t="inlineStr"><is><t>' + "a" * 40_000 + "</t></is></c></row>"),
        '<!DOCTYPE a [<!ENTITY b "c">]>' + CELLS.format(""),
        CELLS.format("<row>"),
    ],
)
def test_a_bomb_is_refused_before_it_is_read(sheet: str) -> None:
    book = openpyxl.Workbook()
    file = BytesIO()
    book.save(file)
    made = BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else old.read(name))

    with pytest.raises(SheetRefused, match="This is no workbook"):
        read(made.getvalue())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_text_that_begins_like_a_formula_stays_a_text(stocked: Database, people: Actor) -> None:
    async with stocked.session() as session:
        work = Work(session, people)
        await work.edit("jv", '=HYPERLINK("https://jahat.example")')
        book = Workbook(await work.export())

        cell = book.sheet.cell(book.row(SLUG, "body"), YOURS)
        assert (cell.value, cell.data_type, cell.hyperlink) == ('=HYPERLINK("https://jahat.example")', "s", None)
        assert book.text(SLUG, "body", 5) == cell.value
        assert cell.number_format == "@"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_only_the_column_to_fill_in_is_open_and_the_second_sheet_hidden(stocked: Database, people: Actor) -> None:
    async with stocked.session() as session:
        book = Workbook(await Work(session, people).export(topic="money"))

    open_columns = {
        cell.column for row in book.sheet.iter_rows(min_row=1) for cell in row if not cell.protection.locked
    }
    assert open_columns == {YOURS}
    assert book.sheet.protection.sheet
    assert book.sheet.freeze_panes == "D2"
    assert [sheet.sheet_state for sheet in book.book.worksheets] == ["visible", "hidden"]
    assert {book.sheet.cell(row, 1).value for row in range(2, book.sheet.max_row + 1)} >= {"otp-secret"}
    assert SLUG not in {book.sheet.cell(row, 1).value for row in range(2, book.sheet.max_row + 1)}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_translator_exports_and_imports_only_her_languages(stocked: Database, people: Actor) -> None:
    async with stocked.session() as session:
        work = Work(session, people)
        sheet = replace(read(await work.export()), language="su")
        with pytest.raises(NotAllowed):
            await work.export("su")
        with pytest.raises(NotAllowed):
            await sheet_import.plan(session, sheet, by=people)
        with pytest.raises(NotAllowed):
            await sheet_import.carry_out(session, sheet, by=people, now=NOW)
        editor = await add_person(session, "sri", Role.EDITOR, now=NOW)
        assert await to_translate(session, language="su", by=editor)
        with pytest.raises(WrongState):
            await to_translate(session, language="id", by=editor)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_checked_rows_travel_signed_for_one_person(stocked: Database, people: Actor) -> None:
    async with stocked.session() as session:
        work = Work(session, people)
        book = Workbook(await work.export())
        book.write(SLUG, "title", "Paspor dicekel juragan")
        sheet = read(book.saved())
        carried = sheet_form.packed(sheet, await sheet_import.plan(session, sheet, by=people), vault=VAULT, by=people)

    back = sheet_form.unpacked(carried, vault=VAULT, by=people)

    assert {row.slug for row in back.rows} == {SLUG}
    assert set(back.rows) <= set(sheet.rows)
    assert back.exported == {SLUG: sheet.exported[SLUG]}
    for wrong, by in (
        (carried[:-8] + "AAAAAAA=", people),
        (carried, replace(people, account_id="0" * 32)),
        ("", people),
    ):
        with pytest.raises(SheetRefused):
            sheet_form.unpacked(wrong, vault=VAULT, by=by)
