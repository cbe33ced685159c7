"""Where a file or a function is longer than it should be, the reason stands beside it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINES_A_FILE = 400
LINES_A_FUNCTION = 33  # thirty, and what a signature takes
PARTS = (
    "api",
    "bench",
    "bot",
    "content",
    "core",
    "migrations",
    "registrations",
    "simulator",
    "staff",
    "tests",
    "tools",
)
TOLD_AS_STORIES = ("tests", "bench")  # a test reads from its first step to its last
FILES = [ROOT / "main.py", *(path for part in PARTS for path in (ROOT / part).rglob("*.py"))]


def without_a_reason(path: Path) -> Iterator[str]:
    source = path.read_text(encoding="utf-8")
    module, name = ast.parse(source), path.relative_to(ROOT).as_posix()
    about = ast.get_docstring(module) or ""
    if len(source.splitlines()) > LINES_A_FILE and "Longer than a file should be: " not in about:
        yield name
    if name.startswith(TOLD_AS_STORIES) or (name.startswith("migrations") and "Longer than" in about):
        return
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            lines = source.splitlines()[node.lineno - 1 : node.end_lineno]
            if len(lines) > LINES_A_FUNCTION and not any(
                "Longer than a function should be: " in each for each in lines
            ):
                yield f"{name}: {node.name}"


def test_what_is_longer_than_it_should_be_says_why() -> None:
    assert [what for path in FILES for what in without_a_reason(path)] == []
