"""Signing in, and proving again who one is. Checking a password is slow, so it is done in a thread, outside any
transaction; the try is counted and committed before that."""

import asyncio
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.services import Services
from core.errors import RuleBroken
from staff import accounts, attempts, audit, codes, passwords, sessions, team
from staff.accounts import StaffAccount
from staff.actors import Actor
from staff.sessions import StaffSession, Waits


class WrongPassword(RuleBroken):
    """E-mail and password do not belong together."""


async def matches(parts: Services, password: str, stored: str | None) -> bool:
    """Check a password in a thread, a few at once."""
    async with parts.password_checks:
        return await asyncio.to_thread(passwords.matches, password, stored)


async def hashed(parts: Services, password: str) -> str:
    """Hash a password in a thread."""
    async with parts.password_checks:
        return await asyncio.to_thread(passwords.hashed, password)


async def sign_in(
    parts: Services, *, email: str, password: str, address: str, device: str, now: datetime
) -> tuple[str, Waits]:
    """Return the token of a new session and what it still waits for; raise TooManyTries or WrongPassword."""
    async with parts.database.session() as session:
        await attempts.claim(session, email=email, address=address, now=now)
        account = await accounts.find_by_email(session, email)
    is_right = await matches(parts, password, account.password_hash if account else None)
    if account is None or not is_right or account.disabled_at or (account.is_demo and not parts.allows_demo):
        raise _wrong_password()
    async with parts.database.session() as session:
        await _require_unchanged(session, account)
        waits = await _waits_for(session, account)
        if waits is not Waits.CODE:
            await attempts.forget(session, email=account.email)
        _note(session, account, "staff.sign_in", now)
        return await sessions.open_for(session, account=account, waits_for=waits, device=device, now=now), waits


async def _require_unchanged(session: AsyncSession, checked: StaffAccount) -> None:
    """Raise WrongPassword if the password was replaced, or the account ended, while it was checked."""
    now_held = await session.get_one(StaffAccount, checked.id, with_for_update=True)
    if now_held.password_hash != checked.password_hash or now_held.disabled_at is not None:
        raise _wrong_password()


def _wrong_password() -> WrongPassword:
    return WrongPassword("E-mail and password do not belong together. Try again.")


async def _waits_for(session: AsyncSession, account: StaffAccount) -> Waits:
    if account.totp_secret is not None:
        return Waits.CODE
    return Waits.ENROLMENT if await team.must_have_code(session) and not account.is_demo else Waits.NOTHING


async def give_code(
    parts: Services, *, account_id: str, session_id: str, email: str, typed: str, address: str, now: datetime
) -> None:
    """Complete a session, or prove it again, with a code; raise TooManyTries or WrongCode."""
    async with parts.database.session() as session:
        await attempts.claim(session, email=email, address=address, now=now)
    async with parts.database.session() as session:
        account = await session.get_one(StaffAccount, account_id, with_for_update=True)
        await codes.use(session, account=account, typed=typed, vault=parts.vault, now=now)
        await _prove(session, session_id, now)
        await attempts.forget(session, email=email)


async def give_password(
    parts: Services, *, account: StaffAccount, session_id: str, password: str, address: str, now: datetime
) -> None:
    """Prove a session again with the password; raise TooManyTries or WrongPassword."""
    async with parts.database.session() as session:
        await attempts.claim(session, email=account.email, address=address, now=now)
    if not await matches(parts, password, account.password_hash):
        raise WrongPassword("This is not your password. Try again.")
    async with parts.database.session() as session:
        await _require_unchanged(session, account)
        await _prove(session, session_id, now)
        await attempts.forget(session, email=account.email)


async def prove_again(
    parts: Services, *, account: StaffAccount, session_id: str, typed: str, address: str, now: datetime
) -> None:
    """Prove a session again with what the account proves by, an app's code or the password.

    Raise TooManyTries, WrongCode or WrongPassword.
    """
    if account.totp_secret is not None:
        await give_code(
            parts, account_id=account.id, session_id=session_id, email=account.email, typed=typed, address=address,
            now=now,
        )  # fmt: skip
    else:
        await give_password(parts, account=account, session_id=session_id, password=typed, address=address, now=now)


async def _prove(session: AsyncSession, session_id: str, now: datetime) -> None:
    found = await session.get_one(StaffSession, session_id)
    found.proved_at = now
    if found.waits_for == Waits.CODE:
        found.waits_for = Waits.NOTHING


def _note(session: AsyncSession, account: StaffAccount, action: str, now: datetime) -> None:
    by = Actor(account.id, account.name, ())
    audit.record(session, by=by, action=action, subject=f"staff:{account.id}", now=now)
