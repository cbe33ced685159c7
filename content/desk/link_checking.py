"""Which links are due to be asked, and what comes of the answers. Asking is at the edge: api/link_check/."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from content.links import LinkCheck, LinkState
from core.db import one_at_a_time

LOCK_KEY = 0x61736B73  # "asks": one process claims at a time
LEASE = timedelta(minutes=5)  # longer than a batch can take
HOST_RESTS = timedelta(seconds=5)
AGAIN_AFTER = timedelta(days=7)
FAILED_AGAIN_AFTER = timedelta(days=1)
BROKEN_AFTER_DAYS = 3
LATE = timedelta(days=1)
FAILED = frozenset({LinkState.GONE, LinkState.UNREACHABLE, LinkState.FAILING})


@dataclass(frozen=True, slots=True)
class Due:
    """An address to be asked."""

    link_id: int
    url: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What asking an address gave; `final_url` is where it leads, if elsewhere."""

    state: LinkState
    reason: str = ""
    http_status: int | None = None
    final_url: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How the check does: when it last asked, and how many links wait for it longer than a day."""

    last_at: datetime | None
    late: int


async def is_any_due(session: AsyncSession, now: datetime) -> bool:
    """Tell whether an address is due and no process is asking."""
    claimed = aliased(LinkCheck)
    is_claimed = exists().where(claimed.claimed_until > now)
    due = select(LinkCheck.id).where(LinkCheck.due_at <= now, ~is_claimed).limit(1)
    return (await session.execute(due)).first() is not None


async def claim(session: AsyncSession, *, now: datetime, limit: int) -> list[Due]:
    """Return addresses to ask, at most one of a host, none of a host that was asked within 5 seconds.

    They are the caller's for five minutes, and until then or until all are noted no other process gets any.
    """
    await one_at_a_time(await session.connection(), LOCK_KEY)
    if not await is_any_due(session, now):
        return []
    resting = select(LinkCheck.host).where(LinkCheck.checked_at > now - HOST_RESTS)
    first = (
        select(func.min(LinkCheck.id))
        .where(LinkCheck.due_at <= now, LinkCheck.host.not_in(resting))
        .group_by(LinkCheck.host)
        .order_by(func.min(LinkCheck.due_at), func.min(LinkCheck.id))
        .limit(limit)
    )
    rows = list(await session.scalars(select(LinkCheck).where(LinkCheck.id.in_(list(await session.scalars(first))))))
    for row in rows:
        row.claimed_until = now + LEASE
    await session.flush()
    return [Due(row.id, row.url) for row in rows]


async def note(session: AsyncSession, answers: Sequence[tuple[Due, Answer]], *, now: datetime) -> None:
    """Keep what was found, and when each link is to be asked again; what is used no more is left out."""
    for due, answer in answers:
        row = await session.get(LinkCheck, due.link_id)
        if row is not None and row.url == due.url:
            _note(row, answer, now)
    await session.flush()


def _note(row: LinkCheck, answer: Answer, now: datetime) -> None:
    has_failed = answer.state in FAILED
    is_another_day = row.failing_since is None or row.checked_at is None or row.checked_at.date() != now.date()
    if not has_failed:
        row.failing_since, row.failed_days = None, 0
    else:
        row.failing_since = row.failing_since or now
        row.failed_days += is_another_day
    row.is_broken = answer.state is LinkState.GONE or row.failed_days >= BROKEN_AFTER_DAYS
    row.state, row.reason, row.http_status = answer.state, answer.reason, answer.http_status
    row.final_url, row.checked_at, row.claimed_until = answer.final_url, now, None
    row.due_at = now + (FAILED_AGAIN_AFTER if has_failed else AGAIN_AFTER)


async def progress(session: AsyncSession, *, now: datetime) -> Progress:
    """Return how the check does."""
    late = select(func.count()).select_from(LinkCheck).where(LinkCheck.due_at < now - LATE)
    last_at = (await session.execute(select(func.max(LinkCheck.checked_at)))).scalar_one()
    return Progress(last_at, (await session.execute(late)).scalar_one())
