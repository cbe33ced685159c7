"""The rules of forms and programmes, for the pack and for the desk. Pure: each edge says a fault in its own words."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from content.form_shapes import BIRTH_DATE, MOST_DIGITS, RETURNED_ON, SAFE_TIME, SEX, ProgrammeModel, QuestionModel

CHOICES = frozenset({"choice", "choices"})
# How long something is kept, as our languages say it: a word and the months, or one word for a year or a month.
A_TIME = re.compile(
    r"\b(?:\w+[ -])?(?:bulan|wulan|sasi|months?)\b|\bs[ea](?:bulan|wulan|sasi|tahun|taun)\b"
    r"|\b(?:a|one|satu|siji|hiji) (?:year|tahun|taun)\b",
    re.IGNORECASE,
)


class Rule(StrEnum):
    """What is wrong."""

    SAME_CODE = "same_code"
    OPTIONS = "options"
    SAME_OPTION = "same_option"
    SEX_OPTIONS = "sex_options"
    SHOWN_IF = "shown_if"
    NO_QUESTION = "no_question"
    BOUNDS = "bounds"
    NO_NUMBER = "no_number"
    NOT_ASKED = "not_asked"
    AGES = "ages"
    DAYS = "days"
    DIVIDED_ONCE = "divided_once"
    DIVIDED_BY = "divided_by"
    PLACES_QUESTION = "places_question"
    PLACES_ANSWER = "places_answer"
    CONSENT_MONTHS = "consent_months"


# At which field of a question a broken rule is told.
FIELD_OF = {
    Rule.SAME_CODE: "code", Rule.OPTIONS: "options", Rule.SAME_OPTION: "options", Rule.SEX_OPTIONS: "options",
    Rule.SHOWN_IF: "shown_if", Rule.NO_QUESTION: "shown_if", Rule.BOUNDS: "most", Rule.NO_NUMBER: "most",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Broken:
    """One broken rule: of a question, by its code, or of a field of a programme; `what` is an answer or a question.

    `place`: which question it is, from 0.
    """

    where: str
    rule: Rule
    what: str = ""
    place: int = 0


def of_form(questions: Iterable[QuestionModel]) -> list[Broken]:
    """Return what is wrong with the questions of a form, in their order."""
    broken, earlier = list[Broken](), dict[str, QuestionModel]()
    for place, question in enumerate(questions):
        broken += [replace(each, place=place) for each in _of_question(question, earlier)]
        earlier[question.code] = question
    return broken


def _of_question(question: QuestionModel, earlier: Mapping[str, QuestionModel]) -> list[Broken]:
    code = question.code
    broken = [Broken(code, Rule.SAME_CODE)] if code in earlier else []
    codes = [option.code for option in question.options]
    if bool(codes) != (question.type in CHOICES):
        broken.append(Broken(code, Rule.OPTIONS))
    if len(set(codes)) < len(codes):
        broken.append(Broken(code, Rule.SAME_OPTION))
    if code == SEX and set(codes) - {"female", "male"}:
        broken.append(Broken(code, Rule.SEX_OPTIONS))
    return [*broken, *_of_condition(question, earlier), *_of_bounds(question)]


def _of_condition(question: QuestionModel, earlier: Mapping[str, QuestionModel]) -> list[Broken]:
    """Return what is wrong with when a question is asked: an earlier one has to have the answers that it names."""
    condition = question.shown_if
    if condition is None:
        return []
    if condition.question not in earlier:
        return [Broken(question.code, Rule.NO_QUESTION, condition.question)]
    known = _answers_to(earlier[condition.question])
    return [Broken(question.code, Rule.SHOWN_IF, what) for what in condition.is_ if what not in known]


def _answers_to(question: QuestionModel) -> set[str]:
    """Return the answers by which a later question can be asked: none of what is typed, or ends the sign-up."""
    if question.type == "consent" and question.required:
        return {"yes"}
    return {"yes", "no"} if question.type in {"yes_no", "consent"} else {option.code for option in question.options}


def _of_bounds(question: QuestionModel) -> list[Broken]:
    """Return what is wrong with `least` and `most`: between them lies a number that can be answered."""
    if question.type != "number":
        has_bounds = question.least is not None or question.most is not None
        return [Broken(question.code, Rule.NO_NUMBER)] if has_bounds else []
    largest = 10**MOST_DIGITS - 1
    least = max(0, question.least or 0)
    most = largest if question.most is None else min(question.most, largest)
    return [Broken(question.code, Rule.BOUNDS)] if least > most else []


def of_programme(programme: ProgrammeModel, questions: Iterable[QuestionModel] | None) -> list[Broken]:
    """Return what is wrong with the conditions of a programme: what it wants to know, its form has to ask.

    A discreet one has to ask when somebody can be called safely. A consent tells no other months than `keep_months`.
    """
    asked = {question.code: question for question in questions or ()}
    types = {code: question.type for code, question in asked.items() if question.required}
    wanted = (
        ("least_age", BIRTH_DATE, "date"), ("most_age", BIRTH_DATE, "date"), ("sex", SEX, "choice"),
        ("returned_within_months", RETURNED_ON, "date"),
    )  # fmt: skip
    broken = [
        Broken(field, Rule.NOT_ASKED, code)
        for field, code, type_ in wanted
        if getattr(programme, field) is not None and types.get(code) != type_
    ]
    if programme.discreet and questions is not None and SAFE_TIME not in asked:
        broken.append(Broken("discreet", Rule.NOT_ASKED, SAFE_TIME))
    broken += _of_places(programme, asked)
    broken += [Broken("keep_months", Rule.CONSENT_MONTHS, told) for told in _other_months(programme, asked.values())]
    if programme.least_age and programme.most_age and programme.least_age > programme.most_age:
        broken.append(Broken("most_age", Rule.AGES))
    if programme.opens_on and programme.closes_on and programme.opens_on > programme.closes_on:
        broken.append(Broken("closes_on", Rule.DAYS))
    return broken


def _other_months(programme: ProgrammeModel, questions: Iterable[QuestionModel]) -> Iterator[str]:
    """Give each time that a consent tells, in any language, and that is not how long registrations are kept."""
    consents = (question for question in questions if question.type == "consent")
    for texts in (texts for consent in consents for texts in consent.texts.values()):
        for told in A_TIME.findall(" ".join(text for text in (texts.question, texts.help, texts.why) if text)):
            if re.split("[ -]", told)[0] != str(programme.keep_months):
                yield told


def may_divide_places(question: QuestionModel) -> bool:
    """Tell whether places can be divided by the answers to a question: a choice that everybody makes, not sensitive."""
    is_asked_of_all = question.required and question.shown_if is None
    return is_asked_of_all and question.type == "choice" and not question.sensitive


def _of_places(programme: ProgrammeModel, asked: Mapping[str, QuestionModel]) -> list[Broken]:
    """Return what is wrong with how places are divided: by province, or by a choice that everybody makes.

    The answer stands unsealed beside the registration: none that is sensitive.
    """
    code = programme.places_question
    if code is None:
        return [Broken("places_question", Rule.DIVIDED_BY)] if programme.places_by_answer else []
    broken = [Broken("places_by_province", Rule.DIVIDED_ONCE)] if programme.places_by_province else []
    question = asked.get(code)
    if question is None or not may_divide_places(question):
        return [*broken, Broken("places_question", Rule.PLACES_QUESTION, code)]
    known = {option.code for option in question.options}
    return broken + [
        Broken("places_by_answer", Rule.PLACES_ANSWER, what) for what in programme.places_by_answer if what not in known
    ]
