"""Correcting an answer for somebody who says that it is wrong."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.desk.rules import WrongState
from content.form_shapes import QuestionModel
from core.crypto import Vault
from registrations import answers, blind_index, forms
from registrations.desk.deciding import in_scope
from registrations.registrations import Answer, opened, seal
from registrations.sign_up import today_at
from staff import audit
from staff.actors import Actor


def can_correct(question: QuestionModel) -> bool:
    """Tell whether staff may change an answer: not what she agreed to, nor where she lives (assigning.hand_over)."""
    return question.type not in {"consent", "province", "regency"}


async def correct(
    session: AsyncSession, vault: Vault, *, registration_id: str, code: str, typed: str, by: Actor, now: datetime
) -> None:
    """Put another answer in the place of one; an empty one leaves out a question that need not be answered.

    Raise NotAllowed, NotThere, WrongState, and WrongAnswer or Several
    where the text is no answer.
    """
    registration = await in_scope(session, registration_id, by=by, to_change=True)
    asked = await forms.version(session, registration.form_version_id)
    subject = f"registration:{registration.id}"
    audit.record(session, by=by, action="registration.correct", subject=subject, now=now, details={"question": code})
    await session.flush()
    given = opened(vault, await session.scalars(select(Answer).where(Answer.registration_id == registration.id)))
    question = next((each for each in asked.shown(given) if each.code == code and can_correct(each)), None)
    if question is None or (not typed.strip() and question.required):
        raise WrongState("This answer cannot be changed so.")
    value = answers.read(question, typed, known=given, today=today_at(now)) if typed.strip() else ""
    sealed = seal(vault, registration.id, code, value)
    row = await session.get(Answer, (registration.id, code))
    if row is None:
        session.add(Answer(registration_id=registration.id, code=code, sealed=sealed))
    else:
        row.sealed = sealed
    registration.changed_at = now
    given |= {code: value}
    await blind_index.write(session, vault, registration.id, asked.shown(given), given)
    await session.flush()
