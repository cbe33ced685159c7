"""Programmes: for whom they are, when they are open, how many places there are. What is saved is live at once."""

from typing import Annotated

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import By, Now, Session
from api.v1 import conditional, paging, programme_shapes
from api.v1 import sign_up_examples as examples
from api.v1.conditional import Seen
from api.v1.documentation import answers, new_routes
from api.v1.idempotency import Create
from api.v1.inputs import SlugPath
from api.v1.paging import Asking, Page
from api.v1.programme_shapes import ProgrammeDetail, ProgrammeRow
from content.desk import fingerprints, programmes
from content.programmes import Programme
from registrations.desk import programmes as changing

routes = new_routes("/programmes", tag="programmes")


@routes.get("", summary="List programmes", responses=answers(examples.PROGRAMME_PAGE))
async def show_list(_: By, session: Session, asking: Asking) -> Page[ProgrammeRow]:
    """List the programmes by id."""
    rows = await programmes.listed_after(session, after=asking.after, limit=asking.limit + 1)
    return paging.page(rows, asking, id_of=lambda row: row[0].id, shown=_row)


def _row(row: tuple[Programme, str]) -> ProgrammeRow:
    programme, article = row
    return ProgrammeRow(
        slug=programme.slug, article=article, form=programme.form, position=programme.position,
        discreet=programme.discreet,
    )  # fmt: skip


@routes.post(
    "", status_code=201, summary="Add a programme", response_model=ProgrammeDetail,
    responses=answers(examples.PROGRAMME, status=201),
)  # fmt: skip
async def add(
    by: By, session: Session, now: Now, create: Create,
    body: Annotated[programme_shapes.NewProgramme, examples.NEW_PROGRAMME],
) -> Response:  # fmt: skip
    """Add a programme. Editors may; people see it at once."""

    async def make() -> ProgrammeDetail:
        await changing.save(session, body.slug, body.model, seen=None, by=by, now=now)
        return await _detail(session, body.slug)

    return await create.once(body, make)


async def _detail(session: AsyncSession, slug: str) -> ProgrammeDetail:
    _programme, model = await programmes.find(session, slug)
    return ProgrammeDetail.model_validate(model.model_dump() | {"slug": slug})


@routes.get("/{slug}", summary="Get a programme", responses=answers(examples.PROGRAMME))
async def show(_: By, session: Session, answer: Response, slug: SlugPath) -> ProgrammeDetail:
    """Return a programme; its ETag is what a PUT wants."""
    return await _tagged(session, answer, slug)


async def _tagged(session: AsyncSession, answer: Response, slug: str) -> ProgrammeDetail:
    """Return a programme, and tell in the answer's ETag all that can be changed of it."""
    _programme, model = await programmes.find(session, slug)
    conditional.tag(answer, fingerprints.of_programme(model))
    return await _detail(session, slug)


@routes.put("/{slug}", summary="Change a programme", responses=answers(examples.PROGRAMME))
async def change(
    by: By, session: Session, now: Now, answer: Response, seen: Seen, slug: SlugPath,
    body: Annotated[programme_shapes.ProgrammeFields, examples.PROGRAMME_FIELDS],
) -> ProgrammeDetail:  # fmt: skip
    """Put a programme in the place of what If-Match names, whole: what is left out is not limited. Editors may.

    People see it at once. To open it, or to close it for now, set `opens_on` and `closes_on`.
    """
    await changing.save(session, slug, body.model, seen=seen, by=by, now=now)
    return await _tagged(session, answer, slug)
