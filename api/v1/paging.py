"""Lists a page at a time: {"items": […], "next": cursor or null}. A cursor is opaque; it holds a page's last id.

Where a list is not in the order of its ids, it holds the moment of its last row too, or how many rows there were.
"""

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel

from api.v1.inputs import LARGEST, WholeNumber
from core.errors import RuleBroken

MOST = 100
USUAL = 50
SHAPE = re.compile(r"[0-9]{1,16}|[0-9a-f]{32}|[0-9]{1,16}\.[0-9a-f]{32}", re.ASCII)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Row = TypeVar("Row")
Shown = TypeVar("Shown")


class WrongCursor(RuleBroken):
    """A cursor did not come from an answer of ours."""


class Page(BaseModel, Generic[Shown]):
    """One page of a list, and the cursor of the next one."""

    items: list[Shown]
    next: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page is asked for: so many rows after the one whose id this is."""

    limit: int
    last: str

    @property
    def after(self) -> int:
        """The id of a row to begin after; 0 at the beginning."""
        return number_of(self.last) if self.last else 0

    @property
    def before(self) -> int | None:
        """The same for a list whose newest rows come first; None at the beginning."""
        return number_of(self.last) if self.last else None

    @property
    def after_moment(self) -> tuple[datetime, str] | None:
        """The moment and id of a row to begin after; None at the beginning."""
        if not self.last:
            return None
        moment, _, row_id = self.last.partition(".")
        if not row_id:
            raise WrongCursor("This cursor is not one of ours: begin at the first page.")
        return EPOCH + timedelta(microseconds=int(moment)), row_id


def moment_and_id(moment: datetime | None, row_id: str) -> str:
    """Return what a cursor holds where rows follow each other by a moment."""
    return f"{((moment or EPOCH) - EPOCH) // timedelta(microseconds=1)}.{row_id}"


def number_of(last: str) -> int:
    """Return a cursor's id as a number; raise WrongCursor."""
    if not last.isdigit() or int(last) > LARGEST:
        raise WrongCursor("This cursor is not one of ours: begin at the first page.")
    return int(last)


def asked(
    limit: Annotated[int, Query(ge=1, le=MOST, description="how many rows"), WholeNumber] = USUAL,
    cursor: Annotated[
        str, Query(max_length=80, pattern=r"^[A-Za-z0-9_-]*$", description="the `next` of the page before")
    ] = "",
) -> Asked:
    """Return which page a request asks for; raise WrongCursor."""
    return Asked(limit, _read(cursor) if cursor else "")


Asking = Annotated[Asked, Depends(asked)]


def _read(cursor: str) -> str:
    try:
        last = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except ValueError:
        last = ""
    if not SHAPE.fullmatch(last):
        raise WrongCursor("This cursor is not one of ours: begin at the first page.")
    return last


def page(
    rows: Sequence[Row], asking: Asked, *, id_of: Callable[[Row], object], shown: Callable[[Row], Shown]
) -> Page[Shown]:
    """Make a page of rows, of which one more was read than asked for."""
    kept = rows[: asking.limit]
    last = str(id_of(kept[-1])) if len(rows) > asking.limit else None
    return Page[Shown](items=[shown(row) for row in kept], next=_written(last) if last else None)


def page_of_count(rows: Sequence[Row], asking: Asked, *, shown: Callable[[Row], Shown]) -> Page[Shown]:
    """Make a page of a list that is sorted anew each time: its cursor holds how many rows came before."""
    last = str(asking.after + asking.limit) if len(rows) > asking.limit else None
    kept = rows[: asking.limit]
    return Page[Shown](items=[shown(row) for row in kept], next=_written(last) if last else None)


def _written(last: str) -> str:
    return base64.urlsafe_b64encode(last.encode()).decode().rstrip("=")
