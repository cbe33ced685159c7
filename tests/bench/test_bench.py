"""The benchmark runs: its figures are for docs/benchmark.md, never for an assertion."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.contestants.menu import ARTICLE, HOME, TOPIC, TOPIC_IN_IT
from content import screens
from content.cache import CatalogueCache
from content.seals import Seals
from core.clock import utc_now
from core.db import Database
from core.i18n import words
from tests.harness import VAULT

ROOT = Path(__file__).resolve().parents[2]


def run_bench(*options: str) -> list[str]:
    command = [sys.executable, "-m", "bench", "--rounds=1", "--seconds=2", "--warm-up=1", "--people=5", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if line.startswith("| ") and "updates/s" not in line]


@pytest.mark.deep
def test_every_contestant_is_measured_near_and_far() -> None:
    rows = [row for row in run_bench() if not row.startswith("| ---")]

    assert len(rows) == 10
    assert not any("| 0 |" in row for row in rows)


@pytest.mark.deep
def test_exports_of_registrations_are_measured() -> None:
    rows = [row for row in run_bench("--registrations", "--count=20") if row.startswith("| SQLite |")]

    assert len(rows) == 4


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # sizes of screens do not depend on it
async def test_the_bare_bots_show_screens_as_large_as_bekals(library: Database) -> None:
    async with library.reading() as connection:
        content = await CatalogueCache(clock=utc_now, show_unverified=True, seals=Seals(VAULT)).current(connection)
    indonesian = words("id")
    bekal = [
        screens.home(content, words=indonesian),
        screens.topic(content, "protection", words=indonesian),
        screens.topic(content, "before-offer", words=indonesian),
        screens.article(content, "job-offer-check", 1, words=indonesian),
    ]

    for reply, (text, buttons) in zip(bekal, (HOME, TOPIC, TOPIC_IN_IT, ARTICLE), strict=True):
        assert reply is not None
        assert [len(row) for row in reply.rows] == [len(row) for row in buttons]
        assert len(reply.body.text) == pytest.approx(len(text), rel=0.35, abs=12)
