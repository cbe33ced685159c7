"""Cries for help, in every language and spelling, and ordinary sentences that only sound like them."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from content.trouble import FILE, KINDS, Trouble, trouble_in
from core.i18n import LANGUAGES
from core.words import letters

SENTENCES = yaml.safe_load((Path(__file__).parent / "trouble_sentences.yaml").read_text(encoding="utf-8"))
PHRASES = yaml.safe_load(FILE.read_text(encoding="utf-8"))
NEUTRAL = st.sampled_from(["rumah", "besok", "di taiwan", "sama teman", "ya", "kak", "nang omah", "ayeuna"])


@pytest.mark.parametrize("text", SENTENCES["strong"])
def test_a_cry_for_help_is_heard(text: str) -> None:
    assert trouble_in(text) is Trouble.STRONG


@pytest.mark.parametrize("text", SENTENCES["weak"])
def test_what_may_be_urgent_is_weak(text: str) -> None:
    assert trouble_in(text) is Trouble.WEAK


@pytest.mark.parametrize("text", SENTENCES["ordinary"])
def test_an_ordinary_sentence_stays_ordinary(text: str) -> None:
    assert trouble_in(text) is Trouble.NONE


def test_there_are_enough_sentences() -> None:
    assert len(SENTENCES["strong"]) >= 60
    assert len(SENTENCES["ordinary"]) >= 40


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_phrases_are_well_formed(kind: str, language: str) -> None:
    phrases = PHRASES[kind][language]

    assert phrases
    assert all(phrase == phrase.lower() and letters(phrase) for phrase in phrases)
    assert len(set(phrases)) == len(phrases)


def test_no_ordinary_phrase_hides_a_whole_strong_one() -> None:
    ordinary = {phrase for phrases in PHRASES["ordinary"].values() for phrase in phrases}
    strong = {phrase for phrases in PHRASES["strong"].values() for phrase in phrases}

    assert not ordinary & strong


@given(st.text(max_size=600))
def test_no_text_is_too_strange(text: str) -> None:
    assert trouble_in(text) in Trouble


@given(st.sampled_from([p for phrases in PHRASES["strong"].values() for p in phrases]), NEUTRAL, NEUTRAL)
def test_a_strong_phrase_is_heard_whatever_stands_around_it(phrase: str, before: str, after: str) -> None:
    assert trouble_in(f"{before} {phrase.upper()}, {after}!") is Trouble.STRONG
