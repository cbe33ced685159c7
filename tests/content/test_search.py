"""Search finds what people mean, however they write it, and says honestly when there is nothing."""

import re
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.search import HALVES, marks_of, read_questions
from content import targets
from content.catalogue import Catalogue
from content.finding import Library
from content.search import Entry, SearchIndex, entries_of
from content.search_words import (
    asks_about_the_chat,
    asks_elsewhere,
    asks_for_something,
    asks_to_be_erased,
    asks_what_is_kept,
)
from core.db import Database
from core.i18n import LANGUAGES

PASSPORT = Entry("a:passport:1", "Paspor ditahan majikan", "Cara meminta paspor kembali.", ("agensi",), "Telepon KBRI.")
WAGES = Entry("a:wages:1", "Gaji tidak dibayar", "Yang bisa dilakukan.", ("upah",), "Simpan slip dan catat jam kerja.")
SENDING = Entry("a:sending:1", "Biaya kirim uang ke rumah", "Bandingkan kurs.", ("transfer",), "Tanya dua layanan.")
HONG_KONG = Entry("e:HK", "Hong Kong", "", ("hk",))
SYNONYMS = {"bos": ("majikan",), "dhuwit": ("uang",), "ora dibayar": ("gaji tidak dibayar",), "hk": ("hong kong",)}
INDEX = SearchIndex((PASSPORT, WAGES, SENDING, HONG_KONG), SYNONYMS)
ABBREVIATION = re.compile(r"\b[A-Z][A-Z0-9]{2,}\b")
Bring = Callable[[], Awaitable[object]]
Load = Callable[[], Awaitable[Catalogue]]


def first(text: str, index: SearchIndex = INDEX) -> str | None:
    return next((hit.target for hit in index.find(text)), None)


@pytest.mark.parametrize("half", HALVES)
async def test_search_answers_what_people_ask(half: str, library: Database, load: Load) -> None:
    marks = marks_of(await load(), read_questions(half))

    assert marks.top_3 >= 0.95 * marks.answerable, "\n".join(marks.misses)
    assert marks.honest >= 0.9 * marks.off_topic, "\n".join(marks.misses)


@pytest.mark.parametrize("half", HALVES)
async def test_every_question_can_be_answered_from_the_pack(half: str, library: Database, load: Load) -> None:
    wanted = {slug for question in read_questions(half) for slug in question.wants}

    assert wanted <= (await load()).articles.keys()


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("paspor ditahan majikan", "a:passport:1"),
        ("PASPOR!!!", "a:passport:1"),
        ("majikan menahan paspornya", "a:passport:1"),
        ("mjikan nahan pspor", "a:passport:1"),
        ("bosku nyimpen pasporku", "a:passport:1"),
        ("gajih teu dibayar", "a:wages:1"),
        ("gjai blm dbyr", "a:wages:1"),
        ("pembayaran upah", "a:wages:1"),
        ("gajiku gak dibayar-bayar", "a:wages:1"),
        ("ngirim dhuwit", "a:sending:1"),
        ("kirimuang", "a:sending:1"),
        ("transper duwit", "a:sending:1"),
        ("hk", "e:HK"),
    ],
)
def test_a_text_finds_its_article_however_it_is_written(text: str, target: str) -> None:
    assert first(text) == target


@pytest.mark.parametrize(
    "text",
    ["resep rendang", "skor bola tadi malam", "what is the weather", "apa itu", "kumaha", "yen piye", "halo min"],
)
def test_what_nothing_tells_of_finds_nothing(text: str) -> None:
    assert INDEX.find(text) == ()


def test_a_word_of_elsewhere_is_found_where_a_text_uses_it() -> None:
    cooking = Entry("a:cooking:1", "Resep hemat", "", ())

    assert first("resep hemat", SearchIndex((PASSPORT, cooking), {})) == "a:cooking:1"


def test_the_best_stands_first_with_scores_between_nothing_and_one() -> None:
    scores = [hit.score for hit in INDEX.find("paspor dan gaji dan uang", limit=2)]

    assert len(scores) == 2
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_a_replaced_entry_is_found_by_its_new_words_and_not_by_the_old() -> None:
    changed = replace(WAGES, title="Lembur", summary="", words=("jam tambahan",), body="")

    index = SearchIndex((PASSPORT, changed, HONG_KONG), SYNONYMS)

    assert first("lembur", index) == first("jam tambahan", index) == "a:wages:1"
    assert first("gaji", index) is None
    assert first("kirim uang", index) is None
    assert first("paspor", index) == "a:passport:1"
    assert first("gaji") == "a:wages:1"


def test_new_synonyms_are_used_and_old_ones_forgotten() -> None:
    index = SearchIndex((PASSPORT, WAGES), {"dunungan": ("majikan",)})

    assert first("dunungan", index) == "a:passport:1"
    assert first("bos", index) is None


def test_an_empty_index_finds_nothing() -> None:
    assert SearchIndex((), SYNONYMS).find("paspor") == ()


def test_many_threads_find_what_one_finds() -> None:
    texts = [question.text for question in read_questions("ours")] * 20
    alone = [INDEX.find(text) for text in texts]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(INDEX.find, texts)) == alone


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("kalau di taiwan hak saya apa", "kalau hak saya apa di taiwan"),
        ("tolong saya di malaysia bantu saya", "tolong saya bantu saya di malaysia"),
        ("saya di arab tanya siapa", "saya tanya siapa di arab"),
    ],
)
async def test_where_a_country_stands_in_a_question_changes_nothing(
    text: str, same: str, library: Database, load: Load
) -> None:
    content, searched = await load(), Library()

    assert [hit.target for hit in searched.find(content, "id", text)] == [
        hit.target for hit in searched.find(content, "id", same)
    ]


async def test_every_article_is_found_by_its_title_and_by_the_abbreviations_in_it(
    library: Database, load: Load
) -> None:
    content, searched = await load(), Library()

    for language, article in product(LANGUAGES, content.articles.values()):
        title = article.text(language).title
        for said, places in [(title, 1), *((name, 3) for name in ABBREVIATION.findall(title))]:
            found = [hit.target for hit in searched.find(content, language, said) if hit.target.startswith("a:")]
            assert targets.article(article.slug) in found[:places], (language, said, found)
            assert asks_for_something(said), said


@pytest.mark.parametrize(
    ("language", "text", "contacts"),
    [
        ("id", "nomor bp3mi surabaya", "e:ID"),
        ("su", "kantor bp3mi bandung nomerna", "e:ID"),
        ("id", "bp3mi", "e:ID"),
        ("en", "police number singapore", "e:SG"),
        ("id", "polisi korea nomor berapa", "e:KR"),
        ("id", "nomor polisi", "e"),
        ("jv", "nomer polisi hongkong", "e:HK"),
        ("id", "kjri jeddah nomor", "e:SA"),
    ],
)
async def test_who_asks_for_the_number_of_an_office_is_led_to_the_contacts(
    language: str, text: str, contacts: str, library: Database, load: Load
) -> None:
    hits = Library().find(await load(), language, text)

    assert hits[0].target == contacts
    assert len(hits) > 1  # and who asks further is not left with that alone


@pytest.mark.parametrize("text", ["polisi minta nomor rekening saya", "ditangkap polisi", "kbri bisa bantu apa"])
async def test_who_only_tells_of_an_office_is_not(text: str, library: Database, load: Load) -> None:
    assert Library().find(await load(), "id", text)[0].target != targets.CONTACTS


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("majikan tidak memberi gaji lalu paspor saya diambil juga", {"wages-unpaid", "passport-held"}),
        ("abk kapal ikan cina gaji ga dibayar", {"wages-unpaid", "who-may-go"}),
    ],
)
async def test_two_troubles_in_one_sentence_are_both_answered(
    text: str, slugs: set[str], library: Database, load: Load
) -> None:
    hits = Library().find(await load(), "id", text)

    assert {targets.article(slug) for slug in slugs} <= {hit.target for hit in hits[:3]}


async def test_what_is_not_known_of_gets_the_no_first_and_then_only_what_is_surely_meant(
    library: Database, load: Load
) -> None:
    content, searched = await load(), Library()

    alone = searched.find(content, "id", "saya hamil takut dipulangin")
    unpaid = searched.find(content, "id", "saya hamil gaji tidak dibayar")

    assert [hit.target for hit in alone] == [targets.NO_ANSWER]
    assert [hit.target for hit in unpaid][:2] == [targets.NO_ANSWER, "a:wages-unpaid:1"]


@pytest.mark.parametrize(
    ("language", "text", "article"),
    [
        ("id", "saya hamil paspor saya ditahan majikan", "passport-held"),
        ("en", "i am pregnant my employer keeps my passport", "passport-held"),
        ("id", "saya diperkosa majikan sekarang hamil", "violence-at-work"),
        ("jv", "aku luwe gajiku durung dibayar", "wages-unpaid"),
        ("en", "hungry my boss not pay me", "wages-unpaid"),
    ],
)
async def test_whoever_is_pregnant_or_hungry_is_told_of_her_other_trouble(
    language: str, text: str, article: str, library: Database, load: Load
) -> None:
    no, first, *_ = Library().find(await load(), language, text)

    assert (no.target, first.target) == (targets.NO_ANSWER, targets.article(article))


async def test_beside_the_no_stands_no_page_of_another_country_than_is_named(library: Database, load: Load) -> None:
    content = await load()

    hits = Library().find(content, "id", "saya hamil gaji tidak dibayar di arab saudi")

    found = [content.articles[hit.target.split(":")[1]] for hit in hits if hit.target.startswith("a:")]
    assert hits[0].target == targets.NO_ANSWER
    assert any(article.countries == ("SA",) for article in found)
    assert all("SA" in (article.countries or ("SA",)) for article in found)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("gaji tidak dibayar di kuwait", "a:wages-unpaid:1"), ("paspor ditahan di kuwait", "a:passport-held:1"),
        ("kerja di kuwait", "a:country-kuwait:1"), ("pinjaman bp2mi", "a:illegal-lenders:1"),
        ("loker bp2mi", "a:job-offer-check:1"), ("nomor bp3mi surabaya", "e:ID"), ("kantor bp3mi bandung", "e:ID"),
    ],
)  # fmt: skip
async def test_trouble_comes_before_a_countrys_rules_and_offices_before_what_only_names_a_town(
    text: str, target: str, library: Database, load: Load
) -> None:
    assert Library().find(await load(), "id", text)[0].target == target


async def test_two_troubles_between_commas_are_both_found(library: Database, load: Load) -> None:
    hits = Library().find(await load(), "id", "gaji tidak dibayar, paspor ditahan majikan")

    assert {hit.target for hit in hits[:2]} == {"a:wages-unpaid:1", "a:passport-held:1"}


@pytest.mark.parametrize(
    ("text", "is_scolding"),
    [("bangsat ini bot ga guna", True), ("bodoh", True), ("saya tidak berguna", False), ("i am so stupid", False)],
)
def test_who_scolds_herself_does_not_scold_the_chat(text: str, is_scolding: bool) -> None:
    assert asks_about_the_chat(text) is is_scolding


@pytest.mark.parametrize(
    ("asks", "text", "is_asked"),
    [
        (asks_to_be_erased, "tolong hapus semua data saya", True), (asks_to_be_erased, "delete my account", True),
        (asks_to_be_erased, "hapus", True), (asks_to_be_erased, "hapus tato", False),
        (asks_to_be_erased, "hapus kak", True), (asks_to_be_erased, "jangan hapus", False),
        (asks_to_be_erased, "jangan hapus data saya", False), (asks_to_be_erased, "please do not delete", False),
        (asks_to_be_erased, "dia hapus", False), (asks_to_be_erased, "bapa pupus", False),
        (asks_to_be_erased, "sudah pupus", False), (asks_to_be_erased, "don't delete my data", False),
        (asks_to_be_erased, "i want to delete", True), (asks_to_be_erased, "halo, bisa hapus?", True),
        (asks_to_be_erased, "saya sudah tidak mau, hapus data saya", True),
        (asks_to_be_erased, "saya tidak hapus", False), (asks_to_be_erased, "ga bisa hapus data saya", True),
        (asks_to_be_erased, "hapus foto saya di facebook", False), (asks_what_is_kept, "sapa sing moco chatku", True),
        (asks_what_is_kept, "is this chat private?", True), (asks_what_is_kept, "majikan baca chat saya di hp", False),
        (asks_elsewhere, "harga emas hari ini berapa", True), (asks_elsewhere, "harga paspor", False),
        (asks_elsewhere, "beli emas", False), (asks_elsewhere, "suami saya nikah lagi gaji tidak dibayar", False),
    ],
)  # fmt: skip
def test_what_asks_for_one_thing_only_is_told_from_what_asks_for_more(
    asks: Callable[[str], bool], text: str, is_asked: bool
) -> None:
    assert asks(text) is is_asked


HOSTILE = (
    '"', "'; DROP TABLE entry;--", "paspor AND NOT (gaji OR *)", "NEAR(a b)", "paspor\x00gaji", "%_\\", "ａｂｃ",
    "🛂🛂", "", "   ", "\n", "a" * 4000, "paspor " * 600, "ab " * 1300, "2", "x2 " * 9, "ß", "İ", "\u0301",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_input_gives_hits_or_nothing(text: str) -> None:
    assert all(0 < hit.score <= 1 for hit in INDEX.find(text))


@given(
    st.text(max_size=4000) | st.lists(st.sampled_from(["paspor", "gajii", "ora dibayar", "hk", *HOSTILE])).map(" ".join)
)
def test_any_input_gives_hits_or_nothing(text: str) -> None:
    hits = INDEX.find(text, limit=3)

    assert len(hits) <= 3
    assert len({hit.target for hit in hits}) == len(hits)
    assert all(0 < hit.score <= 1 for hit in hits)


@given(
    st.dictionaries(st.text(max_size=40), st.lists(st.text(max_size=40), max_size=3), max_size=5), st.text(max_size=60)
)
def test_any_synonyms_and_entries_can_be_indexed(synonyms: dict[str, list[str]], text: str) -> None:
    SearchIndex((Entry("a:any:1", text, text, (text,), text),), synonyms).find(text)


async def test_articles_are_found_in_the_language_they_are_not_read_in(library: Database, load: Load) -> None:
    entries = entries_of(await load(), "en")

    assert {entry.target for entry in entries} >= {"a:passport-held:1", "t:protection"}
    assert "a:passport-held:1" in [hit.target for hit in SearchIndex(entries, {}).find("paspor ditahan majikan")]
