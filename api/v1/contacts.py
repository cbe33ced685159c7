"""Contacts: whom to call. A card is proposed once, approved once (/v1/revisions), and shown wherever it is named."""

from typing import Annotated, Literal

from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import By, Now, Session
from api.v1 import examples, inputs, outputs, paging, texts_shown
from api.v1.conditional import Base
from api.v1.documentation import answers, new_routes
from api.v1.idempotency import Create
from api.v1.inputs import SlugPath
from api.v1.outputs import ContactDetail, EntryRow, Text
from api.v1.paging import Asking, Page
from content.bodies import Reference
from content.desk import checking, drafting, going_live, listing, reading, sources, structure, usage
from content.desk import exact as exacts
from content.pack_shapes import ContactModel
from content.revisions import ALL_LANGUAGES, Entry, EntryKind

routes = new_routes("/contacts", tag="contacts")
REVIEW_MONTHS = 3
NO_SOURCE = ("none",)  # a draft may still lack them; handing it in may not


@routes.get("", summary="List contacts", responses=answers(examples.ENTRY_PAGE))
async def show_list(
    _: By, session: Session, asking: Asking,
    search: Annotated[str, Query(max_length=100, pattern=inputs.ONE_LINE, description="in names")] = "",
    country: Annotated[str, Query(max_length=2, pattern=r"^([A-Z]{2})?$")] = "",
    only: Annotated[Literal["", "live", "unverified", "draft"], Query(description="what stands so")] = "",
) -> Page[EntryRow]:  # fmt: skip
    """List the contacts by id."""
    rows = await listing.listed_after(
        session, kind=EntryKind.CONTACT, search=search, place=country, only=only, after=asking.after,
        limit=asking.limit + 1,
    )  # fmt: skip
    return paging.page(rows, asking, id_of=lambda row: row.entry.id, shown=outputs.entry_row)


@routes.post(
    "", status_code=201, summary="Add a contact", response_model=ContactDetail,
    responses=answers(examples.CONTACT, status=201),
)  # fmt: skip
async def add(
    by: By, session: Session, now: Now, create: Create, body: Annotated[inputs.NewContact, examples.NEW_CONTACT]
) -> Response:
    """Add a contact without a card. Editors may."""

    async def make() -> ContactDetail:
        await structure.new_entry(
            session, kind=EntryKind.CONTACT, slug=body.slug, review_months=REVIEW_MONTHS, by=by, now=now
        )
        return await _detail(session, body.slug)

    return await create.once(body, make)


@routes.get("/{slug}", summary="Get a contact", responses=answers(examples.CONTACT))
async def show(_: By, session: Session, slug: SlugPath) -> ContactDetail:
    """Return a contact: its live card, the newest one, and which live texts show it."""
    return await _detail(session, slug)


async def _detail(session: AsyncSession, slug: str) -> ContactDetail:
    entry = await reading.entry(session, EntryKind.CONTACT, slug)
    live = await reading.live(session, entry_id=entry.id, language=ALL_LANGUAGES)
    newest = await reading.newest(session, entry_id=entry.id, language=ALL_LANGUAGES)
    used_in = await usage.used_in(session, Reference("contact", slug))
    return ContactDetail(
        slug=slug, review_months=entry.review_months,
        live=await texts_shown.text(session, entry, live) if live else None,
        newest=await texts_shown.text(session, entry, newest) if newest else None, used_in=outputs.usages(used_in),
    )  # fmt: skip


@routes.get("/{slug}/proposal", summary="Get the newest card", responses=answers(examples.TEXT))
async def show_proposal(_: By, session: Session, answer: Response, slug: SlugPath) -> Text:
    """Return the newest card, proposed or live; its ETag is what a write is based on."""
    entry = await reading.entry(session, EntryKind.CONTACT, slug)
    return await texts_shown.newest(session, answer, entry, ALL_LANGUAGES)


@routes.put("/{slug}/proposal", summary="Propose a card", responses=answers(examples.TEXT))
async def propose(
    by: By, session: Session, now: Now, answer: Response, base_id: Base, slug: SlugPath,
    body: Annotated[inputs.Card, examples.CARD],
) -> Text:  # fmt: skip
    """Save a card as a draft; what is live stays. Editors may."""
    entry = await reading.entry(session, EntryKind.CONTACT, slug)
    revision = await drafting.save(
        session, entry=entry, language=ALL_LANGUAGES, exact=exacts.contact(_card(entry, body)), base_id=base_id, by=by,
        now=now, source_ids=await sources.ids_of(session, body.sources),
    )  # fmt: skip
    return await texts_shown.tagged(session, answer, entry, revision)


def _card(entry: Entry, body: inputs.Card) -> ContactModel:
    """Return a card in the domain's shape."""
    written = body.model_dump()
    return ContactModel.model_validate(
        written | {"sources": body.sources or NO_SOURCE, "review_months": entry.review_months}
    )


@routes.post("/{slug}/check", summary="Say that a number still answers", responses=answers(examples.TEXT))
async def check(
    by: By, session: Session, now: Now, slug: SlugPath, body: Annotated[inputs.StillRight, examples.STILL_RIGHT]
) -> Text:
    """Note that the live number was rung today and is right. Editors and verifiers may."""
    await checking.confirm(
        session, kind=EntryKind.CONTACT, slug=slug, language=ALL_LANGUAGES, revision_id=body.revision_id, by=by,
        now=now,
    )  # fmt: skip
    return await texts_shown.one(session, body.revision_id)


@routes.post("/{slug}/retract", summary="Retract a contact", responses=answers(examples.CONTACT))
async def retract(
    by: By, session: Session, now: Now, slug: SlugPath, body: Annotated[inputs.Why, examples.WHY]
) -> ContactDetail:
    """Take a contact away from readers at once. Editors, verifiers and administrators may."""
    await going_live.retract(
        session, kind=EntryKind.CONTACT, slug=slug, language=ALL_LANGUAGES, reason=body.reason, by=by, now=now
    )
    return await _detail(session, slug)
