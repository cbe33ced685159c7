"""What people type as an answer is read as they mean it; what is none is refused in words, not kept half."""

from datetime import date

import pytest

from content.form_shapes import QuestionModel
from core.i18n import LANGUAGES, words
from registrations import provinces, regencies
from registrations.answers import OutsideProvince, Several, WrongAnswer, is_answer, read
from tests.registrations.forms import form

TODAY = date(2026, 11, 26)
BY_CODE = {question.code: question for question in form().questions}
MEANT = [
    ("name", "  Siti \n Aminah ", "Siti Aminah"),
    ("birth-date", "17-8-1990", "1990-08-17"),
    ("birth-date", "17/08/90", "1990-08-17"),
    ("birth-date", "17 agustus 1990", "1990-08-17"),
    ("birth-date", "17 Agt 1990", "1990-08-17"),
    ("birth-date", "17 August 1990", "1990-08-17"),
    ("birth-date", "1.1.05", "2005-01-01"),
    ("birth-date", "1990-08-17", "1990-08-17"),
    ("sex", "perempuan", "female"),
    ("sex", "Woman", "female"),
    ("sex", "2", "male"),
    ("sex", "laki laki", "male"),
    ("children", "iya", "yes"),
    ("children", "Enggak", "no"),
    ("children", "ora", "no"),
    ("how-many", " 3 ", "3"),
    ("province", "jabar", "32"),
    ("province", "35", "35"),
    ("regency", "32.01", "32.01"),
    ("province", "Nusa Tenggara Barat", "52"),
    ("regency", "kab bogor", "32.01"),
    ("regency", "Kota Bogor", "32.71"),
    ("regency", "indramayu", "32.12"),
    ("regency", "indramaju", "32.12"),
    ("regency", "jogja", "34.71"),
    ("regency", "solo", "33.72"),
    ("country", "taiwan", "TW"),
    ("country", "hongkong", "HK"),
    ("phone", "0812-3456-7890", "+6281234567890"),
    ("phone", "+886 901 132 000", "+886901132000"),
    ("phone", "62 812 3456 7890", "+6281234567890"),
    ("days", "minggu, sabtu", "sat sun"),
    ("days", "2", "sun"),
    ("wish", "Terima kasih", "Terima kasih"),
]
REFUSED = [
    ("name", "x" * 101), ("name", " \n "), ("birth-date", "kemarin"), ("birth-date", "31-2-1990"),
    ("birth-date", "17-8-1790"), ("birth-date", "17-8-2090"), ("birth-date", "27-11-2026"),
    ("sex", "tidak tahu"), ("children", "mungkin"),
    ("children", "ya tidak"), ("how-many", "tiga"), ("how-many", "0"), ("how-many", "21"), ("how-many", "9" * 30),
    ("how-many", "²"), ("how-many", "1,5"), ("how-many", "1.5"), ("name", "😀"),
    ("province", "bogor raya sekali"), ("regency", "atlantis"), ("regency", "kab"),
    ("country", "ga"), ("country", "no"), ("country", "NO"),
    ("country", "narnia"), ("phone", "12"), ("phone", "saya"), ("phone", "+62812"), ("days", "senin"),
    ("days", ","), ("wish", "x" * 1001),
]  # fmt: skip


@pytest.mark.parametrize(("code", "typed", "meant"), MEANT)
def test_what_is_typed_is_read_as_it_is_meant(code: str, typed: str, meant: str) -> None:
    assert read(BY_CODE[code], typed, province=None, today=TODAY) == meant


@pytest.mark.parametrize("typed", ["1500", "1.500", "1,500", "1 500"])
def test_thousands_may_be_grouped(typed: str) -> None:
    question = BY_CODE["how-many"].model_copy(update={"most": None})
    assert read(question, typed, province=None, today=TODAY) == "1500"


@pytest.mark.parametrize(("code", "typed"), REFUSED)
def test_what_is_no_answer_is_refused_in_every_language(code: str, typed: str) -> None:
    with pytest.raises(WrongAnswer) as refused:
        read(BY_CODE[code], typed, province=None, today=TODAY)
    told = {words(language).gettext(refused.value.message).format(**refused.value.values) for language in LANGUAGES}
    assert len(told) == len(LANGUAGES), told


@pytest.mark.parametrize("typed", ["081234567890", "0812-3456-7890", "+62 812 3456 7890"])
def test_who_works_abroad_may_give_her_number_at_home(typed: str) -> None:
    for region in ("TW", "HK", "SA", "ID"):
        assert read(BY_CODE["phone"], typed, province=None, today=TODAY, region=region) == "+6281234567890"
    assert read(BY_CODE["phone"], "0901 132 000", province=None, today=TODAY, region="TW") == "+886901132000"


def test_a_name_that_several_share_is_asked_back_and_the_province_tells_them_apart() -> None:
    with pytest.raises(Several) as several:
        read(BY_CODE["regency"], "bogor", province=None, today=TODAY)
    assert set(several.value.codes) == {"32.01", "32.71"}
    with pytest.raises(Several) as beginnings:
        read(BY_CODE["regency"], "lombok", province="52", today=TODAY)
    assert [regencies.all_names()[code] for code in beginnings.value.codes] == [
        "Kabupaten Lombok Barat", "Kabupaten Lombok Tengah", "Kabupaten Lombok Timur", "Kabupaten Lombok Utara",
    ]  # fmt: skip
    assert set(regencies.found("solok", "13")) < set(regencies.found("solo", "13")), "Surakarta is elsewhere"
    assert read(BY_CODE["regency"], "banjar", province="32", today=TODAY) == "32.79"


@pytest.mark.parametrize(
    ("province", "typed"),
    [("35", "Kota Bandung"), ("94", "Kota Surabaya"), ("51", "Kabupaten Bandung"), ("52", "cirebon")],
)
def test_a_regency_lies_in_the_province_that_was_answered(province: str, typed: str) -> None:
    with pytest.raises(OutsideProvince) as outside:
        read(BY_CODE["regency"], typed, province=province, today=TODAY)
    told = {words(language).told(outside.value) for language in LANGUAGES}
    assert len(told) == len(LANGUAGES)
    assert all(provinces.all_names()[province] in each for each in told)
    assert read(BY_CODE["regency"], "denpasr", province="51", today=TODAY) == "51.71", "a slip is still read"
    assert not is_answer(BY_CODE["regency"], "32.01", province=province), "nor is it tapped"


@pytest.mark.parametrize(
    ("code", "value", "fits"),
    [
        ("sex", "female", True), ("sex", "both", False), ("sex", "", False), ("days", "sat sun", True),
        ("days", "sat mon", False), ("province", "32", True), ("province", "99", False), ("regency", "32.01", True),
        ("regency", "32.99", False), ("country", "TW", True), ("country", "ZZ", False), ("consent", "yes", True),
        ("consent", "maybe", False), ("name", "Siti", False), ("phone", "+6281234567890", False),
    ],
)  # fmt: skip
def test_only_codes_can_be_tapped(code: str, value: str, fits: bool) -> None:
    assert is_answer(BY_CODE[code], value) is fits


def test_there_are_the_regencies_of_the_decree() -> None:
    names = regencies.all_names()
    kinds = [name.split()[0] for name in names.values()]
    assert (kinds.count("Kabupaten"), kinds.count("Kota")) == (416, 98)
    assert {code.partition(".")[0] for code in names} == set(provinces.all_names())


def test_every_type_of_question_is_in_the_form_of_the_tests() -> None:
    types = set(QuestionModel.model_fields["type"].annotation.__args__)  # type: ignore[union-attr]
    assert {question.type for question in BY_CODE.values()} == types
