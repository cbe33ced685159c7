"""Programmes that people can join, and the forms that will ask them. What there is to know stands in an article."""

from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from content.columns import RowOrigin
from content.live import LiveProgramme
from content.revisions import Entry
from core.columns import BIG, Id, Slug
from core.db import Base


class Form(Base):
    """A form as the pack has it: its questions with their codes and texts, and the languages it is known to lack."""

    __tablename__ = "form"

    id: Mapped[Id]
    slug: Mapped[Slug]
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    missing: Mapped[list[str]] = mapped_column(JSON, server_default="[]")
    origin: Mapped[RowOrigin]


class Programme(Base):
    """A programme. A discreet one is never named in a message. An empty audience list means everybody."""

    __tablename__ = "programme"

    id: Mapped[Id]
    slug: Mapped[Slug]
    article_id: Mapped[int] = mapped_column(BIG, ForeignKey("entry.id"))
    form: Mapped[str | None] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(Integer)
    discreet: Mapped[bool] = mapped_column(Boolean)
    stages: Mapped[list[str]] = mapped_column(JSON)
    provinces: Mapped[list[str]] = mapped_column(JSON)
    origin: Mapped[RowOrigin]


async def load_programmes(connection: AsyncConnection) -> dict[str, LiveProgramme]:
    """Return the programmes by slug, in their order."""
    query = (
        select(Programme.slug, Entry.slug.label("article"))
        .join(Entry, Entry.id == Programme.article_id)
        .order_by(Programme.position, Programme.slug)
    )
    return {row.slug: LiveProgramme(row.slug, row.article) for row in await connection.execute(query)}
