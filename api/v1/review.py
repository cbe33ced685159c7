"""The queue of a verifier."""

from typing import Annotated, Literal

from fastapi import Query
from pydantic import StringConstraints
from pydantic.json_schema import SkipJsonSchema

from api.deps import By, Session
from api.v1 import examples, inputs, paging
from api.v1.documentation import answers, new_routes
from api.v1.outputs import WaitingText
from api.v1.paging import Asking, Page
from content.desk import work
from content.revisions import EntryKind

ReviewLanguage = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$", max_length=3)]
routes = new_routes("/review", tag="review")


@routes.get("", summary="List what waits for you", responses=answers(examples.QUEUE))
async def show_list(
    by: By, session: Session, asking: Asking,
    kind: Annotated[Literal["article", "fact", "contact"] | SkipJsonSchema[None], Query()] = None,
    language: Annotated[ReviewLanguage | SkipJsonSchema[None], Query(description="mul for contacts")] = None,
    search: Annotated[str, Query(max_length=100, pattern=inputs.ONE_LINE, description="in names and texts")] = "",
) -> Page[WaitingText]:  # fmt: skip
    """List the texts that you may approve, by revision: in your languages, and none of which you wrote a part."""
    rows = await work.to_review_after(
        session, by=by, kind=EntryKind(kind) if kind else None, language=language, search=search, after=asking.after,
        limit=asking.limit + 1,
    )  # fmt: skip
    return paging.page(rows, asking, id_of=lambda row: row.revision_id, shown=WaitingText.model_validate)
