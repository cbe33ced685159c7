"""Pictures and voice notes that texts show by a line in them: {{media:key}}."""

import base64
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Path, Query
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import By, Now, Parts, Session
from api.uploads import prepared
from api.v1 import examples, inputs, paging
from api.v1.documentation import answers, new_routes
from api.v1.idempotency import Create
from api.v1.inputs import Nothing
from api.v1.media_shapes import MediaContent, MediaDetail, MediaWords, NewMedia, shown
from api.v1.paging import Asking, Page
from content.bodies import MEDIA, MEDIA_KEY, Reference
from content.desk import media, usage
from content.desk.media import Filter
from content.desk.media_making import Made
from content.desk.rules import NotThere
from content.media import Media

routes = new_routes("/media", tag="media")
KeyPath = Annotated[str, Path(pattern=f"^{MEDIA_KEY}$", max_length=32)]


def filtered(
    kind: Literal["", "picture", "voice"] = "",
    language: Annotated[str, Query(max_length=8, pattern=rf"^({inputs.OF_OURS}|\*)?$")] = "",
    search: Annotated[str, Query(max_length=100, pattern=inputs.ONE_LINE, description="in words and keys")] = "",
    only: Annotated[Literal["", "retired", "all"], Query(description="what stands so")] = "",
) -> Filter:
    """Return which media are asked for."""
    return Filter(kind=kind, language=language, search=search, only=only)


@routes.get("", summary="List media", responses=answers(examples.MEDIA_PAGE))
async def show_list(
    _: By, session: Session, asking: Asking, wanted: Annotated[Filter, Depends(filtered)]
) -> Page[MediaDetail]:
    """List pictures and voice notes by id; what shows them is told of one alone."""
    rows = await media.listed(session, wanted, after=asking.after, limit=asking.limit + 1)
    return paging.page(rows, asking, id_of=lambda row: row.id, shown=shown)


@dataclass(frozen=True, slots=True)
class Upload:
    """A body, and what was made of its file."""

    body: NewMedia
    made: Made


async def uploaded(by: By, parts: Parts, body: Annotated[NewMedia, examples.NEW_MEDIA]) -> Upload:
    """Return what a body uploads; raise WrongMedia, NotAllowed."""
    content = base64.b64decode(body.content)
    return Upload(body, await prepared(parts, content, alt=body.alt, language=body.language, by=by))


@routes.post(
    "", status_code=201, summary="Add media", response_model=MediaDetail, responses=answers(examples.MEDIA, status=201)
)
async def add(
    by: By, upload: Annotated[Upload, Depends(uploaded)], session: Session, now: Now, create: Create
) -> Response:
    """Add a picture (JPEG, PNG, WebP) or a voice note (MP3, M4A, WAV, OGG), in base64; it is made small, without tags.

    Editors may, translators in their languages. Readers get it with a text that shows it, once that is approved.
    """
    body = upload.body

    async def make() -> MediaDetail:
        row = await media.add(session, made=upload.made, alt=body.alt, language=body.language, by=by, now=now)
        return shown(row)

    return await create.once(body, make)


@routes.get("/{key}", summary="Get media", responses=answers(examples.MEDIA))
async def get(_: By, session: Session, key: KeyPath) -> MediaDetail:
    """Return a picture or a voice note, and which live texts show it."""
    return await _detail(session, await media.get(session, key))


async def _detail(session: AsyncSession, row: Media) -> MediaDetail:
    return shown(row, await usage.used_in(session, Reference(MEDIA, row.key)))


@routes.get("/{key}/content", summary="Get the bytes of media", responses=answers(examples.MEDIA_CONTENT))
async def show_content(_: By, parts: Parts, session: Session, key: KeyPath) -> MediaContent:
    """Return the bytes that readers get, in base64."""
    row = await media.get(session, key)
    content = parts.media.read(row.sha256)
    if content is None:
        raise NotThere("There is nothing here (any more).")
    return MediaContent(mime_type=row.mime_type, content=base64.b64encode(content).decode())


@routes.put("/{key}/words", summary="Give media other words", responses=answers(examples.MEDIA))
async def reword(
    by: By, session: Session, now: Now, key: KeyPath, body: Annotated[MediaWords, examples.MEDIA_WORDS]
) -> MediaDetail:
    """Return media with these words, which have a key of their own: texts that show the old ones keep them."""
    row, _ = await media.reword(session, key=key, alt=body.alt, language=body.language, by=by, now=now)
    return await _detail(session, row)


@routes.post("/{key}/retire", summary="Retire media", responses=answers(examples.MEDIA))
async def retire(by: By, session: Session, now: Now, key: KeyPath, _: Nothing = None) -> MediaDetail:
    """Take media from what can be shown; refused while a live or waiting text shows them."""
    await media.retire(session, key=key, by=by, now=now)
    return await _detail(session, await media.get(session, key))
