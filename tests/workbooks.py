"""A translator's spreadsheet program in a test: openpyxl, which shares no code with what writes and reads workbooks."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl

YOURS = 6  # the column to fill in, counted from 1
FIELDS = ("title", "summary", "body")


class Workbook:
    """A workbook that somebody opened: its texts by slug and field."""

    def __init__(self, content: bytes) -> None:
        self.book = openpyxl.load_workbook(BytesIO(content))
        self.sheet: Any = self.book.worksheets[0]

    def row(self, slug: str, field: str) -> int:
        """Return the number of a row as the program shows it."""
        first = next(row for row in range(2, self.sheet.max_row + 1) if self.sheet.cell(row, 1).value == slug)
        return int(first) + FIELDS.index(field)

    def text(self, slug: str, field: str, column: int = YOURS) -> str:
        return str(self.sheet.cell(self.row(slug, field), column).value or "")

    def write(self, slug: str, field: str, text: str | float | None) -> int:
        """Fill a cell in; return its row."""
        row = self.row(slug, field)
        cell = self.sheet.cell(row, YOURS)
        cell.value = text
        if isinstance(text, str):
            cell.data_type = "s"  # typed into a cell that is formatted as text
        return row

    def change(self, slug: str, field: str, how: Callable[[str], str]) -> int:
        return self.write(slug, field, how(self.text(slug, field)))

    def saved(self) -> bytes:
        file = BytesIO()
        self.book.save(file)
        return file.getvalue()
