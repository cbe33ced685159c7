"""What changed between two texts: numbers, links and references are told first, wherever they stand."""

import pytest

from content.desk.differences import Change, between
from content.desk.exact import article


def critical(old: str, new: str) -> list[tuple[Change, str]]:
    told = between(article(title="Judul", summary="", body=old), article(title="Judul", summary="", body=new)).critical
    return [(piece.change, piece.text) for piece in told]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Telepon 112.", "Telepon 113.", [(Change.GONE, "112"), (Change.NEW, "113")]),
        ("Telepon 112.", "Teleponlah 112!", []),
        ("Biaya {{fact:a}}.", "Biaya {{fact:b}}.", [(Change.GONE, "{{fact:a}}"), (Change.NEW, "{{fact:b}}")]),
        (
            "Baca https://a.id/x",
            "Baca https://a.id/y",
            [(Change.GONE, "https://a.id/x"), (Change.NEW, "https://a.id/y")],
        ),
    ],
)
def test_a_number_a_link_and_a_reference_that_changed_are_told(
    old: str, new: str, told: list[tuple[Change, str]]
) -> None:
    assert critical(old, new) == told


def test_a_number_that_stands_there_already_is_told_where_it_takes_the_place_of_another() -> None:
    old = "Polisi: 112. Ambulans: 119. Sekali lagi, polisi: 112."
    assert critical(old, "Polisi: 112. Ambulans: 119. Sekali lagi, polisi: 119.") != []
    assert critical(old, "Polisi: 112. Ambulans: 112. Sekali lagi, polisi: 112.") != []


def test_numbers_that_change_places_are_told() -> None:
    assert critical("Polisi: 112. Ambulans: 119.", "Polisi: 119. Ambulans: 112.") != []
