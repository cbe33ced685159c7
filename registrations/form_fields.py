"""A form as the fields of a page: for staff who enter somebody, and for a person on a page of her own."""

from collections.abc import Mapping
from dataclasses import dataclass

from content import countries
from content.form_shapes import QuestionModel
from content.screens import not_translated
from core.errors import RuleBroken
from core.i18n import Words
from registrations import provinces, regencies
from registrations.answers import MOST_LETTERS, NO, YES, OutsideProvince, Several
from registrations.forms import Asked, label_of, language_of, texts_of

PREFIX = "q."  # before the code of a question, so that none is taken for a field of the page itself
LONGEST_LINE = 200


@dataclass(frozen=True, slots=True)
class Field:
    """One question as a field: how it is asked, what can be chosen, what was typed, and what is wrong with that.

    `options` are what can be chosen, by what answers.py reads as it; `only_if` says when it has to be answered,
    `not_translated` that it is not asked in the reader's language.
    """

    name: str
    type: str
    question: str
    help: str
    why: str
    required: bool
    options: Mapping[str, str]
    longest: int
    typed: str
    chosen: frozenset[str]
    error: str
    only_if: str
    not_translated: str


def fields(asked: Asked, typed: Mapping[str, str], wrong: Mapping[str, RuleBroken], words: Words) -> list[Field]:
    """Return the fields of a form, with what was typed into them and what is wrong with it, by codes."""
    return [
        _field(question, asked, typed.get(question.code, ""), wrong.get(question.code), words)
        for question in asked.questions
    ]


def _field(question: QuestionModel, asked: Asked, typed: str, wrong: RuleBroken | None, words: Words) -> Field:
    texts, asked_in = texts_of(question, words.language), language_of(question, words.language)
    return Field(
        name=PREFIX + question.code, type=question.type, question=texts.question, help=texts.help or "",
        why=texts.why or "", required=question.required, options=_options(question, words),
        longest=MOST_LETTERS.get(question.type, LONGEST_LINE), typed=typed, chosen=frozenset(typed.split(",")),
        error=_error(question, wrong, words) if wrong else "", only_if=_only_if(question, asked, words),
        not_translated="" if asked_in == words.language else not_translated(asked_in, words),
    )  # fmt: skip


def _error(question: QuestionModel, wrong: RuleBroken, words: Words) -> str:
    told = said_of(question, wrong, words)
    return f"{told} {', '.join(_meant(wrong))}" if isinstance(wrong, Several) else told


def said_of(question: QuestionModel, wrong: RuleBroken, words: Words) -> str:
    """Say what is wrong with an answer: in the form's own words, unless they cannot know what it is."""
    is_special = isinstance(wrong, Several | OutsideProvince)
    return words.told(wrong) if is_special else texts_of(question, words.language).error or words.told(wrong)


def possible(question: QuestionModel, wrong: RuleBroken, language: str) -> list[str]:
    """Return what can be answered instead of what is wrong: what it may mean, or what the form lets one choose."""
    return _meant(wrong) if isinstance(wrong, Several) else choices(question, language)


def choices(question: QuestionModel, language: str) -> list[str]:
    """Return the answers among which a question lets one choose, as they are called; none for any other question."""
    return [label_of(option.labels, language) for option in question.options]


def _meant(several: Several) -> list[str]:
    return [regencies.all_names()[code] for code in several.codes]


def _options(question: QuestionModel, words: Words) -> dict[str, str]:
    _ = words.gettext
    if question.type in {"choice", "choices"}:
        return {option.code: label_of(option.labels, words.language) for option in question.options}
    if question.type == "yes_no":
        return {YES: _("Yes"), NO: _("No")}
    if question.type == "consent":
        return {YES: _("✔️ I agree"), NO: _("✖️ I do not agree")}
    if question.type == "province":
        return {name: name for name in provinces.all_names().values()}
    if question.type == "country":
        codes = countries.in_order(countries.all_codes(), words.language)
        return {name: name for name in (countries.country_name(code, words.language) for code in codes)}
    return {name: name for name in regencies.all_names().values()} if question.type == "regency" else {}


def _only_if(question: QuestionModel, asked: Asked, words: Words) -> str:
    """Say in which case a question is asked, such as "Do you have children? Yes"; nothing where it always is."""
    if question.shown_if is None:
        return ""
    other = next(each for each in asked.questions if each.code == question.shown_if.question)
    labels = _options(other, words)
    answers = ", ".join(labels.get(code, code) for code in question.shown_if.is_)
    return f"{texts_of(other, words.language).question} {answers}"
