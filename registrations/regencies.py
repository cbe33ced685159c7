"""Indonesia's kabupaten and kota: their codes, their names, and which of them a few typed letters mean."""

from functools import cache
from pathlib import Path

from core.words import letters, nearest
from core.yaml_files import load_yaml

FILE = Path(__file__).resolve().parent / "regencies.yaml"
KINDS = {"Kabupaten": {"kabupaten", "kab"}, "Kota": {"kota"}}
ALSO = {"solo": "surakarta"} | dict.fromkeys(
    ("jogja", "jogya", "jogjakarta", "yogya", "yogja"), "yogyakarta"
)  # as all say
NO_NAMES = frozenset({"kabupaten", "kab", "kota", "administrasi", "adm"})


@cache
def all_names() -> dict[str, str]:
    """Return the names by code ("32.01"), in the order of the codes, by which those of a province stand together."""
    names: dict[str, str] = load_yaml(FILE)
    return names


def of_province(province: str) -> dict[str, str]:
    """Return the names by code within a province, by name."""
    within = {code: name for code, name in all_names().items() if code.startswith(f"{province}.")}
    return dict(sorted(within.items(), key=lambda item: (_bare(item[1]), item[1])))


def found(text: str, province: str | None = None) -> tuple[str, ...]:
    """Return the codes that a typed text may mean, the whole country or one province long; none if it means none.

    A name that a kabupaten and a kota share means both, unless it says which; so do the first letters of several.
    """
    names = of_province(province) if province else all_names()
    bare, typed = _bare(text), set(letters(text).split())
    if not bare:
        return ()
    for kind, words in KINDS.items():
        if typed & words:
            names = {code: name for code, name in names.items() if name.startswith(kind)}
    if bare in ALSO and ALSO[bare] in map(_bare, names.values()):
        bare = ALSO[bare]
    same = [code for code, name in names.items() if _bare(name) == bare]
    begins = [code for code, name in names.items() if f" {bare}" in f" {_bare(name)}"]
    if exact := same or begins:
        return tuple(exact)
    slip = nearest(bare, {_bare(name): _bare(name) for name in names.values()})
    return tuple(code for code, name in names.items() if slip and _bare(name) == slip)


def lies_elsewhere(text: str, province: str) -> bool:
    """Tell whether a text means something outside a province only: by its whole name, or by what nobody there bears."""
    whole = {code for code, name in all_names().items() if letters(name) == letters(text)}
    if whole:
        return not any(code in of_province(province) for code in whole)
    return not found(text, province) and bool(found(text))


@cache
def _bare(name: str) -> str:
    return " ".join(word for word in letters(name).split() if word not in NO_NAMES)
