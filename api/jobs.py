"""What runs by itself in the background: sealing the audit log, what is due, places passed on, forgetting, links."""

from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.link_check.client import LinkClient
from api.link_check.pace import Pace
from api.link_check.rounds import LinkRounds
from api.services import Services
from content import counts, unanswered
from content.desk import going_live
from core import installation
from core.jobs import Errand, Job, Jobs, always
from registrations import form_links, places, reminders, removing, standings
from staff import answers, attempts, sealing, sessions
from staff.audit import AuditEntry

SEAL_SECONDS = 0.25  # each entry is sealed within a second, on a busy machine too
DUE_SECONDS = 1.0
REMIND_SECONDS = 60.0
FORGET_SECONDS = 3600.0
LINKS_SECONDS = 10.0


def make_jobs(services: Services) -> Jobs:
    """Return the jobs of the desk, ready to be started."""

    async def seal(session: AsyncSession, _now: datetime) -> None:
        await sealing.seal_new(session, vault=services.vault)

    async def carry_out(session: AsyncSession, now: datetime) -> None:
        await going_live.carry_out_due(session, seals=services.seals, now=now)

    async def pass_places_on(session: AsyncSession, now: datetime) -> None:
        changed = await places.carry_out_due(session, now=now)
        content = await services.catalogue.current(await session.connection())
        bot_id = await installation.bot_id(session)
        await standings.tell(session, services.vault, changed, content, bot_id=bot_id, now=now)

    async def remind(session: AsyncSession, now: datetime) -> None:
        content = await services.catalogue.current(await session.connection())
        bot_id = await installation.bot_id(session)
        await reminders.send_due(session, services.vault, content, bot_id=bot_id, now=now)

    jobs = (
        Job("seal audit entries", SEAL_SECONDS, _has_unsealed, seal),
        Job("carry out what is due", DUE_SECONDS, going_live.is_anything_due, carry_out),
        Job("pass places on", DUE_SECONDS, places.is_anything_due, pass_places_on),
        Job("remind people", REMIND_SECONDS, reminders.is_anything_due, remind),
        Job("forget old sign-ins", FORGET_SECONDS, always, _forget),
        Errand("look after links", LINKS_SECONDS, _link_rounds(services).run),
    )
    return Jobs(services.database, jobs, services.clock)


def _link_rounds(services: Services) -> LinkRounds:
    make_client = partial(LinkClient, public_url=services.public_url, pace=Pace())
    return LinkRounds(services.database, services.clock, make_client if services.settings.checks_links else None)


async def _has_unsealed(session: AsyncSession, _now: datetime) -> bool:
    unsealed = select(AuditEntry.id).where(AuditEntry.sealed_number.is_(None)).limit(1)
    return (await session.execute(unsealed)).first() is not None


async def _forget(session: AsyncSession, now: datetime) -> None:
    await answers.forget_old(session, now=now)
    await attempts.forget_old(session, now=now)
    await sessions.forget_old(session, now=now)
    await counts.forget_old(session, now=now)
    await unanswered.forget_old(session, now=now)
    await removing.remove_unsent(session, now=now)
    await form_links.forget_old(session, now=now)
    await removing.remove_old(session, now=now)
