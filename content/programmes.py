"""Programmes that people can join, and the forms that will ask them. What there is to know stands in an article."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String, select, true
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from content.columns import RowOrigin
from content.live import LiveProgramme
from content.revisions import Entry
from content.versions import raise_version
from core.columns import BIG, Id, Slug
from core.db import Base
from staff.accounts import StaffAccount
from staff.actors import Role
from staff.grants import RoleGrant


class Form(Base):
    """A form: its questions with their codes and texts, and the languages it is known to lack.

    `draft`: the questions as somebody at the desk works on them. Without a question it was never published.
    """

    __tablename__ = "form"

    id: Mapped[Id]
    slug: Mapped[Slug]
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    missing: Mapped[list[str]] = mapped_column(JSON, server_default="[]")
    draft: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    origin: Mapped[RowOrigin]


class Programme(Base):
    """A programme, as form_shapes.ProgrammeModel describes it."""

    __tablename__ = "programme"

    id: Mapped[Id]
    slug: Mapped[Slug]
    article_id: Mapped[int] = mapped_column(BIG, ForeignKey("entry.id"))
    form: Mapped[str | None] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(Integer)
    discreet: Mapped[bool] = mapped_column(Boolean)
    stages: Mapped[list[str]] = mapped_column(JSON)
    provinces: Mapped[list[str]] = mapped_column(JSON)
    opens_on: Mapped[date | None]
    closes_on: Mapped[date | None]
    admits: Mapped[str] = mapped_column(String(16), server_default="after_review")
    places: Mapped[int | None]
    places_by_province: Mapped[dict[str, int]] = mapped_column(JSON, server_default="{}")
    places_question: Mapped[str | None] = mapped_column(String(40))
    places_by_answer: Mapped[dict[str, int]] = mapped_column(JSON, server_default="{}")
    waitlist: Mapped[bool] = mapped_column(server_default=true())
    least_age: Mapped[int | None]
    most_age: Mapped[int | None]
    sex: Mapped[str | None] = mapped_column(String(8))
    returned_within_months: Mapped[int | None]
    contact: Mapped[str | None] = mapped_column(String(40))
    keep_months: Mapped[int] = mapped_column(server_default="24")
    origin: Mapped[RowOrigin]


async def readers(connection: AsyncConnection) -> frozenset[str | None]:
    """Return the programmes for which somebody of the staff reads what people send; None among them: every one."""
    registrars = (
        select(RoleGrant.programme)
        .join(StaffAccount, StaffAccount.id == RoleGrant.account_id)
        .where(RoleGrant.role == Role.REGISTRAR, RoleGrant.revoked_at.is_(None), StaffAccount.disabled_at.is_(None))
    )
    return frozenset((await connection.execute(registrars.distinct())).scalars())


def is_read(slug: str, by: frozenset[str | None]) -> bool:
    """Tell whether somebody reads what people send to a programme: else nobody is to send anything."""
    return None in by or slug in by


async def note_role(session: AsyncSession, role: str) -> None:
    """Let the chat look anew whether somebody reads what people send, where a registrar came or went."""
    if role == Role.REGISTRAR:
        await raise_version(session)


async def load_programmes(
    connection: AsyncConnection, former_titles: Mapping[str, Mapping[str, str]]
) -> dict[str, LiveProgramme]:
    """Return the programmes by slug, in their order. `former_titles`: by article and language, former_titles.py."""
    query = (
        select(
            Programme.slug, Entry.slug.label("article"), Programme.form, Programme.discreet, Programme.stages,
            Programme.provinces, Programme.opens_on, Programme.closes_on,
        )
        .join(Entry, Entry.id == Programme.article_id)
        .order_by(Programme.position, Programme.slug)
    )  # fmt: skip
    staff = await readers(connection)
    return {
        row.slug: LiveProgramme(
            row.slug, row.article, row.form is not None and is_read(row.slug, staff), row.discreet,
            tuple(row.stages), tuple(row.provinces), row.opens_on, row.closes_on, former_titles.get(row.article, {}),
        )
        for row in await connection.execute(query)
    }  # fmt: skip
