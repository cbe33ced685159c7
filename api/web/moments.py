"""Moments as the staff reads and types them: in the time of Jakarta, which has no summer time."""

import re
from datetime import datetime

from core.clock import WIB
from core.i18n import Words

TYPED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?")  # what a datetime-local field sends


def told(at: datetime, words: Words) -> str:
    """Write a moment as people say it, with its zone."""
    return f"{words.moment(at.astimezone(WIB))} WIB"


def read(typed: str) -> datetime | None:
    """Return the moment that a field holds, or None where it holds none."""
    if not TYPED.fullmatch(typed):
        return None
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=WIB)
    except ValueError:
        return None
