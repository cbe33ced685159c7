"""Erasing a person with everything she signed up for. The ledger keeps her random id, for backups that come back."""

from datetime import datetime

from sqlalchemy import String, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import Id
from core.db import Base
from registrations.people import Person, TelegramAccount
from registrations.registrations import Registration
from registrations.removing import remove


class Erasure(Base):
    """A line of the ledger: who was erased, by the random id that names nobody any more, and when."""

    __tablename__ = "erasure"

    id: Mapped[Id]
    subject: Mapped[str] = mapped_column(String(32), index=True)
    at: Mapped[datetime]


async def erase(connection: AsyncConnection, *, chat_id: int, now: datetime) -> None:
    """Delete the person who speaks through a chat, the account, and her sign-ups; note it in the ledger.

    Places that she held are passed on by the job that looks for free ones: registrations/places.py.
    """
    account = TelegramAccount.chat_id == chat_id
    person = (await connection.execute(select(TelegramAccount.person_id).where(account))).scalar_one_or_none()
    await connection.execute(delete(TelegramAccount).where(account))
    if person is None:
        return
    await remove(connection, Registration.person_id == person)
    await connection.execute(delete(Person).where(Person.id == person))
    await connection.execute(insert(Erasure).values(subject=person, at=now))
