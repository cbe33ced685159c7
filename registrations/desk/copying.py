"""A copy of all that is held of a registration, for the person herself (UU PDP 27/2022, articles 7 and 13)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.crypto import Vault
from registrations import notes, wishes
from registrations.desk import showing
from registrations.desk.showing import Shown
from registrations.notes import Note
from registrations.registrations import Answer, ConsentEvent, opened
from registrations.wishes import Wish
from staff import audit
from staff.actors import Actor


@dataclass(frozen=True, slots=True)
class Copy:
    """What is held: the registration with its history, answers by code, what was agreed to, wished for and noted."""

    shown: Shown
    answers: dict[str, str]
    consents: tuple[ConsentEvent, ...]
    wishes: tuple[Wish, ...]
    notes: tuple[Note, ...]


async def copy(session: AsyncSession, vault: Vault, *, registration_id: str, by: Actor, now: datetime) -> Copy:
    """Return a copy; that it was made is written first. Raise NotAllowed, NotThere and ProofNeeded.

    Nothing may be given away before this is committed.
    """
    shown = await showing.show(session, registration_id=registration_id, by=by)
    by.require_proof(now)
    audit.record(session, by=by, action="registration.copy", subject=f"registration:{registration_id}", now=now)
    await session.flush()
    mine = select(Answer).where(Answer.registration_id == registration_id)
    agreed = select(ConsentEvent).where(ConsentEvent.registration_id == registration_id).order_by(ConsentEvent.id)
    return Copy(
        shown, opened(vault, await session.scalars(mine)), tuple(await session.scalars(agreed)),
        tuple(await wishes.of(session, registration_id)), tuple(await notes.opened(session, vault, registration_id)),
    )  # fmt: skip
