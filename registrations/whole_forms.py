"""A form filled in as a whole: on a page, or as a row of a workbook.

In the chat it is one question a message: sign_up.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from content.programmes import Programme
from core.crypto import Vault
from core.errors import RuleBroken
from registrations import answers, blind_index, places, sign_up
from registrations.answers import HOME_REGION, Several, WrongAnswer
from registrations.forms import Asked
from registrations.registrations import Answer, Registration, Status, seal
from registrations.sign_up import SignUp, Unfinished


@dataclass(frozen=True, slots=True)
class Read:
    """What a filled-in form says: answers by code, and what is wrong with the others by code."""

    given: Mapping[str, str]
    wrong: Mapping[str, RuleBroken]


def read(asked: Asked, typed: Mapping[str, str], *, today: date, region: str = HOME_REGION) -> Read:
    """Read what was typed into a form, by the codes of its questions; what is not asked of her is not looked at."""
    given, wrong = dict[str, str](), dict[str, RuleBroken]()
    for question in asked.questions:
        if question not in asked.shown(given):
            continue
        text = typed.get(question.code, "")
        if not text.strip():
            if question.required:
                wrong[question.code] = Unfinished("This question has to be answered.", question.code)
            else:
                given[question.code] = ""
            continue
        try:
            value = answers.read(
                question, text, province=asked.province_for(given, question.code), today=today, region=region
            )
        except (WrongAnswer, Several) as error:
            wrong[question.code] = error
            continue
        if sign_up.is_refused(question, value):
            wrong[question.code] = WrongAnswer("Without this consent nobody can be signed up.")
        else:
            given[question.code] = value
    return Read(given, wrong)


async def enter(
    session: AsyncSession, vault: Vault, programme: Programme, asked: Asked, given: Mapping[str, str], *, actor: str,
    language: str, registration_id: str, now: datetime,
) -> Registration:  # fmt: skip
    """Enter somebody who has no chat, by a form without a fault; raise ProgrammeFull.

    `actor` is the staff account that enters her. The programme is locked.
    """
    registration = Registration(
        id=registration_id, programme_id=programme.id, form_version_id=asked.version_id, language=language,
        status=Status.BEGUN, is_for_another=False, begun_at=now, changed_at=now,
        province=sign_up.province_of(asked, given), places_answer=given.get(programme.places_question or ""),
        reference=sign_up.new_reference(),
    )  # fmt: skip
    session.add(registration)
    await session.flush()
    for question in asked.shown(given):
        value = given[question.code]
        session.add(
            Answer(
                registration_id=registration.id, code=question.code,
                sealed=seal(vault, registration.id, question.code, value),
            )
        )  # fmt: skip
        if question.type == "consent":
            session.add(sign_up.consent(registration, question, value, language=language, now=now))
    await session.flush()
    await blind_index.write(session, vault, registration.id, asked.shown(given), given)
    await places.enter(session, programme, registration, actor=actor, now=now)
    return registration


async def send(
    session: AsyncSession, vault: Vault, filling_in: SignUp, given: Mapping[str, str], *, now: datetime
) -> SignUp:
    """Keep the answers of a form that somebody has begun, and send it; raise what sign_up.send does.

    What she answered before, in the chat, gives way.
    """
    language = filling_in.registration.language
    for question in filling_in.asked.shown(given):
        filling_in = await sign_up.answer(
            session, vault, filling_in, question, given[question.code], language=language, now=now
        )
    filling_in = SignUp(filling_in.registration, filling_in.programme, filling_in.asked, given)
    await sign_up.send(session, vault, filling_in, now=now)
    return filling_in
