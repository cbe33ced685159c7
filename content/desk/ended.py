"""How a text ended that readers had: who took it away and why. What ends it is in going_live.py."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.desk.going_live import AS_PLANNED, RETIRED
from content.revisions import Entry, Publication, ScheduledChange
from staff.audit import AuditEntry


class Became(StrEnum):
    """What became of a text that readers had: its moment came, or somebody took it away."""

    OVER = "over"
    TAKEN_AWAY = "taken away"


@dataclass(frozen=True, slots=True)
class Ended:
    """When and why the last publication of a text ended, and the name of who did it, where the audit log has it."""

    at: datetime
    reason: str
    by: str | None

    @property
    def was_planned(self) -> bool:
        """Tell whether its moment had come."""
        return self.reason == AS_PLANNED

    @property
    def was_retired(self) -> bool:
        """Tell whether the whole article was ended."""
        return self.reason == RETIRED


async def of(session: AsyncSession, entry: Entry, language: str) -> Ended | None:
    """Return how a text ended that is not live now; None if it never was, or a newer one took its place."""
    found = select(Publication).where(Publication.entry_id == entry.id, Publication.language == language)
    last = (await session.scalars(found.order_by(Publication.id.desc()).limit(1))).one_or_none()
    if last is None or last.published_until is None or last.end_reason is None:
        return None
    noted = select(AuditEntry.actor_name).where(
        AuditEntry.subject == f"{entry.kind}:{entry.slug}", AuditEntry.at == last.published_until,
        AuditEntry.action.in_(("text.retract", "article.retire")),
    )  # fmt: skip
    name = (await session.execute(noted.order_by(AuditEntry.id.desc()).limit(1))).scalar_one_or_none()
    return Ended(last.published_until, last.end_reason, name)


async def became(session: AsyncSession, revision_ids: Collection[int]) -> dict[int, Became]:
    """Return what became of each revision that was live and ended: of none that is live, or gave way to a newer one."""
    found = select(Publication.revision_id, Publication.end_reason).where(Publication.revision_id.in_(revision_ids))
    last = {row.revision_id: row.end_reason for row in await session.execute(found.order_by(Publication.id))}
    return {number: Became.OVER if why == AS_PLANNED else Became.TAKEN_AWAY for number, why in last.items() if why}


async def planned(session: AsyncSession, revision_ids: Collection[int]) -> dict[int, datetime]:
    """Return when each revision is to become live, of those whose moment has not come."""
    found = select(ScheduledChange.revision_id, ScheduledChange.due_at).where(
        ScheduledChange.revision_id.in_(revision_ids), ScheduledChange.done_at.is_(None),
        ScheduledChange.is_end.is_(False),
    )  # fmt: skip
    return {row.revision_id: row.due_at for row in await session.execute(found)}
