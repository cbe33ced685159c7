"""Registrations as a file, with the columns that the desk's page gives too."""

from typing import Annotated, Literal

from fastapi import Query
from starlette.responses import Response, StreamingResponse

from api.deps import By, DeskWords, Now, Parts
from api.v1 import inputs
from api.v1.documentation import new_routes
from api.v1.translations import YesOrNo
from api.web import registration_files
from api.web.registration_exports import NOTHING_BEGUN
from content.bodies import SLUG
from registrations.desk.listing import Only
from registrations.exporting import FileKind, Wanted

routes = new_routes("/registrations", tag="registrations")
FILE = {"schema": {"type": "string", "format": "binary"}}
FILES = {kind.partition(";")[0]: FILE for kind in registration_files.MEDIA_TYPES.values()}


@routes.get(
    "/export", summary="Export registrations", response_class=StreamingResponse,
    responses={200: {"description": "The file", "content": FILES}},
)  # fmt: skip
async def export(
    parts: Parts, by: By, words: DeskWords, now: Now,
    programme: Annotated[str, Query(pattern=f"^{SLUG}$", max_length=40)],
    file_format: Annotated[FileKind, Query(alias="format")] = FileKind.CSV,
    language: Annotated[
        str, Query(pattern=f"^({inputs.OF_OURS})$", max_length=8, description="of the labels")
    ] = "id",
    status: Annotated[str, Query(pattern=f"^({'|'.join(NOTHING_BEGUN)})?$", max_length=16)] = "",
    province: Annotated[str, Query(pattern=r"^([0-9]{2})?$", max_length=2)] = "",
    search: Annotated[str, Query(max_length=40, pattern=inputs.ONE_LINE, description="a whole reference")] = "",
    only: Annotated[
        Literal["", "mine", "unassigned", "to_call", "wishes"], Query(description="what is to be done, and by whom")
    ] = "",
    identified: Annotated[
        bool, YesOrNo, Query(description="with names and all answers; else without what tells who somebody is")
    ] = False,
) -> Response:  # fmt: skip
    """Give the registrations of a programme that you may see, in the order in which people applied. Registrars may.

    Columns: what begins with `registration_`, then for each question its code, and `_label` beside a choice; without
    names `_age` or `_month` in place of a date. The last line of a CSV file says who took it: one without it is not
    whole. With names a token needs the scope export_names, ticked when it was made: else 403 names-not-ticked. Each
    export is noted in the audit log, with its filters and how many registrations it holds; of a reference only that
    one was asked for.
    """
    wanted = Wanted(
        programme, file_format, language, status, province, is_identified=identified, search=search,
        only=Only(only) if only else None,
    )  # fmt: skip
    return await registration_files.answer(parts, wanted, by=by, words=words, now=now)
