"""The to-do board: how much waits for you in each box, and the rows of those boxes that have no other list."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import Path
from sqlalchemy.ext.asyncio import AsyncSession

from api.deps import By, DeskWords, Live, Now, Session
from api.v1 import examples, paging
from api.v1.documentation import answers, new_routes
from api.v1.outputs import Output
from api.v1.paging import Asking, Page
from api.web.boxes import KINDS, Asked
from content.desk import standing, work
from content.desk.standing import Standing
from content.desk.work import Waiting
from staff.actors import Actor

routes = new_routes("/board", tag="board")
BoxPath = Annotated[Literal["planned", "mine", "outdated", "overdue", "native-reader"], Path()]
LISTS = {
    "review": "/v1/review", "links": "/v1/links?state=broken", "unanswered": "/v1/unanswered",
    "wishes": "/v1/registrations?only=wishes", "to-call": "/v1/registrations?only=to_call",
    "applications": "/v1/registrations?status=applied",
}  # fmt: skip


class BoxDetail(Output):
    """One box of the board: how much waits in it, of texts counted up to 1,000, and where its rows are."""

    name: str
    title: str
    count: int
    rows: str


class Board(Output):
    """The boxes that your roles can do something about, in their order."""

    boxes: list[BoxDetail]


class BoardText(Output):
    """A text that waits. `stand`, of one that is not live: draft, given_back, submitted, planned for `planned_for`."""

    revision_id: int
    kind: str
    slug: str
    language: str
    title: str
    is_live: bool
    stand: str | None
    planned_for: datetime | None


class ReasonCount(Output):
    """How many readers gave a reason: hard, other or wrong."""

    reason: str
    count: int


class UnhelpfulText(Output):
    """A live text that more readers found unhelpful than helpful in the last 30 days."""

    slug: str
    language: str
    title: str
    yes: int
    no: int
    reasons: list[ReasonCount]


@routes.get("", summary="Tell how much waits for you", responses=answers(examples.BOARD))
async def show(by: By, session: Session, words: DeskWords, live: Live, now: Now) -> Board:
    """Tell how much waits in each box of your board; its rows are behind the address in `rows`."""
    asked = Asked(session=session, by=by, words=words, live=live, today=now.date(), limit=1)
    boxes = []
    for name, kind in KINDS.items():
        if by.has(*kind.roles):
            box = await kind.fill(asked)
            rows = LISTS.get(name, f"/v1/board/{name}")
            boxes.append(BoxDetail(name=name, title=box.title, count=box.count, rows=rows))
    return Board(boxes=boxes)


@routes.get("/unhelpful", summary="List what did not help", responses=answers(examples.UNHELPFUL_PAGE))
async def show_unhelpful(by: By, session: Session, asking: Asking, now: Now) -> Page[UnhelpfulText]:
    """List the texts that more readers found unhelpful than helpful, the worst first. Editors may."""
    by.require(*KINDS["unhelpful"].roles)
    found, _ = await work.unhelpful(session, today=now.date(), limit=asking.limit + 1, offset=asking.after)
    return paging.page_of_count(found, asking, shown=_unhelpful)


def _unhelpful(row: work.Unhelpful) -> UnhelpfulText:
    reasons = [ReasonCount(reason=reason, count=count) for reason, count in row.reasons]
    return UnhelpfulText(slug=row.slug, language=row.language, title=row.title, yes=row.yes, no=row.no, reasons=reasons)


@routes.get("/{name}", summary="List what waits in a box", responses=answers(examples.BOARD_PAGE))
async def show_list(by: By, session: Session, asking: Asking, now: Now, name: BoxPath) -> Page[BoardText]:
    """List the texts of a box, of whose roles you have one, as they are sorted on the board.

    What is dealt with meanwhile moves those behind it up: read a changing list from its beginning.
    """
    by.require(*KINDS[name].roles)
    found = await _page(session, name, by=by, today=now.date(), limit=asking.limit + 1, offset=asking.after)
    are_live = name in {"outdated", "overdue", "native-reader"}
    stand = {} if are_live else await standing.standings(session, [row.revision_id for row in found])
    return paging.page_of_count(found, asking, shown=lambda row: _text(row, stand.get(row.revision_id)))


async def _page(
    session: AsyncSession, name: str, *, by: Actor, today: date, limit: int, offset: int
) -> tuple[Waiting, ...]:
    if name == "planned":
        return (await work.planned(session, by=by, limit=limit, offset=offset)).rows
    if name == "mine":
        return (await work.handed_in_by_me(session, by=by, limit=limit, offset=offset)).rows
    if name == "outdated":
        return (await work.outdated(session, languages=work.translated_by(by), limit=limit, offset=offset)).rows
    if name == "overdue":
        return (await work.overdue(session, today=today, limit=limit, offset=offset)).rows
    return (await work.awaiting_native_reader(session, limit=limit, offset=offset)).rows


def _text(row: Waiting, stand: Standing | None) -> BoardText:
    return BoardText(
        revision_id=row.revision_id, kind=row.kind, slug=row.slug, language=row.language, title=row.title,
        is_live=row.is_live, stand=stand.stand if stand else None, planned_for=stand.planned_for if stand else None,
    )  # fmt: skip
