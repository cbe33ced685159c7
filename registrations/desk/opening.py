"""Opening the answers of a registration: for a purpose, and never without a line in the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.crypto import Vault
from registrations import notes
from registrations.desk.deciding import in_scope
from registrations.notes import Note
from registrations.registrations import Answer, opened
from staff import audit
from staff.actors import Actor, NotAllowed


class Purpose(StrEnum):
    """What somebody reads the answers for."""

    DECIDE = "decide"
    CONTACT = "contact"
    CORRECT = "correct"
    PREPARE = "prepare"


@dataclass(frozen=True, slots=True)
class Opened:
    """The answers of a registration by the codes of their questions, and the notes of the staff about it."""

    answers: dict[str, str]
    notes: Sequence[Note]


async def open_answers(
    session: AsyncSession, vault: Vault, *, registration_id: str, by: Actor, purpose: str, now: datetime
) -> Opened:
    """Return the answers and notes; that they were read is written first.

    Raise NotAllowed without a purpose, and NotThere whether the registration is gone or not hers to see. Who shows
    them commits first: an entry that cannot be kept shows nothing.
    """
    registration = await in_scope(session, registration_id, by=by)
    if purpose not in set(Purpose):
        raise NotAllowed("Say first what you read the answers for.")
    subject = f"registration:{registration.id}"
    audit.record(session, by=by, action="registration.read", subject=subject, now=now, details={"purpose": purpose})
    await session.flush()
    mine = select(Answer).where(Answer.registration_id == registration.id)
    return Opened(opened(vault, await session.scalars(mine)), await notes.opened(session, vault, registration.id))
