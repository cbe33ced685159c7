"""The shape of programmes and their forms, in the pack and in the database: every field with type and limits."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from content.pack_shapes import Line, PartModel, Position, SlugText, Stage, Title

Age = Annotated[int, Field(ge=15, le=99)]
Places = Annotated[int, Field(ge=1, le=100_000)]
QuestionType = Literal[
    "short_text", "long_text", "number", "date", "choice", "choices", "phone", "province", "regency", "country",
    "yes_no", "consent",
]  # fmt: skip
# Questions by whose answers it is seen whether a programme is for somebody: pack_programme_rules.py wants their types.
BIRTH_DATE, SEX, RETURNED_ON = "birth-date", "sex", "returned-on"
# By this one staff find somebody; by SAFE_TIME they know when nobody else has her phone.
NAME, SAFE_TIME = "name", "safe-time"
MOST_DIGITS = 9  # of a number that somebody answers


class ProgrammeModel(PartModel):
    """A programme: which article tells of it, which form it asks, for whom it is, how many places it has.

    A discreet one is never named in a message. An empty list means everybody, no `places` means that there is room for
    all. `places_by_province` holds places of their own for some provinces; the others share `places`. Or
    `places_question` names a choice of the form, and `places_by_answer` holds places of their own for some answers to
    it, such as a class in the morning. Applications are taken from `opens_on` to `closes_on`, both included, in
    Indonesia's west. `admits`: a place is given as soon as somebody applies, or once staff have read it. `keep_months`:
    how long registrations stay after their last change.
    """

    article: SlugText
    position: Position
    form: SlugText | None = None
    discreet: bool = False
    stages: tuple[Stage, ...] = ()
    provinces: tuple[str, ...] = ()
    opens_on: date | None = None
    closes_on: date | None = None
    admits: Literal["after_review", "at_once"] = "after_review"
    places: Places | None = None
    places_by_province: dict[str, Places] = {}  # noqa: RUF012  pydantic copies it
    places_question: SlugText | None = None
    places_by_answer: dict[str, Places] = {}  # noqa: RUF012
    waitlist: bool = True
    least_age: Age | None = None
    most_age: Age | None = None
    sex: Literal["female", "male"] | None = None
    returned_within_months: Annotated[int, Field(ge=1, le=240)] | None = None
    contact: SlugText | None = None
    keep_months: Annotated[int, Field(ge=1, le=120)] = 24


class QuestionTextsModel(PartModel):
    """A question in one language: what is asked, help, why it is asked, and what is said to a wrong answer."""

    question: Line
    help: Line | None = None
    why: Line | None = None
    error: Line | None = None


class OptionModel(PartModel):
    """One answer of a choice; its code is the same in all languages."""

    code: SlugText
    labels: Annotated[dict[str, Title], Field(min_length=1)]


class ShownIfModel(PartModel):
    """A question is asked only if an earlier one was answered by one of these codes."""

    question: SlugText
    is_: tuple[SlugText, ...] = Field(alias="is", min_length=1)


class QuestionModel(PartModel):
    """One question of a form; its code is the column of every export.

    `least` and `most` bound a number. What is `sensitive` is not repeated to the person either.
    """

    code: SlugText
    type: QuestionType
    required: bool = True
    sensitive: bool = False
    texts: Annotated[dict[str, QuestionTextsModel], Field(min_length=1)]
    options: tuple[OptionModel, ...] = ()
    shown_if: ShownIfModel | None = None
    least: int | None = None
    most: int | None = None


class FormModel(PartModel):
    """A form: its questions in order, and the languages in which it is known to be lacking."""

    questions: Annotated[tuple[QuestionModel, ...], Field(min_length=1, max_length=60)]
    missing: tuple[str, ...] = ()
