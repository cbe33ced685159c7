"""The second factor: six digits from an app (TOTP, RFC 6238), or one of ten recovery codes that each work once."""

import hashlib
import re
import secrets
from datetime import datetime

import pyotp
from sqlalchemy import ForeignKey, String, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import Id
from core.crypto import Vault
from core.db import Base
from core.errors import RuleBroken
from staff.accounts import StaffAccount

STEP_SECONDS = 30
STEPS_OFF = 1  # RFC 6238, 5.2: one step for the time that typing takes
RECOVERY_CODES = 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks like another letter
CODE_LETTERS = 10


class WrongCode(RuleBroken):
    """The code is not right, or was used before."""


class RecoveryCode(Base):
    """One recovery code that was not used yet. 49 random bits need no slow hash behind ten tries in 15 minutes."""

    __tablename__ = "recovery_code"

    id: Mapped[Id]
    account_id: Mapped[str] = mapped_column(String(32), ForeignKey("staff_account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))


def new_secret() -> str:
    """Return a fresh secret for an app."""
    return pyotp.random_base32()


def is_secret(typed: str) -> bool:
    """Tell whether this may be a secret of ours: a form brings it back, and anything may stand in it."""
    return re.fullmatch(r"[A-Z2-7]{32}", typed) is not None


def address(secret: str, email: str) -> str:
    """Return the otpauth address that an app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Bekal")


def matching_step(secret: str, code: str, *, now: datetime, after: int | None) -> int | None:
    """Return the time step whose code this is, if it lies after the last one that was used."""
    step = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for candidate in range(step - STEPS_OFF, step + STEPS_OFF + 1):
        expected = totp.at(candidate * STEP_SECONDS)
        if secrets.compare_digest(expected.encode(), code.encode()) and candidate > (
            after if after is not None else -1
        ):
            return candidate
    return None


async def enrol(
    session: AsyncSession, *, account: StaffAccount, secret: str, code: str, vault: Vault, now: datetime
) -> list[str]:
    """Keep an app's secret, proved by a code of it; return fresh recovery codes, which are shown once."""
    step = matching_step(secret, _digits(code), now=now, after=None) if is_secret(secret) else None
    if step is None:
        raise WrongCode("This code is not right. Look at the app again: it changes every 30 seconds.")
    account.totp_secret, account.totp_step = vault.seal(secret.encode(), place=_place(account)), step
    return await renew_recovery_codes(session, account_id=account.id)


async def remove(session: AsyncSession, *, account: StaffAccount) -> None:
    """Forget the app and the recovery codes."""
    account.totp_secret = account.totp_step = None
    await session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


async def use(session: AsyncSession, *, account: StaffAccount, typed: str, vault: Vault, now: datetime) -> None:
    """Use up a code of the app or a recovery code; raise WrongCode. The account's row is locked by the caller."""
    code = _digits(typed)
    if account.totp_secret is not None:
        secret = vault.open(account.totp_secret, place=_place(account)).decode()
        step = matching_step(secret, code, now=now, after=account.totp_step)
        if step is not None:
            account.totp_step = step
            return
    spent = delete(RecoveryCode).where(RecoveryCode.account_id == account.id, RecoveryCode.code_hash == _hash(code))
    if (await session.execute(spent.returning(RecoveryCode.id))).first() is None:
        raise WrongCode("This code is not right. Look at the app again: it changes every 30 seconds.")


async def renew_recovery_codes(session: AsyncSession, *, account_id: str) -> list[str]:
    """Replace all recovery codes of an account; return the new ones."""
    await session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(CODE_LETTERS)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(account_id=account_id, code_hash=_hash(code)) for code in codes)
    await session.flush()
    return [f"{code[:5]}-{code[5:]}" for code in codes]


async def count_recovery_codes(session: AsyncSession, *, account_id: str) -> int:
    """Return how many recovery codes are left."""
    left = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.account_id == account_id)
    return (await session.execute(left)).scalar_one()


def _digits(typed: str) -> str:
    return "".join(typed.lower().split()).replace("-", "")


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _place(account: StaffAccount) -> str:
    return f"staff_account.totp_secret.{account.id}"
