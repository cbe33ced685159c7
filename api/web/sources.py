"""Sources: where statements were read, and adding one. Mending what is said of one is in api/v1/sources.py."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import DeskWords, Now, Session, SignedIn, Visitor
from api.problems import status_of, told
from api.web import labels
from api.web.pages import PAGE_ROWS, list_page, to
from content.desk import sources
from content.desk.rules import WrongState
from content.desk.sources import Order
from content.pack_shapes import SourceModel
from core.i18n import Words
from staff.actors import Role

routes = APIRouter(include_in_schema=False)
Typed = Annotated[str, Form(max_length=2000)]


@routes.get("/sources")
async def show_list(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords,
    search: Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")] = "", order: Order = Order.TITLE,
    descending: bool = False, number: Annotated[int, Query(ge=1, le=100000, alias="page")] = 1,
) -> Response:  # fmt: skip
    """List the sources, with the form for a new one."""
    return await _list(
        request, visitor, session, words, search=search, order=order, descending=descending, number=number
    )


async def _list(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, *, search: str = "",
    order: Order = Order.TITLE, descending: bool = False, number: int = 1, status: int = 200,
    typed: dict[str, str] | None = None, faults: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    rows, count = await sources.sorted_page(
        session, search=search, order=order, descending=descending, limit=PAGE_ROWS, offset=(number - 1) * PAGE_ROWS
    )
    return list_page(
        request, "sources.html", words, visitor, status=status, rows=rows, count=count, number=number,
        rows_a_page=PAGE_ROWS, search=search, order=order, descending=descending, typed=typed or {},
        faults=faults or {}, confidences=labels.confidences(words), may_write=visitor.actor.has(Role.EDITOR),
    )  # fmt: skip


@routes.post("/sources")
async def add(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, title: Typed = "",
    publisher: Typed = "", url: Typed = "", seen_on: Typed = "", confidence: Typed = "",
) -> Response:  # fmt: skip
    """Add a source and find it in the list; what cannot be is told at its field."""
    visitor.actor.require(Role.EDITOR)
    typed = {"title": title, "publisher": publisher, "url": url, "seen_on": seen_on, "confidence": confidence}
    typed = {name: text.strip() for name, text in typed.items()}
    said, faults = _check(typed, words)
    if said is None:
        return await _list(request, visitor, session, words, status=422, typed=typed, faults=faults)
    try:
        source = await sources.add_unnamed(session, said=said, by=visitor.actor, now=now)
    except WrongState as broken:
        faults = {"title": told(broken, words)}
        return await _list(request, visitor, session, words, status=status_of(broken), typed=typed, faults=faults)
    return to(f"/sources?search={source.slug}")


def _check(typed: dict[str, str], words: Words) -> tuple[SourceModel | None, dict[str, str]]:
    """Return what is said of a source, or what is wrong in which field."""
    try:
        return SourceModel.model_validate({name: text or None for name, text in typed.items()}), {}
    except ValidationError as error:
        faults: dict[str, str] = {}
        for found in error.errors():
            faults.setdefault(str(found["loc"][0]), _told(str(found["loc"][0]), found, words))
        return None, faults


def _told(field: str, found: Any, words: Words) -> str:
    _ = words.gettext
    if found["input"] is None:
        return _("This is needed.")
    if found["type"] == "string_too_long":
        return _("This is too long.")
    wrong = {
        "url": _("Write the address from https:// on, or nothing."),
        "seen_on": _("Write a date as 2025-04-10, 2025-04 or 2025."),
    }
    return wrong.get(field, _("This is not written as it should be."))
