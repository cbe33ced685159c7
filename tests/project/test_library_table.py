"""docs/library.md tells what the shipped library holds, today's."""

from content.pack import read_pack
from tools.library_table import PAGE, table


def test_the_page_is_that_of_the_shipped_pack() -> None:
    assert PAGE.read_text(encoding="utf-8") == table(read_pack()), "run python -m tools.library_table"


def test_no_language_lacks_a_text() -> None:
    assert [article.slug for article in read_pack().articles if article.shared.missing] == []
