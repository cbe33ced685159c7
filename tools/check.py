"""Every check that a change must pass before its tests run: `./bekal check`."""

import importlib.util
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as lint; lint()"


@dataclass(frozen=True)
class Check:
    """One tool, run by the Python of `.venv`, and what a reader calls it."""

    name: str
    arguments: tuple[str, ...]


CHECKS = (
    Check("ruff format", ("-m", "ruff", "format", "--check", "--quiet", ".")),
    Check("ruff", ("-m", "ruff", "check", "--quiet", ".")),
    Check("mypy", ("-m", "mypy", "--no-error-summary", "--num-workers", "auto", ".")),
    Check("content", ("-m", "content.command")),
    Check("imports", ("-c", LINT_IMPORTS, "--no-logo")),
)
CATALOGUES = Check("catalogues", ("-m", "core.catalogues", "check"))


def main() -> int:
    """Run them all side by side, even after a failure; give 1 if any failed."""
    sys.path.insert(0, str(ROOT))
    checks = chosen_checks()
    with ThreadPoolExecutor() as pool:
        failed = [
            check.name for check, is_passed in zip(checks, pool.map(passes, checks), strict=True) if not is_passed
        ]
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def chosen_checks() -> tuple[Check, ...]:
    """Leave the catalogues out only while there is neither a checker nor a catalogue."""
    if (ROOT / "locales/messages.pot").exists() or importlib.util.find_spec("core.catalogues"):
        return (*CHECKS, CATALOGUES)
    return CHECKS


def passes(check: Check) -> bool:
    """Run one check and print its line; what it said follows only if it failed."""
    started = time.monotonic()
    done = subprocess.run([sys.executable, *check.arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    verdict = "ok" if done.returncode == 0 else "FAILED"
    said = f"{done.stdout}{done.stderr}\n" if done.returncode else ""
    print(f"{check.name:<12} {verdict:<7} {time.monotonic() - started:5.1f} s\n{said}", end="", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
