"""The glossary for translators: no concept lacks a language without a word why."""

from pathlib import Path

import content
from core.i18n import LANGUAGES
from core.yaml_files import load_yaml

GLOSSARY: dict[str, dict[str, object]] = load_yaml(Path(content.__file__).parent / "glossary.yaml")


def told_in(concept: str, part: str) -> set[str]:
    """Return the languages that `confidence` or `note` of a concept speak of."""
    told = GLOSSARY[concept].get(part, {})
    assert isinstance(told, dict)
    return set(told)


def test_each_concept_is_there_in_every_language_or_a_note_says_why_it_is_open() -> None:
    lacking = {
        concept: LANGUAGES.keys() - entry.keys() - told_in(concept, "note") for concept, entry in GLOSSARY.items()
    }

    assert {concept: languages for concept, languages in lacking.items() if languages} == {}


def test_each_word_of_a_translator_says_how_sure_it_is() -> None:
    unsure = {"jv", "su"}

    assert [
        concept for concept, entry in GLOSSARY.items() if told_in(concept, "confidence") != entry.keys() & unsure
    ] == []
