"""Canaries: what people type in a test and what must be found nowhere but sealed; the search for it, place by place."""

import base64
import random
import sqlite3
import string
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from sqlalchemy import inspect, select

from api.web import registration_files
from core.clock import utc_now
from core.db import Database
from core.i18n import words
from registrations.exporting import FileKind, Wanted
from registrations.registrations import Registration
from tests.cluster import dumped, written_since
from tests.desk import Clock, make_services
from tests.registrations.exports import registrar
from tests.registrations.forms import SLUG

# Every name, wish and number that is typed holds one of these. New ones for each process: the files of a server that
# serves many runs may hold what an earlier one left.
_DICE = random.SystemRandom()
WORD = "kanarix" + "".join(_DICE.choices(string.ascii_lowercase, k=5))
DIGITS = f"812{_DICE.randrange(10**4, 10**5)}"


def needles() -> Iterator[bytes]:
    """Return what is looked for: each canary in UTF-8, UTF-16 both ways, UTF-32, hexadecimal and base64."""
    for word in (WORD[1:], DIGITS):  # the first letter may be a capital
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):
            yield word.encode(encoding)
        yield word.encode().hex().encode()
        for before in range(3):  # where base64 begins to count is not known: letters that hold a neighbour are left out
            written = base64.b64encode(b"x" * before + word.encode())
            yield written[-(-before * 4 // 3) : (before + len(word)) * 4 // 3]


# Without the zeros around: the files of a database are full of them, and each would look like the end of one
NEEDLES = {needle.strip(b"\0") for needle in needles()}


def found_in(content: bytes) -> list[bytes]:
    return [needle for needle in NEEDLES if needle in content]


@dataclass
class Search:
    """Looks for canaries in one place after another, and shows that it does: people's codes lie there in the clear."""

    database: Database
    folder: Path
    found: Counter[str] = field(default_factory=Counter)
    places_with_codes: set[str] = field(default_factory=set)
    _codes: list[bytes] = field(default_factory=list)
    _last: datetime = field(default_factory=utc_now)

    def look(self, place: str, content: bytes) -> None:
        """Count the canaries in what lies in a place."""
        self.found[place] += len(found_in(content))
        if any(code in content for code in self._codes):
            self.places_with_codes.add(place)

    @asynccontextmanager
    async def whole_log(self) -> AsyncIterator[None]:
        """Let nothing be taken out of SQLite's write-ahead log meanwhile: who reads in it hinders the product's job."""
        reader = Database(self._url)
        try:
            async with reader.reading() as connection:
                await connection.execute(select(Registration.id).limit(1))
                yield
        finally:
            await reader.close()

    async def look_at_files(self) -> None:
        """Look at all files of the product, and at those that the server has written since the last time."""
        async with self.database.reading_session() as session:
            sent = select(Registration.reference).where(Registration.reference.is_not(None)).limit(5)
            self._codes = [str(code).encode() for code in await session.scalars(sent)]
        await self.database.close()  # or reading its files here would loosen the locks of this process
        since, self._last = self._last, utc_now()
        log_first = sorted(self.folder.rglob("*"), key=lambda file: not file.name.endswith("-wal"))
        for file in log_first:  # to read the others loosens the lock that keeps it whole
            if file.is_file():
                self.look(_place(file.name), file.read_bytes())
        if not self.database.is_sqlite:
            async for path, content in written_since(self._url, since):
                self.look(_place(path), content)

    async def look_at_copies(self) -> None:
        """Look at what is read out of the database: every value of every table, a backup, exports without names."""
        async for value in self._values():
            self.look("tables", value)
        self.look("backup", await self._backup())
        self.look("export", await self._export(FileKind.CSV))
        with ZipFile(BytesIO(await self._export(FileKind.XLSX))) as workbook:
            for name in workbook.namelist():
                self.look("workbook", workbook.read(name))

    @property
    def _url(self) -> str:
        return self.database.url.render_as_string(hide_password=False)

    async def _values(self) -> AsyncIterator[bytes]:
        """Return the values of each table, as text and as they are."""
        async with self.database.reading() as connection:
            for table in await connection.run_sync(lambda sync: inspect(sync).get_table_names()):
                rows = await connection.exec_driver_sql(f'SELECT * FROM "{table}"')
                yield b"\n".join(_bytes(value) for row in rows for value in row)

    async def _backup(self) -> bytes:
        """Return a backup of the database, made in the way of core/backups.py, but with nothing compressed."""
        if not self.database.is_sqlite:
            return await dumped(self._url)
        await self.database.close()
        file = self.folder / "copy.db"
        with sqlite3.connect(str(self.database.url.database)) as source, sqlite3.connect(file) as target:
            source.backup(target)
        return file.read_bytes()

    async def _export(self, kind: FileKind) -> bytes:
        services, now = make_services(self.database, Clock()), utc_now()
        wanted, by = Wanted(SLUG, kind, "id"), registrar(proved_at=now)
        file = await registration_files.answer(services, wanted, by=by, words=words("id"), now=now)
        return b"".join(
            [piece if isinstance(piece, bytes) else str(piece).encode() async for piece in file.body_iterator]
        )


def _place(path: str) -> str:
    """Tell what a file is by its name: `bekal.db-wal`, or `pg_wal/…`."""
    return "write-ahead log" if "wal" in path else "files"


def _bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
