"""The rules of the content pack, each with its file and line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from content.pack import read_pack
from content.pack_files import PackError

ID, EN = "work/the-cost.id.html", "work/the-cost.en.html"
SOURCES, FACTS, CONTACTS, TOPIC = "sources.yaml", "facts.yaml", "contacts.yaml", "work/topic.yaml"
FEE = "{{fact:the-fee}}"


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(PackError) as caught:
        read_pack(folder)
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_pack_keeps_every_rule() -> None:
    assert [article.slug for article in read_pack().articles]


def test_a_pack_that_keeps_the_rules_is_read_whole(write_pack: Callable[..., Path]) -> None:
    pack = read_pack(write_pack())

    assert [topic.slug for topic in pack.topics] == ["work"]
    assert [sorted(article.texts) for article in pack.articles] == [["en", "id"]]


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        (ID, "<b>Bayar", "<h1>Bayar", f"{ID}:9: <h1> is not allowed"),
        (ID, ".</b>", ".", f"{ID}:9: <b> is never closed"),
        (ID, FEE, "{{fact:no-fee}}", f"{ID}:9: there is no fact:no-fee"),
        (ID, FEE, "{{ fee }}", f"{ID}:9: a reference is {{{{fact:slug}}}} or {{{{contact:slug}}}}"),
        (ID, "the-office}}", "hidden-office}}", f"{ID}:13: contact:hidden-office may not be shown yet"),
        (ID, "Telepon", '<a href="http://a.id/">a</a>', f"{ID}:11: http://a.id/ is not an https link"),
        (ID, "Telepon", "x" * 3600, f"{ID}:11: a part of 3699 characters: at most 3500 fit"),
        (ID, "[a-paper]", "[]", f"{ID}:4: sources: Tuple should have at least 1 item after validation, not 0"),
        (ID, "[a-paper]", "[b-paper]", f"{ID}:4: sources: there is no b-paper"),
        (ID, "[X-01]", "[X-09]", f"{ID}:5: X-09 is not in evidence.yaml"),
        (ID, "[X-01]", "[X-02]", f"{ID}:5: X-02 is marked low: no text may rest on it"),
        (ID, "position: 1", "position: 1\nrelated: [gone]", f"{ID}:8: related: there is no gone"),
        (ID, "position: 1", "positon: 1", f"{ID}:7: positon: Extra inputs are not permitted"),
        (ID, "title: Biaya", "title: [", f"{ID}:4: not YAML: expected ',' or ']', but got ':'"),
        (ID, "---\ntitle", "title", f"{ID}:1: the front matter must stand between two --- lines at the top"),
        (ID, "title: Biaya", f"title: {'x' * 41}", f"{ID}:2: title: String should have at most 40 characters"),
        (SOURCES, "2025-05", "May", f"{SOURCES}:4: seen_on: Value error, write a date as"),
        (SOURCES, "  seen_on", "  url: http://a.id\n  seen_on", f"{SOURCES}:4: url: String should match pattern"),
        (FACTS, "    en: 5 rupiah\n", "", f"{FACTS}:3: en is missing"),
        (CONTACTS, ", en: Another office", "", f"{CONTACTS}:16: en is missing"),
        (CONTACTS, "the-office", "The_Office", f"{CONTACTS}:1: The_Office is no slug"),
        (TOPIC, "  en: Work\n", "", f"{TOPIC}:3: en is missing"),
        (TOPIC, "position: 1", "position: 1\nparent: gone", f"{TOPIC}:3: parent: there is no gone"),
    ],
)
def test_a_broken_rule_is_told_with_file_and_line(
    write_pack: Callable[..., Path], file: str, old: str, new: str, problem: str
) -> None:
    found = problems_of(write_pack({file: (old, new)}))

    assert any(told.startswith(problem) for told in found), found


def test_a_translation_of_an_older_text_is_a_problem(write_pack: Callable[..., Path]) -> None:
    folder = write_pack()
    (folder / ID).write_text((folder / ID).read_text().replace("Bayar", "Lunasi"))

    assert problems_of(folder)[0].startswith(f"{EN}:4: translated from another text than today's, whose hash is")


def test_a_language_is_there_or_marked_missing(write_pack: Callable[..., Path]) -> None:
    folder = write_pack()
    (folder / EN).unlink()
    assert problems_of(folder) == [f"{ID}:6: en is missing"]

    (folder / ID).write_text((folder / ID).read_text().replace("[jv, su]", "[en, jv, su]"))
    assert list(read_pack(folder).articles[0].texts) == ["id"]


def test_a_text_without_its_source_language_is_a_problem(write_pack: Callable[..., Path]) -> None:
    folder = write_pack()
    (folder / ID).unlink()

    assert problems_of(folder) == [f"{EN}:1: the-cost.id.html is missing or has problems"]


def test_a_missing_file_is_a_problem(write_pack: Callable[..., Path]) -> None:
    folder = write_pack()
    (folder / SOURCES).unlink()

    assert "sources.yaml:1: the file is missing" in problems_of(folder)


def test_two_topics_cannot_have_the_same_article(write_pack: Callable[..., Path]) -> None:
    folder = write_pack()
    (folder / "more").mkdir()
    for name in ("topic.yaml", "the-cost.id.html", "the-cost.en.html"):
        (folder / "more" / name).write_text((folder / "work" / name).read_text())

    assert problems_of(folder) == [
        "more/the-cost.id.html:1: another topic has the-cost too",
        f"{ID}:1: another topic has the-cost too",
    ]


def test_a_screen_never_gets_more_than_eight_entries(write_pack: Callable[..., Path]) -> None:
    folder = write_pack()
    for number in range(9):
        for language in ("id", "en"):
            text = (folder / f"work/the-cost.{language}.html").read_text()
            (folder / f"work/cost-{number}.{language}.html").write_text(text)

    assert problems_of(folder) == [f"{TOPIC}:1: more than 8 entries on a screen"]


def test_every_problem_is_told_at_once(write_pack: Callable[..., Path]) -> None:
    folder = write_pack({ID: ("<b>Bayar", "<h1>Bayar"), FACTS: ("    en: 5 rupiah\n", "")})

    assert len(problems_of(folder)) == 2
