"""Taking registrations away as rows: those of one programme that somebody may see.

What stands in a row: registrations/export_columns.py. As a file: api/web/registration_files.py.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.desk.rules import NotThere
from content.form_shapes import QuestionModel
from content.programmes import Form, Programme
from core.clock import today_at
from core.crypto import Vault
from registrations import export_columns
from registrations.desk.listing import Filter, Only, is_left
from registrations.export_columns import BEFORE, Asked, Cells, Column
from registrations.forms import QUESTIONS, FormVersion
from registrations.registrations import Answer, Registration, opened, reference_in
from registrations.scopes import is_hers
from staff import audit
from staff.actors import Actor, Role

PORTION = 500  # registrations read, opened and written at once: what an export holds in memory
Version = tuple[FormVersion, tuple[QuestionModel, ...]]


class FileKind(StrEnum):
    """What an export is written as."""

    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: of which programme, as what, with labels in which language.

    The filters are those of the list (listing.Filter): an empty one limits nothing.
    """

    programme: str
    kind: FileKind
    language: str
    status: str = ""
    province: str = ""
    is_identified: bool = False
    search: str = ""
    only: Only | None = None

    @property
    def which(self) -> Filter:
        """Return the filter."""
        return Filter(self.programme, self.status, self.province, reference_in(self.search), self.only)

    @property
    def noted(self) -> dict[str, str | bool]:
        """Return what the audit log says of the filters that limit something: it holds nobody's reference."""
        told = {
            "status": self.status, "province": self.province, "only": self.only or "",
            "by_reference": bool(self.which.search),
        }  # fmt: skip
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True)
class Export:
    """Registrations about to be taken away: `count` of them, up to the number `last`, and who takes them when."""

    wanted: Wanted
    by: Actor
    at: datetime
    which: ColumnElement[bool]
    count: int
    last: int
    columns: tuple[Column, ...]
    versions: Mapping[int, Mapping[str, Asked]]

    @property
    def headings(self) -> tuple[str, ...]:
        """Return what the columns are called."""
        return (*BEFORE, *(column.heading for column in self.columns))


@dataclass(frozen=True, slots=True)
class Portion:
    """Some registrations in their order, and their answers, sealed as they lie in the database."""

    registrations: Sequence[Any]
    answers: Sequence[Any]


async def begin(session: AsyncSession, wanted: Wanted, *, by: Actor, now: datetime) -> Export:
    """Note that somebody takes registrations away, and return which; raise NotAllowed, NotThere or ProofNeeded.

    Raise NamesNotTicked for an API token that exports no names. Nothing may be given away before this is committed. Who
    applies later is not among them.
    """
    by.require(Role.REGISTRAR)
    hers = select(Programme).where(Programme.slug == wanted.programme, is_hers(by))
    programme = (await session.scalars(hers)).one_or_none()
    if programme is None:
        raise NotThere("This programme is not here any more.")
    by.require_proof(now)
    if wanted.is_identified:
        by.require_names()
    # Whoever has applied has a number.
    which = is_left(wanted.which, by) & (Registration.programme_id == programme.id) & (Registration.number > 0)
    counted = select(func.count(), func.max(Registration.number)).where(which)
    count, last = (await session.execute(counted)).one()
    versions = await _versions(session, programme)
    details = wanted.noted | {"count": count, "is_identified": wanted.is_identified, "file": wanted.kind}
    subject = f"programme:{programme.slug}"
    audit.record(session, by=by, action="registration.export", subject=subject, now=now, details=details)
    await session.flush()
    columns = export_columns.columns_of([each for _, each in versions], is_identified=wanted.is_identified)
    asked = {row.id: export_columns.asked_of(questions, wanted.language) for row, questions in versions}
    return Export(wanted, by, now, which, count, last or 0, columns, asked)


async def _versions(session: AsyncSession, programme: Programme) -> list[Version]:
    """Return every version that the programme has asked or asks now, the newest first."""
    used = select(Registration.form_version_id).where(Registration.programme_id == programme.id)
    current = select(Form.id).where(Form.slug == programme.form)
    query = select(FormVersion).where(or_(FormVersion.id.in_(used), FormVersion.form_id.in_(current)))
    rows = await session.scalars(query.order_by(FormVersion.published_at.desc(), FormVersion.id.desc()))
    return [(row, QUESTIONS.validate_python(row.questions)) for row in rows]


async def read(session: AsyncSession, export: Export, *, after: int) -> Portion:
    """Return the next registrations behind a number, 0 for the first ones; none are left where fewer than PORTION are.

    Only answers that have a column are read.
    """
    behind = (Registration.number > after) & (Registration.number <= export.last)
    query = select(
        Registration.id, Registration.reference, Registration.number, Registration.status, Registration.province,
        Registration.language, Registration.is_for_another, Registration.applied_at, Registration.changed_at,
        Registration.form_version_id,
    ).where(export.which, behind).order_by(Registration.number).limit(PORTION)  # fmt: skip
    found = (await session.execute(query)).all()
    theirs = select(Answer.registration_id, Answer.code, Answer.sealed).where(
        Answer.registration_id.in_([row.id for row in found]), Answer.code.in_({each.code for each in export.columns})
    )
    return Portion(found, (await session.execute(theirs)).all())


def rows(vault: Vault, export: Export, portion: Portion, status_names: Mapping[str, str]) -> list[Cells]:
    """Return the rows of a portion, opened; raise WrongSeal. It takes a while: call it in a thread."""
    sealed: dict[str, list[Any]] = defaultdict(list)
    for answer in portion.answers:
        sealed[answer.registration_id].append(answer)
    return [_row(vault, export, row, sealed[row.id], status_names) for row in portion.registrations]


def _row(vault: Vault, export: Export, row: Any, sealed: Sequence[Any], status_names: Mapping[str, str]) -> Cells:
    given = opened(vault, cast("Sequence[Answer]", sealed))  # its columns, without the weight of an object for each
    asked, day = export.versions[row.form_version_id], today_at(row.applied_at or row.changed_at)
    return export_columns.before(row, status_names) + export_columns.answered(export.columns, asked, given, day)
