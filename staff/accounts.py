"""Staff accounts: who may sign in at the desk."""

import re
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Boolean, LargeBinary, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from core.errors import RuleBroken

# One @, something before it, a dot after it, and nothing that a header or a page could trip over.
EMAIL = re.compile(r"[^@\s<>\"',;]{1,64}@[^@\s<>\"',;]{1,180}\.[a-z]{2,24}")
NAME = re.compile(r"[^\s\x00-\x1f\x7f<>]([^\x00-\x1f\x7f<>]{0,78}[^\s\x00-\x1f\x7f<>])?")
DESK_LANGUAGES = ("id", "en")


class StaffAccount(Base):
    """One person of the staff. Without a password hash the invitation was not taken up yet.

    `totp_secret` is sealed; `totp_step` is the last time step whose code was used, so that no code counts twice.
    Demo accounts exist only in the simulator's database.
    """

    __tablename__ = "staff_account"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(8))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_step: Mapped[int | None]
    is_demo: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class EmailTaken(RuleBroken):
    """Another account has this address."""


class WrongEmail(RuleBroken):
    """What was given is no e-mail address."""


class WrongName(RuleBroken):
    """What was given is no name."""


def clean_email(typed: str) -> str:
    """Return an address as it is stored, in lower case; raise WrongEmail."""
    email = typed.strip().lower()
    if not EMAIL.fullmatch(email):
        raise WrongEmail("This is not an e-mail address. Write it like name@example.go.id.")
    return email


def clean_name(typed: str) -> str:
    """Return a name as it is stored; raise WrongName."""
    name = " ".join(typed.split())
    if not NAME.fullmatch(name):
        raise WrongName("Write a name of 1 to 80 letters, without < and >.")
    return name


async def add(
    session: AsyncSession, *, email: str, name: str, language: str, now: datetime, is_demo: bool = False
) -> StaffAccount:
    """Add an account without a password; raise EmailTaken, WrongEmail or WrongName."""
    address = clean_email(email)
    if await find_by_email(session, address) is not None:
        raise EmailTaken("There is already an account with the address {email}.", email=address)
    account = StaffAccount(
        id=uuid4().hex, email=address, name=clean_name(name), is_demo=is_demo, created_at=now,
        language=language if language in DESK_LANGUAGES else DESK_LANGUAGES[0],
    )  # fmt: skip
    session.add(account)
    await session.flush()
    return account


async def speak(session: AsyncSession, *, email: str, language: str) -> None:
    """Set the language in which the desk speaks to somebody."""
    account = await find_by_email(session, email)
    if account is not None:
        account.language = language


async def find_by_email(session: AsyncSession, email: str) -> StaffAccount | None:
    """Return the account with this address, however its letters are written."""
    found = select(StaffAccount).where(StaffAccount.email == email.strip().lower())
    return (await session.scalars(found)).one_or_none()
