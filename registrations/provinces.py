"""Indonesia's provinces: their codes, their names, and what people type for them. The list: provinces.yaml."""

from functools import cache
from pathlib import Path
from typing import Any

from core.words import letters, nearest
from core.yaml_files import load_yaml

FILE = Path(__file__).resolve().parent / "provinces.yaml"


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = load_yaml(FILE)
    return data


@cache
def all_names() -> dict[str, str]:
    """Return the names by code, in the order in which they are offered."""
    names, first = _data()["names"], _data()["first"]
    return {code: names[code] for code in (*first, *(code for code in names if code not in first))}


def named(text: str) -> str | None:
    """Return the code of the province that a whole text names, a slip of the thumb included; None if it names none."""
    return nearest(text, _typed())


@cache
def _typed() -> dict[str, str]:
    typed = {letters(name): code for code, name in all_names().items()}
    return typed | {other: code for code, others in _data()["also"].items() for other in others}
