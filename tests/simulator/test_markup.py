"""Entities and the HTML parse mode: what they become, and what Telegram cannot parse."""

from typing import Any

import pytest

from tests.simulator.desk import Desk

BEGINS = "entity beginning at UTF-16 offset"
Spans = list[tuple[str, int, int]]


def spans(message: dict[str, Any]) -> Spans:
    return [(entity["type"], entity["offset"], entity["length"]) for entity in message.get("entities", [])]


async def html(desk: Desk, person: int, markup: str) -> dict[str, Any]:
    message: dict[str, Any] = await desk.bot("sendMessage", chat_id=person, text=markup, parse_mode="HTML")
    return message


@pytest.mark.parametrize(
    ("markup", "text", "expected"),
    [
        ("<b>a</b> <strong>b</strong>", "a b", [("bold", 0, 1), ("bold", 2, 1)]),
        ("<i>a</i><em>b</em>", "ab", [("italic", 0, 1), ("italic", 1, 1)]),
        ("<u>a</u><ins>b</ins>", "ab", [("underline", 0, 1), ("underline", 1, 1)]),
        ("<s>a</s><del>b</del>", "ab", [("strikethrough", 0, 1), ("strikethrough", 1, 1)]),
        ('<span class="tg-spoiler">a</span><tg-spoiler>b</tg-spoiler>', "ab", [("spoiler", 0, 1), ("spoiler", 1, 1)]),
        ("<code>a</code><pre>b</pre>", "ab", [("code", 0, 1), ("pre", 1, 1)]),
        ("<blockquote>a</blockquote>", "a", [("blockquote", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("<B>a</b >", "a", [("bold", 0, 1)]),
        ("<b>a</>", "a", [("bold", 0, 1)]),
        ("<b></b>a", "a", []),
        ("😀<b>b</b>", "😀b", [("bold", 2, 1)]),
        ("&lt;b&gt; &amp; &quot;", '<b> & "', []),
        ("&#65;&#x42; &nbsp; &copy; & &", "AB &nbsp; &copy; & &", []),
        ("1 > 0", "1 > 0", []),
        ('<tg-time unix="1647531900">kapan</tg-time>', "kapan", [("date_time", 0, 5)]),
    ],
)
async def test_tags_become_entities(desk: Desk, sari: int, markup: str, text: str, expected: Spans) -> None:
    message = await html(desk, sari, markup)

    assert (message["text"], spans(message)) == (text, expected)


@pytest.mark.parametrize(
    "markup", ['<a href="https://b.id/?a=1&amp;b=2">ini</a>', "<a href='https://b.id/?a=1&b=2'>ini</a>"]
)
async def test_a_link_keeps_its_address(desk: Desk, sari: int, markup: str) -> None:
    message = await html(desk, sari, markup)

    assert message["entities"] == [{"type": "text_link", "offset": 0, "length": 3, "url": "https://b.id/?a=1&b=2"}]


async def test_a_block_of_code_has_a_language_and_code_in_a_line_has_none(desk: Desk, sari: int) -> None:
    code = '<code class="language-python">a</code>'

    block, line = await html(desk, sari, f"<pre>{code}</pre>"), await html(desk, sari, code)

    assert block["entities"] == [{"type": "pre", "offset": 0, "length": 1, "language": "python"}]
    assert line["entities"] == [{"type": "code", "offset": 0, "length": 1}]


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a <b>b <i>c</i>", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("é<b><i>a</b></i>", 'Unmatched end tag at byte offset 9, expected "</i>", found "</b>"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<h1>a</h1>", 'Unsupported start tag "h1" at byte offset 0'),
        ("a<br>", 'Unsupported start tag "br" at byte offset 1'),
        ("a<br/>", 'Unsupported start tag "br/" at byte offset 1'),
        ("1 < 2 > 0", 'Unsupported start tag "" at byte offset 2'),
        ("<😀>", 'Unsupported start tag "😀" at byte offset 0'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("1<2", "Unclosed start tag at byte offset 1"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
async def test_broken_html_is_refused(desk: Desk, sari: int, markup: str, words: str) -> None:
    refusal = await desk.refused("sendMessage", chat_id=sari, text=markup, parse_mode="HTML")

    assert refusal == f"can't parse entities: {words}"
    assert await desk.messages(sari) == []


async def test_an_unknown_parse_mode_is_refused(desk: Desk, sari: int) -> None:
    assert await desk.refused("sendMessage", chat_id=sari, text="a", parse_mode="BBCode") == "unsupported parse_mode"


async def test_a_parse_mode_outweighs_entities(desk: Desk, sari: int) -> None:
    italic = {"type": "italic", "offset": 0, "length": 1}

    message = await desk.bot("sendMessage", chat_id=sari, text="<b>a</b>", parse_mode="html", entities=[italic])

    assert (message["text"], spans(message)) == ("a", [("bold", 0, 1)])


async def test_without_a_parse_mode_tags_are_text(desk: Desk, sari: int) -> None:
    message = await desk.bot("sendMessage", chat_id=sari, text="<b>a & b")

    assert (message["text"], spans(message)) == ("<b>a & b", [])


async def test_entities_count_in_utf16_units(desk: Desk, sari: int) -> None:
    bold = {"type": "bold", "offset": 2, "length": 2}

    message = await desk.bot("sendMessage", chat_id=sari, text="😀😀a", entities=[bold])

    assert message["entities"] == [bold]


@pytest.mark.parametrize(
    ("entity", "words"),
    [
        ({"offset": -1, "length": 1}, "receive an entity with incorrect offset -1"),
        ({"offset": 0, "length": -1}, "receive an entity with incorrect length -1"),
        ({"offset": 0, "length": 0}, "receive an entity with incorrect length 0"),
        ({"offset": 5, "length": 1}, "entity begins after the end of the text at UTF-16 offset 5"),
        ({"offset": 4, "length": 1}, f"{BEGINS} 4 ends after the end of the text at UTF-16 offset 5"),
        ({"offset": 0, "length": 9}, f"{BEGINS} 0 ends after the end of the text at UTF-16 offset 9"),
        ({"offset": 2, "length": 2}, "entity begins in a middle of a UTF-16 symbol at byte offset 5"),
        ({"offset": 0, "length": 2}, f"{BEGINS} 0 ends in a middle of a UTF-16 symbol at byte offset 5"),
        ({"offset": 0, "length": 1, "type": "loud"}, "can't parse MessageEntity: Unsupported type specified"),
        ({"offset": 0, "length": 1, "type": "text_link"}, "can't parse MessageEntity: Can't find field \"url\""),
    ],
)
async def test_an_entity_outside_the_text_or_through_a_character_is_refused(
    desk: Desk, sari: int, entity: dict[str, Any], words: str
) -> None:
    entities = [{"type": "bold", **entity}]

    assert await desk.refused("sendMessage", chat_id=sari, text="a😀b", entities=entities) == words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tulis /menu saja", [("bot_command", 6, 5)]),
        ("buka https://bekal.id/a?b=1.", [("url", 5, 22)]),
        ("a@b.id", [("email", 0, 6)]),
        ("tanya @bekal_bot", [("mention", 6, 10)]),
        ("telepon +62 812 3456 7890", [("phone_number", 8, 17)]),
        ("😀 /a", [("bot_command", 3, 2)]),
        ("1/2 dan a/b", []),
    ],
)
async def test_commands_links_and_numbers_are_found(desk: Desk, sari: int, text: str, expected: Spans) -> None:
    assert spans(await desk.bot("sendMessage", chat_id=sari, text=text)) == expected


async def test_nothing_is_found_in_code_and_links(desk: Desk, sari: int) -> None:
    message = await html(desk, sari, '<code>/menu</code> <a href="https://b.id">https://c.id</a>')

    assert spans(message) == [("code", 0, 5), ("text_link", 6, 12)]


async def test_captions_are_parsed_and_measured_like_texts(desk: Desk, sari: int) -> None:
    photo = await desk.bot_upload("sendPhoto", "photo", chat_id=sari, caption="<b>a</b>", parse_mode="HTML")
    file_id = photo["photo"][0]["file_id"]

    words = await desk.refused("sendPhoto", chat_id=sari, photo=file_id, caption="a" * 1025)

    assert (photo["caption"], photo["caption_entities"]) == ("a", [{"type": "bold", "offset": 0, "length": 1}])
    assert words == "message caption is too long"
