"""Links: the web addresses that live content shows or cites, what asking each found, and where it is used."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from api.deps import By, DeskWords, Now, Parts, Session, SignedIn
from api.web import link_words
from api.web.pages import PAGE_ROWS, list_page, to
from content.desk import links
from content.desk.links import Order
from staff.actors import Role

routes = APIRouter(include_in_schema=False)
LinkId = Annotated[int, Path(ge=1, le=2**53)]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which links are asked for, and in which order."""

    state: Annotated[str, Query(max_length=20, pattern=r"^[a-z]*$")] = ""
    search: Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")] = ""
    order: Annotated[Order, Query()] = Order.STATE
    descending: Annotated[bool, Query()] = False
    number: Annotated[int, Query(ge=1, le=100000, alias="page")] = 1

    def query(self, **other: object) -> str:
        """Return the same as the query of an address, with something else in it."""
        told: dict[str, object] = {
            "state": self.state, "search": self.search, "order": self.order.value,
            "descending": "true" if self.descending else "false", "page": self.number,
        }  # fmt: skip
        return urlencode(told | other)

    def sorted_by(self, order: str) -> str:
        """Return the query that sorts by a column, the other way round where it already is sorted by it."""
        is_turned = self.order == order and not self.descending
        return self.query(order=order, descending="true" if is_turned else "false", page=1)


Asked = Annotated[Filters, Depends()]


@routes.get("/links")
async def show_list(
    request: Request, parts: Parts, visitor: SignedIn, session: Session, words: DeskWords, now: Now, asked: Asked
) -> Response:
    """List the links, broken ones first."""
    found, count = await links.listed(
        session, state=asked.state, search=asked.search, order=asked.order, descending=asked.descending,
        limit=PAGE_ROWS, offset=(asked.number - 1) * PAGE_ROWS,
    )  # fmt: skip
    return list_page(
        request, "links.html", words, visitor, rows=[link_words.row(one, words) for one in found], count=count,
        number=asked.number, rows_a_page=PAGE_ROWS, asked=asked, states=link_words.states(words), now=now,
        is_on=parts.settings.checks_links, may_check=visitor.actor.has(Role.EDITOR),
    )  # fmt: skip


@routes.post("/links/{link_id}/check")
async def check(by: By, session: Session, now: Now, asked: Asked, link_id: LinkId) -> Response:
    """Let a link be asked again as soon as its turn comes."""
    await links.check_again(session, link_id=link_id, by=by, now=now)
    return to(f"/links?{asked.query()}")
