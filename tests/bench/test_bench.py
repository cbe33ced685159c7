"""The benchmark runs: its figures are for docs/benchmark.md, never for an assertion."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run_bench(*options: str) -> list[str]:
    command = [sys.executable, "-m", "bench", "--rounds=1", "--seconds=2", "--warm-up=1", "--people=5", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if line.startswith("| ") and "updates/s" not in line]


def test_bekal_is_measured_near_and_far() -> None:
    rows = [row for row in run_bench("--only", "Bekal") if row.startswith("| Bekal |")]

    assert len(rows) == 2
    assert not any("| 0 |" in row for row in rows)


@pytest.mark.deep
def test_every_contestant_is_measured_near_and_far() -> None:
    rows = [row for row in run_bench() if not row.startswith("| ---")]

    assert len(rows) == 10
    assert not any("| 0 |" in row for row in rows)


@pytest.mark.deep
def test_exports_of_registrations_are_measured() -> None:
    rows = [row for row in run_bench("--registrations", "--count=20") if row.startswith("| SQLite |")]

    assert len(rows) == 4
