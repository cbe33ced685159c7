"""Links: the web addresses that live content shows or cites, where each is used, and what asking it found last."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import BIG, Id
from core.db import Base

MOST_LETTERS = 2000  # of an address; no browser or server is happy with longer ones
MOST_HOST_LETTERS = 253  # RFC 1035


class LinkState(StrEnum):
    """What asking an address found.

    `moved`: it is elsewhere for good. `gone`: the server knows no such page. `refused`: we do not ask there, or it
    is not https. `unreachable`: no server answers. `failing`: the server is at fault. `unclear`: it answers people
    only, or asks who we are: whether the page is there cannot be told.
    """

    NEW = "new"
    OK = "ok"
    MOVED = "moved"
    GONE = "gone"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    FAILING = "failing"
    UNCLEAR = "unclear"


class LinkCheck(Base):
    """One address. `url_hash` is its key: SHA-256 in hexadecimal, since an address may be too long for an index.

    `reason` tells more of a state; `final_url` is where it leads. `failed_days`: on how many different days in a row it
    was found gone, unreachable or failing, since `failing_since`. `claimed_until`: a process is asking it.
    """

    __tablename__ = "link_check"

    id: Mapped[Id]
    url: Mapped[str] = mapped_column(String(MOST_LETTERS))
    url_hash: Mapped[str] = mapped_column(String(64), unique=True)
    host: Mapped[str] = mapped_column(String(MOST_HOST_LETTERS))
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(24))
    http_status: Mapped[int | None]
    final_url: Mapped[str | None] = mapped_column(String(MOST_LETTERS))
    checked_at: Mapped[datetime | None]
    due_at: Mapped[datetime] = mapped_column(index=True)
    failing_since: Mapped[datetime | None]
    failed_days: Mapped[int]
    is_broken: Mapped[bool] = mapped_column(index=True)
    claimed_until: Mapped[datetime | None]


class LinkUse(Base):
    """Where an address is used: in a live article, fact or contact, or as the page of a source."""

    __tablename__ = "link_use"
    __table_args__ = (
        UniqueConstraint("link_id", "kind", "slug", "language", name="uq_link_use_link_id_kind_slug_language"),
        Index(None, "kind", "slug"),
    )

    id: Mapped[Id]
    link_id: Mapped[int] = mapped_column(BIG, ForeignKey("link_check.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    slug: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))


class LinkSurvey(Base):
    """Which version of the content the links were last collected from. There is one row."""

    __tablename__ = "link_survey"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content_version: Mapped[int]
