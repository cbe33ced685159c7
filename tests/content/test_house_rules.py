"""The rules of good writing: the shipped pack keeps them, and whatever breaks one is told."""

from dataclasses import replace

import pytest

from content.pack import LIBRARY
from content.pack_files import Report
from content.pack_house_rules import check_house_rules, holds_a_number, plain_language, sentences_of, words_of
from content.pack_models import Pack, PackArticle
from tests.harness import shipped


def told(article: PackArticle, pack: Pack | None = None) -> list[str]:
    report = Report(LIBRARY)
    check_house_rules(replace(pack or shipped(), articles=(article,)), report)
    return sorted({problem.what for problem in report.problems})


def article(slug: str) -> PackArticle:
    return next(each for each in shipped().articles if each.slug == slug)


def written(slug: str, body: str, language: str = "id") -> PackArticle:
    found = article(slug)
    return replace(
        found,
        texts={**found.texts, language: replace(found.texts[language], body=body)},
    )


def test_the_shipped_pack_keeps_them() -> None:
    assert [what for each in shipped().articles for what in told(each)] == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("<b>", "<i>x</i> <b>", "the first line says the one thing to do, in <b>"),
        ("{{contact:id-kemnaker}}", "Sampai jumpa.", "the text ends with whom to call: {{contact:…}}"),
        ("Simpan kuitansi, bukti transfer, dan chat.", "Simpan 3 kuitansi.", "a number that no {{fact:…}} holds"),
        ("Tanya dulu.", "Tanya dulu perihal itu.", "language of offices: perihal"),
        ("BP3MI adalah kantor pemerintah untuk pekerja migran di provinsi.", "", "BP3MI is not explained"),
        ("Tanya dulu.", f"Tanya {'dulu dan ' * 10}dulu.", "a sentence of more than 20 words"),
        ("5. ", "5. Tanya.\n6. ", "more than 5 points"),
        ("Tanya dulu.", "Tanya dulu. " * 60, "to 170 are right"),
    ],
)
def test_what_breaks_one_is_told(old: str, new: str, what: str) -> None:
    slug = "legal-way" if "kemnaker" in old else "placement-cost"
    body = article(slug).source.body
    assert old in body

    found = told(written(slug, body.replace(old, new, 1)))

    assert [line for line in found if what in line], found


@pytest.mark.parametrize(
    ("language", "line", "is_told"),
    [
        ("id", "Libur satu hari tiap minggu.", True), ("id", "Paling banyak tiga kali.", True),
        ("id", "Libur {{fact:ae-rest-day}} tiap minggu.", False), ("id", "Pakai dua rekening.", False),
        ("id", "Sikat gigi dua kali sehari.", False), ("en", "At least one day a month.", True),
        ("en", "Send three parcels a year.", True), ("en", "Ask two services.", False),
        ("jv", "Kirim ping telu.", True), ("jv", "Gunakna rong rekening.", False),
        ("su", "Ngirim tilu kali.", True), ("su", "Aya dua jalan.", False), ("su", "Nomer 119.", True),
        ("id", "Paling sedikit sebulan sekali.", True), ("id", "Libur sehari tiap minggu.", True),
        ("en", "At least once a month.", True), ("en", "It works only once.", False), ("en", "Twice a year.", True),
        ("en", "One full day off.", True),
        ("jv", "Watesé setaun sepisan.", True), ("jv", "Prèi sedina muput.", True), ("jv", "Teka sepisan.", False),
        ("su", "Watesna sataun sakali.", True), ("su", "Libur sapoé jeput.", True), ("su", "Kekemu sakali waé.", False),
        ("id", "Hitung seminggu sekali.", False), ("jv", "Paling suwé {{fact:kw-work-hours-limit}} sedina.", False),
    ],
)  # fmt: skip
def test_a_number_word_before_what_it_counts_is_a_number(language: str, line: str, is_told: bool) -> None:
    assert holds_a_number(line, language) is is_told


@pytest.mark.parametrize("field", ["title", "summary"])
def test_a_title_or_summary_holds_no_number(field: str) -> None:
    found = article("legal-way")
    front = found.texts["su"].front.model_copy(update={field: "Aya 3 jalan"})

    problems = told(replace(found, texts={**found.texts, "su": replace(found.texts["su"], front=front)}))

    assert problems == ["a number that no {{fact:…}} holds: Aya 3 jalan"]


@pytest.mark.parametrize(("title", "count"), [("Check a job offer: 10 questions", 0), ("An offer: 9 questions", 1)])
def test_a_self_check_says_no_number_but_how_many_questions_it_has(title: str, count: int) -> None:
    check = shipped().self_checks["job-offer"]
    checks = {"job-offer": check.model_copy(update={"titles": {**check.titles, "en": title}})}
    report = Report(LIBRARY)

    check_house_rules(replace(shipped(), articles=(), self_checks=checks), report)

    assert len(report.problems) == count


def test_what_rests_on_nothing_certain_says_so_and_is_read_again_soon() -> None:
    found = article("placement-cost")
    late = found.shared.model_copy(update={"review_months": 12})
    bold = found.source.body
    for word in ("anya", "enurut", "lum jalan penuh", "isa berubah", "laporkan"):
        bold = bold.replace(word, "…")
    sure = replace(found, texts={"id": replace(found.source, front=late, body=bold)})

    problems = told(sure)

    assert any("review_months is 3 at most" in what for what in problems)
    assert any("does not say so" in what for what in problems)


@pytest.mark.parametrize("language", ["id", "en", "jv", "su"])
def test_each_language_says_what_is_not_certain(language: str) -> None:
    found = article("family-budget")
    bold = written("family-budget", "<b>Uang.</b>\n\n{{contact:id-sapa129}}", language)
    assert not any("does not say so" in what for what in told(found))
    report = Report(LIBRARY)

    check_house_rules(replace(shipped(), articles=(bold,)), report)

    bare = [str(problem) for problem in report.problems if "does not say so" in problem.what]
    assert [name for name in bare if f"family-budget.{language}.html" in name] == bare != []


def test_what_a_dossier_wants_checked_again_is_not_certain() -> None:
    found = article("washing-hands")
    assert told(found) == []
    claims = {
        number: claim.model_copy(update={"confidence": "high", "check": number == "HH-01"})
        for number, claim in shipped().evidence.items()
    }
    front = found.shared.model_copy(update={"review_months": 24})
    late = replace(found, texts={**found.texts, "id": replace(found.source, front=front)})

    assert any("rests on HH-01," in what for what in told(late, replace(shipped(), evidence=claims)))
    assert sum(claim.check for claim in shipped().evidence.values()) > 30, "as the dossiers mark them"


def test_a_text_without_evidence_is_told() -> None:
    found = article("washing-hands")
    bare = found.shared.model_copy(update={"evidence": ()})
    body = "<b>Cuci tangan.</b>\n\n{{contact:id-kemlu-pwni}}"

    assert "no evidence is named" in told(replace(found, texts={"id": replace(found.source, front=bare, body=body)}))


def test_country_pages_may_be_longer_and_tables_count_no_words() -> None:
    lengths = {each.slug: words_of(each.source) for each in shipped().articles}
    assert max(lengths.values()) <= 250
    assert all(length <= 170 for slug, length in lengths.items() if not slug.startswith("country-"))
    table = article("family-budget").source
    assert "<pre>" in table.body
    assert not any("Cicilan" in sentence and "Gaji" in sentence for sentence in sentences_of(table))


def test_each_name_with_a_number_says_why() -> None:
    words = plain_language()
    assert all(each.why for each in words.named_numbers)
    assert all(each.why for known in words.number_words.values() for each in known.allowed)
