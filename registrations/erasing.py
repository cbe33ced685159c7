"""Erasing a person with everything she signed up for. The ledger keeps her random id, for backups that come back."""

from datetime import datetime

from sqlalchemy import String, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from content.programmes import Programme
from core.columns import Id
from core.db import Base
from registrations import wishes
from registrations.people import Person, TelegramAccount
from registrations.registrations import Registration, Status
from registrations.removing import remove


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
    if person is None:
        return
    hers = Registration.person_id == person
    discreet = select(Programme.id).where(Programme.discreet)
    is_kept = hers & Registration.programme_id.in_(discreet) & (Registration.status != Status.BEGUN)
    kept = select(Registration.id).where(is_kept).order_by(Registration.id).with_for_update()
    for registration_id in list(await connection.scalars(kept)):
        await wishes.ask(connection, registration_id, wishes.Kind.ERASE, now=now)
    await connection.execute(update(Registration).where(is_kept).values(person_id=None))
    await remove(connection, hers)
    await connection.execute(delete(Person).where(Person.id == person))
    await connection.execute(insert(Erasure).values(subject=person, at=now))
