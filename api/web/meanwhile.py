"""When somebody else saved meanwhile: what stands there now beside what was typed, which the form still holds."""

from collections.abc import Iterable
from typing import NamedTuple


class Differing(NamedTuple):
    """One field of a form in which two people say different things. `language`: of the words, where they have one."""

    label: str
    theirs: str
    yours: str
    language: str = ""


def differing(fields: Iterable[Differing]) -> list[Differing]:
    """Return the fields that differ: they are what saving again would change."""
    return [field for field in fields if field.theirs != field.yours]
