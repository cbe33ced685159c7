"""Doing what somebody wished for of a discreet sign-up, once she was asked at a safe time; or leaving it.

Whom no message reaches says by telephone that she does not come after all.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.catalogue import Catalogue
from content.desk.rules import WrongState
from core.crypto import Vault
from registrations import places, standings, wishes
from registrations.desk.deciding import in_scope, locked
from registrations.notices import Notice, note_told, was_unreached
from registrations.people import has_chat
from registrations.registrations import OPEN, Registration, Status
from registrations.wishes import Kind
from staff import audit
from staff.actors import Actor

# Of erasing a registration: erasing.py.


async def withdraw(
    session: AsyncSession, vault: Vault, content: Catalogue, *, registration_id: str, by: Actor, bot_id: int | None,
    now: datetime,
) -> None:  # fmt: skip
    """Withdraw a registration as the person wishes; she has heard it, and gets no message.

    Raise NotAllowed, NotThere, and WrongState where it is over, or where nothing is wished for of one who is reached in
    her chat: there she withdraws by herself. Locks the programme, then the registration.
    """
    programme, registration = await locked(session, registration_id, by=by)
    if registration.status not in OPEN:
        raise WrongState("This registration is over already.")
    if not await may_say_by_telephone(session, registration):
        await _close(session, registration, (Kind.WITHDRAW,), by=by, now=now)
    subject = f"registration:{registration.id}"
    audit.record(session, by=by, action="registration.withdraw", subject=subject, now=now)
    await note_told(session, registration.id, account_id=by.account_id, now=now)
    places.note(session, registration, Status.WITHDRAWN, actor=by.account_id, now=now)
    await session.flush()
    offered = await places.pass_on(session, programme, places.group_of(programme, registration), now=now)
    await standings.tell(session, vault, offered, content, bot_id=bot_id, now=now)


async def may_say_by_telephone(session: AsyncSession, registration: Registration) -> bool:
    """Tell whether staff withdraw an open registration because the person said so by telephone.

    She has no chat, or the last news did not reach her there; and nothing is wished for that she is asked about first.
    """
    if await wishes.waiting(session, registration.id):
        return False
    unreached = select(Notice.id).where(Notice.registration_id == registration.id, was_unreached())
    return not await has_chat(session, registration.person_id) or (await session.scalars(unreached)).first() is not None


async def leave(session: AsyncSession, *, registration_id: str, by: Actor, now: datetime) -> None:
    """Note that somebody was asked and wants to stay signed up; raise NotAllowed, NotThere and WrongState."""
    registration = await in_scope(session, registration_id, by=by)
    await _close(session, registration, tuple(Kind), by=by, now=now)
    audit.record(session, by=by, action="registration.leave", subject=f"registration:{registration.id}", now=now)
    await session.flush()


async def _close(
    session: AsyncSession, registration: Registration, kinds: Collection[Kind], *, by: Actor, now: datetime
) -> None:
    if not await wishes.close(session, registration.id, kinds, account_id=by.account_id, now=now):
        raise WrongState("Nothing waits to be done here any more.")
