"""Facts: fees, deadlines and other values that texts show. A value is fixed once, in each language."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import By, DeskWords, Live, Now, Session, SignedIn, Visitor
from api.problems import status_of, told
from api.web import entries
from api.web.entries import LARGEST, RevisionId
from api.web.labels import fact_kinds, stage
from api.web.pages import PAGE_ROWS, list_page, page, to
from content.bodies import Reference
from content.desk import checking, drafting, going_live, listing, reading, structure, translations
from content.desk import exact as exacts
from content.desk.listing import Order
from content.desk.rules import Conflict, NotReady, NotThere, WrongState
from content.facts import Fact
from content.live import nearest_language
from content.revisions import EntryKind
from core.i18n import LANGUAGES, SOURCE_LANGUAGE, Words
from staff.actors import Role

routes = APIRouter(include_in_schema=False)
Base = Annotated[int, Form(ge=1, le=LARGEST)]


@routes.get("/facts")
async def show_list(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, live: Live,
    search: Annotated[str, Query(max_length=100)] = "", kind: Annotated[str, Query(max_length=20)] = "",
    only: Annotated[str, Query(max_length=20)] = "", order: Order = Order.NAME, descending: bool = False,
    number: Annotated[int, Query(ge=1, le=100000, alias="page")] = 1,
) -> Response:  # fmt: skip
    """List the facts with their Indonesian value."""
    rows, count = await listing.listed(
        session, kind=EntryKind.FACT, search=search, place=kind, only=only, order=order, descending=descending,
        limit=PAGE_ROWS, offset=(number - 1) * PAGE_ROWS,
    )  # fmt: skip
    return list_page(
        request, "facts.html", words, visitor, rows=rows, count=count, number=number, rows_a_page=PAGE_ROWS,
        search=search, kind=kind, only=only, order=order, descending=descending, kinds=fact_kinds(words),
        may_write=visitor.actor.has(Role.EDITOR), stage=stage,
        uses={row.entry.slug: live.uses[Reference("fact", row.entry.slug)] for row in rows},
    )  # fmt: skip


@routes.post("/facts")
async def add(
    by: By, session: Session, words: DeskWords, now: Now, slug: Annotated[str, Form(max_length=40)],
    kind: Annotated[str, Form(max_length=20)],
) -> Response:  # fmt: skip
    """Add a fact and open its page."""
    if kind not in fact_kinds(words):
        raise WrongState("Choose one of the kinds.")
    await structure.new_fact(session, slug=slug.strip().lower(), fact_kind=kind, by=by, now=now)
    return to(f"/facts/{slug.strip().lower()}")


@routes.get("/facts/{slug}")
async def show(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, slug: str
) -> Response:
    """Show a fact in every language: what is live and what is proposed."""
    return await _page(request, visitor, session, words, now, slug)


async def _page(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, now: Any, slug: str, *, status: int = 200,
    faults: dict[str, str] | None = None, typed: dict[str, dict[str, Any]] | None = None,
) -> Response:  # fmt: skip
    """Return the page. `typed`, by language: what stands in a form instead of what is stored."""
    entry = await reading.entry(session, EntryKind.FACT, slug)
    texts, instead = {}, await _shown_instead(session, entry.id)
    for code in LANGUAGES:
        shown = await entries.shown(session, entry, code, words, visitor.actor)
        stored = {"value": shown["exact"].body if shown["exact"] else "", "problem": "", "conflict": None}
        texts[code] = shown | stored | {"instead": instead.get(code)} | (typed or {}).get(code, {})
    kind = (await session.get_one(Fact, entry.id)).kind
    return page(
        request, "fact.html", words, visitor, status=status, texts=texts, kind=fact_kinds(words).get(kind, kind),
        faults=faults or {}, today=now.date(), **await entries.around(session, entry, visitor.actor),
    )  # fmt: skip


async def _shown_instead(session: AsyncSession, entry_id: int) -> dict[str, str]:
    """Return, by the language of each live value that is outdated, in which language readers get it instead."""
    states = (await translations.states(session, [entry_id]))[entry_id]
    outdated = {code for code, state in states.items() if state.is_behind}
    right = [code for code, state in states.items() if state.live_id and code not in outdated]
    return {code: nearest_language(dict.fromkeys(right), code) for code in outdated}


@dataclass(frozen=True, slots=True)
class ValueForm:
    """What the form of one language sends."""

    value: Annotated[str, Form(max_length=300)] = ""
    base: Annotated[str, Form(max_length=20)] = ""
    sources: Annotated[tuple[Base, ...], Form(max_length=20)] = ()


Written = Annotated[ValueForm, Depends()]


@routes.post("/facts/{slug}/{language}/save")
async def save(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, slug: str, language: str,
    form: Written,
) -> Response:  # fmt: skip
    """Save a value as a draft; what is live stays as it is."""
    refused, _ = await _saved(request, visitor, session, words, now, slug, language, form)
    return refused or to(f"/facts/{slug}", done="saved-draft")


@routes.post("/facts/{slug}/{language}/submit")
async def submit(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, slug: str, language: str,
    form: Written,
) -> Response:  # fmt: skip
    """Save a value and hand it in. What breaks a rule is told at its field; it is saved all the same."""
    refused, revision_id = await _saved(request, visitor, session, words, now, slug, language, form)
    if refused:
        return refused
    try:
        await drafting.submit(session, revision_id=revision_id, by=visitor.actor, now=now)
    except NotReady as broken:
        faults = {f"{language}.{fault.field}": told(fault, words) for fault in broken.faults}
        typed = {language: {"problem": words.gettext("Saved, but not handed in yet: see the notes at the fields.")}}
        return await _page(request, visitor, session, words, now, slug, status=422, faults=faults, typed=typed)
    return to(f"/facts/{slug}", done="handed-in")


async def _saved(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, now: Any, slug: str, language: str,
    form: ValueForm,
) -> tuple[Response | None, int]:  # fmt: skip
    """Save a value; return the page that tells of somebody else's, or none and the revision."""
    if language not in LANGUAGES:
        raise NotThere("There is nothing here (any more).")
    entry = await reading.entry(session, EntryKind.FACT, slug)
    newest = await reading.newest(session, entry_id=entry.id, language=language)
    source = newest or await reading.newest(session, entry_id=entry.id, language=SOURCE_LANGUAGE)
    kept = await reading.source_ids(session, source.id) if source else []
    try:
        revision = await drafting.save(
            session, entry=entry, language=language, exact=exacts.fact(form.value), by=visitor.actor, now=now,
            base_id=entries.number_of(form.base), source_ids=entries.in_order(form.sources, kept) or kept,
            evidence=source.evidence if source else (),
        )  # fmt: skip
    except Conflict as conflict:
        against = await entries.against(session, entry, language, exacts.fact(form.value), words)
        typed = {"value": form.value, "problem": told(conflict, words), "conflict": against}
        typed |= {"chosen": list(form.sources)} if form.sources else {}
        return await _page(
            request, visitor, session, words, now, slug, status=status_of(conflict), typed={language: typed}
        ), 0
    return None, revision.id


@routes.post("/facts/{slug}/{language}/take-back")
async def take_back(by: By, session: Session, now: Now, slug: str, language: str) -> Response:
    """Take a value that was handed in back, to go on writing."""
    entry = await reading.entry(session, EntryKind.FACT, slug)
    await entries.take_back(session, entry, language, by, now)
    return to(f"/facts/{slug}", done="taken-back")


@routes.post("/facts/{slug}/{language}/confirm")
async def confirm(by: By, session: Session, now: Now, slug: str, language: str, revision_id: Base) -> Response:
    """Note that somebody read the sources again and the value is still right."""
    await checking.confirm(
        session, kind=EntryKind.FACT, slug=slug, language=language, revision_id=revision_id, by=by, now=now
    )
    return to(f"/facts/{slug}", done="saved")


@routes.post("/facts/{slug}/retract")
async def retract(
    by: By, session: Session, now: Now, slug: str, reason: Annotated[str, Form(max_length=300)]
) -> Response:
    """Take a fact away from readers at once, in every language."""
    await going_live.retract(
        session, kind=EntryKind.FACT, slug=slug, language=SOURCE_LANGUAGE, reason=reason, by=by, now=now
    )
    return to(f"/facts/{slug}", done="taken-away")


@routes.get("/facts/{slug}/{revision_id}")
async def show_version(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, slug: str, revision_id: RevisionId
) -> Response:
    """Show what one revision changed."""
    entry = await reading.entry(session, EntryKind.FACT, slug)
    shown = await entries.version(session, entry, revision_id, words, visitor.actor)
    return page(request, "version.html", words, visitor, here=f"/facts/{slug}", **shown)


@routes.post("/facts/{slug}/{revision_id}/restore")
async def restore(by: By, session: Session, now: Now, slug: str, revision_id: RevisionId, base: Base) -> Response:
    """Make an older value the newest draft."""
    await entries.restore(session, EntryKind.FACT, slug, revision_id=revision_id, base_id=base, by=by, now=now)
    return to(f"/facts/{slug}", done="put-back")
