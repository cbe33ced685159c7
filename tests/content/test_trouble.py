"""Cries for help, in every language and spelling, and ordinary sentences that only sound like them."""

import re
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from content.trouble import (
    FILE,
    SPLIT_PREFIXES,
    BadPhrasesError,
    Trouble,
    is_despair,
    read_phrases,
    tells_of_a_friend,
    trouble_in,
)
from core.i18n import LANGUAGES
from core.yaml_files import load_yaml

SENTENCES = load_yaml(Path(__file__).parent / "trouble_sentences.yaml")
SOURCE = FILE.read_text(encoding="utf-8")
PHRASES = load_yaml(SOURCE)
KINDS = ("strong", "despair", "alone", "weak", "ordinary")
TELLS = dict(zip(KINDS, (*[Trouble.STRONG] * 3, Trouble.WEAK, Trouble.NONE), strict=True))


def forms(line: str) -> list[str]:
    """Every form of a line: one of the words between slashes, with or without those in brackets."""
    choices = [part.strip("()").split("/") + [""] * part.startswith("(") for part in line.split() if part != ".."]
    return [" ".join(" ".join(chosen).split()) for chosen in product(*choices)]


EVERY_FORM = {
    kind: [form for lines in PHRASES[kind].values() for line in lines for form in forms(line)] for kind in KINDS
}
NEUTRAL_WORDS = [
    "rumah",
    "kamar",
    "hp",
    "gaji",
    "taiwan",
    "3 bulan",
    "ya",
    "kak",
    "wis",
    "the",
    "tolong jelaskan",
]
NEUTRAL = st.lists(st.sampled_from(NEUTRAL_WORDS), max_size=8).map(" ".join)


@pytest.mark.parametrize(("kind", "language"), [(kind, language) for kind in SENTENCES for language in SENTENCES[kind]])
def test_a_sentence_is_taken_for_what_it_is(kind: str, language: str) -> None:
    taken = {text: trouble_in(text) for text in SENTENCES[kind][language]}

    assert {text: trouble for text, trouble in taken.items() if trouble is not TELLS[kind]} == {}


@pytest.mark.parametrize("kind", KINDS)
def test_every_phrase_tells_what_it_stands_for(kind: str) -> None:
    begins = "" if kind == "alone" else "besok "

    assert [form for form in EVERY_FORM[kind] if trouble_in(begins + form) is not TELLS[kind]] == []


def test_despair_is_told_from_danger() -> None:
    assert all(is_despair(f"kak {form} saja") for form in EVERY_FORM["despair"])
    assert is_despair("saya mau bunuh diri")
    assert is_despair("aku pengin mati")
    assert is_despair("pengen lompat ke laut"), "ordinary phrases begin so, too"
    assert is_despair("ama passed away, see you in heaven goodbye my children"), "mourning hides no farewell"
    assert not is_despair("saya dipukul majikan")
    assert not is_despair("saya dipukul majikan, paspor mau mati")


@pytest.mark.parametrize(
    ("text", "is_friend"),
    [
        ("teman saya mau bunuh diri", True), ("my friend want to die", True), ("kancaku pengin mati", True),
        ("kangen anakku, aku pengen mati", False), ("my best friend died i want to die", False),
        ("friend i want to die", False), ("friends, im going to kill myself", False), ("teman aku pengen mati", True),
        ("saya mau bunuh diri", False), ("teman pergi semua, saya mau mati", False), ("teman saya sakit", False),
    ],
)  # fmt: skip
def test_a_friend_who_wants_to_die_is_told_from_the_writer(text: str, is_friend: bool) -> None:
    assert tells_of_a_friend(text) is is_friend


@given(st.text(max_size=600))
def test_no_text_is_too_strange(text: str) -> None:
    assert trouble_in(text) in Trouble


# What follows "di" belongs to it: "meninggalkan saya di" is a cry, and "… di rumah" is none.
WHOLE = [form for form in EVERY_FORM["strong"] if form.split()[-1] not in SPLIT_PREFIXES]


@given(NEUTRAL, st.sampled_from(WHOLE), NEUTRAL)
def test_a_strong_phrase_is_heard_whatever_stands_around_it(before: str, phrase: str, after: str) -> None:
    assert trouble_in(f"{before} {phrase.upper()}, {after}!") is Trouble.STRONG


@pytest.mark.parametrize(("cry", "is_told"), [("disekap", None), ("saya diperkosa", None), ("pengin mati", is_despair)])
def test_an_ordinary_phrase_hides_no_cry_between_its_words(cry: str, is_told: Callable[[str], bool] | None) -> None:
    lines = [line for lines in PHRASES["ordinary"].values() for line in lines if ".." in line]
    texts = [form for line in lines for form in forms(line.replace("..", cry))]

    assert [text for text in texts if trouble_in(text) is not Trouble.STRONG] == []
    assert [text for text in texts if is_told and not is_told(text)] == []


def test_a_cry_at_the_end_of_a_long_letter_is_heard() -> None:
    assert trouble_in("saya sehat dan kerja lancar. " * 130 + "tapi saya dipukul majikan") is Trouble.STRONG


def test_a_cry_for_help_may_repeat_itself_but_says_nothing_else() -> None:
    assert trouble_in("tolong, tolong!! help me kak") is Trouble.STRONG
    assert trouble_in("tolong, dompet ketinggalan") is Trouble.WEAK


@pytest.mark.parametrize("text", ["", "   ", "…", "kak", "sudah ya kak"])
def test_a_text_that_says_nothing_is_no_trouble(text: str) -> None:
    assert trouble_in(text) is Trouble.NONE


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_language_has_phrases_of_every_kind(kind: str, language: str) -> None:
    assert PHRASES[kind][language]


def test_no_line_of_the_file_is_lost_to_a_name_written_twice() -> None:
    written = len(re.findall(r"(?m)^    - ", SOURCE))

    assert written == sum(len(lines) for kind in KINDS for lines in PHRASES[kind].values())


def test_every_spelling_stands_for_one_word() -> None:
    typed = [spelling for spellings in PHRASES["same"].values() for spelling in spellings.split()]

    assert len(typed) == len(set(typed))


def phrases(*, strong: str = "", ordinary: str = "") -> str:
    said = {
        "strong": ["dipukul", *filter(None, [strong])],
        "despair": ["bunuh diri"],
        "ordinary": ["lampu mati", *filter(None, [ordinary])],
    }
    kinds = {kind: {"id": said.get(kind, ["tolong"])} for kind in KINDS}
    friends = {"friends": {"id": "teman"}, "writer": "saya"}
    return yaml.safe_dump({"same": {"dipukul": "dpkl"}, "fillers": {"id": "ya kak"}, **friends, **kinds})


def test_a_well_formed_file_is_read() -> None:
    assert read_phrases(phrases(strong="(saya) disekap/dikurung .. kamar")).readings["dpkl"] == "dipukul"


@pytest.mark.parametrize(
    "line", ["Disekap", "disekap!", "disekap  lama", "disekap (lama", "é", "dipukul", "dpkl", "kak", "di .."]
)
def test_a_bad_line_is_refused_by_name(line: str) -> None:
    with pytest.raises(BadPhrasesError, match=re.escape(line)):
        read_phrases(phrases(strong=line))


def test_a_phrase_cannot_be_of_two_kinds() -> None:
    with pytest.raises(BadPhrasesError, match="another kind"):
        read_phrases(phrases(ordinary="dipukul"))
