"""Erasing a person with everything she signed up for. The ledger keeps her random id, for backups that come back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from content.programmes import Programme
from core.columns import Id
from core.db import Base
from registrations import wishes
from registrations.notices import Notice, Reached
from registrations.people import Person, TelegramAccount
from registrations.registrations import Registration, Reminder, Status
from registrations.removing import remove
from registrations.steps import StepDone


class Erasure(Base):
    """A line of the ledger: who was erased, by the random id that names nobody any more, and when."""

    __tablename__ = "erasure"

    id: Mapped[Id]
    subject: Mapped[str] = mapped_column(String(32), index=True)
    at: Mapped[datetime]


async def erase(connection: AsyncConnection, *, chat_id: int, now: datetime) -> None:
    """Delete the person who speaks through a chat, the account, and her sign-ups; note it in the ledger.

    Places that she held are passed on by the job that looks for free ones: registrations/places.py. A sign-up for a
    discreet programme forgets whose it was and waits for staff to ask her at a safe time: wishes.py.
    """
    account = TelegramAccount.chat_id == chat_id
    person = (await connection.execute(select(TelegramAccount.person_id).where(account))).scalar_one_or_none()
    await connection.execute(delete(TelegramAccount).where(account))
    if person is not None:
        await _erase_person(connection, person, now)


async def _erase_person(connection: AsyncConnection, person: str, now: datetime) -> None:
    # Locked first: a form that is sent from a page at this moment is seen as it is after that, or fails.
    hers = select(Registration.id, Registration.status, Programme.discreet)
    hers = hers.join(Programme, Programme.id == Registration.programme_id).where(Registration.person_id == person)
    rows = (await connection.execute(hers.order_by(Registration.id).with_for_update(of=Registration))).all()
    kept = [row.id for row in rows if row.discreet and row.status != Status.BEGUN]
    for registration_id in kept:
        await wishes.ask(connection, registration_id, wishes.Kind.ERASE, now=now)
    await connection.execute(update(Registration).where(Registration.id.in_(kept)).values(person_id=None))
    on_the_way = Notice.registration_id.in_(kept) & (Notice.reached == Reached.WAITING)
    await connection.execute(update(Notice).where(on_the_way).values(reached=Reached.NO_CHAT))
    await remove(connection, Registration.id.in_([row.id for row in rows if row.id not in kept]))
    await connection.execute(delete(Reminder).where(Reminder.person_id == person))
    await connection.execute(delete(StepDone).where(StepDone.person_id == person))
    await connection.execute(delete(Person).where(Person.id == person))
    await connection.execute(insert(Erasure).values(subject=person, at=now))


async def ledger(connection: AsyncConnection) -> list[tuple[str, datetime]]:
    """Return who was erased, by random ids, and when: to be kept where no backup of the database lies."""
    rows = await connection.execute(select(Erasure.subject, Erasure.at).order_by(Erasure.id))
    return [(row.subject, row.at) for row in rows]


async def chats_of(connection: AsyncConnection, subjects: Sequence[str]) -> list[int]:
    """Return the chats of those whom a restored database knows again though they were erased."""
    hers = select(TelegramAccount.chat_id).where(TelegramAccount.person_id.in_(subjects))
    return list(await connection.scalars(hers.order_by(TelegramAccount.chat_id)))


async def erase_again(connection: AsyncConnection, subjects: Sequence[str], *, now: datetime) -> int:
    """Erase whom a restored database knows again, and return how many. A subject is a person or a registration.

    What is to go of their chats beside that, the caller has erased before: see chats_of.
    """
    people = list(await connection.scalars(select(Person.id).where(Person.id.in_(subjects)).order_by(Person.id)))
    for person in people:
        await connection.execute(delete(TelegramAccount).where(TelegramAccount.person_id == person))
        await _erase_person(connection, person, now)
    signed_up = list(await connection.scalars(select(Registration.id).where(Registration.id.in_(subjects))))
    await remove(connection, Registration.id.in_(signed_up))
    known = set(await connection.scalars(select(Erasure.subject).where(Erasure.subject.in_(subjects))))
    for subject in sorted(set(subjects) - known):
        await connection.execute(insert(Erasure).values(subject=subject, at=now))
    return len(people) + len(signed_up)
