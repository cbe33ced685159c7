"""Pictures and voice notes: adding one, its words, the line that puts it into a text, and where it is shown."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Request, UploadFile
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import By, DeskWords, Live, Now, Parts, Session, SignedIn, Visitor
from api.problems import told
from api.uploads import prepared
from api.web.pages import PAGE_ROWS, list_page, page, to
from content.bodies import MEDIA, MEDIA_KEY, Reference
from content.catalogue import Catalogue
from content.desk import media, usage
from content.desk.media import Filter
from content.desk.media_making import MOST_UPLOAD_BYTES, Made, WrongMedia, WrongWords
from content.desk.rules import NotThere
from content.media import ANY_LANGUAGE, Media, MediaKind
from core.i18n import LANGUAGES, SOURCE_LANGUAGE, Words
from staff.actors import NotAllowed

routes = APIRouter(include_in_schema=False)
Alt = Annotated[str, Form(max_length=1000)]  # what is too long is told beside the field
Code = Annotated[str, Form(max_length=8)]
Key = Annotated[str, Path(pattern=f"^{MEDIA_KEY}$")]
SERVED = frozenset({"image/jpeg", "image/png", "audio/ogg"})  # what we make ourselves


def kind_names(words: Words) -> dict[str, str]:
    """Return what each kind is called."""
    _ = words.gettext
    return {MediaKind.PICTURE: _("Picture"), MediaKind.VOICE: _("Voice note")}


def language_names(words: Words) -> dict[str, str]:
    """Return the languages that media may be in."""
    _ = words.gettext
    # Translators: the language of a picture without words in it.
    return {ANY_LANGUAGE: _("all languages"), **{code: one.name for code, one in LANGUAGES.items()}}


def filtered(
    kind: Annotated[str, Query(max_length=8, pattern=r"^[a-z]*$")] = "",
    language: Annotated[str, Query(max_length=8, pattern=r"^[a-z*]*$")] = "",
    search: Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")] = "",
    only: Annotated[str, Query(max_length=8, pattern=r"^[a-z]*$")] = "",
) -> Filter:
    """Return which media the list is to show."""
    return Filter(kind=kind, language=language, search=search, only=only)


@routes.get("/media")
async def show_list(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, live: Live,
    wanted: Annotated[Filter, Depends(filtered)], number: Annotated[int, Query(ge=1, le=100000, alias="page")] = 1,
) -> Response:  # fmt: skip
    """List the media, the newest first."""
    return await _list(request, visitor, session, words, live, wanted, number=number)


async def _list(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, live: Catalogue, wanted: Filter, *,
    number: int = 1, upload: "Upload | None" = None,
) -> Response:  # fmt: skip
    rows, count = await media.newest(session, wanted, limit=PAGE_ROWS, offset=(number - 1) * PAGE_ROWS)
    error = upload.error if upload else None
    sentence = {"alt" if isinstance(error, WrongWords) else "file": told(error, words)} if error else {}
    return list_page(
        request, "media.html", words, visitor, status=422 if error else 200, rows=rows, count=count, number=number,
        rows_a_page=PAGE_ROWS, wanted=wanted, kinds=kind_names(words), languages=language_names(words),
        may_add=media.languages_for(visitor.actor), alt=upload.alt if upload else "",
        chosen=upload.language if upload else SOURCE_LANGUAGE, errors=sentence,
        uses={row.key: live.uses[Reference(MEDIA, row.key)] for row in rows},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Upload:
    """What the form sends, and what was made of it or why nothing could be."""

    alt: str
    language: str
    made: Made | None
    error: WrongMedia | None


async def uploaded(
    visitor: SignedIn, parts: Parts, file: UploadFile | None = None, alt: Alt = "", language: Code = SOURCE_LANGUAGE
) -> Upload:
    """Return what a form uploads; raise NotAllowed."""
    content = await file.read(MOST_UPLOAD_BYTES + 1) if file else b""
    try:
        made = await prepared(parts, content, alt=alt, language=language, by=visitor.actor)
    except WrongMedia as broken:
        return Upload(alt, language, None, broken)
    return Upload(alt, language, made, None)


@routes.post("/media")
async def add(
    request: Request, visitor: SignedIn, upload: Annotated[Upload, Depends(uploaded)], session: Session,
    words: DeskWords, live: Live, now: Now,
) -> Response:  # fmt: skip
    """Add a picture or a voice note, and show it."""
    if upload.made is None:
        return await _list(request, visitor, session, words, live, Filter(), upload=upload)
    row = await media.add(
        session, made=upload.made, alt=upload.alt, language=upload.language, by=visitor.actor, now=now
    )
    return to(f"/media/{row.key}")


@routes.get("/media/{key}")
async def show(request: Request, visitor: SignedIn, session: Session, words: DeskWords, key: Key) -> Response:
    """Show one, the line that puts it into a text, and where it is shown."""
    row = await media.get(session, key)
    return await _one(request, visitor, session, words, row, alt=row.alt, chosen=row.language)


async def _one(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, row: Media, *, alt: str, chosen: str,
    error: str = "",
) -> Response:  # fmt: skip
    return page(
        request, "media_one.html", words, visitor, status=422 if error else 200, row=row, alt=alt, chosen=chosen,
        error=error, kinds=kind_names(words), languages=language_names(words), may_write=_may_write(visitor, row),
        may_add=media.languages_for(visitor.actor), used_in=await usage.used_in(session, Reference(MEDIA, row.key)),
    )  # fmt: skip


def _may_write(visitor: Visitor, row: Media) -> bool:
    try:
        media.require_adder(visitor.actor, row.language)
    except NotAllowed:
        return False
    return row.retired_at is None


@routes.get("/media/{key}/file")
async def show_file(_: By, parts: Parts, session: Session, key: Key) -> Response:
    """Return the bytes as they are sent: made by us, never what somebody uploaded."""
    row = await media.get(session, key)
    content = parts.media.read(row.sha256)
    if content is None or row.mime_type not in SERVED:
        raise NotThere("There is nothing here (any more).")
    headers = {"Cache-Control": "private, max-age=86400, immutable", "Content-Disposition": "inline"}
    return Response(content, media_type=row.mime_type, headers=headers)


@routes.post("/media/{key}")
async def reword(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, key: Key, alt: Alt = "",
    language: Code = SOURCE_LANGUAGE,
) -> Response:  # fmt: skip
    """Give it other words, which makes another line to put into texts."""
    try:
        row, _ = await media.reword(session, key=key, alt=alt, language=language, by=visitor.actor, now=now)
    except WrongWords as broken:
        old = await media.get(session, key)
        error = told(broken, words)
        return await _one(request, visitor, session, words, old, alt=alt, chosen=language, error=error)
    return to(f"/media/{row.key}")


@routes.post("/media/{key}/retire")
async def retire(by: By, session: Session, now: Now, key: Key) -> Response:
    """Take it from what can be shown."""
    await media.retire(session, key=key, by=by, now=now)
    return to("/media")
