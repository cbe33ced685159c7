"""What becomes of a text of an article: taken back, kept, retracted, called off; and what its older versions hold."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from api.deps import By, DeskWords, Live, Now, Session, SignedIn
from api.web import entries
from api.web.entries import LARGEST, RevisionId
from api.web.pages import page, to
from api.web.readable import Reader
from content.desk import drafting, going_live, reading, scheduling
from content.desk.rules import NotThere
from content.revisions import EntryKind

routes = APIRouter(include_in_schema=False)
Base = Annotated[int, Form(ge=1, le=LARGEST)]


@routes.post("/articles/{slug}/{language}/take-back")
async def take_back(by: By, session: Session, now: Now, slug: str, language: str) -> Response:
    """Take a text that was handed in back, to go on writing."""
    entry = await reading.entry(session, EntryKind.ARTICLE, slug)
    newest = await reading.newest(session, entry_id=entry.id, language=language)
    if newest is not None:
        await drafting.give_back(session, revision_id=newest.id, reason="", by=by, now=now)
    return to(f"/articles/{slug}/{language}", done="taken-back")


@routes.post("/articles/{slug}/{language}/confirm")
async def confirm_translation(
    by: By, session: Session, now: Now, slug: str, language: str, base: Base, source: Base
) -> Response:
    """Hand in a translation as it is: nothing in it must change."""
    entry = await reading.entry(session, EntryKind.ARTICLE, slug)
    await drafting.confirm_translation(
        session, entry=entry, language=language, base_id=base, source_id=source, by=by, now=now
    )
    return to(f"/articles/{slug}/{language}", done="handed-in")


@routes.post("/articles/{slug}/{language}/retract")
async def retract(
    by: By, session: Session, now: Now, slug: str, language: str, reason: Annotated[str, Form(max_length=300)]
) -> Response:
    """Take a text away from readers at once."""
    await going_live.retract(
        session, kind=EntryKind.ARTICLE, slug=slug, language=language, reason=reason, by=by, now=now
    )
    return to(f"/articles/{slug}/{language}", done="taken-away")


@routes.post("/articles/{slug}/{language}/call-off")
async def call_off(by: By, session: Session, now: Now, slug: str, language: str) -> Response:
    """Call off that a text becomes live, or ends, at a moment."""
    await scheduling.call_off(session, kind=EntryKind.ARTICLE, slug=slug, language=language, by=by, now=now)
    return to(f"/articles/{slug}/{language}", done="called-off")


@routes.get("/articles/{slug}/{language}/{revision_id}")
async def show_version(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, live: Live, slug: str,
    language: str, revision_id: RevisionId,
) -> Response:  # fmt: skip
    """Show what one revision changed."""
    entry = await reading.entry(session, EntryKind.ARTICLE, slug)
    shown = await entries.version(session, entry, revision_id, words, visitor.actor)
    if shown["revision"].language != language:
        raise NotThere("There is nothing here (any more).")
    here, reader = f"/articles/{slug}/{language}", Reader(live, language, words)
    return page(request, "version.html", words, visitor, here=here, reader=reader, **shown)


@routes.post("/articles/{slug}/{language}/{revision_id}/restore")
async def restore(
    by: By, session: Session, now: Now, slug: str, language: str, revision_id: RevisionId, base: Base
) -> Response:
    """Make an older text the newest draft."""
    await entries.restore(session, EntryKind.ARTICLE, slug, revision_id=revision_id, base_id=base, by=by, now=now)
    return to(f"/articles/{slug}/{language}", done="put-back")
