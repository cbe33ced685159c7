from pathlib import Path

import pytest

from core.crypto import Vault, WrongSeal, load_vault, new_key
from core.errors import SettingsError

NO_FILE = Path("no-such-file")


def test_a_value_opens_only_at_its_own_place(tmp_path: Path) -> None:
    vault = load_vault(None, tmp_path / "data.key")
    sealed = vault.seal(b"081234", place="answer.value.7")

    assert vault.open(sealed, place="answer.value.7") == b"081234"
    with pytest.raises(WrongSeal):
        vault.open(sealed, place="answer.value.8")


def test_an_altered_value_is_refused(tmp_path: Path) -> None:
    vault = load_vault(None, tmp_path / "data.key")
    sealed = vault.seal(b"081234", place="x")

    for index in range(len(sealed)):
        altered = sealed[:index] + bytes([sealed[index] ^ 1]) + sealed[index + 1 :]
        with pytest.raises(WrongSeal):
            vault.open(altered, place="x")


def test_an_older_key_still_opens_what_it_sealed() -> None:
    old, new = new_key(), new_key()
    before = load_vault(old, NO_FILE)
    after = load_vault(f"{new},{old}", NO_FILE)

    assert after.open(before.seal(b"kept", place="x"), place="x") == b"kept"
    with pytest.raises(WrongSeal):
        before.open(after.seal(b"newer", place="x"), place="x")


def test_the_key_file_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "data.key"
    first = load_vault(None, path)
    second = load_vault(None, path)

    assert second.open(first.seal(b"same key", place="x"), place="x") == b"same key"
    assert path.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("key", ["", "short", "!!!!", "x" * 36])
def test_a_key_of_another_length_stops_the_start(key: str) -> None:
    with pytest.raises(SettingsError):
        load_vault(f"{key} ", NO_FILE)


def test_equal_values_never_look_equal() -> None:
    vault = Vault([bytes(32)])

    assert vault.seal(b"same", place="x") != vault.seal(b"same", place="x")
