"""docs/contacts.md tells what the shipped directory gives."""

from tests.harness import shipped
from tools.contact_table import PAGE, table


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == table(shipped()), "run python -m tools.contact_table"
