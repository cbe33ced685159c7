"""Facts: fees, deadlines and other values that texts show. A value is fixed once, in each language."""

from typing import Annotated, Any, get_args

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import By, DeskWords, Now, Session, SignedIn, Visitor
from api.problems import told
from api.web import entries
from api.web.pages import PAGE_ROWS, page, to
from content.desk import checking, drafting, going_live, listing, reading, structure
from content.desk import exact as exacts
from content.desk.listing import Order
from content.desk.rules import NotReady, NotThere, WrongState
from content.facts import Fact
from content.pack_shapes import FactModel
from content.revisions import EntryKind
from core.i18n import LANGUAGES, SOURCE_LANGUAGE, Words
from staff.actors import Role

routes = APIRouter(include_in_schema=False)
KINDS: tuple[str, ...] = get_args(FactModel.model_fields["kind"].annotation)
Value = Annotated[str, Form(max_length=300)]


@routes.get("/facts")
async def show_list(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords,
    search: Annotated[str, Query(max_length=100)] = "", kind: Annotated[str, Query(max_length=20)] = "",
    only: Annotated[str, Query(max_length=20)] = "", order: Order = Order.NAME, descending: bool = False,
    number: Annotated[int, Query(ge=1, le=100000, alias="page")] = 1,
) -> Response:  # fmt: skip
    """List the facts with their Indonesian value."""
    rows, count = await listing.listed(
        session, kind=EntryKind.FACT, search=search, place=kind, only=only, order=order, descending=descending,
        limit=PAGE_ROWS, offset=(number - 1) * PAGE_ROWS,
    )  # fmt: skip
    return page(
        request, "facts.html", words, visitor, rows=rows, count=count, number=number, rows_a_page=PAGE_ROWS,
        search=search, kind=kind, only=only, order=order, descending=descending, kinds=KINDS,
        may_write=visitor.actor.has(Role.EDITOR),
    )  # fmt: skip


@routes.post("/facts")
async def add(
    by: By,
    session: Session,
    now: Now,
    slug: Annotated[str, Form(max_length=40)],
    kind: Annotated[str, Form(max_length=20)],
) -> Response:
    """Add a fact and open its page."""
    if kind not in KINDS:
        raise WrongState("Choose one of the kinds.")
    await structure.new_fact(session, slug=slug.strip().lower(), fact_kind=kind, by=by, now=now)
    return to(f"/facts/{slug.strip().lower()}")


@routes.get("/facts/{slug}")
async def show(request: Request, visitor: SignedIn, session: Session, words: DeskWords, slug: str) -> Response:
    """Show a fact in every language: what is live and what is proposed."""
    return await _page(request, visitor, session, words, slug)


async def _page(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, slug: str, *, status: int = 200,
    faults: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    entry = await reading.entry(session, EntryKind.FACT, slug)
    texts = {code: await entries.shown(session, entry, code, words, visitor.actor) for code in LANGUAGES}
    kind = (await session.get_one(Fact, entry.id)).kind
    return page(
        request, "fact.html", words, visitor, status=status, texts=texts, kind=kind, faults=faults or {},
        **await entries.around(session, entry, visitor.actor),
    )  # fmt: skip


@routes.post("/facts/{slug}/{language}/submit")
async def submit(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, slug: str, language: str,
    value: Value, base: Annotated[str, Form(max_length=20)] = "",
    sources: Annotated[tuple[int, ...], Form(max_length=20)] = (),
) -> Response:  # fmt: skip
    """Save a value and hand it in."""
    revision_id = await _saved(session, visitor, now, slug, language, value, base, sources)
    try:
        await drafting.submit(session, revision_id=revision_id, by=visitor.actor, now=now)
    except NotReady as broken:
        faults = {f"{language}.{fault.field}": told(fault, words) for fault in broken.faults}
        return await _page(request, visitor, session, words, slug, status=422, faults=faults)
    return to(f"/facts/{slug}")


async def _saved(
    session: AsyncSession, visitor: Visitor, now: Any, slug: str, language: str, value: str, base: str,
    sources: tuple[int, ...],
) -> int:  # fmt: skip
    if language not in LANGUAGES:
        raise NotThere("There is nothing here (any more).")
    entry = await reading.entry(session, EntryKind.FACT, slug)
    newest = await reading.newest(session, entry_id=entry.id, language=language)
    source = newest or await reading.newest(session, entry_id=entry.id, language=SOURCE_LANGUAGE)
    kept = await reading.source_ids(session, source.id) if source else []
    revision = await drafting.save(
        session, entry=entry, language=language, exact=exacts.fact(value), by=visitor.actor, now=now,
        base_id=int(base) if base.isdigit() else None, source_ids=list(sources) or kept,
        evidence=source.evidence if source else (),
    )  # fmt: skip
    return revision.id


@routes.post("/facts/{slug}/{language}/confirm")
async def confirm(
    by: By, session: Session, now: Now, slug: str, language: str, revision_id: Annotated[int, Form()]
) -> Response:
    """Note that somebody read the sources again and the value is still right."""
    await checking.confirm(
        session, kind=EntryKind.FACT, slug=slug, language=language, revision_id=revision_id, by=by, now=now
    )
    return to(f"/facts/{slug}")


@routes.post("/facts/{slug}/retract")
async def retract(
    by: By, session: Session, now: Now, slug: str, reason: Annotated[str, Form(max_length=300)]
) -> Response:
    """Take a fact away from readers at once, in every language."""
    await going_live.retract(
        session, kind=EntryKind.FACT, slug=slug, language=SOURCE_LANGUAGE, reason=reason, by=by, now=now
    )
    return to(f"/facts/{slug}")
