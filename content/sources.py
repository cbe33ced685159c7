"""Sources: where a text's statements were read."""

from datetime import date

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import Mapped

from content.columns import RowOrigin
from core.columns import BIG, Id, Slug
from core.db import Base


class Source(Base):
    """A page, law or report. `url` is empty where the full address is not known.

    `seen_on` is the source's own date, `seen_precision` says how much of it is known (day, month or year), and
    `checked_on` is set only by a person who read it or rang.
    """

    __tablename__ = "source"

    id: Mapped[Id]
    slug: Mapped[Slug]
    title: Mapped[str]
    publisher: Mapped[str]
    url: Mapped[str]
    published_on: Mapped[date | None]
    seen_on: Mapped[date | None]
    seen_precision: Mapped[str]
    checked_on: Mapped[date | None]
    confidence: Mapped[str]
    origin: Mapped[RowOrigin]


revision_source = Table(
    "revision_source",
    Base.metadata,
    Column("revision_id", BIG, ForeignKey("revision.id"), primary_key=True),
    Column("source_id", BIG, ForeignKey("source.id"), primary_key=True),
    Column("position", Integer, nullable=False),
)
