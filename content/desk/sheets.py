"""Workbooks for translators: what they are made of, and writing one. Reading them is in sheet_reading.py.

The first sheet has a row for each field of an article; only its last column can be filled in. The second one is hidden
and signed: it holds what the workbook was made from, so that nobody writes over what she has not seen.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import xlsxwriter

from content.desk.exact import Exact
from content.desk.translations import Standing
from core.crypto import Vault
from core.i18n import LANGUAGES, SOURCE_LANGUAGE, Words

FORMAT = "1"
PLACE = "translation sheet"
SEALED = "bekal"  # the name of the hidden sheet
FIELDS = ("title", "summary", "body")
WIDTHS = (22, 12, 12, 60, 60, 60)
ARTICLE, FIELD, YOURS = 0, 2, 5  # columns
ANY_TEXT = "@"  # a number format: what is typed into the cell is a text, whatever it begins with


@dataclass(frozen=True, slots=True)
class Exported:
    """What a workbook shows of an article: the source, and the translation that was newest (None: there was none)."""

    source_id: int
    base_id: int | None


@dataclass(frozen=True, slots=True)
class SheetText:
    """One article on its way into a workbook."""

    slug: str
    standing: Standing
    source: Exact
    current: Exact | None
    exported: Exported


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that came back, by its number in the sheet. `field` is empty where the row names none of ours."""

    number: int
    slug: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What came back, and what it was made from by slug."""

    language: str
    exported: Mapping[str, Exported]
    rows: tuple[SheetRow, ...]

    @property
    def slugs(self) -> frozenset[str]:
        """The articles that its rows name and that were given out."""
        return frozenset(row.slug for row in self.rows) & set(self.exported)


def write(texts: Sequence[SheetText], *, language: str, words: Words, vault: Vault) -> bytes:
    """Return a workbook for translating into a language, with headings in a person's words."""
    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        _write_texts(book, texts, language, words)
        _write_sealed(book, texts, language, words, vault)
    return file.getvalue()


def file_name(language: str, topic: str) -> str:
    """Return what a workbook is called as a file."""
    return "-".join(filter(None, ("bekal", language, topic))) + ".xlsx"


def _write_texts(book: Any, texts: Sequence[SheetText], language: str, words: Words) -> None:
    look = {"text_wrap": True, "valign": "top", "num_format": ANY_TEXT}
    locked = book.add_format(look | {"font_color": "#4a5565"})
    to_fill = book.add_format(look | {"locked": False, "bg_color": "#fff8e1", "border": 1, "border_color": "#dadfe5"})
    heading = book.add_format(look | {"bold": True, "bg_color": "#0b57a4", "font_color": "#ffffff"})
    sheet = book.add_worksheet(LANGUAGES[language].name)
    for column, (width, title) in enumerate(zip(WIDTHS, _headings(language, words), strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, heading)
    rows = [row for text in texts for row in _rows(text, words)]
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text, to_fill if column == YOURS else locked)
    sheet.freeze_panes(1, FIELD + 1)
    sheet.autofilter(0, 0, len(rows), YOURS)
    sheet.protect("", dict.fromkeys(("format_columns", "format_rows", "autofilter"), True))


def _headings(language: str, words: Words) -> tuple[str, ...]:
    _ = words.gettext
    return (
        _("Article"),
        _("Standing"),
        # Translators: a column: which part of an article a row holds: its title, summary or text.
        _("Field"),
        LANGUAGES[SOURCE_LANGUAGE].name,
        # Translators: a column: the translation into a language as it is now.
        _("{language}, now").format(language=LANGUAGES[language].name),
        # Translators: the heading of the column that is filled in. The signs stay as they are.
        _("Your translation: keep <…> and {{…}} as they are"),
    )


def _rows(text: SheetText, words: Words) -> Iterator[tuple[str, ...]]:
    _ = words.gettext
    standings = {
        Standing.MISSING: _("missing"), Standing.DRAFT: _("draft"), Standing.SUBMITTED: _("in review"),
        Standing.OUTDATED: _("outdated"), Standing.CURRENT: _("current"),
    }  # fmt: skip
    for field, name in zip(FIELDS, _field_names(words), strict=True):
        now = getattr(text.current, field) if text.current else ""
        yield text.slug, standings[text.standing], name, getattr(text.source, field), now, now


def _field_names(words: Words) -> tuple[str, ...]:
    _ = words.gettext
    return _("Title"), _("Summary"), _("Text")


def _write_sealed(book: Any, texts: Sequence[SheetText], language: str, words: Words, vault: Vault) -> None:
    """Write what the workbook was made from: its signature, its kind, what its fields are called, and a row a text."""
    told = [[text.slug, *map(str, _ids(text.exported))] for text in texts]
    rows = [[FORMAT, language, *_field_names(words)], *told]
    sheet = book.add_worksheet(SEALED)
    for number, row in enumerate([[vault.sign(exact(rows), place=PLACE)], *rows]):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell)
    sheet.protect()
    sheet.hide()


def _ids(exported: Exported) -> tuple[int, ...]:
    return (exported.source_id,) if exported.base_id is None else (exported.source_id, exported.base_id)


def exact(rows: Sequence[Sequence[str]]) -> bytes:
    """Return what the signature of the hidden sheet covers."""
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()
