"""The to-do board: what waits for whoever has signed in. What stands in its boxes is in api/web/boxes.py."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.deps import By, DeskWords, Live, Now, Session, SignedIn
from api.web.boxes import KINDS, Asked, Box
from api.web.pages import PAGE_ROWS, list_page, page
from content.desk.rules import NotThere
from staff.actors import Role

routes = APIRouter(include_in_schema=False)
SHOWN = 5


@routes.get("/")
async def show(
    request: Request, visitor: SignedIn, by: By, session: Session, words: DeskWords, live: Live, now: Now
) -> Response:
    """Show the board: the boxes that this person's roles can do something about."""
    asked = Asked(session=session, by=by, words=words, live=live, today=now.date(), limit=SHOWN)
    boxes = list[Box]()
    for name, kind in KINDS.items():
        box = await kind.fill(asked) if by.has(*kind.roles) else None
        if box and (box.count or not kind.is_left_out):
            has_more = kind.has_page and box.count > SHOWN
            boxes.append(replace(box, more=f"/todo/{name}", more_label=words.gettext("See all")) if has_more else box)
    return page(request, "home.html", words, visitor, boxes=boxes, has_role=by.has(*Role))


@routes.get("/todo/{name}")
async def show_all(
    request: Request, visitor: SignedIn, by: By, session: Session, words: DeskWords, live: Live, now: Now,
    name: str, number: Annotated[int, Query(ge=1, le=100000, alias="page")] = 1,
) -> Response:  # fmt: skip
    """List all that waits in a box which has no other list; raise NotThere, NotAllowed."""
    kind = KINDS.get(name)
    if kind is None or not kind.has_page:
        raise NotThere("There is nothing here (any more).")
    by.require(*kind.roles)
    offset = (number - 1) * PAGE_ROWS
    asked = Asked(session=session, by=by, words=words, live=live, today=now.date(), limit=PAGE_ROWS, offset=offset)
    box = await kind.fill(asked)
    return list_page(
        request, "todo.html", words, visitor, number=number, count=box.count, rows_a_page=PAGE_ROWS, box=box
    )
