"""Passwords: argon2id, length over rules, none that everybody tries first. Checking one is slow: call in a thread."""

from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from core.errors import RuleBroken

SHORTEST = 12  # NIST SP 800-63B-4 asks for at least 15 where a password stands alone, 8 beside a second factor
LONGEST = 200
_HASHES = PasswordHash((Argon2Hasher(),))


class WeakPassword(RuleBroken):
    """A password is too short, too long, or one that is tried first."""


def check(password: str, *, email: str, name: str) -> None:
    """Raise WeakPassword for one that is too short, commonly used, or made of what everybody knows of the person."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(
            "Choose a password of {shortest} to {longest} characters. A sentence that only you know is good.",
            shortest=SHORTEST, longest=LONGEST,
        )  # fmt: skip
    plain = password.lower()
    known = {email.lower(), email.lower().partition("@")[0], name.lower(), name.lower().replace(" ", "")}
    bare = plain.strip("0123456789!?.-_ ")
    if plain in _common() or bare in _common() or not bare or bare in known or len(set(plain)) < 5:  # noqa: PLR2004
        raise WeakPassword("Many people use this password, or it is easy to guess. Choose another one.")


def hashed(password: str) -> str:
    """Return the argon2id hash of a password. Slow."""
    return _HASHES.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Tell whether a password is the stored one. As slow where nothing is stored: time tells nobody who exists."""
    found = _HASHES.verify(password[:LONGEST], stored or _decoy())
    return found and stored is not None


@cache
def _decoy() -> str:
    return _HASHES.hash("nobody's")


@cache
def _common() -> frozenset[str]:
    return frozenset(FREQUENCY_LISTS["passwords"])
