"""Of a test's cases, the first runs on both databases every day, each other one on one of them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ROOT

CONFTEST = """
import pytest
from tests.in_turn import DATABASES, not_in_turn

@pytest.fixture(params=DATABASES)
def database_url(request):
    return request.param

def pytest_collection_modifyitems(items):
    left_out = not_in_turn(items)
    items[:] = [item for item in items if item not in left_out]
"""
ON = '@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)\n'
JOINT = """@pytest.mark.parametrize(
    ("database_url", "a"), [("sqlite", 1), ("postgres", 2), ("sqlite", 3)], indirect=["database_url"]
)
"""
ALONE, ODD, EVEN = "", '@pytest.mark.parametrize("a", [1, 2, 3])\n', '@pytest.mark.parametrize("a", [1, 2, 3, 4])\n'
TWO_NAMES = '@pytest.mark.parametrize(("a", "b"), [(1, 1), (2, 2), (3, 3)])\n'
STACKED = '@pytest.mark.parametrize("a", [1, 2])\n@pytest.mark.parametrize("b", [1, 2])\n'


@pytest.mark.parametrize(
    ("marks", "arguments", "wanted"),
    [
        (ALONE, "database_url", ["sqlite", "postgres"]),
        (ODD, "database_url, a", ["sqlite-1", "postgres-1", "postgres-2", "sqlite-3"]),
        (EVEN, "database_url, a", ["sqlite-1", "postgres-1", "postgres-2", "sqlite-3", "postgres-4"]),
        (TWO_NAMES, "a, b, database_url", ["sqlite-1-1", "postgres-1-1", "postgres-2-2", "sqlite-3-3"]),
        (STACKED, "database_url, a, b", ["sqlite-1-1", "postgres-1-1", "postgres-1-2", "sqlite-2-1", "postgres-2-2"]),
        (JOINT, "database_url, a", ["sqlite-1", "postgres-2", "sqlite-3"]),
        (ON + ODD, "database_url, a", ["1-postgres", "2-postgres", "3-postgres"]),
        (ODD, "a", ["1", "2", "3"]),
    ],
)
def test_every_case_runs_somewhere_and_the_first_on_both(
    tmp_path: Path, marks: str, arguments: str, wanted: list[str]
) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_it.py").write_text(f"import pytest\n\n{marks}def test_it({arguments}):\n    pass\n")
    collect = (
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-c",
        "/dev/null",
        "--rootdir",
        tmp_path,
        tmp_path,
    )
    told = subprocess.run(collect, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    found = [line.partition("[")[2].removesuffix("]") for line in told.splitlines() if "::test_it[" in line]

    assert sorted(found) == sorted(wanted), told
