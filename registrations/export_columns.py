"""The columns of an export, and what stands in their cells. Which rows: registrations/exporting.py.

registration_…    what BEFORE names, of the registration itself
<code>            an answer as it is kept: a text, a number, a choice's codes parted by spaces, yes or no; a column for
                  each question of any version, those of the newest first; empty where nothing was answered
<code>_label      beside a choice, a province, a regency or a country: what its code is called

No code of a question holds a "_", so no two columns share a heading. De-identified, which is what is given unless
somebody asks for more, leaves out free text, phone numbers and what is sensitive in any version; for a date stands

birth-date_age    her whole years on the day she applied
<code>_month      2026-11
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from content import countries
from content.form_shapes import BIRTH_DATE, QuestionModel
from core.clock import WIB
from registrations import provinces, regencies
from registrations.answers import NO, YES
from registrations.forms import label_of
from registrations.sign_up import whole_years

BEFORE = (
    "registration_reference", "registration_number", "registration_status", "registration_status_label",
    "registration_province", "registration_province_label", "registration_language", "registration_for_relative",
    "registration_applied_at", "registration_changed_at",
)  # fmt: skip
IDENTIFYING = frozenset({"short_text", "long_text", "phone"})
LABELLED = frozenset({"choice", "choices", "province", "regency", "country"})
Cell = str | int | None
Cells = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as one version asks it, with what the codes of its answers are called."""

    type: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of answers to one question; `cell` makes it of the question, the answer and the day of applying."""

    heading: str
    code: str
    cell: Callable[[Asked, str, date], Cell]


def columns_of(versions: Iterable[Sequence[QuestionModel]], *, is_identified: bool) -> tuple[Column, ...]:
    """Return the columns for the questions of all versions, the newest version first."""
    by_code: dict[str, list[QuestionModel]] = defaultdict(list)
    for questions in versions:
        for question in questions:
            by_code[question.code].append(question)
    make = _whole if is_identified else _deidentified
    return tuple(column for code, asked in by_code.items() for column in make(code, asked))


def _whole(code: str, asked: Sequence[QuestionModel]) -> list[Column]:
    columns = [Column(code, code, _kept)]
    if any(question.type in LABELLED for question in asked):
        columns.append(Column(f"{code}_label", code, _label))
    return columns


def _deidentified(code: str, asked: Sequence[QuestionModel]) -> list[Column]:
    """Return what tells of nobody who she is; nothing of a question that would in any version."""
    if any(question.sensitive or question.type in IDENTIFYING for question in asked):
        return []
    types = {question.type for question in asked}
    if "date" not in types:
        return _whole(code, asked)
    if types != {"date"}:
        return []
    return [Column(f"{code}_age", code, _age) if code == BIRTH_DATE else Column(f"{code}_month", code, _month)]


def asked_of(questions: Iterable[QuestionModel], language: str) -> dict[str, Asked]:
    """Return the questions of a version by code, labelled in a language."""
    return {question.code: Asked(question.type, _labels(question, language)) for question in questions}


def _labels(question: QuestionModel, language: str) -> Mapping[str, str]:
    if question.type == "province":
        return provinces.all_names()
    if question.type == "regency":
        return regencies.all_names()
    if question.type == "country":
        return {code: countries.country_name(code, language) for code in countries.all_codes()}
    return {option.code: label_of(option.labels, language) for option in question.options}


def _kept(asked: Asked, answer: str, _applied_on: date) -> Cell:
    return int(answer) if asked.type == "number" else answer


def _label(asked: Asked, answer: str, _applied_on: date) -> Cell:
    if asked.type not in LABELLED:
        return None
    codes = answer.split(" ") if asked.type == "choices" else [answer]
    return "; ".join(asked.labels.get(code, code) for code in codes)


def _age(_asked: Asked, answer: str, applied_on: date) -> Cell:
    return whole_years(date.fromisoformat(answer), applied_on)


def _month(_asked: Asked, answer: str, _applied_on: date) -> Cell:
    return answer[: len("2026-11")]


def before(registration: Any, status_names: Mapping[str, str]) -> Cells:
    """Return the cells of BEFORE; moments by the clock of Indonesia's west."""
    row = registration
    return (
        row.reference, row.number, row.status, status_names.get(row.status, row.status), row.province,
        provinces.all_names().get(row.province), row.language, YES if row.is_for_another else NO,
        _moment(row.applied_at), _moment(row.changed_at),
    )  # fmt: skip


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(WIB).isoformat(timespec="seconds") if at else None


def answered(columns: Iterable[Column], asked: Mapping[str, Asked], given: Mapping[str, str], day: date) -> Cells:
    """Return the cells of the answers that somebody gave who applied on a day, by the questions of her version."""
    return tuple(
        column.cell(question, answer, day)
        if (question := asked.get(column.code)) and (answer := given.get(column.code)) else None
        for column in columns
    )  # fmt: skip
