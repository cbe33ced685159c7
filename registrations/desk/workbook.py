"""A list of people as a workbook: an empty one to fill in, and reading one that comes back.

The first row holds the codes of the questions, which are also the headings of an export; the second one the questions.
"""

from collections.abc import Iterable, Sequence, Set
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from content import countries
from content.desk.sheet_guard import MOST_BYTES, NoWorkbook, unpacked
from core.errors import RuleBroken
from core.i18n import SOURCE_LANGUAGE
from registrations import form_fields
from registrations.desk.entering import MOST_ROWS, Row
from registrations.forms import Asked, texts_of

FIRST_ROW = 3


class ListRefused(RuleBroken):
    """A list is not read at all."""


def empty(asked: Asked, language: str) -> bytes:
    """Return a workbook to fill in: a column for each question, with a note that names the answers to choose from."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("registrations")
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        for column, question in enumerate(asked.questions):
            sheet.set_column(column, column, 24, text)  # as text: a phone number keeps its zero
            sheet.write_string(0, column, question.code, bold)
            sheet.write_string(1, column, texts_of(question, language).question)
            if answers := form_fields.choices(question, language):
                sheet.write_comment(1, column, "\n".join(answers))  # a list to choose from would know one answer only
        sheet.freeze_panes(FIRST_ROW - 1, 0)
    return made.getvalue()


def read(content: bytes, asked: Asked) -> list[Row]:
    """Return the rows that hold something; raise ListRefused. It computes for tenths of a second: do it in a thread."""
    if len(content) > MOST_BYTES:
        raise ListRefused("The file is larger than 2 MB: part it in two.")
    try:
        with CalamineWorkbook.from_filelike(unpacked(content)) as book:
            cells = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (NoWorkbook, CalamineError, IndexError) as error:
        raise ListRefused(
            "This is no workbook. Go back, download the empty one, fill it in and save it as .xlsx."
        ) from error
    codes = [_text(cell) for cell in cells[0]] if cells else []
    _require_known(codes, asked)
    asks_country = {question.code for question in asked.questions if question.type == "country"}
    typed = (_typed(codes, row, asks_country) for row in cells[FIRST_ROW - 1 :])
    rows = [Row(number, row) for number, row in enumerate(typed, FIRST_ROW) if row]
    if not rows:
        raise ListRefused("There is nobody in this list: people stand from row 3 on.")
    if len(rows) > MOST_ROWS:
        raise ListRefused("A list holds at most {most} people: part it.", most=MOST_ROWS)
    return rows


def _require_known(codes: Iterable[str], asked: Asked) -> None:
    """Raise ListRefused where a column is none of the form's, or one is missing that has to be there."""
    known = {question.code for question in asked.questions}
    headings = [code for code in codes if code]
    wrong = next((code for code in headings if code not in known), None)
    if wrong is not None:
        raise ListRefused("Row 1: {code} is no question of this form.", code=wrong[:40])
    if len(set(headings)) < len(headings):
        raise ListRefused("Row 1: a question stands there twice.")
    required = (question.code for question in asked.questions if question.required and question.shown_if is None)
    missing = next((code for code in required if code not in headings), None)
    if missing is not None:
        raise ListRefused("Row 1: {code} is missing.", code=missing)


def _typed(codes: Sequence[str], row: Sequence[Any], asks_country: Set[str]) -> dict[str, str]:
    """Return what stands in a row, by code. A country's code, as an export writes it, stands for its name."""
    texts = {code: text for code, cell in zip(codes, row, strict=False) if code and (text := _text(cell))}
    coded = {code for code in asks_country & texts.keys() if texts[code] in countries.all_codes()}
    return texts | {code: countries.country_name(texts[code], SOURCE_LANGUAGE) for code in coded}


def _text(cell: Any) -> str:
    """Return what a cell says: a day as 2026-11-26, a number as it was typed."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
