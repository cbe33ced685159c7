"""Registrations: who signed up for what, where it stands, and the answers, sealed one by one.

begun --> applied --> in_review --> accepted --> attended --> completed
      \\-> (a course that admits at once) accepted, or waitlisted --> offered --> accepted
any of them --> declined | withdrawn; what was begun and never sent is deleted
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import BIG, Id
from core.crypto import Vault
from core.db import Base

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # of a reference: none that looks like another one: 0 O, 1 I L
REFERENCE_LETTERS = 10  # 31 ** 10 is 8 * 10**14: guessing 10,000 times finds one of a million in 1 of 80,000 tries
MOST_WORDS_BEFORE = 2  # "kode saya"


class Status(StrEnum):
    """Where a registration stands."""

    BEGUN = "begun"
    APPLIED = "applied"
    IN_REVIEW = "in_review"
    ACCEPTED = "accepted"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ATTENDED = "attended"
    COMPLETED = "completed"


class Reason(StrEnum):
    """Why staff decline; the person is told in her language."""

    FULL = "full"
    CONDITIONS = "conditions"
    INCOMPLETE = "incomplete"
    CALLED_OFF = "called_off"


TAKES_A_PLACE = (Status.ACCEPTED, Status.OFFERED, Status.ATTENDED, Status.COMPLETED)
OPEN = (
    Status.BEGUN, Status.APPLIED, Status.IN_REVIEW, Status.ACCEPTED, Status.WAITLISTED, Status.OFFERED,
)  # fmt: skip
BEGUN_SQL = f"status = '{Status.BEGUN}'"
OWN_SQL = "status IN ({}) AND NOT is_for_another".format(", ".join(f"'{status}'" for status in OPEN))


class Registration(Base):
    """One person's sign-up for one programme, or of a relative of hers. What she answered is in `Answer`.

    `person_id` is empty where staff entered somebody without a chat, or she erased herself. `number` is her place in
    the order in which people applied, counted from 1 within the programme: only an erasure makes a gap in it.
    `reference` is what she keeps: random, it tells nothing. `assigned_to`: who of the staff looks after it.
    `places_answer`: what she answered to the question by which the programme divides its places.
    """

    __tablename__ = "registration"
    __table_args__ = (
        Index(
            "uq_registration_begun", "programme_id", "person_id", unique=True,
            sqlite_where=text(BEGUN_SQL), postgresql_where=text(BEGUN_SQL),
        ),
        Index(
            "uq_registration_own", "programme_id", "person_id", unique=True,
            sqlite_where=text(OWN_SQL), postgresql_where=text(OWN_SQL),
        ),
        Index("uq_registration_number", "programme_id", "number", unique=True),
        Index(None, "programme_id", "status", "number"),
        Index(None, "person_id"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    programme_id: Mapped[int] = mapped_column(BIG, ForeignKey("programme.id"))
    form_version_id: Mapped[int] = mapped_column(BIG, ForeignKey("form_version.id"))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    language: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(16))
    is_for_another: Mapped[bool]
    province: Mapped[str | None] = mapped_column(String(8))
    places_answer: Mapped[str | None] = mapped_column(String(40))
    reference: Mapped[str | None] = mapped_column(String(16), unique=True)
    number: Mapped[int | None]
    begun_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    offered_until: Mapped[datetime | None] = mapped_column(index=True)
    assigned_to: Mapped[str | None] = mapped_column(ForeignKey("staff_account.id"))


class Answer(Base):
    """One answer, sealed; `code` is the question's. An empty one: the question was left out."""

    __tablename__ = "answer"

    registration_id: Mapped[str] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class StatusEvent(Base):
    """What became of a registration, by whom (a staff account, PERSON or BEKAL) and why (a Reason)."""

    __tablename__ = "status_event"

    id: Mapped[Id]
    registration_id: Mapped[str] = mapped_column(ForeignKey("registration.id"), index=True)
    status: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str | None] = mapped_column(String(16))
    at: Mapped[datetime]


class ConsentEvent(Base):
    """What somebody agreed to or refused, by the hash of the exact words she was shown, in which language and when."""

    __tablename__ = "consent_event"

    id: Mapped[Id]
    registration_id: Mapped[str] = mapped_column(ForeignKey("registration.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    form_version_id: Mapped[int] = mapped_column(BIG, ForeignKey("form_version.id"))
    language: Mapped[str] = mapped_column(String(8))
    text_hash: Mapped[str] = mapped_column(String(64))
    is_given: Mapped[bool]
    at: Mapped[datetime]


class FormLink(Base):
    """The link to one form that somebody has begun. Only the hash of its token is kept."""

    __tablename__ = "form_link"

    registration_id: Mapped[str] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]


class Reminder(Base):
    """One person's wish to hear of one programme."""

    __tablename__ = "reminder"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    programme_id: Mapped[int] = mapped_column(BIG, ForeignKey("programme.id"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]


PERSON, BEKAL = "person", "bekal"


def written_reference(text: str) -> str:
    """Return the reference that a text is, such as "kode saya Y5BQK-B2WT6"; "" for every other text.

    Without a digit it must stand in capitals: "teman-teman" is a word, in capitals too, and "berangkat2" is said twice.
    """
    *before, last = text.split() or [""]
    bare = last.replace("-", "").upper()
    is_code = len(bare) == REFERENCE_LETTERS and set(bare) <= set(LETTERS) and not bare.isdigit()
    is_meant = any(letter.isdigit() for letter in bare[:-1]) or ("-" in last and last.isupper())
    is_word = bare[:5] == bare[5:] or len(before) > MOST_WORDS_BEFORE
    return reference_in(last) if is_code and is_meant and not is_word else ""


def reference_in(typed: str) -> str:
    """Return the reference that somebody typed, as it is kept: with its hyphen, in capitals."""
    bare = "".join(letter for letter in typed.upper() if letter.isalnum())
    return f"{bare[:5]}-{bare[5:]}" if bare else typed.strip()


def seal(vault: Vault, registration_id: str, code: str, value: str) -> bytes:
    """Seal an answer for its row, and for no other."""
    return vault.seal(value.encode(), place=_place(registration_id, code))


def opened(vault: Vault, rows: Iterable[Answer]) -> dict[str, str]:
    """Open answers; raise WrongSeal for one that was altered or moved. Who shows them to staff audits that first."""
    return {row.code: vault.open(row.sealed, place=_place(row.registration_id, row.code)).decode() for row in rows}


def _place(registration_id: str, code: str) -> str:
    return f"answer:{registration_id}:{code}"
