"""docs/library.md tells what the shipped library holds, today's."""

from tests.harness import shipped
from tools.library_table import PAGE, table


def test_the_page_is_that_of_the_shipped_pack() -> None:
    assert PAGE.read_text(encoding="utf-8") == table(shipped()), "run python -m tools.library_table"


def test_no_language_lacks_a_text() -> None:
    assert [article.slug for article in shipped().articles if article.shared.missing] == []
