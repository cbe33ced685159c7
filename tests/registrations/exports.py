"""Registrations to export, for tests: sent, with answers, without the way through the chat."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.programmes import Form, Programme
from registrations import forms
from registrations.registrations import Answer, Registration, Status, seal
from registrations.sign_up import new_reference
from staff.actors import Actor, Grant, Role
from tests.harness import VAULT
from tests.registrations.forms import GIVEN, SLUG

APPLIED = datetime(2026, 11, 26, 9, tzinfo=UTC)


def registrar(*, programme: str | None = None, province: str | None = None, proved_at: datetime = APPLIED) -> Actor:
    grant = Grant(1, Role.REGISTRAR, None, programme, province, "system", APPLIED)
    return Actor("7a" * 16, "Rini", (grant,), proved_at=proved_at)


async def add_registration(
    session: AsyncSession, number: int, *, given: Mapping[str, str] | None = None, slug: str = SLUG,
    status: Status = Status.ACCEPTED, province: str | None = "32", at: datetime = APPLIED,
) -> Registration:  # fmt: skip
    """Add a registration in the version that its form has now."""
    programme = (await session.scalars(select(Programme).where(Programme.slug == slug))).one()
    asked = await forms.newest(session, slug, now=at)
    registration = Registration(
        id=uuid4().hex, programme_id=programme.id, form_version_id=asked.version_id, language="id", status=status,
        is_for_another=False, province=province, begun_at=at, changed_at=at,
    )  # fmt: skip
    if status is not Status.BEGUN:
        registration.reference, registration.number, registration.applied_at = new_reference(), number, at
    session.add(registration)
    await session.flush()
    for code, value in (GIVEN if given is None else given).items():
        sealed = seal(VAULT, registration.id, code, value)
        session.add(Answer(registration_id=registration.id, code=code, sealed=sealed))
    await session.flush()
    return registration


async def ask_from_now_on(session: AsyncSession, questions: list[dict[str, Any]], slug: str = SLUG) -> None:
    """Change a form: who begins after that answers another version."""
    form = (await session.scalars(select(Form).where(Form.slug == slug))).one()
    form.questions = questions
    await session.flush()
