"""The attendance sheet: who has a place, by name, to be printed and signed, and ticked off afterwards."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.ext.asyncio import AsyncSession

from content.form_shapes import NAME
from content.programmes import Programme
from core.crypto import Vault
from core.errors import RuleBroken
from registrations.desk.opening import Purpose
from registrations.registrations import Answer, Registration, Status, opened
from registrations.scopes import may_see
from staff import audit
from staff.actors import Actor, Role

MOST_PEOPLE = 300


class TooMany(RuleBroken):
    """More people have a place than a sheet holds."""


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the sheet. `was_there`: it has been noted already."""

    id: str
    reference: str
    number: int
    name: str
    was_there: bool


async def sheet(
    session: AsyncSession, vault: Vault, *, slug: str, province: str, by: Actor, now: datetime
) -> list[Person]:
    """Return who has a place for a programme, of a province where one is named; raise NotAllowed and TooMany.

    That their names were read is written first, a line for each. Who shows them commits first.
    """
    by.require(Role.REGISTRAR)
    has_place = Registration.status.in_((Status.ACCEPTED, Status.ATTENDED))
    query = select(Registration, Answer).outerjoin(
        Answer, (Answer.registration_id == Registration.id) & (Answer.code == NAME)
    ).join(Programme, Programme.id == Registration.programme_id).where(
        Programme.slug == slug, may_see(by), has_place, Registration.province == province if province else true()
    ).order_by(Registration.number).limit(MOST_PEOPLE + 1)  # fmt: skip
    rows = (await session.execute(query)).all()
    if len(rows) > MOST_PEOPLE:
        raise TooMany("More than {most} people have a place: choose a province.", most=MOST_PEOPLE)
    for registration, _answer in rows:
        audit.record(
            session, by=by, action="registration.read", subject=f"registration:{registration.id}", now=now,
            details={"purpose": Purpose.PREPARE},
        )  # fmt: skip
    await session.flush()
    return [
        Person(
            registration.id, registration.reference or "", registration.number or 0,
            opened(vault, filter(None, [answer])).get(NAME, ""), registration.status == Status.ATTENDED,
        )
        for registration, answer in rows
    ]  # fmt: skip
