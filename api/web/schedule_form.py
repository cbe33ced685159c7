"""When an approved text is to become live, and until when: the two fields of an approval, read and checked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Form

from api.problems import told
from api.web import moments
from content.desk import going_live
from content.desk.rules import WrongState
from core.i18n import Words

Moment = Annotated[str, Form(max_length=20)]


@dataclass(frozen=True, slots=True)
class ScheduleForm:
    """What the fields hold: a time of Jakarta, or nothing for at once and for good."""

    live_from: Moment = ""
    live_until: Moment = ""

    @property
    def typed(self) -> dict[str, str]:
        """The fields by name, as far as something was typed."""
        fields = {"live_from": self.live_from, "live_until": self.live_until}
        return {name: value for name, value in fields.items() if value}


def check(form: ScheduleForm, *, now: datetime, words: Words) -> tuple[dict[str, datetime], dict[str, str]]:
    """Return the moments by field, and what is wrong at which."""
    found = {name: moment for name, value in form.typed.items() if (moment := moments.read(value))}
    faults = {
        name: words.gettext("Write a day and a time, such as 2026-12-01 08:00.") for name in form.typed.keys() - found
    }
    faults |= {name: words.gettext("This moment is over.") for name, moment in found.items() if moment <= now}
    try:
        going_live.require_order(found.get("live_from"), found.get("live_until"), now=now)
    except WrongState as broken:
        faults.setdefault("live_until", told(broken, words))
    return found, faults
