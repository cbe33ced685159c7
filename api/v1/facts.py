"""Facts: fees, deadlines and other values, kept once. A value is proposed here; /v1/revisions takes it further."""

from typing import Annotated, Literal

from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import By, Now, Session
from api.v1 import examples, inputs, outputs, paging, texts_shown
from api.v1.conditional import Base
from api.v1.documentation import answers, new_routes
from api.v1.idempotency import Create
from api.v1.inputs import LanguagePath, SlugPath
from api.v1.outputs import EntryRow, FactDetail, Text
from api.v1.paging import Asking, Page
from content.bodies import Reference
from content.desk import checking, drafting, going_live, listing, reading, sources, structure, translations, usage
from content.desk import exact as exacts
from content.facts import Fact
from content.revisions import EntryKind
from core.i18n import SOURCE_LANGUAGE

routes = new_routes("/facts", tag="facts")
A_VALUE = "/{slug}/values/{language}"


@routes.get("", summary="List facts", responses=answers(examples.ENTRY_PAGE))
async def show_list(
    _: By, session: Session, asking: Asking,
    search: Annotated[str, Query(max_length=100, pattern=inputs.ONE_LINE, description="in names and values")] = "",
    kind: Annotated[str, Query(max_length=20, pattern=r"^[a-z]*$")] = "",
    only: Annotated[Literal["", "live", "unverified", "draft"], Query(description="what stands so")] = "",
) -> Page[EntryRow]:  # fmt: skip
    """List the facts by id, with their Indonesian value as title."""
    rows = await listing.listed_after(
        session, kind=EntryKind.FACT, search=search, place=kind, only=only, after=asking.after, limit=asking.limit + 1
    )
    return paging.page(rows, asking, id_of=lambda row: row.entry.id, shown=outputs.entry_row)


@routes.post(
    "", status_code=201, summary="Add a fact", response_model=FactDetail, responses=answers(examples.FACT, status=201)
)
async def add(
    by: By, session: Session, now: Now, create: Create, body: Annotated[inputs.NewFact, examples.NEW_FACT]
) -> Response:
    """Add a fact without a value. Editors may."""

    async def make() -> FactDetail:
        await structure.new_fact(session, slug=body.slug, fact_kind=body.kind, by=by, now=now)
        return await _detail(session, body.slug)

    return await create.once(body, make)


@routes.get("/{slug}", summary="Get a fact", responses=answers(examples.FACT))
async def show(_: By, session: Session, slug: SlugPath) -> FactDetail:
    """Return a fact, where its values stand, and which live texts show it."""
    return await _detail(session, slug)


async def _detail(session: AsyncSession, slug: str) -> FactDetail:
    entry = await reading.entry(session, EntryKind.FACT, slug)
    fact = await session.get_one(Fact, entry.id)
    states = await translations.states(session, [entry.id])
    used_in = await usage.used_in(session, Reference("fact", slug))
    return FactDetail(
        slug=slug, kind=fact.kind, review_months=entry.review_months, texts=outputs.standings(states[entry.id]),
        used_in=outputs.usages(used_in),
    )  # fmt: skip


@routes.get(A_VALUE, summary="Get the newest value", responses=answers(examples.TEXT))
async def show_value(_: By, session: Session, answer: Response, slug: SlugPath, language: LanguagePath) -> Text:
    """Return the newest value in a language, proposed or live; its ETag is what a write is based on."""
    entry = await reading.entry(session, EntryKind.FACT, slug)
    return await texts_shown.newest(session, answer, entry, language)


@routes.put(A_VALUE, summary="Propose a value", responses=answers(examples.TEXT))
async def propose(
    by: By, session: Session, now: Now, answer: Response, base_id: Base, slug: SlugPath, language: LanguagePath,
    body: Annotated[inputs.FactValue, examples.FACT_VALUE],
) -> Text:  # fmt: skip
    """Save a value as a draft; what is live stays. Editors may, translators in their languages."""
    entry = await reading.entry(session, EntryKind.FACT, slug)
    newest = await reading.newest(session, entry_id=entry.id, language=language)
    source = newest or await reading.newest(session, entry_id=entry.id, language=SOURCE_LANGUAGE)
    if body.sources is not None:
        source_ids = await sources.ids_of(session, body.sources)
    else:
        source_ids = await reading.source_ids(session, source.id) if source else []
    revision = await drafting.save(
        session, entry=entry, language=language, exact=exacts.fact(body.value), base_id=base_id, by=by, now=now,
        source_ids=source_ids, evidence=source.evidence if source else (),
    )  # fmt: skip
    return await texts_shown.tagged(session, answer, entry, revision)


@routes.post(A_VALUE + "/check", summary="Say that a live value is still right", responses=answers(examples.TEXT))
async def check(
    by: By, session: Session, now: Now, slug: SlugPath, language: LanguagePath,
    body: Annotated[inputs.StillRight, examples.STILL_RIGHT],
) -> Text:  # fmt: skip
    """Note that the sources of a live value were read again and it is right. Editors and verifiers may."""
    await checking.confirm(
        session, kind=EntryKind.FACT, slug=slug, language=language, revision_id=body.revision_id, by=by, now=now
    )
    return await texts_shown.one(session, body.revision_id)


@routes.post("/{slug}/retract", summary="Retract a fact", responses=answers(examples.FACT))
async def retract(
    by: By, session: Session, now: Now, slug: SlugPath, body: Annotated[inputs.Why, examples.WHY]
) -> FactDetail:
    """Take a fact away from readers at once, in every language. Editors, verifiers and administrators may."""
    await going_live.retract(
        session, kind=EntryKind.FACT, slug=slug, language=SOURCE_LANGUAGE, reason=body.reason, by=by, now=now
    )
    return await _detail(session, slug)
