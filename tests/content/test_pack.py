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
        (TOPIC, "  su: Gawé\n", "", f"{TOPIC}:3: su is missing"),
        (TOPIC, "  su: Gawé\n", "  su: Gawé\n  xx: Work\n", f"{TOPIC}:8: xx is not one of our languages"),
        (ID, "Telepon", '<a href="https://b.id/x">b</a>', f"{ID}:11: https://b.id/x: no source and no contact of"),
        (ID, "Telepon", "https://b.id@c.id/", f"{ID}:11: https://b.id@c.id/: no source and no contact of the pack"),
        (ID, "Telepon", "http://b.id", f"{ID}:11: http://b.id is not an https link"),
        (ID, "[jv, su]", "[jv]", f"{ID}:6: su is missing"),
        (ID, "[jv, su]", "[jv, su, en]", f"{ID}:6: en is marked missing, but it is there"),
        (ID, "[jv, su]", "[jv, su, xx]", f"{ID}:6: xx is not one of our languages"),
        (ID, "position: 1", "position: 1\nrelated: [a, b, c]", f"{ID}:8: related: Tuple should have at most 2 items"),
        (ID, "position: 1", "position: 1\naudience: {stages: [gone]}", f"{ID}:8: audience.stages.0: Input should be"),
        (SOURCES, "A paper", '"A\\0paper"', f"{SOURCES}:2: title: String should match pattern"),
        (SOURCES, "  title: A paper\n", "  title: A\n  title: B\n", f"{SOURCES}:3: title stands here a second time"),
        (CONTACTS, "hidden-office:", "112:", f"{CONTACTS}:14: 112 is no text as a key: write it in quotes"),
        (CONTACTS, "  seen_on: 2025-04-10\n", "", f"{CONTACTS}:1: publishable, but nobody knows when it was seen"),
        (CONTACTS, "  seen_on: 2025-04-10\n", "  seen_on: 2025-13\n", f"{CONTACTS}:12: seen_on: Value error, month"),
        (CONTACTS, ", su: 24 jam", "", f"{CONTACTS}:9: su is missing"),
        (CONTACTS, "type: e164", "type: mobile", f"{CONTACTS}:8: phones.0.type: Input should be"),
        (CONTACTS, "reach: everywhere", "reach: abroad", f"{CONTACTS}:10: phones.0.reach: Input should be"),
        (CONTACTS, "kind: ministry", "kind: office", f"{CONTACTS}:4: kind: Input should be"),
        (CONTACTS, "  publishable: true", "  web: [http://a.id]\n  publishable: true", f"{CONTACTS}:11: web.0: String"),
        (CONTACTS, "sources: [a-paper]", "sources: []", f"{CONTACTS}:13: sources: Tuple should have at least 1 item"),
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


@pytest.mark.parametrize("seen_on", ["2025-04-10", "2025-04", "2025"])
def test_a_contact_is_dated_as_exactly_as_its_source(write_pack: Callable[..., Path], seen_on: str) -> None:
    seen = read_pack(write_pack({CONTACTS: ("2025-04-10", seen_on)})).contacts["the-office"].seen_on

    assert seen is not None
    assert str(seen.first_day).startswith(seen_on)
    assert seen.precision == {10: "day", 7: "month", 4: "year"}[len(seen_on)]


def test_a_number_laid_down_by_law_needs_no_date(write_pack: Callable[..., Path]) -> None:
    folder = write_pack({CONTACTS: ("  seen_on: 2025-04-10\n", "")})
    (folder / CONTACTS).write_text((folder / CONTACTS).read_text().replace("kind: ministry", "kind: police", 1))

    assert read_pack(folder).contacts["the-office"].seen_on is None


def test_texts_link_to_where_the_packs_sources_and_contacts_have_a_page(write_pack: Callable[..., Path]) -> None:
    folder = write_pack({ID: ("Telepon", '<a href="https://www.a.id/1">a</a> https://b.id/2 Telepon')}, fresh=False)
    for file, line in ((SOURCES, "  url: https://a.id/\n"), (CONTACTS, "  web: [https://b.id]\n")):
        text = (folder / file).read_text()
        (folder / file).write_text(text.replace("  seen_on", f"{line}  seen_on", 1))

    assert not [problem for problem in problems_of(folder) if "page there" in problem]


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        ("synonyms.yaml", "xx:\n  hk: [hong kong]\n", "1: xx is not one of our languages"),
        ("synonyms.yaml", "id:\n  HK: [hong kong]\n", "2: HK.[key]: String should match pattern"),
        ("synonyms.yaml", f"id:\n  {'x' * 41}: [y]\n", f"2: {'x' * 41}.[key]: String should have at most 40"),
        ("synonyms.yaml", "id:\n  hk: []\n", "2: hk: Tuple should have at least 1 item"),
        ("programmes.yaml", "a-course:\n  article: gone\n  position: 1\n", "2: article: there is no gone"),
        ("programmes.yaml", "a-course:\n  position: 1\n  article: the-cost\n  form: no\n", "4: form: Input should"),
        ("programmes.yaml", "a-course:\n  position: 1\n  article: the-cost\n  form: f\n", "4: form: there is no f"),
        ("programmes.yaml", "A:\n  position: 1\n  article: the-cost\n", "1: A is no slug"),
    ],
)
def test_a_broken_rule_of_synonyms_and_programmes_is_told(
    write_pack: Callable[..., Path], file: str, text: str, problem: str
) -> None:
    folder = write_pack()
    (folder / file).write_text(text)

    assert any(told.startswith(f"{file}:{problem}") for told in problems_of(folder)), problems_of(folder)


FORM = """\
missing: [jv, su]
questions:
  - code: job
    type: choice
    texts: {id: {question: "Kerja?"}, en: {question: "Job?"}}
    options:
      - code: nurse
        labels: {id: Perawat, en: Nurse}
  - code: which
    type: short_text
    shown_if: {question: job, is: [nurse]}
    texts: {id: {question: "Mana?"}, en: {question: "Which?"}}
"""


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("", "", ""),
        ("code: which", "code: job", "9: job: another question has this code too"),
        ("is: [nurse]", "is: [cook]", "9: which: shown_if: there is no answer cook before it"),
        ("question: job,", "question: later,", "9: which: shown_if: there is no answer nurse before it"),
        ('en: {question: "Which?"}', 'en: {help: "Which?"}', "12: questions.1.texts.en.question: Field required"),
        ("[jv, su]", "[jv]", "3: job: su is missing"),
        ("en: Nurse", "xx: Nurse", "3: job: nurse: en is missing"),
        ("en: Nurse", "en: Nurse, xx: Nurse", "3: job: xx is not one of our languages"),
        ("type: choice", "type: date", "3: job: options belong to a choice, and a choice has options"),
        ("type: short_text", "type: colour", "10: questions.1.type: Input should be"),
    ],
)
def test_a_form_keeps_its_rules(write_pack: Callable[..., Path], old: str, new: str, problem: str) -> None:
    folder = write_pack()
    (folder / "forms").mkdir()
    (folder / "forms/sign-up.yaml").write_text(FORM.replace(old, new))

    if not problem:
        assert [question.code for question in read_pack(folder).forms["sign-up"].questions] == ["job", "which"]
        return
    assert any(told.startswith(f"forms/sign-up.yaml:{problem}") for told in problems_of(folder)), problems_of(folder)


def test_the_menu_holds_at_most_five_topics(write_pack: Callable[..., Path]) -> None:
    folder = write_pack()
    for number in range(5):
        (folder / f"topic-{number}").mkdir()
        (folder / f"topic-{number}/topic.yaml").write_text((folder / TOPIC).read_text())

    assert "work/topic.yaml:1: more than 5 topics in the menu" in problems_of(folder)
