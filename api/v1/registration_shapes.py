"""What the JSON API takes and gives of registrations. Their answers stand in no shape but those that are asked for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from api.v1.inputs import MANY_LINES, TELLING, Input, Language, Province, Slug
from api.v1.outputs import Output
from api.web.registration_words import Answered
from registrations.desk.copying import Copy
from registrations.desk.showing import Shown

RegistrationId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$", max_length=32)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
Typed = Annotated[str, StringConstraints(pattern=MANY_LINES, max_length=1000)]
Seen = Literal[
    "applied", "in_review", "accepted", "waitlisted", "offered", "declined", "withdrawn", "attended", "completed",
]  # fmt: skip
Decided = Literal["in_review", "accepted", "waitlisted", "declined", "attended", "completed"]
Why = Literal["full", "conditions", "incomplete", "called_off"]
MOST_DECISIONS = 50


class Decide(Input):
    """What becomes of a registration; `reason` is told to who is declined."""

    status: Decided
    reason: Why | None = None


class OneDecision(Decide):
    """One decision among many. `seen`: where the registration stood when it was decided so."""

    registration_id: RegistrationId
    seen: Seen


class Decisions(Input):
    """Decisions on several registrations, each whole or not at all. Of two on one the last counts."""

    decisions: Annotated[list[OneDecision], Field(min_length=1, max_length=MOST_DECISIONS)]


class Look(Input):
    """What somebody says on the telephone: a reference, a phone number, its last four digits, words of a name."""

    typed: Annotated[str, StringConstraints(pattern=TELLING, max_length=100)]


class ReadFor(Input):
    """What answers are read for."""

    purpose: Literal["decide", "contact", "correct", "prepare"]


class NewNote(Input):
    """A note of the staff. It is shown with the answers only."""

    text: Annotated[str, StringConstraints(pattern=MANY_LINES, min_length=1, max_length=1000)]


class Assignment(Input):
    """Who looks after a registration; null, or left out: nobody."""

    account_id: RegistrationId | None = None


class HandOver(Input):
    """The province whose staff look after a registration from now on."""

    province: Province


class Correction(Input):
    """Another answer to a question, as a person would type it; an empty one leaves out what need not be answered."""

    question: Code
    typed: Typed = ""


class NewRegistration(Input):
    """Somebody who filled in a form on paper: what she wrote, by the codes of the questions, and her language."""

    programme: Slug
    language: Language
    answers: Annotated[dict[Code, Typed], Field(max_length=60, json_schema_extra={"additionalProperties": False})]


class Sheet(Input):
    """Of which programme the attendance sheet is, and of which province if not of all."""

    programme: Slug
    province: Province | None = None


class RegistrationRow(Output):
    """One registration, masked. `number`: its place in the order of applying; `assigned_to`: a name, or empty."""

    id: str
    reference: str
    programme: str
    status: str
    number: int | None
    province: str | None
    applied_at: datetime | None
    is_for_another: bool
    assigned_to: str


class Step(Output):
    """One line of the history. `actor` is person, bekal or an account, whose name stands beside it.

    `handed_to`: the province to which it was handed over then, out of `handed_from`; `status` stayed as it was.
    """

    status: str
    at: datetime
    actor: str
    name: str
    reason: str | None
    handed_from: str | None
    handed_to: str | None


class News(Output):
    """What the person was to hear, whether it reached her, and who of the staff told her else."""

    status: str
    reached: str
    at: datetime
    called_at: datetime | None
    called_by: str


class WishDetail(Output):
    """What the person wishes for a discreet registration: withdraw or erase."""

    kind: str
    at: datetime


class PastWish(WishDetail):
    """What the person wished for; `done_at`: when staff had dealt with it."""

    done_at: datetime | None


class Colleague(Output):
    """Somebody who may look after the registration."""

    account_id: str
    name: str


class RegistrationDetail(RegistrationRow):
    """A registration without its answers.

    `queue`: its place there; `places_left`: null where there is room for all; `questions`: what was asked, by code;
    `same`: what looks like the same application once more; `notes`: how many there are; `can_withdraw`: staff can
    withdraw it for the person, whom no message reaches.
    """

    language: str
    queue: int | None
    offered_until: datetime | None
    places_left: int | None
    can_become: list[str]
    history: list[Step]
    questions: list[str]
    is_discreet: bool
    places_answer: str
    assigned_account_id: str
    colleagues: list[Colleague]
    same: list[RegistrationRow]
    notes: int
    news: list[News]
    must_be_called: bool
    can_withdraw: bool
    wishes: list[WishDetail]


class Given(Output):
    """A question, and what was answered: as it is kept, and in words. Both are empty where it was left out."""

    code: str
    question: str
    value: str
    answer: str


class StaffNote(Output):
    """A note, and who of the staff wrote it when."""

    text: str
    name: str
    at: datetime


class Answers(Output):
    """The answers to the questions that were asked of the person, in their order, and the notes of the staff."""

    answers: list[Given]
    notes: list[StaffNote]


class NoteKept(Output):
    """How many notes there are now."""

    notes: int


class Outcome(Output):
    """What came of one decision. `code` and `detail` say why it was refused; null: it was done."""

    registration_id: str
    reference: str
    code: str | None
    detail: str | None


class Outcomes(Output):
    """What came of decisions, in the order in which they were taken; then those that are not there."""

    outcomes: list[Outcome]


class Consent(Output):
    """What was agreed to or refused, by the hash of the words that were shown."""

    code: str
    is_given: bool
    language: str
    text_hash: str
    at: datetime


class CopiedRegistration(Output):
    """A registration as the person herself may have it: without what is said of anybody else's."""

    reference: str
    programme: str
    status: str
    province: str | None
    applied_at: datetime | None
    is_for_another: bool
    language: str
    queue: int | None
    offered_until: datetime | None
    places_answer: str
    history: list[Step]
    news: list[News]
    wishes: list[PastWish]


class RegistrationCopy(Output):
    """All that is held of a registration, for the person herself."""

    registration: CopiedRegistration
    answers: list[Given]
    consents: list[Consent]
    notes: list[StaffNote]


class Attendee(Output):
    """Somebody who has a place."""

    id: str
    reference: str
    number: int
    name: str
    was_there: bool


class AttendanceSheet(Output):
    """Who has a place, in the order of applying."""

    people: list[Attendee]


def detail(shown: Shown) -> RegistrationDetail:
    """Return a registration without its answers."""
    return RegistrationDetail(
        **RegistrationRow.model_validate(shown.listed).model_dump(), language=shown.language, queue=shown.queue,
        offered_until=shown.offered_until, places_left=shown.left, can_become=list(shown.can_become),
        history=[Step.model_validate(step) for step in shown.history],
        questions=[question.code for question in shown.asked.questions], is_discreet=shown.is_discreet,
        places_answer=shown.places_answer, assigned_account_id=shown.assigned_to,
        colleagues=[Colleague(account_id=account, name=name) for account, name in shown.colleagues.items()],
        same=[RegistrationRow.model_validate(other) for other in shown.same], notes=shown.notes,
        news=[News.model_validate(each) for each in shown.news], must_be_called=shown.must_be_called,
        can_withdraw=shown.can_withdraw, wishes=[WishDetail.model_validate(wish) for wish in shown.wishes],
    )  # fmt: skip


def copied(held: Copy) -> CopiedRegistration:
    """Return a registration for the person herself."""
    about = detail(held.shown).model_dump(exclude={"wishes"})
    return CopiedRegistration(**about, wishes=[PastWish.model_validate(wish) for wish in held.wishes])


def given(answered: Mapping[str, Answered], kept: Mapping[str, str]) -> list[Given]:
    """Return answers in words, and as they are kept."""
    return [
        Given(
            code=code, question=each.question, value=kept.get(code, ""), answer=each.answer if kept.get(code) else "",
        )
        for code, each in answered.items()
    ]  # fmt: skip
