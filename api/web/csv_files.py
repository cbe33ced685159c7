"""Rows as the lines of a CSV file, in which no cell is a formula."""

import csv
import io
import re
from collections.abc import Iterable

RISKY = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would take the cell for a formula
# Nor may it where it parts cells or lines otherwise than we do: Excel does at ";" where decimals have a comma.
PARTING = frozenset(";\t\r\n")
PARTED = re.compile(r'([;\t\r\n]"*)(?=[=+\-@\t\r])')


def written(rows: Iterable[Iterable[object]]) -> str:
    """Return rows as lines; None is an empty cell."""
    file = io.StringIO()
    csv.writer(file).writerows([_safe(cell) for cell in row] for row in rows)
    return file.getvalue()


def _safe(cell: object) -> str:
    told = "" if cell is None else str(cell)
    if not PARTING.isdisjoint(told):
        told = PARTED.sub(r"\1'", told)
    return f"'{told}" if told.startswith(RISKY) else told
