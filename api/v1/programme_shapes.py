"""What the JSON API takes and gives of programmes and their forms. What may be said in a field, the domain decides."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from api.v1.inputs import LARGEST, PER_LANGUAGE, TELLING, Day, Input, Language, Slug, WholeInJson
from api.v1.outputs import Output
from api.v1.registration_shapes import Code
from content.form_shapes import ProgrammeModel, QuestionModel, QuestionType
from core.i18n import LANGUAGES
from core.messages import MAX_LABEL_CHARACTERS
from registrations import provinces

KNOWN_PROVINCE = f"^({'|'.join(provinces.all_names())})$"
KnownProvince = Annotated[str, StringConstraints(pattern=KNOWN_PROVINCE, max_length=2)]
Places = Annotated[int, Field(ge=1, le=100_000), WholeInJson]
Age = Annotated[int, Field(ge=15, le=99), WholeInJson]
Bound = Annotated[int, Field(ge=-LARGEST, le=LARGEST), WholeInJson]
Line = Annotated[str, StringConstraints(pattern=TELLING, max_length=200)]
Label = Annotated[str, StringConstraints(pattern=TELLING, max_length=MAX_LABEL_CHARACTERS)]
ONLY_THESE = {"additionalProperties": False}
MOST_OPTIONS = 100
PerProvince = Annotated[dict[KnownProvince, Places], Field(max_length=50, json_schema_extra=ONLY_THESE)]
PerAnswer = Annotated[dict[Code, Places], Field(max_length=MOST_OPTIONS, json_schema_extra=ONLY_THESE)]


class ProgrammeFields(Input):
    """A programme, as content.form_shapes.ProgrammeModel: what is left out is not limited."""

    article: Slug
    position: Annotated[int, Field(ge=1, le=99), WholeInJson]
    form: Slug | None = None
    discreet: bool = False
    stages: Annotated[list[Literal["planning", "abroad", "returned", "family"]], Field(max_length=4)] = []  # noqa: RUF012  pydantic copies it
    provinces: Annotated[list[KnownProvince], Field(max_length=50)] = []  # noqa: RUF012
    opens_on: Day | None = None
    closes_on: Day | None = None
    admits: Literal["after_review", "at_once"] = "after_review"
    places: Places | None = None
    places_by_province: PerProvince = {}  # noqa: RUF012
    places_question: Slug | None = None
    places_by_answer: PerAnswer = {}  # noqa: RUF012
    waitlist: bool = True
    least_age: Age | None = None
    most_age: Age | None = None
    sex: Literal["female", "male"] | None = None
    returned_within_months: Annotated[int, Field(ge=1, le=240), WholeInJson] | None = None
    contact: Slug | None = None
    keep_months: Annotated[int, Field(ge=1, le=120), WholeInJson] = 24

    @property
    def model(self) -> ProgrammeModel:
        """The programme as the domain takes it."""
        return ProgrammeModel.model_validate(self.model_dump(exclude={"slug"}))


class NewProgramme(ProgrammeFields):
    """A programme to be, with its name."""

    slug: Slug


class NewForm(Input):
    """A form to be: its name. Its questions are put into its draft."""

    slug: Slug


class QuestionTexts(Input):
    """A question in one language: what is asked, help, why it is asked, and what is said to a wrong answer."""

    question: Line
    help: Line | None = None
    why: Line | None = None
    error: Line | None = None


class Option(Input):
    """One answer of a choice; its code is the same in all languages."""

    code: Slug
    labels: Annotated[
        dict[Language, Label], Field(min_length=1, max_length=len(LANGUAGES), json_schema_extra=PER_LANGUAGE)
    ]


class ShownIf(Input):
    """A question is asked only if an earlier one was answered by one of these codes."""

    question: Slug
    is_: Annotated[list[Slug], Field(alias="is", min_length=1, max_length=MOST_OPTIONS)]


class Question(Input):
    """A question, as content.form_shapes.QuestionModel. `least` and `most` bound a number."""

    code: Slug
    type: QuestionType
    required: bool = True
    sensitive: bool = False
    texts: Annotated[
        dict[Language, QuestionTexts], Field(min_length=1, max_length=len(LANGUAGES), json_schema_extra=PER_LANGUAGE)
    ]
    options: Annotated[list[Option], Field(max_length=MOST_OPTIONS)] = []  # noqa: RUF012  pydantic copies it
    shown_if: ShownIf | None = None
    least: Bound | None = None
    most: Bound | None = None

    @property
    def model(self) -> QuestionModel:
        """The question as the domain takes it."""
        return QuestionModel.model_validate(self.model_dump(by_alias=True))


class MoveQuestion(Input):
    """Which way a question goes."""

    where: Literal["up", "down"]


class ProgrammeDetail(ProgrammeModel):
    """A programme with its name, as content.form_shapes.ProgrammeModel."""

    slug: str


class ProgrammeRow(Output):
    """One line of the list of programmes."""

    slug: str
    article: str
    form: str | None
    position: int
    discreet: bool


class FormRow(Output):
    """One line of the list of forms: how many questions are asked, and whether a draft is worked on."""

    slug: str
    questions: int
    has_draft: bool
    missing: list[str]


class FormDetail(Output):
    """A form: the questions that are asked, the draft that is worked on, and the languages that are lacking.

    Each question has the shape that a write takes; what says the usual is left out of it.
    """

    slug: str
    questions: list[dict[str, Any]]
    draft: list[dict[str, Any]] | None
    missing: list[str]


class QuestionPreview(Output):
    """A question as messages of Telegram's Bot API."""

    code: str
    messages: list[dict[str, Any]]


class FormPreview(Output):
    """The questions of a draft as a phone shows them to somebody who is asked all of them."""

    language: str
    questions: list[QuestionPreview]
