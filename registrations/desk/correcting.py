"""Correcting an answer for somebody who says that it is wrong."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.desk.rules import WrongState
from content.form_shapes import QuestionModel
from content.programmes import Programme
from core.clock import today_at
from core.crypto import Vault
from registrations import answers, blind_index, forms, places
from registrations.desk import homes
from registrations.desk.deciding import AllTaken, locked
from registrations.forms import Asked
from registrations.registrations import TAKES_A_PLACE, Answer, Registration, opened, seal
from staff import audit
from staff.actors import Actor


def can_correct(question: QuestionModel) -> bool:
    """Tell whether staff may change an answer: not what she agreed to."""
    return question.type != "consent"


async def correct(
    session: AsyncSession, vault: Vault, *, registration_id: str, code: str, typed: str, by: Actor, now: datetime
) -> None:
    """Put another answer in the place of one; an empty one leaves out a question that need not be answered.

    Raise NotAllowed, NotThere, WrongState, AllTaken where places are divided by the answer and it has none left, and
    WrongAnswer or Several where the text is no answer. Where she lives can only become what lies in the province that
    looks after her: assigning.hand_over comes first. Locks the programme, then the registration.
    """
    programme, registration = await locked(session, registration_id, by=by)
    asked = await forms.version(session, registration.form_version_id)
    subject = f"registration:{registration.id}"
    audit.record(session, by=by, action="registration.correct", subject=subject, now=now, details={"question": code})
    await session.flush()
    given = opened(vault, await session.scalars(select(Answer).where(Answer.registration_id == registration.id)))
    question = next((each for each in asked.shown(given) if each.code == code and can_correct(each)), None)
    if question is None or (not typed.strip() and question.required):
        raise WrongState("This answer cannot be changed so.")
    changed = {code: ""}
    if typed.strip():
        read = homes.read if question.type in homes.TYPES else _read
        changed = read(registration, asked, given, question, typed, today=today_at(now))
    for each, value in changed.items():
        await _keep(session, vault, registration.id, each, value)
    registration.changed_at = now
    if code == programme.places_question:
        await _move(session, programme, registration, changed[code])
    given |= changed
    await blind_index.write(session, vault, registration.id, asked.shown(given), given)
    await session.flush()


def _read(
    _registration: Registration, _asked: Asked, _given: Mapping[str, str], question: QuestionModel, typed: str, *,
    today: date,
) -> dict[str, str]:  # fmt: skip
    return {question.code: answers.read(question, typed, province=None, today=today)}


async def _keep(session: AsyncSession, vault: Vault, registration_id: str, code: str, value: str) -> None:
    sealed = seal(vault, registration_id, code, value)
    row = await session.get(Answer, (registration_id, code))
    if row is None:
        session.add(Answer(registration_id=registration_id, code=code, sealed=sealed))
    else:
        row.sealed = sealed


async def _move(session: AsyncSession, programme: Programme, registration: Registration, to: str) -> None:
    """Move somebody to the places of another answer; the job that looks for free ones passes hers on.

    Raise AllTaken.
    """
    own = programme.places_by_answer
    takes_another = to != registration.places_answer and (to in own or registration.places_answer in own)
    if registration.status in TAKES_A_PLACE and takes_another and await places.left(session, programme, to) == 0:
        raise AllTaken("All places of that answer are taken.")
    registration.places_answer = to
