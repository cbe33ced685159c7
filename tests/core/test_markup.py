"""Telegram's HTML subset: parsing and splitting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import RuleBroken
from core.i18n import desk_words
from core.markup import ENTITY_TYPES, MarkupError, parse, split
from core.messages import Entity, Formatted, utf16_length

SIMPLE_TAGS = sorted(set(ENTITY_TYPES) - {"a", "pre", "code", "blockquote"})
PLAIN = st.text(alphabet="abc 😀é\n", max_size=12)
SNIPPETS = st.sampled_from(
    ["<b>", "</b>", "<a href='x'>", "</a>", "<", ">", "&", "&lt;", "&#0;", "<!--", "<![", "</", "😀"]
)


def test_every_tag_becomes_its_entity() -> None:
    for tag, kind in ENTITY_TYPES.items():
        opening = '<a href="https://kp2mi.go.id/">' if tag == "a" else f"<{tag}>"
        url = "https://kp2mi.go.id/" if tag == "a" else None

        assert parse(f"😀{opening}hai</{tag}>") == Formatted("😀hai", (Entity(kind, 2, 3, url),))


def test_nested_entities_stand_outermost_first() -> None:
    found = parse("a <b>b <i>c</i></b> &lt;d&gt; &amp;")

    assert found == Formatted("a b c <d> &", (Entity("bold", 2, 3), Entity("italic", 4, 1)))


@pytest.mark.parametrize(
    ("markup", "line", "column", "what"),
    [
        ("a\n <h1>x</h1>", 2, 2, "<h1> is not allowed"),
        ("<b>x", 1, 1, "<b> is never closed"),
        ("<b><i>x</b></i>", 1, 8, "</b> closes nothing that is open here"),
        ("x</b>", 1, 2, "</b> closes nothing that is open here"),
        ('<b class="x">x</b>', 1, 1, "<b> takes no attributes"),
        ("<a>x</a>", 1, 1, "<a> takes href and nothing else"),
        ('<a href="javascript:alert(1)">x</a>', 1, 1, "javascript:alert(1) is not a link to a page"),
        ('<a href="http://[">x</a>', 1, 1, "http://[ is no address"),
        ('<a href="https://a.id"><a href="https://b.id">x</a></a>', 1, 24, "<a> inside <a>"),
        ("<code><b>x</b></code>", 1, 7, "<b> inside code"),
        ("<b/>", 1, 1, "<b/> closes itself"),
        ("1 < 2", 1, 3, 'a "<" that starts no tag: write &lt;'),
        ("<!-- x -->", 1, 1, 'a "<" that starts no tag: write &lt;'),
        ("x\ny\x00", 2, 2, "a control character"),
        ("<script>x</script>", 1, 1, "<script> is not allowed"),
    ],
)
def test_anything_else_is_refused_with_its_place(markup: str, line: int, column: int, what: str) -> None:
    with pytest.raises(MarkupError) as caught:
        parse(markup)

    assert (caught.value.line, caught.value.column, caught.value.what) == (line, column, what)
    why = RuleBroken(caught.value.message, **caught.value.values)
    sentence = RuleBroken("Line {line} of the text: the markup is not right ({what}).", line=line, what=why)
    assert desk_words("en").told(sentence).endswith(f"({what}).")
    told = desk_words("id").told(sentence)
    assert told.startswith(f"Baris {line} dari teks")
    assert what not in told, "why it is not right is told in the same language"


@given(st.lists(st.one_of(st.text(max_size=5), SNIPPETS), max_size=12).map("".join))
def test_no_input_does_worse_than_be_refused(markup: str) -> None:
    try:
        found = parse(markup)
    except MarkupError:
        return
    assert all(e.offset >= 0 and e.offset + e.length <= utf16_length(found.text) for e in found.entities)


@given(st.lists(st.tuples(st.sampled_from(["", *SIMPLE_TAGS]), PLAIN), max_size=8))
def test_offsets_count_utf16_units(pieces: list[tuple[str, str]]) -> None:
    found = parse("".join(f"<{tag}>{text}</{tag}>" if tag else text for tag, text in pieces))

    units = found.text.encode("utf-16-le")
    stretches = [units[2 * e.offset : 2 * (e.offset + e.length)].decode("utf-16-le") for e in found.entities]
    assert found.text == "".join(text for _, text in pieces)
    assert stretches == [text for tag, text in pieces if tag and text]


@given(st.text(alphabet="ab 😀\n", max_size=60), st.integers(2, 20), st.data())
def test_a_split_loses_nothing_and_keeps_the_limit(text: str, limit: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    stretch = text[start : data.draw(st.integers(start, len(text)))]
    entity = Entity("bold", utf16_length(text[:start]), utf16_length(stretch))

    parts = split(Formatted(text, (entity,) if stretch else ()), limit)

    assert all(part.text.strip() and utf16_length(part.text) <= limit for part in parts)
    assert without_space("".join(part.text for part in parts)) == without_space(text)
    assert without_space("".join(bold_text(part) for part in parts)) == without_space(stretch)


def test_a_split_prefers_the_end_of_a_paragraph_then_of_a_line() -> None:
    assert [part.text for part in split(Formatted("aa\nbb\n\ncc\n\ndd"), 12)] == ["aa\nbb\n\ncc\n\n", "dd"]
    assert [part.text for part in split(Formatted("aa\nbb\n\ncc\n\ndd"), 8)] == ["aa\nbb\n\n", "cc\n\ndd"]
    assert [part.text for part in split(Formatted("aa\nbb\ncc"), 7)] == ["aa\nbb\n", "cc"]
    assert [part.text for part in split(Formatted("aabbcc"), 4)] == ["aabb", "cc"]


def without_space(text: str) -> str:
    return "".join(text.split())


def bold_text(part: Formatted) -> str:
    units = part.text.encode("utf-16-le")
    return "".join(units[2 * e.offset : 2 * (e.offset + e.length)].decode("utf-16-le") for e in part.entities)
