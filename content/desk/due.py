"""When a live text is to be checked again: as it was written, or later where somebody found it still right since."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from content.revisions import DAYS_A_MONTH, Approval, Entry, Revision, RevisionCheck


class _DaysAfter(FunctionElement[date]):
    """A day so many days after another one: SQLite, which has no dates, counts in text."""

    type = Date()
    inherit_cache = True


@compiles(_DaysAfter)
def _by_adding(element: _DaysAfter, compiler: Any, **options: Any) -> str:
    day, days = (compiler.process(part, **options) for part in element.clauses)
    return f"(({day}) + ({days}))"


@compiles(_DaysAfter, "sqlite")
def _by_text(element: _DaysAfter, compiler: Any, **options: Any) -> str:
    day, days = (compiler.process(part, **options) for part in element.clauses)
    return f"date({day}, '+' || ({days}) || ' days')"


def checked_on(revision: type[Revision]) -> ColumnElement[Any]:
    """Return the day on which somebody last found a revision still right."""
    last = select(func.max(RevisionCheck.checked_on)).where(RevisionCheck.revision_id == revision.id)
    return last.correlate(revision).scalar_subquery()


def due_on(revision: type[Revision]) -> ColumnElement[date]:
    """Return when a revision is to be checked again, in a query that also has its entry."""
    checked = checked_on(revision)
    moved = _DaysAfter(checked, Entry.review_months * DAYS_A_MONTH)
    return case((moved > revision.review_due_on, moved), else_=revision.review_due_on)


def is_approved(revision: type[Revision]) -> ColumnElement[bool]:
    """Tell whether an approval names exactly this revision's text."""
    return exists().where(Approval.revision_id == revision.id, Approval.text_hash == revision.text_hash)


@dataclass(frozen=True, slots=True)
class Age:
    """What may be believed of one revision: whether it is verified, when it was last checked, when it is to be."""

    is_verified: bool
    checked_on: date | None
    due_on: date


async def age_of(session: AsyncSession, revision_id: int) -> Age:
    """Return what may be believed of a revision."""
    query = select(is_approved(Revision), checked_on(Revision), due_on(Revision))
    query = query.join(Entry, Entry.id == Revision.entry_id).where(Revision.id == revision_id)
    return Age(*(await session.execute(query)).one())
