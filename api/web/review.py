"""The reading lane: the next waiting text with its sources and difference, approved or given back by one key."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import By, DeskWords, Live, Now, Parts, Session, SignedIn
from api.previews import messages
from api.web.labels import card_words, difference_labels, field_names
from api.web.pages import page, to
from content.catalogue import Catalogue
from content.desk import approving, differences, drafting, previewing, reading, work
from content.evidence import Evidence
from content.revisions import Entry, EntryKind, Revision
from content.sources import Source
from core.i18n import SOURCE_LANGUAGE
from core.markup import MarkupError
from staff.accounts import StaffAccount

routes = APIRouter(include_in_schema=False)
Typed = Annotated[str, Form(max_length=1000)]


@routes.get("/review")
async def next_text(
    request: Request, visitor: SignedIn, by: By, session: Session, words: DeskWords, live: Live, now: Now,
    after: Annotated[int, Query(ge=0)] = 0, language: Annotated[str, Query(max_length=8)] = "",
) -> Response:  # fmt: skip
    """Show the next text that waits for this verifier, after the one named."""
    waiting = await work.to_review(session, by=by, after=after, language=language or None, limit=1)
    if not waiting.rows and after:
        waiting = await work.to_review(session, by=by, language=language or None, limit=1)
    if not waiting.rows:
        return page(request, "review.html", words, visitor, text=None, language_filter=language)
    total = await work.to_review(session, by=by, language=language or None, limit=1)
    shown = await shown_text(session, live, waiting.rows[0].revision_id, words, now)
    return page(request, "review.html", words, visitor, text=shown, left=total.count, language_filter=language)


@routes.get("/review/{revision_id}")
async def one_text(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, live: Live, now: Now, revision_id: int
) -> Response:
    """Show one text as its verifier reads it."""
    shown = await shown_text(session, live, revision_id, words, now)
    return page(request, "review.html", words, visitor, text=shown, left=1, language_filter="")


async def shown_text(session: AsyncSession, live: Catalogue, revision_id: int, words: Any, now: Any) -> dict[str, Any]:
    """Return what a verifier must see of a text: the difference to what readers have, sources, evidence, authors."""
    entry, revision = await reading.get(session, revision_id)
    before = await reading.live(session, entry_id=entry.id, language=revision.language)
    exact = await reading.exact(session, entry, revision)
    old = await reading.exact(session, entry, before) if before is not None and before.id != revision.id else None
    source = await _source_text(session, entry, revision)
    return {
        "entry": entry, "revision": revision, "exact": exact,
        "is_live": before is not None and before.id == revision.id,
        "difference": differences.between(old, exact, card_words(words)) if old else None,
        "labels": difference_labels(words),
        "lines": differences.lines(exact, card_words(words)) if exact.details is not None else {},
        "is_new": before is None, "source": source, "sources": await _sources(session, source or revision),
        "evidence": await _evidence(session, source or revision), "authors": await _authors(session, revision),
        "notes": await reading.notes(session, revision_id), "fields": field_names(words),
        "preview": await _preview(session, live, entry, revision, exact, now),
    }  # fmt: skip


async def _source_text(session: AsyncSession, entry: Entry, revision: Revision) -> Revision | None:
    """Return the source text that a translation was made from."""
    if revision.derived_from_revision_id is None or revision.language == SOURCE_LANGUAGE:
        return None
    del entry
    return await session.get(Revision, revision.derived_from_revision_id)


async def _sources(session: AsyncSession, revision: Revision) -> list[Source]:
    ids = await reading.source_ids(session, revision.id)
    found = {row.id: row for row in await session.scalars(select(Source).where(Source.id.in_(ids)))}
    return [found[number] for number in ids]


async def _evidence(session: AsyncSession, revision: Revision) -> list[Evidence]:
    wanted = select(Evidence).where(Evidence.number.in_(revision.evidence)).order_by(Evidence.number)
    return list(await session.scalars(wanted))


async def _authors(session: AsyncSession, revision: Revision) -> list[str]:
    ids = await reading.authors(session, revision.id)
    names = {row.id: row.name for row in await session.scalars(select(StaffAccount).where(StaffAccount.id.in_(ids)))}
    return [names.get(author, author) for author in ids]


async def _preview(
    session: AsyncSession, live: Catalogue, entry: Entry, revision: Revision, exact: Any, now: Any
) -> list[dict[str, Any]]:
    if entry.kind != EntryKind.ARTICLE:
        return []
    try:
        source_ids = await reading.source_ids(session, revision.id)
        shown = await previewing.article(
            session, live, entry=entry, language=revision.language, exact=exact, source_ids=source_ids
        )
    except MarkupError:
        return []
    return messages(shown, now=now)


@routes.post("/review/{revision_id}/approve")
async def approve(
    parts: Parts, by: By, session: Session, now: Now, revision_id: int, text_hash: Typed, language: Typed = ""
) -> Response:
    """Approve the very text that was shown, and lead to the next one."""
    await approving.approve(session, revision_id=revision_id, text_hash=text_hash, by=by, now=now, seals=parts.seals)
    return to(f"/review?after={revision_id}&language={language}")


@routes.post("/review/{revision_id}/give-back")
async def give_back(
    by: By, session: Session, now: Now, revision_id: int, reason: Typed, language: Typed = ""
) -> Response:
    """Give a text back to its writers with a reason, and lead to the next one."""
    await drafting.give_back(session, revision_id=revision_id, reason=reason, by=by, now=now)
    return to(f"/review?after={revision_id}&language={language}")
