"""The list of articles, and the editor of one text with its history, its languages and the phone beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import JSONResponse, Response

from api.deps import By, DeskWords, Live, Now, Session, SignedIn
from api.previews import messages
from api.problems import told
from api.web.labels import difference_labels, standings
from api.web.pages import PAGE_ROWS, page, to
from content.desk import differences, drafting, going_live, listing, previewing, reading, structure, translations
from content.desk import exact as exacts
from content.desk.listing import Order
from content.desk.rules import Conflict, NotReady, NotThere
from content.revisions import EntryKind, Revision, RevisionState
from content.sources import Source
from content.topics import Topic, TopicTitle
from core.i18n import LANGUAGES, SOURCE_LANGUAGE, Words
from core.markup import MarkupError
from staff.actors import Role

routes = APIRouter(include_in_schema=False)
Short = Annotated[str, Form(max_length=300)]
Long = Annotated[str, Form(max_length=20000)]
Slug = Annotated[str, Form(max_length=40)]


@routes.get("/articles")
async def show_list(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords,
    search: Annotated[str, Query(max_length=100)] = "", topic: Annotated[str, Query(max_length=40)] = "",
    only: Annotated[str, Query(max_length=20)] = "", order: Order = Order.PLACE, descending: bool = False,
    number: Annotated[int, Query(ge=1, le=100000, alias="page")] = 1,
) -> Response:  # fmt: skip
    """List the articles, with where each stands in each language."""
    rows, count = await listing.listed(
        session, kind=EntryKind.ARTICLE, search=search, place=topic, only=only, order=order, descending=descending,
        limit=PAGE_ROWS, offset=(number - 1) * PAGE_ROWS,
    )  # fmt: skip
    return page(
        request, "articles.html", words, visitor, rows=rows, count=count, number=number, rows_a_page=PAGE_ROWS,
        search=search, topic=topic, only=only, order=order, descending=descending, topics=await _topics(session, words),
        standings=standings(words), may_write=visitor.actor.has(Role.EDITOR),
    )  # fmt: skip


async def _topics(session: AsyncSession, words: Words) -> list[tuple[str, str]]:
    query = select(Topic.slug, TopicTitle.title).join(TopicTitle, TopicTitle.topic_id == Topic.id)
    query = query.where(TopicTitle.language == words.language, Topic.retired_at.is_(None)).order_by(Topic.position)
    return [(row.slug, row.title) for row in await session.execute(query)]


@routes.post("/articles")
async def add(by: By, session: Session, now: Now, slug: Slug, topic: Slug) -> Response:
    """Add an article to a topic and open its editor."""
    await structure.new_article(session, slug=slug.strip().lower(), topic=topic, by=by, now=now)
    return to(f"/articles/{slug.strip().lower()}/{SOURCE_LANGUAGE}")


@routes.get("/articles/{slug}")
async def lead_to_source(slug: str) -> Response:
    """Lead to the text in the source language."""
    return to(f"/articles/{slug}/{SOURCE_LANGUAGE}", 307)


@routes.get("/articles/{slug}/{language}")
async def edit(
    request: Request, visitor: SignedIn, by: By, session: Session, words: DeskWords, live: Live, now: Now, slug: str,
    language: str,
) -> Response:  # fmt: skip
    """Show the editor of one text."""
    shown = await _editor(session, live, slug, language, words, now, by)
    return page(request, "article.html", words, visitor, **shown)


async def _editor(
    session: AsyncSession, live: Any, slug: str, language: str, words: Words, now: Any, by: Any
) -> dict[str, Any]:
    if language not in LANGUAGES:
        raise NotThere("There is nothing here (any more).")
    entry = await reading.entry(session, EntryKind.ARTICLE, slug)
    newest = await reading.newest(session, entry_id=entry.id, language=language)
    live_one = await reading.live(session, entry_id=entry.id, language=language)
    exact = await reading.exact(session, entry, newest) if newest else exacts.article(title="", summary="", body="")
    state = (await translations.states(session, [entry.id]))[entry.id]
    chosen = await reading.source_ids(session, newest.id) if newest else []
    return {
        "entry": entry, "text_language": language, "newest": newest, "live_one": live_one, "exact": exact,
        "states": state, "standings": standings(words),
        "history": await reading.history(session, entry_id=entry.id, language=language),
        "notes": await reading.notes(session, newest.id) if newest else [], "sources": await _all_sources(session),
        "chosen": chosen,
        "translation": await _translation(session, entry.id, language, newest, words),
        "may_write": _may_write(by, language), "may_retract": by.has(Role.EDITOR, Role.VERIFIER, Role.ADMINISTRATOR),
        "is_draft": newest is not None and newest.state == RevisionState.DRAFT,
        "is_submitted": newest is not None and newest.state == RevisionState.SUBMITTED,
        "preview": await _preview(session, live, entry, language, exact, now, chosen),
    }  # fmt: skip


def _may_write(by: Any, language: str) -> bool:
    return by.has(Role.EDITOR) or (language != SOURCE_LANGUAGE and language in by.languages(Role.TRANSLATOR))


async def _all_sources(session: AsyncSession) -> list[Source]:
    return list(await session.scalars(select(Source).order_by(Source.title).limit(2000)))


async def _translation(
    session: AsyncSession, entry_id: int, language: str, newest: Revision | None, words: Words
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
    old = exacts.article(title=made_from.title, summary=made_from.summary, body=made_from.body) if made_from else None
    new = exacts.article(title=source.title, summary=source.summary, body=source.body)
    changed = differences.between(old, new) if old and made_from and made_from.id != source.id else None
    return {"source": source, "difference": changed, "labels": difference_labels(words)}


async def _preview(
    session: AsyncSession, live: Any, entry: Any, language: str, exact: Any, now: Any, chosen: Sequence[int]
) -> list[dict[str, Any]]:
    try:
        shown = await previewing.article(session, live, entry=entry, language=language, exact=exact, source_ids=chosen)
        return messages(shown, now=now)
    except MarkupError:
        return []


@dataclass(frozen=True, slots=True)
class TextForm:
    """What the editor's form sends."""

    title: Short = ""
    summary: Short = ""
    body: Long = ""
    base: Annotated[str, Form(max_length=20)] = ""
    sources: Annotated[tuple[int, ...], Form(max_length=20)] = ()

    @property
    def base_id(self) -> int | None:
        """The newest revision that the writer saw."""
        return int(self.base) if self.base.isdigit() else None


Written = Annotated[TextForm, Depends()]


async def _save(session: AsyncSession, slug: str, language: str, form: TextForm, by: Any, now: Any) -> Revision:
    entry = await reading.entry(session, EntryKind.ARTICLE, slug)
    newest = await reading.newest(session, entry_id=entry.id, language=language)
    exact = exacts.article(title=form.title, summary=form.summary, body=form.body)
    return await drafting.save(
        session, entry=entry, language=language, exact=exact, base_id=form.base_id, by=by, now=now,
        source_ids=list(form.sources), evidence=newest.evidence if newest else (),
    )  # fmt: skip


@routes.post("/articles/{slug}/{language}/save")
async def save(
    request: Request, by: By, session: Session, words: DeskWords, now: Now, slug: str, language: str, form: Written
) -> Response:
    """Save a draft. A script that saves by itself gets JSON, a person the editor again."""
    is_script = "application/json" in request.headers.get("accept", "")
    try:
        revision = await _save(session, slug, language, form, by, now)
    except Conflict as conflict:
        if not is_script:
            raise
        return JSONResponse({"conflict": told(conflict, words), "newest": conflict.newest_id}, 409)
    if is_script:
        return JSONResponse({"base": revision.id, "state": revision.state})
    return to(f"/articles/{slug}/{language}")


@routes.post("/articles/{slug}/{language}/submit")
async def submit(
    request: Request, visitor: SignedIn, by: By, session: Session, words: DeskWords, live: Live, now: Now, slug: str,
    language: str, form: Written, change: Annotated[str, Form(max_length=20)] = "major",
) -> Response:  # fmt: skip
    """Save and hand in. What breaks a rule is told beside the text, which is saved all the same."""
    revision = await _save(session, slug, language, form, by, now)
    try:
        await drafting.submit(
            session,
            revision_id=revision.id,
            is_major=change != "small",
            is_correction=change == "correction",
            by=by,
            now=now,
        )
    except NotReady as broken:
        faults = [{"field": fault.field, "line": fault.line, "what": told(fault, words)} for fault in broken.faults]
        shown = await _editor(session, live, slug, language, words, now, by)
        return page(request, "article.html", words, visitor, status=422, faults=faults, **shown)
    return to(f"/articles/{slug}/{language}")


@routes.post("/articles/{slug}/{language}/preview")
async def preview(
    by: By, session: Session, words: DeskWords, live: Live, now: Now, slug: str, language: str, form: Written
) -> Response:
    """Return how the text looks on a phone, and what is not right in its markup."""
    del by
    entry = await reading.entry(session, EntryKind.ARTICLE, slug)
    exact = exacts.article(title=form.title, summary=form.summary, body=form.body)
    try:
        shown = await previewing.article(
            session, live, entry=entry, language=language, exact=exact, source_ids=form.sources
        )
    except MarkupError as error:
        what = words.gettext("Line {line}: the markup is not right ({what}).").format(line=error.line, what=error.what)
        return JSONResponse({"messages": [], "fault": what})
    return JSONResponse({"messages": messages(shown, now=now), "fault": ""})


@routes.post("/articles/{slug}/{language}/take-back")
async def take_back(by: By, session: Session, now: Now, slug: str, language: str) -> Response:
    """Take a text that was handed in back, to go on writing."""
    entry = await reading.entry(session, EntryKind.ARTICLE, slug)
    newest = await reading.newest(session, entry_id=entry.id, language=language)
    if newest is not None:
        await drafting.give_back(session, revision_id=newest.id, reason="", by=by, now=now)
    return to(f"/articles/{slug}/{language}")


@routes.post("/articles/{slug}/{language}/confirm")
async def confirm_translation(by: By, session: Session, now: Now, slug: str, language: str) -> Response:
    """Hand in a translation as it is: nothing in it must change."""
    entry = await reading.entry(session, EntryKind.ARTICLE, slug)
    await drafting.confirm_translation(session, entry=entry, language=language, by=by, now=now)
    return to(f"/articles/{slug}/{language}")


@routes.post("/articles/{slug}/{language}/retract")
async def retract(
    by: By, session: Session, now: Now, slug: str, language: str, reason: Annotated[str, Form(max_length=300)]
) -> Response:
    """Take a text away from readers at once."""
    await going_live.retract(
        session, kind=EntryKind.ARTICLE, slug=slug, language=language, reason=reason, by=by, now=now
    )
    return to(f"/articles/{slug}/{language}")


@routes.get("/articles/{slug}/{language}/{revision_id}")
async def show_revision(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, slug: str, language: str, revision_id: int
) -> Response:
    """Show what one revision changed."""
    entry, revision = await reading.get(session, revision_id)
    if entry.slug != slug or revision.language != language:
        raise NotThere("There is nothing here (any more).")
    older = await reading.history(session, entry_id=entry.id, language=language, before=revision_id)
    exact = await reading.exact(session, entry, revision)
    before = await reading.exact(session, entry, older[0]) if older else None
    newest = await reading.newest(session, entry_id=entry.id, language=language)
    return page(
        request, "revision.html", words, visitor, entry=entry, revision=revision, exact=exact, newest=newest,
        difference_of_page=differences.between(before, exact), labels=difference_labels(words),
    )  # fmt: skip


@routes.post("/articles/{slug}/{language}/{revision_id}/restore")
async def restore(
    by: By, session: Session, now: Now, slug: str, language: str, revision_id: int,
    base: Annotated[str, Form(max_length=20)] = "",
) -> Response:  # fmt: skip
    """Make an older text the newest draft."""
    base_id = int(base) if base.isdigit() else None
    await drafting.restore(session, revision_id=revision_id, base_id=base_id, by=by, now=now)
    return to(f"/articles/{slug}/{language}")


@routes.post("/articles/{slug}/retire")
async def retire(by: By, session: Session, now: Now, slug: str) -> Response:
    """End an article in all languages."""
    await going_live.retire(session, slug=slug, by=by, now=now)
    return to("/articles")
