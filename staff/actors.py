"""Who does something at the desk, as plain data: the domain asks an actor what it may do, never a session or a page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.errors import RuleBroken

PROOF_HOLDS = timedelta(minutes=5)


class Role(StrEnum):
    """What a person of the staff does."""

    EDITOR = "editor"
    TRANSLATOR = "translator"
    VERIFIER = "verifier"
    REGISTRAR = "registrar"
    OUTREACH = "outreach"
    ADMINISTRATOR = "administrator"


class NotAllowed(RuleBroken):
    """The person's roles do not allow this."""


class NamesNotTicked(NotAllowed):
    """An API token was not made for exports with names."""


class ProofNeeded(RuleBroken):
    """This needs a password or a code that is not older than five minutes."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One role, with what it is limited to, and who gave it when."""

    id: int
    role: Role
    language: str | None
    programme: str | None
    province: str | None
    granted_by: str
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person of the staff. `proved_at`: when the password or a code was last given.

    `scopes` limits an API token to some roles; None limits nothing. A token has proved itself when it was made, but for
    exports with names: those it gives where they were ticked then, `exports_names`.
    """

    account_id: str
    name: str
    grants: tuple[Grant, ...]
    language: str = "id"
    is_demo: bool = False
    proved_at: datetime | None = None
    scopes: frozenset[Role] | None = None
    exports_names: bool = True

    def grants_of(self, role: Role) -> tuple[Grant, ...]:
        """Return the grants of a role that count here."""
        if self.scopes is not None and role not in self.scopes:
            return ()
        return tuple(grant for grant in self.grants if grant.role is role)

    def has(self, *roles: Role) -> bool:
        """Tell whether the person has one of these roles, whatever its scope."""
        return any(self.grants_of(role) for role in roles)

    def languages(self, role: Role) -> frozenset[str]:
        """Return the languages for which the person has a role."""
        return frozenset(grant.language for grant in self.grants_of(role) if grant.language)

    def require(self, *roles: Role) -> None:
        """Raise NotAllowed if the person has none of these roles."""
        if not self.has(*roles):
            raise NotAllowed("Your roles do not allow this. An administrator can change them.")

    def require_language(self, role: Role, languages: Collection[str]) -> None:
        """Raise NotAllowed if the person does not have the role for one of these languages."""
        if not self.languages(role) & set(languages):
            raise NotAllowed("Your roles do not allow this. An administrator can change them.")

    def require_names(self) -> None:
        """Raise NamesNotTicked for an API token that exports no names."""
        if not self.exports_names:
            raise NamesNotTicked(
                "This token exports no names. Make one at the desk, under My account, with “Exports with names” ticked."
            )

    def require_proof(self, now: datetime) -> None:
        """Raise ProofNeeded if the password or a code was last given more than five minutes ago."""
        if self.proved_at is None or now - self.proved_at > PROOF_HOLDS:
            raise ProofNeeded("Confirm that it is you: give your password or a code.")


SYSTEM = Actor("system", "Bekal", ())
