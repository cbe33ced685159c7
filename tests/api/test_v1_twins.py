"""What the desk's pages do, the JSON API does too, or twins.yaml says why not; and who may on a page may there."""

from pathlib import Path

from core.yaml_files import load_yaml
from tests.api.test_routes_table import PEOPLE, TABLE, may

TWINS: dict[str, str] = load_yaml(Path(__file__).parent / "twins.yaml")
NONE = "none, "


def test_every_form_of_the_desk_has_a_route_of_the_api_or_a_reason() -> None:
    forms = {line for line in TABLE if line.startswith("POST ") and " /v1/" not in line}
    assert forms - TWINS.keys() == set(), "not in twins.yaml yet"
    assert TWINS.keys() - forms == set(), "in twins.yaml, but gone"
    gone = {twin for twin in TWINS.values() if not twin.startswith(NONE)} - TABLE.keys()
    assert gone == set()


def test_who_may_on_a_page_may_over_the_api() -> None:
    pairs = [(form, twin) for form, twin in TWINS.items() if not twin.startswith(NONE)]
    found = [(form, name) for form, twin in pairs for name in PEOPLE if may(name, form) and not may(name, twin)]
    assert found == []
