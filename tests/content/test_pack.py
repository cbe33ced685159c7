"""The rules of the content pack, each with its file and line.

Longer than a file should be: every rule is broken in the same small pack.
"""

import re
import shutil
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from content import screens
from content.form_rules import Broken, Rule, of_programme
from content.form_shapes import ProgrammeModel, QuestionModel
from content.pack import LIBRARY, read_pack
from content.pack_files import PackError
from core.i18n import LANGUAGES, words
from core.messages import MAX_TEXT_UTF16_UNITS, utf16_length
from tests.content.conftest import TODAY

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
        (ID, "title: Biaya", "title: [", f"{ID}:4: not YAML: did not find expected ',' or ']'"),
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
        (
            ID,
            "position: 1",
            "position: 1\naudience: {countries: [TW, Taiwan]}",
            f"{ID}:8: countries: there is no Taiwan",
        ),
        (
            ID,
            "position: 1",
            'position: 1\naudience: {provinces: ["52", NTB]}',
            f"{ID}:8: provinces: NTB is no code of a",
        ),
        (CONTACTS, "country: ID", "country: XX", f"{CONTACTS}:5: country: there is no XX"),
        (
            CONTACTS,
            "country: ID",
            "country: ID\n  province: NTB",
            f"{CONTACTS}:6: province: NTB is no code of a province",
        ),
        (ID, "position: 1", f"position: {10**20 - 1}", f"{ID}:7: position: Input should be less than or equal to 99"),
        (ID, "position: 1", "position: 0", f"{ID}:7: position: Input should be greater than or equal to 1"),
        (TOPIC, "position: 1", f"position: {10**20}", f"{TOPIC}:2: position: Input should be less than or equal to 99"),
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
        ("programmes.yaml", "a-course:\n  article: the-cost\n  position: 100\n", "3: position: Input should be less"),
        (
            "programmes.yaml",
            "a-course:\n  article: the-cost\n  position: 1\n  provinces: [NTB]\n",
            "4: provinces: NTB is no code of a province",
        ),
    ],
)
def test_a_broken_rule_of_synonyms_and_programmes_is_told(
    write_pack: Callable[..., Path], file: str, text: str, problem: str
) -> None:
    folder = write_pack()
    (folder / file).write_text(text)

    assert any(told.startswith(f"{file}:{problem}") for told in problems_of(folder)), problems_of(folder)


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ({"id": "Disimpan 6 bulan."}, "6 bulan"), ({"en": "Kept for 12 months."}, "12 months"),
        ({"jv": "Disimpen 24 sasi."}, ""), ({"jv": "Disimpen 12 sasi."}, "12 sasi"), ({"su": "24 bulan."}, ""),
        ({"su": "Disimpen sataun."}, "sataun"), ({"en": "Kept for a year."}, "a year"),
        ({"id": "Disimpan dua puluh empat bulan."}, "empat bulan"), ({"id": "Disimpan sampai Anda menghapusnya."}, ""),
    ],
)  # fmt: skip
def test_a_consent_tells_no_other_months_than_registrations_are_kept(texts: dict[str, str], told: str) -> None:
    asked = {language: {"question": "?", "help": text} for language, text in texts.items()}
    question = QuestionModel.model_validate({"code": "consent", "type": "consent", "texts": asked})
    programme = ProgrammeModel(article="any", position=1, form="any", keep_months=24)

    broken = of_programme(programme, [question])

    assert broken == ([Broken("keep_months", Rule.CONSENT_MONTHS, told)] if told else [])


def test_the_pack_is_held_to_the_months_of_its_consents(tmp_path: Path) -> None:
    shutil.copytree(LIBRARY, tmp_path / "pack")
    programmes = tmp_path / "pack/programmes.yaml"
    programmes.write_text(programmes.read_text().replace("keep_months: 12", "keep_months: 18"))

    told = [line for line in problems_of(tmp_path / "pack") if "the consent of the form says" in line]

    assert [re.findall('"(.*)"', line)[0] for line in told] == ["12 bulan", "12 months", "12 sasi"]


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
        ("question: job,", "question: later,", "9: which: shown_if: there is no question later before it"),
        ('en: {question: "Which?"}', 'en: {help: "Which?"}', "12: questions.1.texts.en.question: Field required"),
        ("[jv, su]", "[jv]", "3: job: su is missing"),
        ("en: Nurse", "xx: Nurse", "3: job: nurse: en is missing"),
        ("en: Nurse", "en: Nurse, xx: Nurse", "3: job: xx is not one of our languages"),
        ("type: choice", "type: date", "3: job: options belong to a choice, and a choice has options"),
        ("type: short_text", "type: short_text\n    least: 1", "9: which: least and most belong to a number"),
        ("type: short_text", "type: number\n    least: 60\n    most: 18", "9: which: most: no number of 9 digits"),
        ("type: short_text", "type: number\n    most: -1", "9: which: most: no number of 9 digits or less"),
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


def add_sources(folder: Path, count: int, publisher: str) -> None:
    slugs = [f"source-{number}" for number in range(count)]
    texts = (f"{s}: {{title: T, publisher: '{publisher} {s}', seen_on: 2025-09, confidence: high}}\n" for s in slugs)
    (folder / SOURCES).write_text((folder / SOURCES).read_text() + "".join(texts))
    (folder / ID).write_text((folder / ID).read_text().replace("[a-paper]", f"[{', '.join(slugs)}]"))


def test_no_screen_with_its_sources_is_too_long_for_telegram(write_pack: Callable[..., Path]) -> None:
    folder = write_pack()
    add_sources(folder, 9, "p" * 50)

    (problem,) = problems_of(folder)

    assert problem.startswith(f"{ID}:4: title, notes and sources take ")
    assert problem.endswith(" characters: at most 596 fit around a full part")


def test_sources_are_measured_as_telegram_counts(write_pack: Callable[..., Path]) -> None:
    folder = write_pack()
    add_sources(folder, 4, "p" * 50)
    read_pack(folder)
    folder = write_pack()
    add_sources(folder, 4, "🙂" * 50)

    assert [problem.split(": ")[0] for problem in problems_of(folder)] == [f"{ID}:4"]


async def test_the_longest_screen_that_passes_the_check_can_be_sent(
    write_pack: Callable[..., Path], import_folder: Callable[..., Awaitable[object]], load: Callable[..., Any]
) -> None:
    for length in range(60, 0, -1):
        folder = write_pack({ID: ("<b>Bayar {{fact:the-fee}}.</b>\n<!-- part -->\nTelepon", "x" * 3380)})
        add_sources(folder, 6, "p" * length)
        try:
            read_pack(folder)
            break
        except PackError:
            pass
    await import_folder(folder)

    catalogues = [await load(today=today) for today in (TODAY, date(2099, 1, 1))]
    shown = [
        screens.article(catalogue, "the-cost", 1, words=words(language), is_rated=True)
        for catalogue in catalogues
        for language in LANGUAGES
    ]
    lengths = [utf16_length(reply.body.text) for reply in shown if reply]

    assert 4000 < max(lengths) <= MAX_TEXT_UTF16_UNITS


def test_nobody_meets_a_traceback_where_a_folder_stands_for_a_file(write_pack: Callable[..., Path]) -> None:
    folder = write_pack()
    for name in (SOURCES, "more/topic.yaml", "synonyms.yaml", "forms/a.yaml", "work/more.id.html"):
        (folder / name).unlink(missing_ok=True)
        (folder / name).mkdir(parents=True)

    assert problems_of(folder) == [
        f"{name}:1: cannot be read: Is a directory"
        for name in ("forms/a.yaml", "more/topic.yaml", SOURCES, "synonyms.yaml", "work/more.id.html")
    ]


def test_what_begins_with_a_dot_is_no_part_of_a_pack(write_pack: Callable[..., Path]) -> None:
    folder = write_pack()
    for name in (".git", ".idea"):
        (folder / name).mkdir()
    (folder / "work/._the-cost.id.html").write_bytes(b"\x00\x05\x16\x07\xff")

    assert [topic.slug for topic in read_pack(folder).topics] == ["work"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("&x [*x]\n", "1: not YAML: no &names and *names here: write the value out"),
        ("a-paper: &x\n  title: *x\n", "1: not YAML: no &names and *names here: write the value out"),
        (f"a-paper:\n  title: {'[' * 20000}\n", "2: not YAML: exceeded maximum nesting depth"),
        (f"{'[' * 500}{']' * 500}\n", "1: not YAML: more than 10 levels deep"),
        ("a-paper:\n  title: !!bool maybe\n", "2: not YAML: no !tags here: write the value alone"),
        ("a-paper:\n  title: 'a\x00b'\n", "2: not YAML: control characters are not allowed"),
        (f"a-paper:\n  title: 1{':59' * 300}.5\n", "1: not YAML: int too large to convert to float"),
    ],
)
def test_what_no_pack_needs_of_yaml_is_one_problem(write_pack: Callable[..., Path], text: str, problem: str) -> None:
    folder = write_pack()
    (folder / SOURCES).write_text(text)

    assert problems_of(folder) == [f"{SOURCES}:{problem}"]


def test_the_head_of_a_text_is_yaml_without_extras_too(write_pack: Callable[..., Path]) -> None:
    folder = write_pack({ID: ("position: 1", "position: &x [*x]")})

    assert f"{ID}:7: not YAML: no &names and *names here: write the value out" in problems_of(folder)
