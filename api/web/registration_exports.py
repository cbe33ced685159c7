"""Exporting registrations: the form that says what is wanted, and the file. For registrars."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from api.deps import By, DeskWords, Live, Now, Parts, Session, SignedIn
from api.web import registration_files, registration_words
from api.web.pages import page
from api.web.registrations import Asked
from content.bodies import SLUG
from core.i18n import LANGUAGES
from registrations import provinces, scopes, standings
from registrations.desk.listing import Only
from registrations.exporting import FileKind, Wanted
from registrations.registrations import Status

routes = APIRouter(include_in_schema=False)
NOTHING_BEGUN = tuple(status for status in Status if status is not Status.BEGUN)


@routes.get("/registrations/export")
async def show(
    request: Request, visitor: SignedIn, by: By, session: Session, words: DeskWords, live: Live, asked: Asked
) -> Response:
    """Show the form, with what the list was filtered by."""
    slugs = await scopes.programmes_of(session, by=by)
    return page(
        request, "registration_export.html", words, visitor, provinces=provinces.all_names(),
        programmes={slug: standings.desk_title(live, slug, words.language) for slug in slugs},
        statuses=registration_words.statuses(words), only=registration_words.only(words), asked=asked,
    )  # fmt: skip


@routes.post("/registrations/export")
async def download(
    parts: Parts, by: By, words: DeskWords, now: Now,
    programme: Annotated[str, Form(pattern=f"^{SLUG}$")],
    kind: Annotated[FileKind, Form()] = FileKind.CSV,
    language: Annotated[str, Form(pattern=f"^({'|'.join(LANGUAGES)})$")] = "id",
    status: Annotated[str, Form(pattern=f"^({'|'.join(NOTHING_BEGUN)})?$")] = "",
    province: Annotated[str, Form(pattern=r"^([0-9]{2})?$")] = "",
    search: Annotated[str, Form(max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$")] = "",
    only: Annotated[Only | Literal[""], Form()] = "",
    identified: Annotated[str, Form(pattern="^(yes|no)$")] = "no",
) -> Response:  # fmt: skip
    """Give the file; that it was given is noted first."""
    wanted = Wanted(
        programme, kind, language, status, province, is_identified=identified == "yes", search=search, only=only or None
    )
    return await registration_files.answer(parts, wanted, by=by, words=words, now=now)
