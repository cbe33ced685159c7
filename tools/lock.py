"""Make the two lock files from pyproject.toml: `./bekal lock`, with `--upgrade` to newer versions."""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNTIME = ROOT / "requirements.lock"
DEVELOPMENT = ROOT / "requirements-dev.lock"
HEADER = "# Made by `./bekal lock` from pyproject.toml for Python 3.11 to 3.14; do not edit by hand.\n"
FOREIGN = re.compile(r"://|^\s*-(?!-hash=)|@\s*file|^\s*/", re.MULTILINE)


class LockError(Exception):
    """The lock files are as they were; the message says why."""


def main() -> int:
    """Write both lock files, or neither."""
    parser = argparse.ArgumentParser(prog="bekal lock", description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that pyproject.toml allows")
    arguments = parser.parse_args()
    try:
        write_locks(upgrade=arguments.upgrade)
    except LockError as failure:
        print(failure, file=sys.stderr)
        return 1
    print(f"wrote {RUNTIME.name} and {DEVELOPMENT.name}")
    return 0


def write_locks(*, upgrade: bool) -> None:
    """Resolve all together first, so that what runs is exactly what was tested."""
    with tempfile.TemporaryDirectory() as folder:
        everything, runtime, development = (Path(folder) / name for name in ("all.txt", "run.txt", "dev.txt"))
        if not upgrade:
            everything.write_text("".join(old.read_text() for old in (RUNTIME, DEVELOPMENT) if old.exists()))
        resolve("pyproject.toml", "--group", "dev", to=everything)
        resolve("pyproject.toml", "--constraints", str(everything), to=runtime)
        resolve("--group", "dev", "--constraints", str(everything), to=development)
        texts = {RUNTIME: checked(runtime), DEVELOPMENT: checked(development)}
    for path, text in texts.items():
        unfinished = path.with_suffix(".new")
        unfinished.write_text(text)
        os.replace(unfinished, path)


def resolve(*arguments: str, to: Path) -> None:
    """Ask uv for one set of versions with hashes that holds on every platform and Python we support."""
    command = [sys.executable, "-m", "uv", "pip", "compile", *arguments, "--output-file", str(to), "--quiet"]
    command += ["--universal", "--python-version", "3.11", "--only-binary", ":all:"]
    command += ["--generate-hashes", "--no-header", "--no-annotate"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        hint = "Nothing was changed. Either no package index can be reached, or the versions do not fit together"
        raise LockError(f"{hint}; uv says:\n{done.stderr.strip()}")


def checked(resolved: Path) -> str:
    """Give the text of a lock file; refuse one that names an index, a URL or a path."""
    text = resolved.read_text()
    if found := FOREIGN.search(text):
        line = text[: found.end()].count("\n") + 1
        raise LockError(f"Nothing was changed: line {line} of the new lock names a host, an option or a path.")
    return HEADER + text


if __name__ == "__main__":
    sys.exit(main())
