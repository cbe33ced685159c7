"""Correcting where somebody lives: province and regency fit each other, and both the staff who look after her.

A registration goes to the staff of another province by hand-over alone (assigning.py), never by a correction.
"""

from collections.abc import Mapping
from datetime import date

from content.desk.rules import WrongState
from content.form_shapes import QuestionModel
from registrations import answers
from registrations.answers import OutsideProvince
from registrations.forms import Asked
from registrations.registrations import Registration

TYPES = frozenset({"province", "regency"})


def read(
    registration: Registration, asked: Asked, given: Mapping[str, str], question: QuestionModel, typed: str, *,
    today: date,
) -> dict[str, str]:  # fmt: skip
    """Return the answers that become others, by code: a regency takes its province along.

    Raise WrongAnswer or Several, and WrongState where it would lie in a province that does not look after her.
    """
    allowed = _provinces(registration, asked, given, question)
    if question.type == "province":
        return _province(asked, given, question, answers.read(question, typed, province=None, today=today), allowed)
    around = asked.province_question(given, question.code)
    for province in allowed:
        try:
            value = answers.read(question, typed, province=province, today=today)
        except OutsideProvince:
            continue
        return ({around.code: value.partition(".")[0]} if around else {}) | {question.code: value}
    raise _hand_over_first()


def _province(
    asked: Asked, given: Mapping[str, str], question: QuestionModel, value: str, allowed: tuple[str | None, ...]
) -> dict[str, str]:
    if not {value, None} & set(allowed):
        raise _hand_over_first()
    regencies = [each.code for each in asked.shown(given) if each.type == "regency" and given.get(each.code)]
    within = [given[code] for code in regencies if asked.province_question(given, code) == question]
    if not all(each.startswith(f"{value}.") for each in within):
        raise WrongState("Correct the kabupaten or kota instead: its province goes along with it.")
    return {question.code: value}


def _hand_over_first() -> WrongState:
    return WrongState("That lies in another province. Hand the registration over to it first.")


def _provinces(
    registration: Registration, asked: Asked, given: Mapping[str, str], question: QuestionModel
) -> tuple[str | None, ...]:
    """Return the provinces in which an answer may lie, the one that was answered first; None: anywhere."""
    around = question if question.type == "province" else asked.province_question(given, question.code) or question
    answered = given.get(around.code, "").partition(".")[0]
    if around.code != _home(asked, given):
        return (answered, None) if answered else (None,)
    return tuple(filter(None, dict.fromkeys((answered, registration.province))))


def _home(asked: Asked, given: Mapping[str, str]) -> str:
    """Return the code of the question that says which province looks after her, as sign_up.province_of has it."""
    places = [question.code for question in asked.shown(given) if question.type in TYPES]
    return next((code for code in places if given.get(code)), places[0])
