"""Reading a workbook that comes back from a translator, and nothing of it that the desk did not give out."""

from collections.abc import Iterator, Mapping
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from content.desk.sheet_guard import MOST_BYTES, NoWorkbook, unpacked
from content.desk.sheets import ARTICLE, FIELD, FIELDS, FORMAT, PLACE, SEALED, YOURS, Exported, Sheet, SheetRow, exact
from core.crypto import Vault
from core.errors import RuleBroken
from core.i18n import LANGUAGES

Cells = list[list[str]]


class SheetRefused(RuleBroken):
    """A workbook is not read at all: it is none of ours, was changed, or is for another language."""


def read(content: bytes, *, language: str, vault: Vault) -> Sheet:
    """Return what a translator filled in; raise SheetRefused. It computes for tenths of a second: do it in a thread."""
    if len(content) > MOST_BYTES:
        raise SheetRefused("The file is larger than 2 MB: download fewer articles at a time.")
    sealed, texts = _sheets(content)
    kind, names, exported = _proved(sealed, vault)
    if kind != language:
        raise SheetRefused(
            "This workbook is for {workbook}, and you chose {chosen}.", workbook=LANGUAGES[kind].name,
            chosen=LANGUAGES[language].name,
        )  # fmt: skip
    return Sheet(language, exported, tuple(_rows(texts, names)))


def _sheets(content: bytes) -> tuple[Cells, Cells]:
    """Return the cells of the hidden sheet, and of the first other one."""
    try:
        with CalamineWorkbook.from_filelike(unpacked(content)) as book:
            others = [name for name in book.sheet_names if name != SEALED]
            found = [_cells(book, name) for name in (SEALED, *others[:1])]
    except (NoWorkbook, CalamineError) as error:
        raise SheetRefused(
            "This is no workbook of this desk. Go back, download one, fill it in and save it as .xlsx."
        ) from error
    return found[0], found[1] if others else []


def _cells(book: CalamineWorkbook, name: str) -> Cells:
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell: Any) -> str:
    """Return what a cell shows: a number that was typed into it as it was typed."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _proved(sealed: Cells, vault: Vault) -> tuple[str, Mapping[str, str], dict[str, Exported]]:
    """Return what the workbook was made from, once its signature has proved it: language, names of fields, texts."""
    rows = [_without_end(row) for row in sealed]
    signature = rows[0][0] if rows and rows[0] else ""
    if not vault.has_signed(signature, exact(rows[1:]), place=PLACE):
        raise SheetRefused(
            "The hidden part of this workbook was changed, or it comes from another desk. Download it anew and copy "
            "your texts into it."
        )
    kind, language, *names = rows[1]
    if kind != FORMAT:
        raise SheetRefused("This workbook is from an older desk. Download it anew and copy your texts into it.")
    return language, dict(zip(names, FIELDS, strict=True)), {slug: _exported(*map(int, ids)) for slug, *ids in rows[2:]}


def _exported(source_id: int, base_id: int | None = None) -> Exported:
    return Exported(source_id, base_id)


def _without_end(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row = row[:-1]
    return row


def _rows(cells: Cells, names: Mapping[str, str]) -> Iterator[SheetRow]:
    """Return the rows under the heading; those in which nothing stands are left out."""
    for number, cell in enumerate(cells[1:], 2):
        row = [*cell, *[""] * (YOURS + 1 - len(cell))]
        if any(row):
            yield SheetRow(number, row[ARTICLE].strip(), names.get(row[FIELD].strip(), ""), row[YOURS])
