"""`./bekal bench --registrations`: a programme with 100,000 registrations: its lists, and its exports as files.

The lists are asked for as `--lists` asks for those of content. A form of 15 questions; each file is written by a
process of its own, as the desk writes it, and thrown away piece by piece. On SQLite, and on PostgreSQL: the server
named by BEKAL_TEST_POSTGRES_URL, else the one in the wheel. `--write` puts the tables into
docs/benchmark-registrations.md.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import psutil
from sqlalchemy import insert, select, text

from api.web import registration_files
from api.web.pages import PAGE_ROWS
from bench import lists
from bench.lists import ROOT, SEED, VAULT
from content.programmes import Form, Programme
from content.revisions import Entry
from core.clock import utc_now
from core.db import Database
from core.i18n import words
from migrations.running import migrate
from registrations import regencies
from registrations.blind_index import PLACE, IndexEntry, Kind
from registrations.exporting import FileKind, Wanted
from registrations.forms import FormVersion
from registrations.registrations import Answer, Registration, Status, seal
from registrations.sign_up import new_reference
from staff import accounts, sessions
from staff.actors import Actor, Grant, Role
from staff.grants import RoleGrant
from staff.sessions import Waits

COUNT = 100_000
AT_ONCE = 2_000
LIMIT_SECONDS = 60  # for a file without names of COUNT registrations
SLUG = "course"
APPLIED = datetime(2026, 11, 26, 9, tzinfo=UTC)
TICK_SECONDS = 0.01
MEGABYTE = 1_000_000
PLACES = tuple(regencies.all_names())


def _question(code: str, kind: str, *options: str, **more: Any) -> dict[str, Any]:
    labelled = [{"code": option, "labels": {"id": f"Pilihan {option}", "en": f"Choice {option}"}} for option in options]
    texts = {"id": {"question": f"Pertanyaan {code}?"}}
    return {"code": code, "type": kind, "texts": texts, **({"options": labelled} if options else {}), **more}


QUESTIONS = [
    _question("consent", "consent"), _question("photos", "consent", required=False),
    _question("name", "short_text", sensitive=True), _question("birth-date", "date"),
    _question("sex", "choice", "female", "male"), _question("children", "yes_no"), _question("how-many", "number"),
    _question("province", "province"), _question("regency", "regency"), _question("country", "country"),
    _question("phone", "phone"), _question("days", "choices", "fri", "sat", "sun"),
    _question("work", "choice", "home", "care", "factory", "field"), _question("returned-on", "date"),
    _question("wish", "long_text", required=False),
]  # fmt: skip
LISTS = (
    "/registrations", "/registrations?status=applied", f"/registrations?programme={SLUG}&province=32",
    "/registrations?order=province&descending=true", "/registrations?page={last}", "/registrations?search={reference}",
    "/registrations?only=mine", "/registrations?only=unassigned", "/registrations?only=to_call", "/registrations/{one}",
    "/registrations/find",
)  # fmt: skip
LIST_LIMIT_MS = 300
FORMS = {"/registrations/find": {"typed": "siti aminah"}}
PAGE = """# {count:,} registrations of one programme

`./bekal bench --registrations --write` makes this page. Last run: {day}, {cores} cores.

## Lists

As a registrar sees them, each page {rounds} times, one after another; `/registrations/find` is a search for two words
of a name. Every one is to answer within {list_limit} ms at p95.

| | SQLite p50 | p95 | PostgreSQL p50 | p95 |
| --- | ---: | ---: | ---: | ---: |
{lists}
## Exports

{questions} questions a registration. Memory is what the process that writes the file grew by; the
longest wait is how long anything else that the same process serves had to wait. Without names a file is to take at most
{limit} s.

| | File | Took | Size | Memory | Longest wait |
| --- | --- | ---: | ---: | ---: | ---: |
{rows}"""


@dataclass(frozen=True)
class Figures:
    """One file: how long it took, how large it is, what memory that took, and how long anybody else had to wait."""

    seconds: float
    megabytes: float
    grew_megabytes: float
    longest_wait_ms: float

    def __str__(self) -> str:
        return (
            f"{self.seconds:.1f} s | {self.megabytes:.1f} MB | {self.grew_megabytes:.0f} MB | "
            f"{self.longest_wait_ms:.0f} ms"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    options = parsed(arguments)
    if options.measure:
        print(json.dumps(asdict(asyncio.run(measured(options.measure, options.kind, options.identified)))))
        return 0
    rows, slowest = [], 0.0
    pages: dict[str, list[tuple[float, float]]] = {page: [] for page in LISTS}
    with tempfile.TemporaryDirectory(prefix="bekal-bench-") as folder:
        for name, url in databases(Path(folder)):
            migrate(url)
            asyncio.run(fill(url, options.count))
            for page, times in asyncio.run(listed(url, options.count)).items():
                pages[page].append(times)
                print(f"{name} {page}: {lists.told(times)}", flush=True)
            for kind in FileKind:
                for is_identified in (False, True):
                    figures = measured_apart(url, kind, is_identified)
                    what = f"{kind.upper()}, {'with' if is_identified else 'without'} names"
                    rows.append(f"| {name} | {what} | {figures} |\n")
                    print(rows[-1], end="", flush=True)
                    slowest = slowest if is_identified else max(slowest, figures.seconds)
    if options.write:
        written = PAGE.format(
            count=options.count, day=date.today().isoformat(), cores=os.cpu_count(), questions=len(QUESTIONS),  # noqa: DTZ011  a day on a page
            limit=LIMIT_SECONDS, rows="".join(rows), rounds=lists.ROUNDS, list_limit=LIST_LIMIT_MS,
            lists="".join(f"| `{page}` | {' | '.join(map(lists.told, both))} |\n" for page, both in pages.items()),
        )  # fmt: skip
        (ROOT / "docs" / "benchmark-registrations.md").write_text(written)
    is_slow = any(p95 > LIST_LIMIT_MS for both in pages.values() for _, p95 in both)
    return int(slowest > LIMIT_SECONDS or is_slow)


async def listed(url: str, count: int) -> dict[str, tuple[float, float]]:
    """Ask for every list as a registrar; return p50 and p95 in milliseconds."""
    database, now = Database(url), utc_now()
    try:
        async with database.session() as session:
            account = await accounts.add(session, email="petugas@desk.test", name="Petugas", language="id", now=now)
            grant = RoleGrant(account_id=account.id, role=Role.REGISTRAR, granted_by="system", granted_at=now)
            session.add(grant)
            token = await sessions.open_for(session, account=account, waits_for=Waits.NOTHING, device="bench", now=now)
            some = (await session.scalars(select(Registration).order_by(Registration.number).limit(1))).one()
        last = {"last": -(-count // PAGE_ROWS), "reference": some.reference, "one": some.id}
        async with lists.browser(database, token) as client:
            return {page: await lists.times(client, page.format(**last), FORMS.get(page)) for page in LISTS}
    finally:
        await database.close()


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bekal bench --registrations", description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT, help="how many registrations")
    parser.add_argument("--write", action="store_true", help="write docs/benchmark-registrations.md")
    parser.add_argument("--measure", default="", help=argparse.SUPPRESS)  # a database: the process that writes a file
    parser.add_argument("--kind", type=FileKind, default=FileKind.CSV, help=argparse.SUPPRESS)
    parser.add_argument("--identified", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def databases(folder: Path) -> Iterator[tuple[str, str]]:
    """Give an empty database of each kind."""
    yield "SQLite", f"sqlite+aiosqlite:///{folder}/registrations.db"
    with lists.postgres(folder) as url:
        yield "PostgreSQL", url


# What is measured


def measured_apart(url: str, kind: FileKind, is_identified: bool) -> Figures:
    """Write a file in a process of its own: its memory is nobody else's."""
    command = [sys.executable, "-m", "bench.registrations", "--measure", url, "--kind", kind]
    command += ["--identified"] if is_identified else []
    told = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    return Figures(**json.loads(told))


async def measured(url: str, kind: FileKind, is_identified: bool) -> Figures:
    """Write a file, and throw it away."""
    database = Database(url)
    seen = Seen(psutil.Process())
    try:
        await _size(database, Wanted(SLUG, kind, "id", status=Status.OFFERED))  # nobody: loads what the desk has loaded
        began, before = time.perf_counter(), seen.process.memory_info().rss
        watching = asyncio.create_task(seen.watch())
        size = await _size(database, Wanted(SLUG, kind, "id", is_identified=is_identified))
        watching.cancel()
    finally:
        await database.close()
    grew = max(0, seen.most_bytes - before)
    return Figures(time.perf_counter() - began, size / MEGABYTE, grew / MEGABYTE, 1000 * seen.longest_wait)


@dataclass
class Seen:
    """What is seen of a process while it works: how much memory it held, how late a task was woken."""

    process: psutil.Process
    most_bytes: int = 0
    longest_wait: float = 0

    async def watch(self) -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(TICK_SECONDS)
            self.longest_wait = max(self.longest_wait, time.perf_counter() - began - TICK_SECONDS)
            self.most_bytes = max(self.most_bytes, self.process.memory_info().rss)


async def _size(database: Database, wanted: Wanted) -> int:
    """Take a file as its reader would; return how many bytes it has."""
    by = Actor("0" * 32, "Bench", (Grant(1, Role.REGISTRAR, None, None, None, "system", APPLIED),), proved_at=APPLIED)
    file = await registration_files.answer(lists.services_of(database), wanted, by=by, words=words("id"), now=APPLIED)
    return sum([len(piece) async for piece in file.body_iterator])


# What the database is filled with


async def fill(url: str, count: int) -> None:
    """Bring a programme, its form and those who have applied."""
    database, random = Database(url, is_patient=True), Random(SEED)
    try:
        async with database.session() as session:
            article, form = Entry(kind="article", slug=SLUG), Form(slug=SLUG, questions=QUESTIONS, origin="desk")
            session.add_all([article, form])
            await session.flush()
            programme = Programme(
                slug=SLUG, article_id=article.id, form=SLUG, position=1, discreet=False, stages=[], provinces=[],
                origin="desk",
            )  # fmt: skip
            version = FormVersion(form_id=form.id, number=1, hash="0" * 64, questions=QUESTIONS, published_at=APPLIED)
            session.add_all([programme, version])
            await session.flush()
            of = {"programme_id": programme.id, "form_version_id": version.id}
        for first in range(1, count + 1, AT_ONCE):
            people = [_registration(number, random) | of for number in range(first, min(first + AT_ONCE, count + 1))]
            async with database.writing() as connection:
                await connection.execute(insert(Registration), people)
                await connection.execute(insert(Answer), [row for each in people for row in _answers(each, random)])
                await connection.execute(insert(IndexEntry), [row for each in people for row in _index(each, random)])
        async with database.writing() as connection:
            await connection.execute(text("ANALYZE"))
    finally:
        await database.close()


def _registration(number: int, random: Random) -> dict[str, Any]:
    applied_at = APPLIED + timedelta(seconds=number)
    return {
        "id": UUID(int=random.getrandbits(128)).hex, "language": "id", "is_for_another": random.random() < 0.1,
        "status": random.choice((Status.APPLIED, Status.ACCEPTED, Status.DECLINED)), "reference": new_reference(),
        "province": random.choice(PLACES).partition(".")[0], "number": number, "begun_at": applied_at,
        "applied_at": applied_at, "changed_at": applied_at,
    }  # fmt: skip


def _answers(registration: dict[str, Any], random: Random) -> Iterator[dict[str, Any]]:
    place = random.choice(PLACES)
    given = {
        "consent": "yes", "photos": random.choice(("yes", "no")), "name": f"Siti Aminah {registration['number']}",
        "birth-date": f"{random.randint(1960, 2005)}-08-17", "sex": random.choice(("female", "male")),
        "children": "yes", "how-many": str(random.randint(1, 9)), "province": place.partition(".")[0],
        "regency": place, "country": random.choice(("MY", "TW", "HK", "SG")),
        "phone": f"+62812{random.randint(10**7, 10**8 - 1)}", "days": "sat sun",
        "work": random.choice(("home", "care", "factory")), "returned-on": "2026-05-17",
        "wish": "Saya ingin belajar menjahit dan membuka usaha kecil di rumah.",
    }  # fmt: skip
    for code, value in given.items():
        sealed = seal(VAULT, registration["id"], code, value)
        yield {"registration_id": registration["id"], "code": code, "sealed": sealed}


def _index(registration: dict[str, Any], random: Random) -> Iterator[dict[str, Any]]:
    """Return digests as the blind index holds them: one phone number, its end, and three words of a name."""
    phone = f"+62812{random.randint(10**7, 10**8 - 1)}"
    for kind, word in (
        (Kind.PHONE, phone), (Kind.ENDING, phone[-4:]), (Kind.NAME, "aminah"),
        (Kind.NAME, random.choice(("siti", "dewi", "sri", "yuni"))), (Kind.NAME, str(registration["number"])),
    ):  # fmt: skip
        digest = VAULT.digests(f"{kind}:{word}".encode(), place=PLACE)[0]
        yield {"registration_id": registration["id"], "kind": kind, "digest": digest}


if __name__ == "__main__":
    sys.exit(main())
