"""Links: the web addresses that live content shows or cites, and what asking each found."""

from typing import Annotated, Literal

from fastapi import Query

from api.deps import By, Now, Session
from api.v1 import examples, inputs, outputs, paging
from api.v1.documentation import answers, new_routes
from api.v1.inputs import Nothing, NumberPath
from api.v1.outputs import LinkDetail
from api.v1.paging import Asking, Page
from content.desk import links

routes = new_routes("/links", tag="links")
State = Literal["", "broken", "new", "ok", "moved", "gone", "refused", "unreachable", "failing", "unclear"]


@routes.get("", summary="List links", responses=answers(examples.LINK_PAGE))
async def show_list(
    _: By, session: Session, asking: Asking, state: Annotated[State, Query(description="broken, or one state")] = "",
    search: Annotated[
        str, Query(max_length=100, pattern=inputs.ONE_LINE, description="in addresses, and names of what uses them")
    ] = "",
) -> Page[LinkDetail]:  # fmt: skip
    """List the links by id."""
    rows = await links.listed_after(session, state=state, search=search, after=asking.after, limit=asking.limit + 1)
    return paging.page(rows, asking, id_of=lambda row: row.link.id, shown=outputs.link)


@routes.post("/{link_id}/check", summary="Let a link be checked again", responses=answers(examples.LINK_ROW))
async def check(by: By, session: Session, now: Now, link_id: NumberPath, _: Nothing = None) -> LinkDetail:
    """Let a link be asked as soon as its turn comes, where the check is switched on. Editors may."""
    return outputs.link(await links.check_again(session, link_id=link_id, by=by, now=now))
