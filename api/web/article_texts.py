"""The editor of one text of an article: the phone beside it, drafts that save themselves, two who save at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import JSONResponse, Response

from api.deps import By, DeskWords, Live, Now, Parts, Session, SignedIn, Visitor
from api.previews import messages
from api.problems import status_of, told
from api.web import entries
from api.web.editor_words import editor_words, shown_values
from api.web.entries import LARGEST
from api.web.labels import changes, difference_labels, standing
from api.web.pages import page, to
from api.web.readable import Reader, unread_in
from content.articles import Article
from content.catalogue import Catalogue
from content.desk import differences, drafting, ended, media, previewing, programmes, reading, scheduling, translations
from content.desk import exact as exacts
from content.desk.exact import Exact
from content.desk.rules import Conflict, NotReady, NotThere, WrongState
from content.revisions import Change, Entry, EntryKind, Revision, RevisionState
from content.seals import Seals
from content.sources import Source
from core.errors import RuleBroken
from core.i18n import LANGUAGES, SOURCE_LANGUAGE, Words
from core.markup import MarkupError
from staff.actors import Actor, Role

routes = APIRouter(include_in_schema=False)
Short = Annotated[str, Form(max_length=300)]
Long = Annotated[str, Form(max_length=20000)]
SourceId = Annotated[int, Form(ge=1, le=LARGEST)]
MOST_SOURCES = 2000


@dataclass(frozen=True, slots=True)
class TextForm:
    """What the editor's form sends."""

    title: Short = ""
    summary: Short = ""
    body: Long = ""
    base: Annotated[str, Form(max_length=20)] = ""
    source: Annotated[str, Form(max_length=20)] = ""
    sources: Annotated[tuple[SourceId, ...], Form(max_length=20)] = ()
    change: Annotated[Change | None, Form()] = None

    @property
    def exact(self) -> Exact:
        """The text as it would be saved."""
        return exacts.article(title=self.title, summary=self.summary, body=self.body)


Written = Annotated[TextForm, Depends()]


@routes.get("/articles/{slug}/{language}")
async def edit(
    request: Request, visitor: SignedIn, parts: Parts, session: Session, words: DeskWords, live: Live, now: Now,
    slug: str, language: str,
) -> Response:  # fmt: skip
    """Show the editor of one text."""
    shown = await _editor(session, parts.seals, live, slug, language, words, now, visitor.actor)
    return page(request, "article.html", words, visitor, **shown)


async def _editor(
    session: AsyncSession, seals: Seals, live: Catalogue, slug: str, language: str, words: Words, now: datetime,
    by: Actor,
) -> dict[str, Any]:  # fmt: skip
    entry = await _entry(session, slug, language)
    newest = await reading.newest(session, entry_id=entry.id, language=language)
    live_one = await reading.live(session, entry_id=entry.id, language=language)
    exact = await reading.exact(session, entry, newest) if newest else exacts.article(title="", summary="", body="")
    chosen = await reading.source_ids(session, newest.id) if newest else []
    states = (await translations.states(session, [entry.id]))[entry.id]
    return {
        "entry": entry, "text_language": language, "newest": newest, "live_one": live_one, "exact": exact,
        "states": states, "standing": standing, "faults": [], "chosen": chosen,
        "notes": await reading.notes(session, newest.id) if newest else [], "sources": await _all_sources(session),
        "history": await entries.past(
            session, await reading.history(session, entry_id=entry.id, language=language), words
        ),
        "translation": await _translation(session, live, entry.id, language, newest, words),
        "schedule": await scheduling.waiting(session, entry_id=entry.id, language=language), "asked": {},
        "preview": await _preview(session, live, entry, language, exact, now, chosen),
        "media": await media.in_text(session, exact.body),
        "changes": changes(words), "change": drafting.chosen_last(newest),
        "ended": None if live_one else await ended.of(session, entry, language),
        "editor_words": editor_words(words), "values": shown_values(live, exact.body, language),
        "reader": Reader(live, language, words), "difference_words": difference_labels(words),
        "ends_sign_up": language == SOURCE_LANGUAGE and await programmes.is_signed_up_by(session, entry.id),
        "unread": unread_in(live, live_one.body, language) if live_one and states[language].is_approved else [],
        "may_approve": newest is not None and newest.state == RevisionState.SUBMITTED
        and not await entries.refusal(session, newest, by, now, seals, words),
    } | await _may(session, by, entry, language, newest)  # fmt: skip


async def _entry(session: AsyncSession, slug: str, language: str) -> Entry:
    if language not in LANGUAGES:
        raise NotThere("There is nothing here (any more).")
    return await reading.entry(session, EntryKind.ARTICLE, slug)


async def _may(
    session: AsyncSession, by: Actor, entry: Entry, language: str, newest: Revision | None
) -> dict[str, bool]:
    """Return what the page offers to this person. Whether she may is asked again by whatever it leads to."""
    is_submitted = newest is not None and newest.state == RevisionState.SUBMITTED
    reads = bool(by.languages(Role.VERIFIER) & reading.verified_in(language))
    may_retract = by.has(Role.EDITOR, Role.VERIFIER, Role.ADMINISTRATOR)
    article = await session.get_one(Article, entry.id)
    return {
        "is_submitted": is_submitted, "may_write": entries.may_write(by, entry.kind, language),
        "may_retract": may_retract, "may_read": reads,
        "may_set_audience": by.has(Role.EDITOR), "may_retire": by.has(Role.EDITOR, Role.ADMINISTRATOR),
        "is_retired": article.retired_at is not None,
    }  # fmt: skip


async def _all_sources(session: AsyncSession) -> list[Source]:
    return list(await session.scalars(select(Source).order_by(Source.title).limit(MOST_SOURCES)))


async def _translation(
    session: AsyncSession, live: Catalogue, entry_id: int, language: str, newest: Revision | None, words: Words
) -> dict[str, Any] | None:
    """Return the source text beside a translation, and what changed in it since that was made."""
    if language == SOURCE_LANGUAGE:
        return None
    source = await reading.live(session, entry_id=entry_id, language=SOURCE_LANGUAGE)
    if source is None:
        return None
    made_from = (
        await session.get(Revision, newest.derived_from_revision_id)
        if newest and newest.derived_from_revision_id
        else None
    )
    old = _exact_of(made_from) if made_from else None
    changed = differences.between(old, _exact_of(source)) if old and made_from and made_from.id != source.id else None
    reader = Reader(live, SOURCE_LANGUAGE, words)
    return {"source": source, "difference": changed, "labels": difference_labels(words), "reader": reader}


def _exact_of(revision: Revision) -> Exact:
    return exacts.article(title=revision.title, summary=revision.summary, body=revision.body)


async def _preview(
    session: AsyncSession, live: Catalogue, entry: Entry, language: str, exact: Exact, now: datetime,
    chosen: Sequence[int],
) -> list[dict[str, Any]]:  # fmt: skip
    try:
        shown = await previewing.article(session, live, entry=entry, language=language, exact=exact, source_ids=chosen)
        return messages(shown, now=now)
    except MarkupError:
        return []


async def _save(
    session: AsyncSession, entry: Entry, language: str, form: TextForm, by: Actor, now: datetime,
    made_from: int | None = None,
) -> Revision:  # fmt: skip
    newest = await reading.newest(session, entry_id=entry.id, language=language)
    before = await reading.source_ids(session, newest.id) if newest else []
    return await drafting.save(
        session, entry=entry, language=language, exact=form.exact, base_id=entries.number_of(form.base), by=by, now=now,
        source_ids=entries.in_order(form.sources, before), evidence=newest.evidence if newest else (),
        derived_from_id=made_from, change=form.change,
    )  # fmt: skip


@routes.post("/articles/{slug}/{language}/save")
async def save(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, live: Live, now: Now, slug: str,
    language: str, form: Written,
) -> Response:  # fmt: skip
    """Save a draft. A script that saves by itself gets JSON, and takes nothing back; a person gets the editor again."""
    is_script = "application/json" in request.headers.get("accept", "")
    entry = await _entry(session, slug, language)
    try:
        if is_script:
            base = entries.number_of(form.base)
            await drafting.require_not_handed_in(
                session, entry=entry, language=language, base_id=base, by=visitor.actor
            )
        revision = await _save(session, entry, language, form, visitor.actor, now)
    except WrongState as waits:
        return JSONResponse({"detail": told(waits, words)}, status_of(waits))
    except Conflict as conflict:
        if is_script:
            return JSONResponse({"conflict": told(conflict, words), "newest": conflict.newest_id}, 409)
        return await _clash(request, visitor, session, words, live, entry, language, form, status=status_of(conflict))
    if is_script:
        return JSONResponse({"base": revision.id, "state": revision.state})
    return to(f"/articles/{slug}/{language}", done="saved-draft")


@routes.post("/articles/{slug}/{language}/submit")
async def submit(
    request: Request, visitor: SignedIn, parts: Parts, session: Session, words: DeskWords, live: Live, now: Now,
    slug: str, language: str, form: Written,
) -> Response:  # fmt: skip
    """Save and hand in. What breaks a rule is told beside the text, which is saved all the same."""
    entry = await _entry(session, slug, language)
    made_from = await drafting.made_from_seen(
        session, entry_id=entry.id, language=language, source_id=entries.number_of(form.source)
    )
    try:
        revision = await _save(session, entry, language, form, visitor.actor, now, made_from)
        await drafting.submit(
            session, revision_id=revision.id, is_major=revision.is_major, is_correction=revision.is_correction,
            by=visitor.actor, now=now,
        )  # fmt: skip
    except Conflict as conflict:
        return await _clash(request, visitor, session, words, live, entry, language, form, status=status_of(conflict))
    except NotReady as broken:
        faults = [{"field": fault.field, "line": fault.line, "what": told(fault, words)} for fault in broken.faults]
        shown = await _editor(session, parts.seals, live, slug, language, words, now, visitor.actor)
        return page(request, "article.html", words, visitor, status=422, **shown | {"faults": faults})
    return to(f"/articles/{slug}/{language}", done="handed-in")


@routes.post("/articles/{slug}/{language}/compare")
async def compare(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, live: Live, slug: str, language: str,
    form: Written,
) -> Response:  # fmt: skip
    """Show what somebody else saved beside what was typed; nothing is saved by this."""
    entry = await _entry(session, slug, language)
    drafting.require_writer(visitor.actor, entry.kind, language)
    return await _clash(request, visitor, session, words, live, entry, language, form, status=200)


async def _clash(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, live: Catalogue, entry: Entry,
    language: str, form: TextForm, *, status: int,
) -> Response:  # fmt: skip
    """Return the page on which one of two texts is chosen: theirs, or what was typed, which stands in its form."""
    newest = await reading.newest(session, entry_id=entry.id, language=language)
    theirs = await reading.exact(session, entry, newest) if newest else exacts.article(title="", summary="", body="")
    seen = await _seen(session, entry, language, entries.number_of(form.base))
    names = {row.id: f"{row.title} ({row.publisher})" for row in await _all_sources(session)}
    return page(
        request, "conflict.html", words, visitor, status=status, entry=entry, text_language=language, newest=newest,
        theirs=theirs, told=(await entries.past(session, [newest], words))[0] if newest else None,
        their_changes=entries.difference(seen, theirs, words) if seen else None,
        conflict=entries.difference(theirs, form.exact, words), labels=difference_labels(words), typed=form,
        source_names=names, reader=Reader(live, language, words),
    )  # fmt: skip


async def _seen(session: AsyncSession, entry: Entry, language: str, revision_id: int | None) -> Exact | None:
    """Return the text on which somebody wrote, if it is one of this entry and language."""
    revision = await session.get(Revision, revision_id) if revision_id else None
    if revision is None or (revision.entry_id, revision.language) != (entry.id, language):
        return None
    return await reading.exact(session, entry, revision)


@routes.post("/articles/{slug}/{language}/preview")
async def preview(
    by: By, session: Session, words: DeskWords, live: Live, now: Now, slug: str, language: str, form: Written
) -> Response:
    """Return how the text looks on a phone, and what is not right in its markup."""
    del by
    entry = await _entry(session, slug, language)
    try:
        shown = await previewing.article(
            session, live, entry=entry, language=language, exact=form.exact, source_ids=form.sources
        )
    except MarkupError as error:
        told_as = words.gettext("Line {line} of the text: the markup is not right ({what}).")
        what = told_as.format(line=error.line, what=words.told(RuleBroken(error.message, **error.values)))
        return JSONResponse({"messages": [], "fault": what})
    return JSONResponse({"messages": messages(shown, now=now), "fault": ""})
