"""What a log may hold."""

import json

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


def test_a_place_names_the_line_and_not_what_was_said() -> None:
    try:
        int("Sari")
    except ValueError as error:
        place = place_of(error)

    assert place.startswith("test_log.py:")
    assert "Sari" not in place
