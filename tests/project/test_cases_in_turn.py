"""Some cases run on one database every day, by turns; the deep run has the rest."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.in_turn import DATABASES
from tests.processes import ROOT

CONFTEST = """
import pytest
from tests.conftest import pytest_addoption, pytest_collection_modifyitems
from tests.in_turn import DATABASES

@pytest.fixture(params=DATABASES)
def database_url(request):
    return request.param
"""
TESTS = """
import pytest

three = pytest.mark.parametrize("a", [1, 2, 3])

def test_alone(database_url): pass

@three
def test_odd(database_url, a): pass

@pytest.mark.parametrize("a", [1, 2, 3, 4])
def test_even(database_url, a): pass

@pytest.mark.parametrize(("a", "b"), [(1, 1), (2, 2), (3, 3)])
def test_two_names(a, b, database_url): pass

@pytest.mark.parametrize("a", [1, 2])
@pytest.mark.parametrize("b", [1, 2])
def test_stacked(database_url, a, b): pass

@pytest.mark.parametrize(
    ("database_url", "a"), [("sqlite", 1), ("postgres", 2), ("sqlite", 3)], indirect=["database_url"]
)
def test_joint(database_url, a): pass

@pytest.mark.parametrize(argnames="database_url", argvalues=["postgres"], indirect=True)
@three
def test_on_one(database_url, a): pass

@three
def test_without(a): pass

@pytest.mark.deep
@three
def test_counts(database_url, a): pass

@pytest.mark.parametrize("a", [1, pytest.param(2, marks=pytest.mark.deep), 3])
def test_in_part(database_url, a): pass
"""
EVERY_DAY = {
    "alone": {"sqlite", "postgres"},
    "odd": {"sqlite-1", "postgres-1", "postgres-2", "sqlite-3"},
    "even": {"sqlite-1", "postgres-1", "postgres-2", "sqlite-3", "postgres-4"},
    "two_names": {"sqlite-1-1", "postgres-1-1", "postgres-2-2", "sqlite-3-3"},
    "stacked": {"sqlite-1-1", "postgres-1-1", "postgres-1-2", "sqlite-2-1", "postgres-2-2"},
    "joint": {"sqlite-1", "postgres-2", "sqlite-3"},
    "on_one": {"1-postgres", "2-postgres", "3-postgres"},
    "without": {"1", "2", "3"},
    "in_part": {"sqlite-1", "postgres-1", "postgres-3"},
}
AT_A_SURFACE = {
    "alone": {"sqlite"},
    "odd": {"postgres-1", "sqlite-2", "postgres-3"},
    "even": {"sqlite-1", "postgres-2", "sqlite-3", "postgres-4"},
    "two_names": {"sqlite-1-1", "postgres-2-2", "sqlite-3-3"},
    "stacked": {"postgres-1-1", "sqlite-1-2", "postgres-2-1", "sqlite-2-2"},
    "joint": {"sqlite-1", "postgres-2", "sqlite-3"},
    "on_one": {"1-postgres", "2-postgres", "3-postgres"},
    "without": {"1", "2", "3"},
    "in_part": {"postgres-1", "sqlite-3"},
}
CASES = {"alone": 1, "odd": 3, "even": 4, "two_names": 3, "stacked": 4}
COLLECT = """
import sys

import pytest

for arguments in [], ["--deep"], sys.argv[1:]:
    print("## collected")
    pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", *arguments])
"""  # in one process: to load all that the tests load takes seconds


def collected(folder: Path, file: str) -> list[dict[str, set[str]]]:
    """Return the cases by their test that pytest takes every day, in the deep run, and of the file by its name."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = (sys.executable, "-c", COLLECT, file)
    told = subprocess.run(run, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout
    runs = []
    for part in told.split("## collected")[1:]:
        found = dict[str, set[str]]()
        for line in part.splitlines():
            test, is_case, case = line.partition("::test_")[2].partition("[")
            if is_case:
                found.setdefault(test, set()).add(case.removesuffix("]"))
        assert found, part
        runs.append(found)
    return runs


@pytest.mark.parametrize(("folder", "expected"), [("staff", EVERY_DAY), ("bot", AT_A_SURFACE)])
def test_every_case_runs_every_day_or_in_the_deep_run_and_whoever_names_a_file_gets_all(
    tmp_path: Path, folder: str, expected: dict[str, set[str]]
) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = .\nmarkers = deep\n")
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "test_it.py").write_text(TESTS)

    every_day, deep, named = collected(tmp_path, f"{folder}/test_it.py")

    assert every_day == expected
    assert deep["counts"] == {f"{database}-{a}" for database in ("sqlite", "postgres") for a in (1, 2, 3)}
    assert deep["in_part"] >= {"sqlite-2", "postgres-2"}
    for test, cases in CASES.items():
        in_deep = deep.get(test, set())
        assert every_day[test] & in_deep == set(), test
        assert named[test] == every_day[test] | in_deep, test
        assert len(named[test]) == len(DATABASES) * cases
