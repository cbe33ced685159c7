"""The desk's own work in the background: sealing the audit log, carrying out what is due, forgetting."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.services import Services
from content.desk import going_live
from core.jobs import Job, Jobs, always
from staff import answers, attempts, sealing, sessions
from staff.audit import AuditEntry

SEAL_SECONDS = 0.5  # each entry is sealed within a second
DUE_SECONDS = 1.0
FORGET_SECONDS = 3600.0


def make_jobs(services: Services) -> Jobs:
    """Return the jobs of the desk, ready to be started."""

    async def seal(session: AsyncSession, _now: datetime) -> None:
        await sealing.seal_new(session, vault=services.vault)

    async def carry_out(session: AsyncSession, now: datetime) -> None:
        await going_live.carry_out_due(session, seals=services.seals, now=now)

    jobs = (
        Job("seal audit entries", SEAL_SECONDS, _has_unsealed, seal),
        Job("carry out what is due", DUE_SECONDS, going_live.is_anything_due, carry_out),
        Job("forget old sign-ins", FORGET_SECONDS, always, _forget),
    )
    return Jobs(services.database, jobs, services.clock)


async def _has_unsealed(session: AsyncSession, _now: datetime) -> bool:
    unsealed = select(AuditEntry.id).where(AuditEntry.sealed_number.is_(None)).limit(1)
    return (await session.execute(unsealed)).first() is not None


async def _forget(session: AsyncSession, now: datetime) -> None:
    await answers.forget_old(session, now=now)
    await attempts.forget_old(session, now=now)
    await sessions.forget_old(session, now=now)
