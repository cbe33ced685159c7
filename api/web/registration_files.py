"""Registrations as a file, streamed, for page and JSON API alike. What is in it: registrations/export_columns.py.

A CSV file ends with a line that says who took it, when and what it holds: one without it is not whole. A workbook says
the same in its properties and on its second sheet.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

import xlsxwriter
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from api.services import Services
from api.web import csv_files, registration_words
from content.desk.rules import WrongState
from core.clock import WIB
from core.i18n import Words, desk_words
from registrations import exporting
from registrations.export_columns import Cells
from registrations.exporting import PORTION, Export, FileKind, Wanted
from staff.actors import Actor

MEDIA_TYPES = {
    FileKind.CSV: "text/csv; charset=utf-8",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_SHEET_ROWS = 1_048_576  # of one sheet: XlsxWriter drops what is beyond
PIECE_BYTES = 64 * 1024
# Each row is written to the disk and forgotten, and no text becomes a formula, a link or a number.
OPTIONS = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip


async def answer(parts: Services, wanted: Wanted, *, by: Actor, words: Words, now: datetime) -> StreamingResponse:
    """Return registrations as a file; that they are taken is noted, and committed, before.

    Raise what exporting.begin does, and WrongState for more rows than a sheet can hold.
    """
    async with parts.database.session() as session:
        export = await exporting.begin(session, wanted, by=by, now=now)
        if wanted.kind is FileKind.XLSX and export.count >= MOST_SHEET_ROWS:
            raise WrongState(
                "A workbook holds up to {most} registrations: choose CSV, or a status or province.",
                most=MOST_SHEET_ROWS - 1,
            )
    written = _xlsx(parts, export, words) if wanted.kind is FileKind.XLSX else _csv(parts, export, words)
    headers = {"content-disposition": f'attachment; filename="{_name(wanted, words, now)}"'}
    return StreamingResponse(written, media_type=MEDIA_TYPES[wanted.kind], headers=headers)


def _name(wanted: Wanted, words: Words, now: datetime) -> str:
    """Return a name that says whether names are in the file: the wrong one would be mailed some day."""
    _ = words.gettext
    # Translators: a part of the name of a file, of registrations with people's names: small letters and hyphens only.
    identified = _("with-names")
    # Translators: a part of the name of a file, of registrations without names: small letters and hyphens only.
    without = _("no-names")
    day = now.astimezone(WIB).date()
    return f"bekal-{wanted.programme}-{identified if wanted.is_identified else without}-{day}.{wanted.kind}"


def told(export: Export, count: int, words: Words) -> str:
    """Say who took a file, when and what it holds."""
    _, wanted = words.gettext, export.wanted
    # Translators: the last line of a file of registrations; {moment} is such as 26 Nov 2026 16:00.
    taken = _("Taken by {name} on {moment} (WIB).").format(
        name=export.by.name, moment=words.moment(export.at.astimezone(WIB))
    )
    of_which = _("Programme: {programme}. Standing: {status}. Province: {province}.").format(
        programme=wanted.programme, status=wanted.status or _("all"), province=wanted.province or _("all")
    )
    # Translators: {which} is which registrations are in a file, such as "those I look after".
    only = _("Only {which}.").format(which=registration_words.only(words)[wanted.only]) if wanted.only else ""
    sought = _("Reference: {reference}.").format(reference=wanted.which.search) if wanted.which.search else ""
    counted = words.ngettext("{count} registration.", "{count} registrations.", count).format(count=count)
    identified = _("With names and all answers: keep it safe, and delete it when you are done.")
    without = _("Without names, phone numbers and free text.")
    pieces = (taken, of_which, only, sought, counted, identified if wanted.is_identified else without)
    return " ".join(filter(None, pieces))


async def _portions(parts: Services, export: Export) -> AsyncIterator[list[Cells]]:
    """Read and open piece by piece, none of which holds a lock or a connection while a slow line is waited for."""
    names, after = registration_words.statuses(desk_words(export.wanted.language)), 0
    while True:
        async with parts.database.reading_session() as session:
            portion = await exporting.read(session, export, after=after)
        yield await run_in_threadpool(exporting.rows, parts.vault, export, portion, names)
        if len(portion.registrations) < PORTION:
            return
        after = portion.registrations[-1].number


async def _csv(parts: Services, export: Export, words: Words) -> AsyncIterator[str]:
    count = 0
    yield csv_files.written([export.headings])
    async for rows in _portions(parts, export):
        count += len(rows)
        yield await run_in_threadpool(csv_files.written, rows)
    yield csv_files.written([[told(export, count, words)]])


async def _xlsx(parts: Services, export: Export, words: Words) -> AsyncIterator[bytes]:
    """Write the workbook to the disk, and only then give it: its table of contents comes last.

    What lies on the disk meanwhile is not sealed: a file without a name, and a folder that only this process may read.
    """
    with TemporaryFile() as file:
        with _workbook(file) as book:
            await _write(parts, export, words, book)
        file.seek(0)
        while piece := await run_in_threadpool(file.read, PIECE_BYTES):
            yield piece


@contextmanager
def _workbook(file: IO[bytes]) -> Iterator[Any]:
    with TemporaryDirectory(prefix="bekal-") as folder:
        book = xlsxwriter.Workbook(file, OPTIONS | {"tmpdir": folder})
        try:
            yield book
        finally:
            for sheet in book.worksheets():
                sheet.row_data_fh.close()  # it closes only what it finishes, not what somebody stopped waiting for


async def _write(parts: Services, export: Export, words: Words, book: Any) -> None:
    sheet, about = book.add_worksheet("registrations"), book.add_worksheet("about")
    sheet.freeze_panes(1, 1)
    _write_rows(sheet, 0, [export.headings])
    count = 0
    async for rows in _portions(parts, export):
        await run_in_threadpool(_write_rows, sheet, count + 1, rows)
        count += len(rows)
    watermark = told(export, count, words)
    about.write_string(0, 0, watermark)
    book.set_properties({"author": export.by.name, "comments": watermark, "created": export.at})
    await run_in_threadpool(book.close)


def _write_rows(sheet: Any, first: int, rows: Sequence[Cells]) -> None:
    for number, row in enumerate(rows, first):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(number, column, cell)
            elif cell:
                sheet.write_string(number, column, cell)
