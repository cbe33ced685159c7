"""What a person types as an answer, read into the one form in which it is kept. Pure: no clock, no database.

text      as typed, spaces reduced         date      2026-11-26
number    digits                           phone     +6281234567890 (E.164)
choice    the option's code                choices   codes parted by spaces, in the form's order
province  two digits; regency: 32.01       country   two letters of ISO 3166-1
yes_no, consent   yes or no
"""

import re
from datetime import date
from functools import cache

import phonenumbers
from babel.dates import get_month_names

from content import countries
from content.form_shapes import BIRTH_DATE, MOST_DIGITS, RETURNED_ON, QuestionModel
from core.errors import RuleBroken
from core.i18n import LANGUAGES, words
from core.words import letters, nearest
from registrations import provinces, regencies

YES, NO = "yes", "no"
MOST_LETTERS = {"short_text": 100, "long_text": 1000}
OLDEST_YEAR = 1900
DAY_MONTH_YEAR = re.compile(r"(\d{1,2})[\s./-]+(\d{1,2}|[^\W\d]+)[\s./-]+(\d{4}|\d{2})", re.UNICODE)
WHOLE_NUMBER = re.compile(r"[0-9]+|[0-9]{1,3}(?:[\s.,'_][0-9]{3})+")  # 1.500 is grouped; 1,5 is no whole number
YEAR_MONTH_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
HOME_REGION = "ID"
CODED = frozenset({"province", "regency"})  # an export writes their codes in digits, and a list may bring them back
YES_WORDS = frozenset({
    "ya", "iya", "y", "yes", "ok", "oke", "setuju", "inggih", "nggih", "enya", "muhun", "sumuhun",
})  # fmt: skip
NO_WORDS = frozenset({
    "tidak", "tdk", "gak", "nggak", "ngga", "enggak", "no", "n", "ora", "mboten", "boten", "henteu", "teu",
})  # fmt: skip


class WrongAnswer(RuleBroken):
    """What was typed is no answer to the question. The form's own words for that go before this message."""


class OutsideProvince(WrongAnswer):
    """A kabupaten or kota lies in another province than the one answered: the form's own words do not say so."""


class Several(RuleBroken):
    """What was typed may mean several things: `codes` are those to choose from."""

    def __init__(self, message: str, codes: tuple[str, ...]) -> None:
        super().__init__(message)
        self.codes = codes


def read(question: QuestionModel, typed: str, *, province: str | None, today: date, region: str = HOME_REGION) -> str:
    """Return the answer that a typed text means; raise WrongAnswer or Several.

    `province`: in which a regency has to lie, of Asked.province_for; anywhere if it is None. `region`: where a phone
    number without a country belongs to.
    """
    text = " ".join(typed.split())
    if not text:
        raise WrongAnswer("Please write an answer.")
    readers = {
        "short_text": _text, "long_text": _text, "number": _number, "choice": _choice, "choices": _choices,
        "province": _province, "country": _country, "yes_no": _yes_no, "consent": _yes_no,
    }  # fmt: skip
    if question.type in CODED and is_answer(question, text, province=province):
        return text
    if question.type == "date":
        return _date(text, today, is_past=question.code in {BIRTH_DATE, RETURNED_ON})
    if question.type == "phone":
        return phone(text, region)
    if question.type == "regency":
        return _regency(text, province)
    return readers[question.type](question, text)


def is_answer(question: QuestionModel, value: str, *, province: str | None = None) -> bool:
    """Tell whether a value is an answer that can be tapped: one kept as a code. `province`: as `read` takes it."""
    if question.type in {"choice", "choices"}:
        codes = {option.code for option in question.options}
        return bool(value) and set(value.split(" ")) <= codes
    if question.type in {"yes_no", "consent"}:
        return value in {YES, NO}
    if question.type == "country":
        return value in countries.all_codes()
    if question.type == "regency":
        return value in (regencies.of_province(province) if province else regencies.all_names())
    return question.type == "province" and value in provinces.all_names()


def clipped(question: QuestionModel, typed: str) -> str:
    """Return a typed text as it is kept where nothing may be refused: only as long as an answer may be."""
    return " ".join(typed.split())[: MOST_LETTERS[question.type]]


def _text(question: QuestionModel, text: str) -> str:
    most = MOST_LETTERS[question.type]
    if len(text) > most:
        raise WrongAnswer("That is too long. Please write at most {count} letters.", count=most)
    if not any(sign.isalnum() for sign in text):
        raise WrongAnswer("Please write an answer.")
    return text


def _number(question: QuestionModel, text: str) -> str:
    digits = re.sub(r"[\s.,'_]", "", text)
    if not WHOLE_NUMBER.fullmatch(text) or len(digits) > MOST_DIGITS:
        raise WrongAnswer("Please write a number in digits, such as 12.")
    number = int(digits)
    if question.least is not None and number < question.least:
        raise WrongAnswer("Please write a number of at least {least}.", least=question.least)
    if question.most is not None and number > question.most:
        raise WrongAnswer("Please write a number of at most {most}.", most=question.most)
    return str(number)


def _date(text: str, today: date, *, is_past: bool) -> str:
    if found := YEAR_MONTH_DAY.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := DAY_MONTH_YEAR.fullmatch(text):
        day, year = int(found[1]), _year(found[3], today)
        month = int(found[2]) if found[2].isdigit() else _months().get(letters(found[2]), 0)
    else:
        raise WrongAnswer("Please write the date as day, month, year: 17-8-1990.")
    try:
        read_date = date(year, month, day)
    except ValueError:
        raise WrongAnswer("There is no such day. Please write day, month, year: 17-8-1990.") from None
    if not OLDEST_YEAR <= read_date.year <= today.year + 10 or (is_past and read_date > today):
        raise WrongAnswer("Please look at the year again.")
    return read_date.isoformat()


def _year(written: str, today: date) -> int:
    year = int(written)
    if len(written) == 4:  # noqa: PLR2004  a whole year
        return year
    century = today.year // 100 * 100
    return century + year if year <= today.year % 100 else century - 100 + year


@cache
def _months() -> dict[str, int]:
    """Return what people call the months, in all languages: the names, and their beginnings of three letters."""
    named: dict[str, int] = {}
    for language in LANGUAGES:
        for number, name in get_month_names("wide", locale=words(language).locale).items():
            named |= {letters(name): number, letters(name)[:3]: number}
    return named | {"pebruari": 2, "nopember": 11, "agt": 8, "ags": 8, "peb": 2, "nop": 11}


def phone(text: str, region: str = HOME_REGION) -> str:
    """Return a phone number as E.164 writes it; raise WrongAnswer.

    One without its country belongs to the region, else to Indonesia.
    """
    for belongs_to in dict.fromkeys((region, HOME_REGION)):  # who works abroad may give her number at home
        try:
            number = phonenumbers.parse(text, belongs_to)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            break
    else:
        raise WrongAnswer("Nobody can be called by that number. Please write it whole, such as 0812…")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _choice(question: QuestionModel, text: str) -> str:
    if any(option.code == text for option in question.options):  # as a page or a workbook sends it
        return text
    typed: dict[str, str] = {}
    for number, option in enumerate(question.options, 1):
        typed |= {letters(label): option.code for label in option.labels.values()}
        typed |= {letters(option.code): option.code, str(number): option.code}
    code = nearest(text, typed)
    if code is None:
        raise WrongAnswer("Please choose one of the answers.")
    return code


def _choices(question: QuestionModel, text: str) -> str:
    chosen = {_choice(question, part) for part in re.split(r"[,;/]", text) if part.strip()}
    if not chosen:
        raise WrongAnswer("Please choose one of the answers.")
    return in_order(question, chosen)


def in_order(question: QuestionModel, codes: set[str]) -> str:
    """Write several chosen codes as they are kept: in the form's order, parted by spaces."""
    return " ".join(option.code for option in question.options if option.code in codes)


def _province(_question: QuestionModel, text: str) -> str:
    code = provinces.named(text)
    if code is None:
        raise WrongAnswer("I do not know that province. Please choose it, or write it in another way.")
    return code


def _regency(text: str, province: str | None) -> str:
    codes = regencies.found(text, province)
    if province and (text in regencies.all_names() or regencies.lies_elsewhere(text, province)):
        raise OutsideProvince(
            "That does not lie in {province}. Choose a kabupaten or kota that does, or change the province.",
            province=provinces.all_names()[province],
        )
    if not codes:
        raise WrongAnswer("I do not know that kabupaten or kota. Please write it in another way.")
    if len(codes) > 1:
        raise Several("There are several of that name. Choose one.", codes)
    return codes[0]


def _country(_question: QuestionModel, text: str) -> str:
    code = countries.named(text)
    if code is None:
        raise WrongAnswer("I do not know that country. Please choose it, or write it in another way.")
    return code


def _yes_no(_question: QuestionModel, text: str) -> str:
    said = letters(text).split()
    for answer, known in ((YES, YES_WORDS), (NO, NO_WORDS)):
        if said and set(said) <= known:
            return answer
    raise WrongAnswer("Please answer yes or no.")
