"""Notes of the staff about a registration: personal data as the answers are, so sealed, and shown only with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import ForeignKey, LargeBinary, String, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import Vault
from core.db import Base
from staff import audit
from staff.accounts import StaffAccount
from staff.actors import Actor

MOST_LETTERS = 1000


class RegistrationNote(Base):
    """One note. It is never changed; it goes with its registration."""

    __tablename__ = "registration_note"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    registration_id: Mapped[str] = mapped_column(ForeignKey("registration.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    account_id: Mapped[str] = mapped_column(ForeignKey("staff_account.id"))
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Note:
    """A note, opened, and who of the staff wrote it when."""

    text: str
    name: str
    at: datetime


def add(session: AsyncSession, vault: Vault, registration_id: str, text: str, *, by: Actor, now: datetime) -> None:
    """Keep a note; that there is one is in the audit log."""
    note_id = uuid4().hex
    sealed = vault.seal(text.encode(), place=_place(registration_id, note_id))
    session.add(
        RegistrationNote(id=note_id, registration_id=registration_id, sealed=sealed, account_id=by.account_id, at=now)
    )
    subject = f"registration:{registration_id}"
    audit.record(session, by=by, action="registration.note", subject=subject, now=now)


async def opened(session: AsyncSession, vault: Vault, registration_id: str) -> Sequence[Note]:
    """Open the notes of a registration, the oldest first. Who shows them audits that first."""
    hers = select(RegistrationNote, StaffAccount.name).join(
        StaffAccount, StaffAccount.id == RegistrationNote.account_id
    )
    hers = hers.where(RegistrationNote.registration_id == registration_id).order_by(
        RegistrationNote.at, RegistrationNote.id
    )
    return [
        Note(vault.open(row.sealed, place=_place(row.registration_id, row.id)).decode(), name, row.at)
        for row, name in await session.execute(hers)
    ]


async def count(session: AsyncSession, registration_id: str) -> int:
    """Return how many notes there are."""
    hers = RegistrationNote.registration_id == registration_id
    return (await session.execute(select(func.count()).select_from(RegistrationNote).where(hers))).scalar_one()


def _place(registration_id: str, note_id: str) -> str:
    return f"registration_note:{registration_id}:{note_id}"
