"""What a log may hold."""

import contextlib
import json
from pathlib import Path

import pytest

from core.log import log, place_of, set_up_logging


def test_only_named_fields_reach_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging()

    log.warning("turn failed", update_id=7, chat_id=5000001, text="Sari, paspor X1234567")

    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["update_id"]) == ("turn failed", 7)
    assert line["dropped"] == ["chat_id", "text"]
    assert "Sari" not in str(line)
    assert "5000001" not in str(line)


def test_a_log_that_cannot_be_written_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_logging()
    with Path("/dev/full").open("w", buffering=1) as full:
        monkeypatch.setattr("sys.stderr", full)
        log.warning("turn failed")
        monkeypatch.undo()
        with contextlib.suppress(OSError):
            full.close()


def test_a_place_names_the_line_and_not_what_was_said() -> None:
    try:
        int("Sari")
    except ValueError as error:
        place = place_of(error)

    assert place.startswith("test_log.py:")
    assert "Sari" not in place
