"""Links to a page of ours on which a form is filled in: each opens one form, for a while, until that is sent."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.crypto import Vault
from registrations import places, sign_up
from registrations.registrations import FormLink, Registration, Status
from registrations.sign_up import SignUp

LINK_HOLDS = timedelta(minutes=30)
TOKEN_BYTES = 32


async def make(session: AsyncSession, registration: Registration, *, now: datetime) -> str:
    """Return the token of a fresh link to a form that was begun; one that was made before opens nothing any more."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    await session.execute(delete(FormLink).where(FormLink.registration_id == registration.id))
    session.add(FormLink(registration_id=registration.id, token_hash=_hash(token), expires_at=now + LINK_HOLDS))
    await session.flush()
    return token


async def find(session: AsyncSession, vault: Vault, token: str, *, now: datetime) -> SignUp | None:
    """Return the form that a link opens; None whether it never did, was used, or is too old."""
    opens = select(Registration).join(FormLink, FormLink.registration_id == Registration.id)
    opens = opens.where(
        FormLink.token_hash == _hash(token), FormLink.expires_at > now, Registration.status == Status.BEGUN
    )
    registration = (await session.scalars(opens)).one_or_none()
    return await sign_up.read(session, vault, registration) if registration else None


async def locked(session: AsyncSession, vault: Vault, token: str, *, now: datetime) -> SignUp | None:
    """Return the form that a link opens, for who is about to send it: two who send it at once come one by one.

    Locks the programme, then the registration, as the chat does.
    """
    found = await find(session, vault, token, now=now)
    if found is None:
        return None
    await places.lock(session, found.programme.id)
    await session.refresh(found.registration, with_for_update=True)
    return await find(session, vault, token, now=now)


async def sent(session: AsyncSession, token: str, *, now: datetime) -> Registration | None:
    """Return what was sent by a link, as long as the link would have held; None if nothing was."""
    by_it = select(Registration).join(FormLink, FormLink.registration_id == Registration.id)
    by_it = by_it.where(
        FormLink.token_hash == _hash(token), FormLink.expires_at > now, Registration.number.is_not(None)
    )
    return (await session.scalars(by_it)).one_or_none()


async def forget_old(session: AsyncSession, *, now: datetime) -> None:
    """Forget the links that open nothing any more."""
    await session.execute(delete(FormLink).where(FormLink.expires_at <= now))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
