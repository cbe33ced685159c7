"""Sources: where statements were read."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from api.deps import By, Now, Session
from api.v1 import conditional, examples, inputs, outputs, paging
from api.v1.conditional import Seen
from api.v1.documentation import answers, new_routes
from api.v1.idempotency import Create
from api.v1.inputs import SlugPath
from api.v1.outputs import SourceDetail
from api.v1.paging import Asking, Page
from content.desk import fingerprints, sources
from content.pack_shapes import SourceModel
from content.sources import Source

routes = new_routes("/sources", tag="sources")


@routes.get("", summary="List sources", responses=answers(examples.SOURCE_PAGE))
async def show_list(
    _: By, session: Session, asking: Asking,
    search: Annotated[str, Query(max_length=100, pattern=inputs.ONE_LINE, description="in names and addresses")] = "",
) -> Page[SourceDetail]:  # fmt: skip
    """List the sources by id."""
    rows = await sources.listed(session, search=search, after=asking.after, limit=asking.limit + 1)
    return paging.page(rows, asking, id_of=lambda row: row.id, shown=outputs.source)


@routes.get("/{slug}", summary="Get a source", responses=answers(examples.SOURCE))
async def show(_: By, session: Session, answer: Response, slug: SlugPath) -> SourceDetail:
    """Return a source; its ETag is what a PUT wants."""
    return _tagged(answer, await sources.get(session, slug))


def _tagged(answer: Response, row: Source) -> SourceDetail:
    """Return a source, and tell in the answer's ETag what is said of it."""
    conditional.tag(answer, fingerprints.of_source(row))
    return outputs.source(row)


@routes.post(
    "", status_code=201, summary="Add a source", response_model=SourceDetail,
    responses=answers(examples.SOURCE, status=201),
)  # fmt: skip
async def add(
    by: By, session: Session, now: Now, create: Create, body: Annotated[inputs.NewSource, examples.NEW_SOURCE]
) -> Response:
    """Add a source. Editors may."""

    async def make() -> SourceDetail:
        return outputs.source(await sources.add(session, slug=body.slug, said=_said(body), by=by, now=now))

    return await create.once(body, make)


@routes.put("/{slug}", summary="Change a source", responses=answers(examples.SOURCE))
async def change(
    by: By, session: Session, now: Now, answer: Response, seen: Seen, slug: SlugPath,
    body: Annotated[inputs.SourceFields, examples.SOURCE_FIELDS],
) -> SourceDetail:  # fmt: skip
    """Say something else of a source, in place of what If-Match names. Editors may; readers see it at once.

    Where an approved text names it, only `confidence` changes, and `url` within one host: add a new source instead.
    """
    row = await sources.change(session, slug=slug, said=_said(body), seen=seen, by=by, now=now)
    return _tagged(answer, row)


def _said(body: inputs.SourceFields) -> SourceModel:
    return SourceModel.model_validate(body.model_dump(exclude={"slug"}))
