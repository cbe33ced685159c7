"""The texts stay short and plain: 12 words a sentence on average, none over 20, 60 to 170 words an article."""

import re

import pytest

from content.bodies import REFERENCE, parts_of
from content.pack import read_pack
from content.pack_models import PackText
from core.markup import parse

TEXTS = [text for article in read_pack().articles for text in article.texts.values()]
TABLE = re.compile(r"<pre>.*?</pre>", re.DOTALL)
SENTENCE_END = re.compile(r"(?<=[.!?:])\s+|\n+")


def sentences_of(text: PackText) -> list[list[str]]:
    body = TABLE.sub("", REFERENCE.sub("7", "\n".join(parts_of(text.body))))
    body = re.sub(r"^\d\. ", "", parse(body).text, flags=re.MULTILINE)
    sentences = [re.findall(r"\w+(?:['’-]\w+)*", sentence) for sentence in SENTENCE_END.split(body)]
    return [words for words in sentences if words and words != ["7"]]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.located.path.name)
def test_a_text_is_short_and_plain(text: PackText) -> None:
    lengths = [len(words) for words in sentences_of(text)]

    assert max(lengths) <= 20
    assert sum(lengths) / len(lengths) <= 12
    assert 60 <= sum(lengths) <= 170


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.located.path.name)
def test_a_text_begins_with_what_to_do_and_ends_with_whom_to_call(text: PackText) -> None:
    lines = [line for line in text.body.split("\n") if line]

    assert lines[0].startswith("<b>")
    assert len([line for line in lines if re.match(r"\d\. ", line)]) <= 5
    assert lines[-1].startswith("{{contact:")


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.located.path.name)
def test_numbers_stand_in_facts_and_contacts_only(text: PackText) -> None:
    body = re.sub(r"^\d\. ", "", REFERENCE.sub("", text.body), flags=re.MULTILINE)

    assert not re.search(r"\b\d", body)
