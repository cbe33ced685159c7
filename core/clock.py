"""The one place that asks what time it is. Everything below an edge is told `now`."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

Clock = Callable[[], datetime]
WIB = timezone(timedelta(hours=7), "WIB")  # the clock of Indonesia's west, which has no summer time


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def today_at(now: datetime) -> date:
    """Return the day in Indonesia's west: a programme opens and closes by it, for whoever reads from wherever."""
    return now.astimezone(WIB).date()
