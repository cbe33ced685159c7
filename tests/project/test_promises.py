"""What docs/data-protection.md promises names its tests, and each is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "data-protection.md").read_text()
PROOFS = PAGE[PAGE.index("## What proves it") : PAGE.index("## A breach")]
ROWS = [line for line in PROOFS.splitlines() if line.startswith("| ")][2:]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_every_promise_names_a_test() -> None:
    assert len(ROWS) > 30
    assert [row for row in ROWS if not NAMED.search(row.rpartition(" | ")[2])] == []


@pytest.mark.parametrize(("file", "test"), sorted(set(NAMED.findall(PAGE))))
def test_a_test_that_is_named_is_there(file: str, test: str) -> None:
    written = (ROOT / file).read_text()
    name = rf"{test}\(" if test else "test_"
    assert re.search(rf"^(?:async )?def {name}", written, re.MULTILINE)
