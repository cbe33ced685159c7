"""What articles, facts and contacts have in common: revisions, their authors, approvals, and which one is live.

Why there is one table of each, and not three: docs/decisions/0002-revisions.md.
"""

import hashlib
import json
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import BIG, Id
from core.db import Base

DAYS_A_MONTH = 30  # for when a text is to be checked again
ALL_LANGUAGES = "mul"  # ISO 639-2, multiple languages: a contact is one revision for all of them


class EntryKind(StrEnum):
    """What an entry is."""

    ARTICLE = "article"
    FACT = "fact"
    CONTACT = "contact"


class RevisionState(StrEnum):
    """How far a revision has come. Whether it counts as verified is never stored: approvals tell."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RELEASED = "released"


class Change(StrEnum):
    """How much a writer says that she changed: a small edit outdates no translation, a correction hides them."""

    SMALL = "small"
    MAJOR = "major"
    CORRECTION = "correction"

    @property
    def flags(self) -> tuple[bool, bool]:
        """The same as a revision keeps it: `is_major`, `is_correction`."""
        return self is not Change.SMALL, self is Change.CORRECTION


class Origin(StrEnum):
    """Where a revision was written."""

    PACK = "pack"
    DESK = "desk"


class Entry(Base):
    """An article, a fact or a contact: the thing that revisions are revisions of.

    `review_months`: how long after its last check a revision is to be checked again.
    """

    __tablename__ = "entry"
    __table_args__ = (UniqueConstraint("kind", "slug"),)

    id: Mapped[Id]
    kind: Mapped[str]
    slug: Mapped[str]
    review_months: Mapped[int] = mapped_column(server_default="12")


class Revision(Base):
    """One exact text in one language. It is never changed: an edit makes another revision.

    `body` is Telegram's HTML subset for an article, the value for a fact, and empty for a contact.
    """

    __tablename__ = "revision"
    __table_args__ = (Index(None, "entry_id", "language"), Index(None, "state", "entry_id"))

    id: Mapped[Id]
    entry_id: Mapped[int] = mapped_column(BIG, ForeignKey("entry.id"))
    language: Mapped[str]
    title: Mapped[str]
    summary: Mapped[str]
    body: Mapped[str]
    text_hash: Mapped[str]
    derived_from_revision_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("revision.id"))
    is_major: Mapped[bool]
    is_correction: Mapped[bool]
    state: Mapped[str]
    origin: Mapped[str]
    evidence: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    review_due_on: Mapped[date] = mapped_column(index=True)

    @property
    def change(self) -> Change:
        """What kind of change it is."""
        return Change.CORRECTION if self.is_correction else Change.MAJOR if self.is_major else Change.SMALL


class RevisionAuthor(Base):
    """Someone who wrote, translated or imported a revision, or any since the last approved one."""

    __tablename__ = "revision_author"

    revision_id: Mapped[int] = mapped_column(BIG, ForeignKey("revision.id"), primary_key=True)
    author: Mapped[str] = mapped_column(primary_key=True)


class Approval(Base):
    """A person's word that one exact text is right. It counts only while `text_hash` is the revision's own."""

    __tablename__ = "approval"

    id: Mapped[Id]
    revision_id: Mapped[int] = mapped_column(BIG, ForeignKey("revision.id"), index=True)
    approved_by: Mapped[str]
    approved_at: Mapped[datetime]
    text_hash: Mapped[str]
    key_id: Mapped[str]
    seal: Mapped[str]


class ReviewNote(Base):
    """What a reviewer wrote when giving a text back to its writers."""

    __tablename__ = "review_note"

    id: Mapped[Id]
    revision_id: Mapped[int] = mapped_column(BIG, ForeignKey("revision.id"), index=True)
    written_by: Mapped[str]
    written_at: Mapped[datetime]
    text: Mapped[str]


class RevisionCheck(Base):
    """A person's word that a text is still right: she read its sources again, or rang."""

    __tablename__ = "revision_check"

    id: Mapped[Id]
    revision_id: Mapped[int] = mapped_column(BIG, ForeignKey("revision.id"), index=True)
    checked_by: Mapped[str]
    checked_on: Mapped[date]


class Publication(Base):
    """Which revision is live in a language, from when until when. At most one is open per entry and language.

    `seal` proves that the text is the one that was published: content/seals.py. `end_reason` is why it was retracted.
    """

    __tablename__ = "publication"
    __table_args__ = (
        Index(
            "uq_publication_live",
            "entry_id",
            "language",
            unique=True,
            sqlite_where=text("published_until IS NULL"),
            postgresql_where=text("published_until IS NULL"),
        ),
        Index("uq_publication_seal", "seal", unique=True),
    )

    id: Mapped[Id]
    entry_id: Mapped[int] = mapped_column(BIG, ForeignKey("entry.id"))
    language: Mapped[str]
    revision_id: Mapped[int] = mapped_column(BIG, ForeignKey("revision.id"), index=True)
    published_from: Mapped[datetime]
    published_until: Mapped[datetime | None]
    seal: Mapped[str | None] = mapped_column(String(80))
    end_reason: Mapped[str | None] = mapped_column(String(300))


class ScheduledChange(Base):
    """A revision that is to become live at a moment, or with `is_end` to be so no longer.

    The desk's job carries it out: content/desk/going_live.py.
    """

    __tablename__ = "scheduled_change"

    id: Mapped[Id]
    entry_id: Mapped[int] = mapped_column(BIG, ForeignKey("entry.id"), index=True)
    language: Mapped[str]
    revision_id: Mapped[int] = mapped_column(BIG, ForeignKey("revision.id"))
    is_end: Mapped[bool]
    due_at: Mapped[datetime] = mapped_column(index=True)
    made_by: Mapped[str]
    done_at: Mapped[datetime | None]


def text_hash(*, title: str, summary: str, body: str, references: tuple[str, ...] = ()) -> str:
    """Return the SHA-256 of an exact text and of what it refers to, not of the values it refers to."""
    exact = json.dumps([title, summary, body, references], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(exact.encode()).hexdigest()
