"""Personal API tokens: shown once, stored hashed, limited to some roles, with an end."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import JSON, ForeignKey, String, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import Id
from core.db import Base
from core.errors import RuleBroken
from staff import audit, grants
from staff.accounts import StaffAccount
from staff.actors import Actor, NotAllowed, Role
from staff.sessions import token_hash

PREFIX = "bekal_"
NAMES = "export_names"  # among the scopes: no role, but leave to export names and answers
LONGEST = timedelta(days=366)
# What such a token does, a person does only soon after she has proved who she is: it approves, exports, gives roles.
POWERFUL = frozenset({Role.VERIFIER, Role.REGISTRAR, Role.ADMINISTRATOR})
LONGEST_OF_POWERFUL = timedelta(days=90)
MOST_AN_ACCOUNT = 20


class ApiToken(Base):
    """One token. `scopes` are the roles that it may act in, at most those its owner has at that moment, and NAMES."""

    __tablename__ = "api_token"

    id: Mapped[Id]
    account_id: Mapped[str] = mapped_column(String(32), ForeignKey("staff_account.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class WrongToken(RuleBroken):
    """A token was asked for with a scope or an end that it cannot have."""


async def make(
    session: AsyncSession, *, name: str, scopes: frozenset[Role], expires_at: datetime, by: Actor, now: datetime,
    exports_names: bool = False,
) -> str:  # fmt: skip
    """Make a token for the actor and return it, once; raise WrongToken, ProofNeeded or NotAllowed.

    `exports_names`: a registrar's may export names and answers.
    """
    by.require_proof(now)
    by.require(*Role)
    if by.scopes is not None:  # else one that was found out could live on in others
        raise NotAllowed("A token cannot make tokens. Sign in at the desk for that.")
    if not name.strip() or not now < expires_at <= now + LONGEST:
        raise WrongToken("Give the token a name, and an end at most one year from now.")
    if not scopes or not scopes <= {grant.role for grant in by.grants}:
        raise WrongToken("Choose one or more of your own roles for the token.")
    if scopes & POWERFUL and expires_at > now + LONGEST_OF_POWERFUL:
        raise WrongToken("A token for a verifier, registrar or administrator ends after 90 days at most.")
    if exports_names and Role.REGISTRAR not in scopes:
        raise WrongToken("Only a token for a registrar can export names: choose that role, too.")
    if len(await of_account(session, by.account_id)) >= MOST_AN_ACCOUNT:
        raise WrongToken("You have {count} tokens. End one of them first.", count=MOST_AN_ACCOUNT)
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        account_id=by.account_id, name=name.strip()[:80], token_hash=token_hash(token),
        scopes=sorted(scopes) + [NAMES] * exports_names, created_at=now, expires_at=expires_at,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    audit.record(
        session, by=by, action="token.make", subject=f"token:{row.id}", now=now, details={"scopes": row.scopes}
    )
    return token


async def find_actor(session: AsyncSession, *, token: str, may_be_demo: bool, now: datetime) -> Actor | None:
    """Return whom a token stands for, if it is still good. It counts as proved: making it was."""
    query = select(ApiToken, StaffAccount).join(StaffAccount, StaffAccount.id == ApiToken.account_id)
    row = (await session.execute(query.where(ApiToken.token_hash == token_hash(token)))).one_or_none()
    if row is None:
        return None
    found, account = row
    if found.revoked_at or found.expires_at <= now or account.disabled_at or (account.is_demo and not may_be_demo):
        return None
    held = await grants.of_account(session, account.id)
    return Actor(
        account.id, account.name, held, language=account.language, is_demo=account.is_demo, proved_at=now,
        scopes=frozenset(Role(scope) for scope in found.scopes if scope != NAMES), exports_names=NAMES in found.scopes,
    )  # fmt: skip


async def of_account(session: AsyncSession, account_id: str) -> list[ApiToken]:
    """Return the tokens of an account that were not ended, the newest first."""
    held = select(ApiToken).where(ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None))
    return list(await session.scalars(held.order_by(ApiToken.id.desc()).limit(100)))


async def end(session: AsyncSession, *, token_id: int, by: Actor, now: datetime) -> None:
    """End a token of the actor's own; one that is not there is no error."""
    row = await session.get(ApiToken, token_id)
    if row is not None and row.account_id == by.account_id and row.revoked_at is None:
        row.revoked_at = now
        audit.record(session, by=by, action="token.end", subject=f"token:{row.id}", now=now)


async def end_all(session: AsyncSession, *, account_id: str, now: datetime) -> None:
    """End every token of an account, whose owner may not be the one who uses them."""
    ending = update(ApiToken).where(ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None))
    await session.execute(ending.values(revoked_at=now))


async def end_everybodys(session: AsyncSession, *, now: datetime) -> None:
    """End every token: those that had been revoked came back with a backup."""
    await session.execute(update(ApiToken).where(ApiToken.revoked_at.is_(None)).values(revoked_at=now))
