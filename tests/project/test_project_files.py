"""What the files at the root promise: locks that pin and hash, a script that runs, a README that says so."""

import itertools
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot.telegram.sender import REPEAT_WINDOW

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?: ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")


def lock_lines(lock: str) -> list[str]:
    return [line for line in (ROOT / lock).read_text().splitlines() if not line.startswith("#")]


def pins(lock: str) -> dict[str, str]:
    found = (PIN.match(line) for line in lock_lines(lock))
    return {canonicalize_name(pin["name"]): pin["version"] for pin in found if pin}


def ci_commands() -> list[str]:
    return re.findall(r"^\./bekal .*$", (ROOT / ".ci/run").read_text(), re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_only_pins_and_hashes(lock: str) -> None:
    lines = lock_lines(lock)

    assert [line for line in lines if not PIN.match(line) and not HASH.match(line)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_in_a_lock_is_followed_by_a_hash(lock: str) -> None:
    lines = [*lock_lines(lock), ""]
    pairs = itertools.pairwise(lines)
    unhashed = [line for line, below in pairs if PIN.match(line) and not HASH.match(below)]

    assert pins(lock)
    assert unhashed == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_and_no_path(lock: str) -> None:
    text = (ROOT / lock).read_text()

    assert re.findall(r"://|--(?!hash=)[a-z-]+|^/|file:", text, re.MULTILINE) == []


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", PYPROJECT["project"]["dependencies"]),
        ("requirements-dev.lock", PYPROJECT["dependency-groups"]["dev"]),
    ],
)
def test_a_lock_satisfies_each_dependency_in_pyproject(lock: str, wanted: list[str]) -> None:
    pinned = pins(lock)

    def is_met(requirement: Requirement) -> bool:
        version = pinned.get(canonicalize_name(requirement.name))
        return version is not None and requirement.specifier.contains(version, prereleases=True)

    unmet = [text for text in wanted if not is_met(Requirement(text))]

    assert unmet == [], "run ./bekal lock"


def test_both_locks_pin_the_same_versions() -> None:
    runtime, development = (pins(lock) for lock in LOCKS)

    assert {name: development[name] for name in development.keys() & runtime.keys()}.items() <= runtime.items()


@pytest.mark.parametrize("script", ["bekal", ".ci/run"])
def test_a_script_can_be_executed(script: str) -> None:
    assert (ROOT / script).stat().st_mode & 0o111 == 0o111


@pytest.mark.parametrize(("shell", "script"), [("sh", "bekal"), ("bash", ".ci/run")])
def test_a_script_parses(shell: str, script: str) -> None:
    done = subprocess.run([shell, "-n", str(ROOT / script)], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_the_readme_names_every_command_that_ci_runs() -> None:
    readme = (ROOT / "README.md").read_text()
    commands = ci_commands()
    unnamed = [command for command in commands if not re.search(rf"{re.escape(command)}(?=[\s`]|$)", readme)]

    assert "./bekal test" in commands
    assert unnamed == []


def test_every_package_of_ours_is_under_the_import_rules() -> None:
    apart = {"bench", "deploy", "docs", "locales", "migrations", "tests", "tools"}
    packages = {path.parent.name for path in ROOT.glob("[a-z]*/__init__.py")} - apart

    assert packages == set(PYPROJECT["tool"]["importlinter"]["root_packages"])


def test_the_map_states_the_window_that_the_tests_hold() -> None:
    stated = re.findall(r"at most (\d+) a\s+kill", (ROOT / "docs/map.md").read_text())

    assert stated == [str(REPEAT_WINDOW)]


def test_the_licence_in_pyproject_is_the_one_that_lies_at_the_root() -> None:
    licence = (ROOT / "LICENSE").read_text()

    assert PYPROJECT["project"]["license"] == "Apache-2.0"
    assert "Apache License" in licence.splitlines()[0] + licence.splitlines()[1]
    assert "END OF TERMS AND CONDITIONS" in licence


def test_no_folder_of_ours_escapes_the_import_rules_for_want_of_an_init_file() -> None:
    roots = [ROOT / name for name in PYPROJECT["tool"]["importlinter"]["root_packages"]]
    folders = {path.parent for root in roots for path in root.rglob("*.py")}

    assert sorted(str(folder) for folder in folders if not (folder / "__init__.py").exists()) == []
