"""`./bekal doctor`, as an operator runs it. `./bekal content`: tests/content/test_command.py."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def bekal(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BEKAL_")}
    environment = kept | {"BEKAL_DATA_DIR": str(folder / "data"), "NO_COLOR": "1"} | settings
    command = [sys.executable, str(ROOT / "main.py"), *words]
    return subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


def test_the_doctor_tells_what_is_hidden_and_where_the_key_lies(tmp_path: Path) -> None:
    token = "1000001:AAbekal_test_token_0123456789abcdefgh"
    bekal(tmp_path, "migrate", BEKAL_TELEGRAM_TOKEN=token)

    told = bekal(tmp_path, "doctor", BEKAL_TELEGRAM_TOKEN=token).stdout

    assert "The data key lies beside the data" in told
    assert "96 of 96 articles are not verified yet and not shown: BEKAL_SHOW_UNVERIFIED=yes shows them" in told
