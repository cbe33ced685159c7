"""The audit log: one entry a write and a sensitive read, in the same transaction. Sealing is in staff/sealing.py."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import Id
from core.db import Base
from staff.actors import Actor, Role


class AuditEntry(Base):
    """What somebody did. It is never changed or removed: triggers refuse it. Holds no text of a reader, no secret.

    `sealed_number` and `seal` are set once, within a second, by the job that chains the entries.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "action", "id"), Index(None, "actor_id", "id"), Index(None, "subject", "id"))

    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[str] = mapped_column(String(32))
    actor_name: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(100))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    sealed_number: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    seal: Mapped[str | None] = mapped_column(String(80))

    def exact(self) -> bytes:
        """Return everything that the seal covers, as bytes that are the same on every database."""
        at = self.at.isoformat(timespec="microseconds")
        told = [self.id, at, self.actor_id, self.actor_name, self.action, self.subject, self.details]
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def record(
    session: AsyncSession, *, by: Actor, action: str, subject: str, now: datetime, details: dict[str, Any] | None = None
) -> None:
    """Tell what somebody did, in the open transaction. `subject` is "<kind>:<slug or id>"."""
    entry = AuditEntry(
        at=now, actor_id=by.account_id, actor_name=by.name, action=action, subject=subject[:100], details=details or {}
    )
    session.add(entry)


async def listed(
    session: AsyncSession,
    *,
    by: Actor,
    actor_id: str = "",
    action: str = "",
    subjects: Collection[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[AuditEntry]:
    """Return entries, the newest first, from the one before `before`; raise NotAllowed.

    `subjects`: about one of which they are to be; None limits nothing.
    """
    by.require(Role.ADMINISTRATOR)
    wanted = select(AuditEntry)
    for column, value in ((AuditEntry.actor_id, actor_id), (AuditEntry.action, action)):
        wanted = wanted.where(column == value) if value else wanted
    wanted = wanted if subjects is None else wanted.where(AuditEntry.subject.in_(subjects))
    wanted = wanted.where(AuditEntry.at >= since) if since else wanted
    wanted = wanted.where(AuditEntry.at < until) if until else wanted
    wanted = wanted.where(AuditEntry.id < before) if before else wanted
    return list(await session.scalars(wanted.order_by(AuditEntry.id.desc()).limit(limit)))


async def note_export(session: AsyncSession, *, filters: dict[str, str], by: Actor, now: datetime) -> None:
    """Note that somebody takes the log away as a file, before it is given; raise NotAllowed or ProofNeeded."""
    by.require(Role.ADMINISTRATOR)
    by.require_proof(now)
    told = {name: value for name, value in filters.items() if value}
    record(session, by=by, action="audit.export", subject="audit:csv", now=now, details=told)
    await session.flush()
