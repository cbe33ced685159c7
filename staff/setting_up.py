"""The first accounts: one from the command line, and the three demo accounts of the simulator."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import RuleBroken
from core.i18n import LANGUAGES
from staff import accounts, audit, grants, invitations
from staff.accounts import StaffAccount
from staff.actors import SYSTEM, Role
from staff.grants import WITH_LANGUAGE, RoleGrant

DEMO = {
    "editor": (Role.EDITOR, Role.TRANSLATOR),
    "verifier": (Role.VERIFIER,),
    "administrator": (Role.ADMINISTRATOR, Role.EDITOR, Role.REGISTRAR),
}
DEMO_PASSWORD = "bekal-demo-2026"  # noqa: S105  of accounts that exist only in the simulator
DEMO_DOMAIN = "demo.bekal.example"


class WrongRole(RuleBroken):
    """There is no such role."""


async def add_by_command(session: AsyncSession, *, email: str, name: str, roles: list[str], now: datetime) -> str:
    """Add an account, or more roles to one that is there, and return the token of a fresh link for its password.

    `roles` are "administrator", "editor", "verifier:id" …; whoever runs the command line may give every one.
    """
    account = await accounts.find_by_email(session, email)
    if account is None:
        account = await accounts.add(session, email=email, name=name, language="id", now=now)
    else:  # the link opens an account that somebody has already
        audit.record(session, by=SYSTEM, action="staff.reset", subject=f"staff:{account.id}", now=now)
    held = {(grant.role, grant.language) for grant in await grants.of_account(session, account.id)}
    for role, language in sorted(set(map(_read_role, roles)) - held, key=str):
        _give(session, account, role, language, now)
        details = {"role": role, "language": language}
        audit.record(session, by=SYSTEM, action="role.give", subject=f"staff:{account.id}", now=now, details=details)
    await session.flush()
    return await invitations.make_link(session, account_id=account.id, now=now)


def _read_role(told: str) -> tuple[Role, str | None]:
    name, _, language = told.partition(":")
    known = {role.value for role in Role}
    if name not in known or (Role(name) in WITH_LANGUAGE) != (language in LANGUAGES) or (language and not _):
        raise WrongRole(
            "There is no role {role}. Roles are administrator, editor, outreach, registrar, and with a language "
            "translator:jv or verifier:id.",
            role=told,
        )
    return Role(name), language or None


async def lacks_demo(session: AsyncSession) -> bool:
    """Tell whether a demo account is missing."""
    found = [await accounts.find_by_email(session, f"{name}@{DEMO_DOMAIN}") for name in DEMO]
    return None in found


async def add_demo(session: AsyncSession, *, password_hash: str, now: datetime) -> None:
    """Add the three demo accounts where they are missing: only where no token is set."""
    for name, roles in DEMO.items():
        email = f"{name}@{DEMO_DOMAIN}"
        if await accounts.find_by_email(session, email) is not None:
            continue
        account = await accounts.add(session, email=email, name=f"Demo {name}", language="id", now=now, is_demo=True)
        account.password_hash = password_hash
        for role in roles:
            for language in LANGUAGES if role in WITH_LANGUAGE else (None,):
                _give(session, account, role, language, now)
    await session.flush()


def _give(session: AsyncSession, account: StaffAccount, role: Role, language: str | None, now: datetime) -> None:
    session.add(
        RoleGrant(account_id=account.id, role=role, language=language, granted_by=SYSTEM.account_id, granted_at=now)
    )
