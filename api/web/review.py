"""The reading lane: the next waiting text with its sources and difference, approved or given back by one key."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import By, DeskWords, Live, Now, Parts, Session, SignedIn, Visitor
from api.previews import messages
from api.services import Services
from api.web import entries
from api.web.entries import LARGEST, RevisionId
from api.web.labels import card_words, changes, confidences, counted, difference_labels, entry_kinds, field_names
from api.web.navigation import address_of_text
from api.web.pages import page, to
from api.web.readable import Reader, unread_in
from api.web.schedule_form import ScheduleForm, check
from api.web.sign_in import inside
from content.bodies import Reference
from content.catalogue import Catalogue
from content.desk import approving, differences, drafting, media, previewing, reading, usage, work
from content.evidence import Evidence
from content.revisions import Entry, EntryKind, Revision, RevisionState
from content.sources import Source
from core.i18n import SOURCE_LANGUAGE, Words
from core.markup import MarkupError

routes = APIRouter(include_in_schema=False)
Typed = Annotated[str, Form(max_length=1000)]
Scheduled = Annotated[ScheduleForm, Depends()]


@routes.get("/review")
async def next_text(
    request: Request, visitor: SignedIn, by: By, parts: Parts, session: Session, words: DeskWords, live: Live, now: Now,
    after: Annotated[int, Query(ge=0, le=LARGEST)] = 0, handed_in: bool = False,
    language: Annotated[str, Query(max_length=8)] = "",
) -> Response:  # fmt: skip
    """Show the next text that waits for this verifier, after the one named, which was or was not handed in."""
    waiting = await work.to_review(session, by=by, language=language or None, limit=1)
    following = await work.next_to_review(
        session, by=by, after=after, was_handed_in=handed_in, language=language or None
    )
    if following is None:
        return page(request, "review.html", words, visitor, text=None, language_filter=language)
    shown = await shown_text(session, live, following, words, now)
    return page(
        request, "review.html", words, visitor, text=shown, left=waiting.count,
        left_told=counted(waiting.count, words), language_filter=language, asked={}, faults={},
        refusal=await entries.refusal(session, shown["revision"], by, now, parts.seals, words),
    )  # fmt: skip


@routes.get("/review/{revision_id}")
async def one_text(
    request: Request, visitor: SignedIn, parts: Parts, session: Session, words: DeskWords, live: Live, now: Now,
    revision_id: RevisionId,
) -> Response:  # fmt: skip
    """Show one text as its verifier reads it; who may not approve it is told why, and is offered no approval."""
    return await _one(request, visitor, parts, session, words, live, now, revision_id, ScheduleForm(), {}, "")


async def _one(
    request: Request, visitor: Visitor, parts: Services, session: AsyncSession, words: Words, live: Catalogue,
    now: datetime, revision_id: int, form: ScheduleForm, faults: dict[str, str], language: str,
) -> Response:  # fmt: skip
    shown = await shown_text(session, live, revision_id, words, now)
    return page(
        request, "review.html", words, visitor, status=422 if faults else 200, text=shown, left=1, left_told="1",
        language_filter=language, asked=form.typed, faults=faults,
        refusal=await entries.refusal(session, shown["revision"], visitor.actor, now, parts.seals, words),
    )  # fmt: skip


async def shown_text(session: AsyncSession, live: Catalogue, revision_id: int, words: Any, now: Any) -> dict[str, Any]:
    """Return what a verifier must see of a text: the difference to what readers have, sources, evidence, authors."""
    entry, revision = await reading.get(session, revision_id)
    before = await reading.live(session, entry_id=entry.id, language=revision.language)
    exact = await reading.exact(session, entry, revision)
    old = await reading.exact(session, entry, before) if before is not None and before.id != revision.id else None
    source = await _source_text(session, revision)
    reader = Reader(live, revision.language, words)
    return {
        "entry": entry, "revision": revision, "exact": exact,
        "is_live": before is not None and before.id == revision.id,
        "difference": differences.between(old, exact, card_words(words)) if old else None,
        "labels": difference_labels(words),
        "lines": differences.lines(exact, card_words(words)) if exact.details is not None else {},
        "is_new": before is None, "source": source, "sources": await _sources(session, source or revision),
        "evidence": await _evidence(session, source or revision),
        "authors": (await entries.writers(session, [revision_id], words))[revision_id],
        "notes": await reading.notes(session, revision_id), "fields": field_names(words),
        "unread": unread_in(live, exact.body, revision.language) if entry.kind == EntryKind.ARTICLE else [],
        "preview": await _preview(session, live, entry, revision, exact, now),
        "media": await media.in_text(session, exact.body), "places": await _places(session, entry, revision),
        "address": address_of_text(entry.kind, entry.slug, revision.language),
        "kind": entry_kinds(words)[entry.kind], "confidences": confidences(words),
        "reader": reader if entry.kind == EntryKind.ARTICLE else None,
        "place_reader": replace(reader, proposed={Reference(entry.kind, entry.slug): revision.body}),
        "source_reader": Reader(live, SOURCE_LANGUAGE, words),
        "change": changes(words)[revision.change] if _tells_change(entry, revision) else "",
    }  # fmt: skip


def _tells_change(entry: Entry, revision: Revision) -> bool:
    """Tell whether a writer chose what kind of change it is: she does so for articles that she hands in."""
    return entry.kind == EntryKind.ARTICLE and revision.state == RevisionState.SUBMITTED


async def _source_text(session: AsyncSession, revision: Revision) -> Revision | None:
    """Return the source text that a translation was made from."""
    if revision.derived_from_revision_id is None or revision.language == SOURCE_LANGUAGE:
        return None
    return await session.get(Revision, revision.derived_from_revision_id)


async def _places(session: AsyncSession, entry: Entry, revision: Revision) -> list[usage.Place]:
    """Return where readers meet a fact: a value alone tells nobody what it is of."""
    if entry.kind != EntryKind.FACT:
        return []
    return await usage.places_of(session, Reference(entry.kind, entry.slug), revision.language)


async def _sources(session: AsyncSession, revision: Revision) -> list[Source]:
    ids = await reading.source_ids(session, revision.id)
    found = {row.id: row for row in await session.scalars(select(Source).where(Source.id.in_(ids)))}
    return [found[number] for number in ids]


async def _evidence(session: AsyncSession, revision: Revision) -> list[Evidence]:
    wanted = select(Evidence).where(Evidence.number.in_(revision.evidence)).order_by(Evidence.number)
    return list(await session.scalars(wanted))


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


@routes.get("/review/{revision_id}/approve")
async def leave_approving(by: By, revision_id: RevisionId) -> Response:
    """Lead to the text: its page stands at this address when a moment cannot be."""
    return to(f"/review/{revision_id}")


@routes.post("/review/{revision_id}/approve")
async def approve(
    request: Request, visitor: SignedIn, parts: Parts, session: Session, words: DeskWords, live: Live, now: Now,
    revision_id: RevisionId, form: Scheduled, text_hash: Typed, language: Typed = "", back: Typed = "",
    handed_in: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    """Approve the very text that was shown, and lead to the next one, or back to the page it was approved on."""
    moments, faults = check(form, now=now, words=words)
    if faults:
        return await _one(request, visitor, parts, session, words, live, now, revision_id, form, faults, language)
    await approving.approve(
        session, revision_id=revision_id, text_hash=text_hash, by=visitor.actor, now=now, seals=parts.seals,
        live_from=moments.get("live_from"), live_until=moments.get("live_until"),
    )  # fmt: skip
    following = _after(revision_id, language, was_handed_in=handed_in)
    return to(inside(back) if back else following, done="approved")


def _after(revision_id: int, language: str, *, was_handed_in: bool) -> str:
    """Return the address of the text after this one in the lane."""
    handed_in = "&handed_in=yes" if was_handed_in else ""
    return f"/review?after={revision_id}{handed_in}&language={quote(language)}"


@routes.post("/review/{revision_id}/give-back")
async def give_back(
    by: By, session: Session, now: Now, revision_id: RevisionId, reason: Typed, language: Typed = ""
) -> Response:
    """Give a text back to its writers with a reason, and lead to the next one."""
    await drafting.give_back(session, revision_id=revision_id, reason=reason, by=by, now=now)
    return to(_after(revision_id, language, was_handed_in=True), done="given-back")
