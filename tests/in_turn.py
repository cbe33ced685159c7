"""Which cases of the whole suite only the deep run tries: docs/decisions/0012-cases-in-turn.md."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

DATABASES = ("sqlite", "postgres")
FIXTURE = "database_url"
SURFACES = {"api", "bot"}  # folders of tests whose statements are those of the folders beside them


def not_in_turn(items: Iterable[pytest.Item]) -> set[pytest.Item]:
    """Return the cases whose turn it is not today.

    Every test runs on both databases: its first case (wording, field, language) on each of them, the others on one and
    the other in turn. At a surface all cases of a file go in turn. A test that chooses its databases itself keeps them.
    """
    cases: Counter[tuple[str, str]] = Counter()
    left_out = set()
    for item in items:
        database = _database_of(item)
        if database not in DATABASES or _chooses(item):
            continue
        is_surface = Path(item.path).parent.name in SURFACES
        counted = (str(item.path) if is_surface else item.nodeid.partition("[")[0], database)
        is_first_of_test = cases[counted] == 0 and not is_surface
        if not is_first_of_test and DATABASES[cases[counted] % len(DATABASES)] != database:
            left_out.add(item)
        cases[counted] += 1
    return left_out


def _database_of(item: pytest.Item) -> str:
    if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return ""
    return str(item.callspec.params.get(FIXTURE, ""))


def _chooses(item: pytest.Item) -> bool:
    marks = item.iter_markers("parametrize")
    return any(FIXTURE in (mark.args[0] if mark.args else mark.kwargs["argnames"]) for mark in marks)
