"""Where a text that is not live yet stands: is it a draft, given back, in review, or planned for a moment."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from content.revisions import ReviewNote, Revision, RevisionAuthor, RevisionState, ScheduledChange


class Stand(StrEnum):
    """Where a text that is not live stands."""

    DRAFT = "draft"
    GIVEN_BACK = "given back"  # a verifier sent it back with a note, and it was not handed in since
    SUBMITTED = "submitted"
    PLANNED = "planned"  # approved, to become live at a moment


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a text stands; `planned_for` is the moment of one that is planned."""

    stand: Stand
    planned_for: datetime | None = None


def is_to_begin() -> ColumnElement[bool]:
    """Tell whether a change is the beginning of a text that becomes live at a moment."""
    return and_(ScheduledChange.done_at.is_(None), ~ScheduledChange.is_end)


async def standings(session: AsyncSession, revision_ids: Collection[int]) -> dict[int, Standing]:
    """Return where each text that is not live stands, by its revision."""
    of_it = and_(ScheduledChange.entry_id == Revision.entry_id, ScheduledChange.revision_id == Revision.id)
    begins = select(func.min(ScheduledChange.due_at)).where(of_it, is_to_begin())  # by its entry: that has an index
    query = select(Revision.id, Revision.state, begins.scalar_subquery(), _was_given_back())
    found = await session.execute(query.where(Revision.id.in_(revision_ids)))
    return {number: _standing(state, due_at, was_given_back) for number, state, due_at, was_given_back in found}


def _standing(state: str, due_at: datetime | None, was_given_back: bool) -> Standing:
    if due_at is not None:
        return Standing(Stand.PLANNED, due_at)
    if state == RevisionState.SUBMITTED:
        return Standing(Stand.SUBMITTED)
    return Standing(Stand.GIVEN_BACK if was_given_back else Stand.DRAFT)


def _was_given_back() -> ColumnElement[bool]:
    """Tell whether somebody else sent a text back since the last one that was approved; one's own note is none."""
    noted, released = aliased(Revision), aliased(Revision)
    is_of_before = exists().where(
        released.entry_id == noted.entry_id, released.language == noted.language, released.id > noted.id,
        released.state == RevisionState.RELEASED,
    )  # fmt: skip
    is_own = exists().where(RevisionAuthor.revision_id == noted.id, RevisionAuthor.author == ReviewNote.written_by)
    is_of_it = and_(noted.entry_id == Revision.entry_id, noted.language == Revision.language)
    return (
        exists()
        .where(is_of_it, ReviewNote.revision_id == noted.id, ~is_of_before, ~is_own)
        .where(noted.state != RevisionState.RELEASED)
        .correlate(Revision)
    )
