"""Unpacking a workbook that somebody sends: never more than a translator's workbook can hold, whatever the file says.

A zip may be small and unpack to gigabytes; a sheet may name one cell in its last row and column, and whoever reads it
makes room for seventeen thousand million. So each part is unpacked and counted here first, and only what was counted
is read on.
"""

import re
import zlib
from collections.abc import Mapping
from io import BytesIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 16 * 1024 * 1024
MOST_PARTS = 100
MOST_ROWS, MOST_COLUMNS = 2000, 64
MOST_LETTERS_A_CELL = 32_767  # https://support.microsoft.com: Excel specifications and limits
MOST_LETTERS = 100_000_000  # cells times the longest text that any of them may hold
PARTS = re.compile(r"(\[Content_Types\]\.xml|(_rels|docProps|xl)/[\w./-]*\.(xml|rels))")  # no OpenDocument, no binary
CELL = re.compile(r"([A-Za-z]{1,2})([0-9]{1,6})")
UNREADABLE = (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError, zlib.error)


class NoWorkbook(Exception):  # noqa: N818  it names what was found
    """This is no workbook, or one that holds more than it may."""


def unpacked(content: bytes) -> BytesIO:
    """Return the workbook packed anew, without compression; raise NoWorkbook."""
    parts = _parts(content)
    counted = _Counted()
    for name, part in parts.items():
        if name.endswith(".xml"):
            counted.add(part)
    made = BytesIO()
    with ZipFile(made, "w", ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    made.seek(0)
    return made


def _parts(content: bytes) -> Mapping[str, bytes]:
    parts: dict[str, bytes] = {}
    left = MOST_UNPACKED
    try:
        with ZipFile(BytesIO(content)) as archive:
            for info in archive.infolist()[: MOST_PARTS + 1]:
                if PARTS.fullmatch(info.filename):
                    parts[info.filename] = _part(archive, info, left)
                    left -= len(parts[info.filename])
    except UNREADABLE as error:
        raise NoWorkbook from error
    if len(parts) > MOST_PARTS:
        raise NoWorkbook
    return parts


def _part(archive: ZipFile, info: ZipInfo, most: int) -> bytes:
    if info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise NoWorkbook  # the others unpack without a limit
    with archive.open(info) as packed:
        part = packed.read(most + 1)
    if len(part) > most:
        raise NoWorkbook
    return part


class _Counted:
    """Counts rows, cells and letters of the parts of a workbook; raises NoWorkbook where they are too many."""

    def __init__(self) -> None:
        self._rows = self._cells = self._letters = self._longest = 0

    def add(self, part: bytes) -> None:
        """Count one more part."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._begin
        parser.CharacterDataHandler = self._hear
        parser.EntityDeclHandler = self._refuse
        self._letters = 0
        try:
            parser.Parse(part, True)
        except (expat.ExpatError, ValueError) as error:
            raise NoWorkbook from error
        if self._cells * self._longest > MOST_LETTERS:
            raise NoWorkbook

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind in {"si", "c", "row"}:
            self._letters = 0
        if kind == "c":
            self._cells += 1
            _require_near(attributes.get("r", "A1"))
        if kind == "row":
            self._rows += 1
            _require_near("A" + attributes.get("r", "1"))
        if self._rows > MOST_ROWS or self._cells > MOST_ROWS * MOST_COLUMNS:
            raise NoWorkbook

    def _hear(self, text: str) -> None:
        self._letters += len(text)
        self._longest = max(self._longest, self._letters)
        if self._letters > MOST_LETTERS_A_CELL:
            raise NoWorkbook

    def _refuse(self, *_: object) -> None:
        raise NoWorkbook


def _require_near(cell: str) -> None:
    found = CELL.fullmatch(cell)
    if not found or int(found[2]) > MOST_ROWS or _column(found[1]) > MOST_COLUMNS:
        raise NoWorkbook


def _column(letters: str) -> int:
    """Return the number of a column: A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
