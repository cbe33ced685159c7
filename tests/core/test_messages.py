"""Replies as plain data."""

from core.messages import Entity, Formatted, bold, italic, joined, plain, utf16_length


def test_joining_moves_the_entities_to_where_their_text_now_stands() -> None:
    whole = joined(
        "😀", bold("Sari"), Formatted("a link", (Entity("text_link", 2, 4, "https://x.id"),)), separator="\n"
    )

    assert whole.text == "😀\nSari\na link"
    assert whole.entities == (Entity("bold", 3, 4), Entity("text_link", 10, 4, "https://x.id"))


def test_lengths_are_counted_as_telegram_counts() -> None:
    assert utf16_length("a😀") == 3
    assert italic("😀").entities == (Entity("italic", 0, 2),)
    assert plain("x").entities == ()
