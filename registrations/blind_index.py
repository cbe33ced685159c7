"""A blind index of names and phone numbers: registrations are found by them, and the database tells neither.

A row is a keyed digest of one thing that a registration can be found by:

phone     a whole number, +6281234567890          ending    its last four digits
name      one word of the name, as bare letters

Who has the database and not its key learns which registrations share a word, and not which word.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, LargeBinary, Select, String, and_, delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from content.form_shapes import NAME, QuestionModel
from core.crypto import DIGEST_BYTES, Vault
from core.db import Base
from core.words import letters
from registrations.answers import WrongAnswer, phone
from registrations.registrations import Registration, reference_in

ENDING_DIGITS = 4
PLACE = "blind_index"


class Kind(StrEnum):
    """What a registration is found by."""

    PHONE = "phone"
    ENDING = "ending"
    NAME = "name"


class IndexEntry(Base):
    """One thing that a registration is found by."""

    __tablename__ = "blind_index"

    digest: Mapped[bytes] = mapped_column(LargeBinary(DIGEST_BYTES), primary_key=True)
    registration_id: Mapped[str] = mapped_column(ForeignKey("registration.id"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(String(8))


async def write(
    session: AsyncSession, vault: Vault, registration_id: str, questions: Iterable[QuestionModel],
    given: Mapping[str, str],
) -> None:  # fmt: skip
    """Index what somebody answered, in place of what was indexed before."""
    await session.execute(delete(IndexEntry).where(IndexEntry.registration_id == registration_id))
    rows = [
        {"digest": vault.digests(_exact(kind, word), place=PLACE)[0], "registration_id": registration_id, "kind": kind}
        for kind, word in sorted(_words(questions, given))
    ]
    if rows:
        await session.execute(insert(IndexEntry), rows)


def _words(questions: Iterable[QuestionModel], given: Mapping[str, str]) -> set[tuple[Kind, str]]:
    found = set[tuple[Kind, str]]()
    for question in questions:
        answer = given.get(question.code, "")
        if question.type == "phone" and answer:
            found |= {(Kind.PHONE, answer), (Kind.ENDING, answer[-ENDING_DIGITS:])}
        elif question.code == NAME:
            found |= {(Kind.NAME, word) for word in letters(answer).split()}
    return found


def _exact(kind: Kind, word: str) -> bytes:
    return f"{kind}:{word}".encode()


def found_by(vault: Vault, typed: str) -> ColumnElement[bool]:
    """Tell which registrations somebody means.

    `typed`: a whole reference, a whole phone number, the last four digits of one, or words of a name. Words are
    compared whole, without capitals and accents; all of them are to be in the name.
    """
    ways = [Registration.reference == reference_in(typed)]
    digits = re.sub(r"[\s()./-]", "", typed)
    if digits.isdigit() and len(digits) == ENDING_DIGITS:
        ways.append(_has(vault, Kind.ENDING, digits))
    with suppress(WrongAnswer):
        ways.append(_has(vault, Kind.PHONE, phone(typed)))
    if words := [word for word in letters(typed).split() if not word.isdigit()]:
        ways.append(and_(*(_has(vault, Kind.NAME, word) for word in words)))
    return or_(*ways)


def _has(vault: Vault, kind: Kind, word: str) -> ColumnElement[bool]:
    digests = vault.digests(_exact(kind, word), place=PLACE)
    return Registration.id.in_(select(IndexEntry.registration_id).where(IndexEntry.digest.in_(digests)))


async def references_of(
    session: AsyncSession, vault: Vault, phones: Iterable[str], *, among: ColumnElement[bool]
) -> dict[str, list[str]]:
    """Return by phone number, as +6281234567890, the references of those registrations among some that name it."""
    by_digest = {
        digest: number for number in phones for digest in vault.digests(_exact(Kind.PHONE, number), place=PLACE)
    }
    named = select(IndexEntry.digest, Registration.reference).join(
        Registration, Registration.id == IndexEntry.registration_id
    )
    found: dict[str, list[str]] = {}
    for digest, reference in await session.execute(
        named.where(IndexEntry.digest.in_(by_digest), among).order_by(Registration.number)
    ):
        found.setdefault(by_digest[digest], []).append(reference or "")
    return found


def with_phone_of(registration_id: str) -> Select[str]:
    """Return a query for the ids of other registrations that name a phone number that this one names.

    Numbers that were indexed under different keys are not seen to be the same.
    """
    hers, theirs = aliased(IndexEntry), aliased(IndexEntry)
    same = select(theirs.registration_id).join(hers, hers.digest == theirs.digest)
    return same.where(
        hers.registration_id == registration_id, hers.kind == Kind.PHONE, theirs.registration_id != registration_id
    )
