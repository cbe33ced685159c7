"""Signing up: beginning a form, answering, sending it, leaving it. One domain function for each, whoever calls it."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.form_shapes import BIRTH_DATE, RETURNED_ON, SEX, QuestionModel
from content.live import is_within
from content.programmes import Form, Programme
from core.clock import today_at
from core.crypto import Vault
from core.errors import RuleBroken
from registrations import blind_index, forms, places, scopes, wishes
from registrations.answers import NO, YES
from registrations.forms import Asked, Filling, texts_of
from registrations.people import Person
from registrations.registrations import (
    LETTERS,
    OPEN,
    PERSON,
    REFERENCE_LETTERS,
    Answer,
    ConsentEvent,
    Registration,
    Reminder,
    Status,
    opened,
    seal,
)
from registrations.removing import remove

MONTHS_A_YEAR = 12
MOST_RELATIVES = 5


class NotOpen(RuleBroken):
    """Nobody can sign up for it at this moment."""


class NotForYou(RuleBroken):
    """What somebody answered does not meet a condition of the programme."""


class Unfinished(RuleBroken):
    """A question that must be answered has no answer: `code` says which."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Offer:
    """A programme as somebody is offered it. `left`: places, None for room for all; `questions`: how many it asks.

    `is_open`: it can be begun; `can_send`: what was begun can be sent. `has_page`: the form can be filled in on a page,
    too. `reminder`: what she can be reminded of (reminders.Kind).
    """

    programme: Programme
    title: str
    questions: int
    left: int | None
    is_open: bool
    can_send: bool
    has_begun: bool
    is_signed_up: bool
    has_page: bool = False
    reminder: str = ""
    is_reminded: bool = False

    @property
    def has_room(self) -> bool:
        """Tell whether somebody who signs up gets a place, or one in the queue."""
        return self.left != 0 or self.programme.waitlist


@dataclass(frozen=True, slots=True)
class SignUp:
    """A sign-up that somebody has begun: its row, the questions of its version, and what was answered so far.

    `full`: the answers for which no place is left.
    """

    registration: Registration
    programme: Programme
    asked: Asked
    given: Mapping[str, str]
    full: frozenset[str] = frozenset()

    @property
    def filling(self) -> Filling:
        """Return what the screens show of it."""
        return Filling(
            self.programme.slug, self.asked, self.given, self.registration.is_for_another,
            self.programme.places_question or "", self.full,
        )  # fmt: skip


def is_open(programme: Programme, today: date) -> bool:
    """Tell whether people can sign up for a programme."""
    return programme.form is not None and is_within(programme.opens_on, programme.closes_on, today)


def has_closed(programme: Programme, today: date) -> bool:
    """Tell whether nobody will be able to sign up any more; one that opens later has not closed."""
    return programme.form is None or (programme.closes_on is not None and programme.closes_on < today)


async def programme_of(session: AsyncSession, slug: str) -> Programme:
    """Return a programme; raise NotOpen if there is none."""
    found = (await session.scalars(select(Programme).where(Programme.slug == slug))).one_or_none()
    if found is None:
        raise NotOpen("This programme is not here any more.")
    return found


async def find(session: AsyncSession, *, person_id: str, programme_id: int) -> Registration | None:
    """Return what a person has begun for a programme, else her own registration for it that is not over, if any."""
    mine = select(Registration).where(
        Registration.person_id == person_id, Registration.programme_id == programme_id, Registration.status.in_(OPEN)
    )
    held = list(await session.scalars(mine))
    own = [each for each in held if not each.is_for_another]
    return next((each for each in held if each.status == Status.BEGUN), own[0] if own else None)


async def offer(
    session: AsyncSession, *, person_id: str, slug: str, province: str | None, title: str, now: datetime,
    has_page: bool = False,
) -> Offer:  # fmt: skip
    """Return a programme as a person is offered it; raise NotOpen if there is none."""
    programme = await programme_of(session, slug)
    held = await find(session, person_id=person_id, programme_id=programme.id)
    has_begun = held is not None and held.status == Status.BEGUN
    form = await session.scalar(select(Form).where(Form.slug == programme.form))
    can_send = is_open(programme, today_at(now))
    return Offer(
        programme=programme, title=title, questions=len(form.questions) if form else 0,
        left=await places.left_for_newcomer(session, programme, province),
        is_open=can_send and await scopes.has_reader(session, slug), can_send=can_send,
        has_begun=has_begun, is_signed_up=held is not None and not has_begun, has_page=has_page,
    )  # fmt: skip


async def begin(
    session: AsyncSession,
    vault: Vault,
    *,
    person_id: str,
    language: str,
    slug: str,
    is_for_another: bool,
    now: datetime,
) -> SignUp:
    """Begin to sign a person up, or go on where she left, also where that cannot be sent; raise NotOpen, NotForYou.

    Nobody learns here whether she is signed up already for a discreet programme: that is said to the reference only.
    """
    programme = await programme_of(session, slug)
    held = await find(session, person_id=person_id, programme_id=programme.id)
    if held is not None and held.status == Status.BEGUN:
        return await read(session, vault, held)
    is_taken = (held is not None and not is_for_another) or not await scopes.has_reader(session, slug)
    if is_taken or not is_open(programme, today_at(now)) or programme.form is None:
        raise NotOpen("You cannot sign up here now. If you have a code, write /status and the code.")
    if is_for_another:
        await _require_few_relatives(session, person_id, programme)
    else:
        await _require_stage(session, person_id, programme)
    asked = await forms.newest(session, programme.form, now=now)
    registration = Registration(
        id=uuid4().hex, programme_id=programme.id, form_version_id=asked.version_id, person_id=person_id,
        language=language, status=Status.BEGUN, is_for_another=is_for_another, begun_at=now, changed_at=now,
    )  # fmt: skip
    session.add(registration)
    await session.flush()
    return SignUp(registration, programme, asked, {}, await places.full_answers(session, programme))


async def _require_stage(session: AsyncSession, person_id: str, programme: Programme) -> None:
    """Raise NotForYou for who said of herself that she stands elsewhere; who has not said may sign up."""
    stage = await session.scalar(select(Person.stage).where(Person.id == person_id))
    if programme.stages and stage is not None and stage not in programme.stages:
        raise NotForYou("This programme is for people at another stage. If yours has changed, say so under “About me”.")


async def _require_few_relatives(session: AsyncSession, person_id: str, programme: Programme) -> None:
    """Raise NotOpen for who has signed as many relatives up as she may: places are for many families."""
    relatives = select(func.count()).select_from(Registration).where(
        Registration.person_id == person_id, Registration.programme_id == programme.id,
        Registration.is_for_another, Registration.status.in_(OPEN),
    )  # fmt: skip
    if (await session.execute(relatives)).scalar_one() >= MOST_RELATIVES:
        raise NotOpen("You can sign at most {most} relatives up for this programme.", most=MOST_RELATIVES)


async def begun(session: AsyncSession, vault: Vault, *, person_id: str, slug: str) -> SignUp | None:
    """Return the sign-up that a person has begun for a programme and not sent, if there is one."""
    query = select(Registration).join(Programme, Programme.id == Registration.programme_id)
    query = query.where(
        Programme.slug == slug, Registration.person_id == person_id, Registration.status == Status.BEGUN
    )
    held = (await session.scalars(query)).one_or_none()
    return await read(session, vault, held) if held else None


async def read(session: AsyncSession, vault: Vault, registration: Registration) -> SignUp:
    """Return a sign-up with its questions and what was answered."""
    rows = await session.scalars(select(Answer).where(Answer.registration_id == registration.id))
    programme = await session.get_one(Programme, registration.programme_id)
    asked = await forms.version(session, registration.form_version_id)
    full = await places.full_answers(session, programme)
    return SignUp(registration, programme, asked, opened(vault, rows), full)


async def answer(
    session: AsyncSession, vault: Vault, sign_up: SignUp, question: QuestionModel, value: str, *, language: str,
    now: datetime,
) -> SignUp:  # fmt: skip
    """Keep an answer, sealed, in place of an earlier one; raise Unfinished for an empty one to a required question.

    An empty one leaves the question out. A consent is noted too, with what was read. See `is_refused`.
    """
    registration = sign_up.registration
    if not value and question.required:
        raise Unfinished("This question has to be answered.", question.code)
    if question.type == "consent":
        session.add(consent(registration, question, value, language=language, now=now))
    registration.changed_at = now
    given = await _without_regency(session, sign_up, question, value)
    row = await session.get(Answer, (registration.id, question.code))
    sealed = seal(vault, registration.id, question.code, value)
    if row is None:
        session.add(Answer(registration_id=registration.id, code=question.code, sealed=sealed))
    else:
        row.sealed = sealed
    await session.flush()
    return SignUp(registration, sign_up.programme, sign_up.asked, given | {question.code: value}, sign_up.full)


async def _without_regency(
    session: AsyncSession, sign_up: SignUp, question: QuestionModel, value: str
) -> dict[str, str]:
    """Forget the regencies that do not lie in their province any more; return the answers that stay."""
    given, asked = dict(sign_up.given), sign_up.asked
    regencies = [each.code for each in asked.questions if each.type == "regency" and given.get(each.code)]
    lies_in = {code: asked.province_for(given | {question.code: value}, code) for code in regencies}
    wrong = [code for code, province in lies_in.items() if province and not given[code].startswith(f"{province}.")]
    if not wrong:
        return given
    hers = Answer.registration_id == sign_up.registration.id
    await session.execute(delete(Answer).where(hers, Answer.code.in_(wrong)))
    return {code: answer for code, answer in given.items() if code not in wrong}


def is_refused(question: QuestionModel, value: str) -> bool:
    """Tell whether an answer refuses a consent without which nobody can be signed up."""
    return question.type == "consent" and question.required and value == NO


def consent(
    registration: Registration, question: QuestionModel, value: str, *, language: str, now: datetime
) -> ConsentEvent:
    """Note what somebody answered to a question for her consent, with what she read."""
    texts = texts_of(question, language)
    shown = "\n".join(part for part in (texts.question, texts.help, texts.why) if part)
    return ConsentEvent(
        registration_id=registration.id, code=question.code, form_version_id=registration.form_version_id,
        language=language, text_hash=hashlib.sha256(shown.encode()).hexdigest(), is_given=value == YES, at=now,
    )  # fmt: skip


async def send(session: AsyncSession, vault: Vault, sign_up: SignUp, *, now: datetime) -> None:
    """Send a finished form: the person gets a reference, and a place or a place in the queue.

    Raise Unfinished, NotForYou, NotOpen, ProgrammeFull, AnswerFull; what was answered stays then. Locks the programme.
    """
    registration, given = sign_up.registration, sign_up.given
    programme = await places.lock(session, sign_up.programme.id)
    await session.refresh(registration, with_for_update=True)
    if registration.status != Status.BEGUN or not is_open(programme, today_at(now)):
        raise NotOpen("You cannot sign up here now. If you have a code, write /status and the code.")
    missing = next((each for each in sign_up.asked.shown(given) if each.code not in given), None)
    if missing is not None:
        raise Unfinished("This question has to be answered.", missing.code)
    require_fitting(programme, sign_up.asked, given, today_at(now))
    asked = {question.code for question in sign_up.asked.shown(given)}
    unasked = Answer.code.not_in(asked)  # an answer changed since, and these questions were asked no more
    await session.execute(delete(Answer).where(Answer.registration_id == registration.id, unasked))
    registration.province = province_of(sign_up.asked, given)
    registration.places_answer = given.get(programme.places_question or "")
    registration.reference = new_reference()
    hers = (Reminder.person_id == registration.person_id) & (Reminder.programme_id == programme.id)
    await session.execute(delete(Reminder).where(hers))
    await blind_index.write(session, vault, registration.id, sign_up.asked.shown(given), given)
    await places.enter(session, programme, registration, now=now)


def province_of(asked: Asked, given: Mapping[str, str]) -> str | None:
    """Return the province that was answered: of the first such question, or the one in which the regency lies."""
    for question in asked.shown(given):
        if question.type in {"province", "regency"} and given.get(question.code):
            return given[question.code].partition(".")[0]
    return None


def require_fitting(programme: Programme, asked: Asked, given: Mapping[str, str], today: date) -> None:
    """Raise NotForYou where an answer does not meet a condition of the programme; what is not answered yet fits."""
    given = {question.code: given[question.code] for question in asked.shown(given) if question.code in given}
    if given.get(BIRTH_DATE):
        _require_age(programme, whole_years(date.fromisoformat(given[BIRTH_DATE]), today))
    if programme.sex == "female" and given.get(SEX) == "male":
        raise NotForYou("This programme is for women.")
    if programme.sex == "male" and given.get(SEX) == "female":
        raise NotForYou("This programme is for men.")
    if programme.returned_within_months is not None and given.get(RETURNED_ON):
        day_before = today - timedelta(days=1)  # who came back this very day so many months ago is still in time
        if whole_months(date.fromisoformat(given[RETURNED_ON]), day_before) >= programme.returned_within_months:
            raise NotForYou(
                "This programme is for people who came back in the last {months} months.",
                months=programme.returned_within_months,
            )
    province = province_of(asked, given)
    if programme.provinces and province and province not in programme.provinces:
        raise NotForYou("This programme is not held in your province.")


def _require_age(programme: Programme, age: int) -> None:
    if programme.least_age is not None and age < programme.least_age:
        raise NotForYou("This programme is for people of {least} years and more.", least=programme.least_age)
    if programme.most_age is not None and age > programme.most_age:
        raise NotForYou("This programme is for people of up to {most} years.", most=programme.most_age)


def whole_years(since: date, today: date) -> int:
    """Return how many whole years have passed."""
    return whole_months(since, today) // MONTHS_A_YEAR


def whole_months(since: date, today: date) -> int:
    """Return how many whole months have passed."""
    return (today.year - since.year) * MONTHS_A_YEAR + today.month - since.month - (today.day < since.day)


def new_reference() -> str:
    """Draw a reference: it tells nothing of who, what or when."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(REFERENCE_LETTERS))
    return f"{drawn[:5]}-{drawn[5:]}"


async def stop(session: AsyncSession, registration: Registration) -> None:
    """Delete a sign-up that was begun and not sent, with all its answers."""
    await remove(await session.connection(), Registration.id == registration.id)
    session.expunge(registration)


async def withdraw(session: AsyncSession, registration: Registration, *, now: datetime) -> list[Registration]:
    """Take a registration back for the person; return to whom her place was offered. Locks the programme.

    Of a discreet programme only her wish is noted: staff ask her first.
    """
    programme = await places.lock(session, registration.programme_id)
    await session.refresh(registration, with_for_update=True)
    if registration.status not in OPEN:
        raise NotOpen("This registration is over already.")
    if programme.discreet:
        await wishes.ask(await session.connection(), registration.id, wishes.Kind.WITHDRAW, now=now)
        return []
    places.note(session, registration, Status.WITHDRAWN, actor=PERSON, now=now)
    await session.flush()
    return await places.pass_on(session, programme, places.group_of(programme, registration), now=now)


async def take_up(session: AsyncSession, registration: Registration, *, now: datetime) -> None:
    """Take the place that was offered; raise NotOpen if the offer has run out. Locks the registration."""
    await session.refresh(registration, with_for_update=True)
    until = registration.offered_until
    if registration.status != Status.OFFERED or until is None or until <= now:
        raise NotOpen("This offer is over. To see where it stands, write /status.")
    places.note(session, registration, Status.ACCEPTED, actor=PERSON, now=now)
    await session.flush()
