"""`./bekal staff add`: the first administrator of an empty installation."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def bekal(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BEKAL_")}
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *arguments], cwd=folder, capture_output=True, text=True, check=False,
        env={**kept, "BEKAL_DATA_DIR": str(folder / "data")}, timeout=120,
    )  # fmt: skip


def test_an_empty_folder_gets_its_first_administrator_and_a_wrong_role_one_sentence(tmp_path: Path) -> None:
    add = ("staff", "add", "sri@example.go.id", "--name", "Sri Rahayu")
    done = bekal(tmp_path, *add, "--role", "administrator", "--role", "verifier:jv")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^http://127\.0\.0\.1:8080/invitation/[\w-]{40,}$", done.stdout, re.MULTILINE)

    for arguments, told in (
        ((*add, "--role", "boss"), "There is no role boss."),
        (("staff", "add", "no address", "--name", "X", "--role", "editor"), "This is not an e-mail address."),
    ):
        wrong = bekal(tmp_path, *arguments)
        assert wrong.returncode == 1
        assert wrong.stderr.startswith(f"bekal: {told}")
        assert wrong.stderr.count("\n") == 1
