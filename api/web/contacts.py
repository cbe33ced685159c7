"""Contacts: where a phone number is fixed once, to change wherever it is shown when a second person has read it."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.responses import Response

from api.deps import By, DeskWords, Now, Session, SignedIn, Visitor
from api.problems import told
from api.web import contact_form, entries
from api.web.pages import PAGE_ROWS, page, to
from content.contacts import ContactDetails
from content.countries import country_name
from content.desk import checking, drafting, going_live, listing, reading, structure
from content.desk import exact as exacts
from content.desk.listing import Order
from content.desk.rules import NotReady
from content.revisions import ALL_LANGUAGES, EntryKind
from content.seals import details_of
from core.i18n import Words
from staff.actors import Role

routes = APIRouter(include_in_schema=False)
Reason = Annotated[str, Form(max_length=300)]


@routes.get("/contacts")
async def show_list(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords,
    search: Annotated[str, Query(max_length=100)] = "", country: Annotated[str, Query(max_length=2)] = "",
    only: Annotated[str, Query(max_length=20)] = "", order: Order = Order.NAME, descending: bool = False,
    number: Annotated[int, Query(ge=1, le=100000, alias="page")] = 1,
) -> Response:  # fmt: skip
    """List the contacts."""
    rows, count = await listing.listed(
        session, kind=EntryKind.CONTACT, search=search, place=country, only=only, order=order, descending=descending,
        limit=PAGE_ROWS, offset=(number - 1) * PAGE_ROWS,
    )  # fmt: skip
    places = await listing.places(session, EntryKind.CONTACT)
    countries = sorted((country_name(code, words.language), code) for code in places)
    return page(
        request, "contacts.html", words, visitor, rows=rows, count=count, number=number, rows_a_page=PAGE_ROWS,
        search=search, country=country, only=only, order=order, descending=descending, countries=countries,
        country_name=country_name, may_write=visitor.actor.has(Role.EDITOR),
    )  # fmt: skip


@routes.post("/contacts")
async def add(by: By, session: Session, now: Now, slug: Annotated[str, Form(max_length=40)]) -> Response:
    """Add a contact and open its form."""
    name = slug.strip().lower()
    await structure.new_entry(session, kind=EntryKind.CONTACT, slug=name, review_months=3, by=by, now=now)
    return to(f"/contacts/{name}")


@routes.get("/contacts/{slug}")
async def show(request: Request, visitor: SignedIn, session: Session, words: DeskWords, slug: str) -> Response:
    """Show a contact: what is live, what is proposed, and the form."""
    return await _page(request, visitor, session, words, slug)


async def _page(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, slug: str, *, status: int = 200,
    card: dict[str, Any] | None = None, faults: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    entry = await reading.entry(session, EntryKind.CONTACT, slug)
    shown = await entries.shown(session, entry, ALL_LANGUAGES, words, visitor.actor)
    newest = shown["newest"]
    details = details_of(await session.get_one(ContactDetails, newest.id)) if newest else None
    values = card or contact_form.of_details(newest.title if newest else "", details)
    around = await entries.around(session, entry, visitor.actor)
    return page(
        request, "contact.html", words, visitor, status=status, **shown | around, card=values, faults=faults or {},
        kinds=[(kind, kind) for kind in contact_form.KINDS], spare=contact_form.SPARE_PHONES,
    )  # fmt: skip


@routes.post("/contacts/{slug}/save")
async def save(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, slug: str
) -> Response:
    """Save a proposal; what is live stays as it is."""
    refused, _ = await _saved(request, visitor, session, words, now, slug)
    return refused or to(f"/contacts/{slug}")


@routes.post("/contacts/{slug}/submit")
async def submit(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, slug: str
) -> Response:
    """Save a proposal and hand it in."""
    refused, revision_id = await _saved(request, visitor, session, words, now, slug)
    if refused:
        return refused
    try:
        await drafting.submit(session, revision_id=revision_id, by=visitor.actor, now=now)
    except NotReady as broken:
        faults = {fault.field: told(fault, words) for fault in broken.faults}
        return await _page(request, visitor, session, words, slug, status=422, faults=faults)
    return to(f"/contacts/{slug}")


async def _saved(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, now: Any, slug: str
) -> tuple[Response | None, int]:
    """Save what the form holds; return the page that tells its faults, or none and the revision."""
    form: FormData = await request.form()
    entry = await reading.entry(session, EntryKind.CONTACT, slug)
    chosen = [int(value) for value in form.getlist("sources") if isinstance(value, str) and value.isdigit()]
    card = contact_form.read(form, sources=tuple(map(str, chosen)) or ("none",))
    model, faults = contact_form.check(card, words)
    if model is None:
        typed = contact_form.as_typed(card)
        return await _page(request, visitor, session, words, slug, status=422, card=typed, faults=faults), 0
    base = form.get("base")
    revision = await drafting.save(
        session, entry=entry, language=ALL_LANGUAGES, exact=exacts.contact(model), by=visitor.actor, now=now,
        base_id=int(base) if isinstance(base, str) and base.isdigit() else None, source_ids=chosen,
    )  # fmt: skip
    return None, revision.id


@routes.post("/contacts/{slug}/confirm")
async def confirm(by: By, session: Session, now: Now, slug: str, revision_id: Annotated[int, Form()]) -> Response:
    """Note that somebody rang and the number is still right."""
    await checking.confirm(
        session, kind=EntryKind.CONTACT, slug=slug, language=ALL_LANGUAGES, revision_id=revision_id, by=by, now=now
    )
    return to(f"/contacts/{slug}")


@routes.post("/contacts/{slug}/retract")
async def retract(by: By, session: Session, now: Now, slug: str, reason: Reason) -> Response:
    """Take a contact away from readers at once."""
    await going_live.retract(
        session, kind=EntryKind.CONTACT, slug=slug, language=ALL_LANGUAGES, reason=reason, by=by, now=now
    )
    return to(f"/contacts/{slug}")
