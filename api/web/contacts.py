"""Contacts: where a phone number is fixed once, to change wherever it is shown when a second person has read it."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.responses import Response

from api.deps import By, DeskWords, Live, Now, Session, SignedIn, Visitor
from api.problems import status_of, told, told_at_fields
from api.web import contact_form, entries, suggestions
from api.web.entries import LARGEST, RevisionId
from api.web.labels import contact_kinds, stage
from api.web.pages import PAGE_ROWS, list_page, page, to
from content.bodies import Reference
from content.contacts import ContactDetails
from content.countries import country_name
from content.desk import checking, drafting, going_live, listing, reading, structure
from content.desk import exact as exacts
from content.desk.listing import Order
from content.desk.rules import Conflict, NotReady
from content.revisions import ALL_LANGUAGES, EntryKind
from content.seals import details_of
from core.i18n import Words
from staff.actors import Role

routes = APIRouter(include_in_schema=False)
Base = Annotated[int, Form(ge=1, le=LARGEST)]
Reason = Annotated[str, Form(max_length=300)]


@routes.get("/contacts")
async def show_list(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, live: Live,
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
    return list_page(
        request, "contacts.html", words, visitor, rows=rows, count=count, number=number, rows_a_page=PAGE_ROWS,
        search=search, country=country, only=only, order=order, descending=descending, countries=countries,
        country_name=country_name, may_write=visitor.actor.has(Role.EDITOR), stage=stage,
        uses={row.entry.slug: live.uses[Reference("contact", row.entry.slug)] for row in rows},
    )  # fmt: skip


@routes.post("/contacts")
async def add(by: By, session: Session, now: Now, slug: Annotated[str, Form(max_length=40)]) -> Response:
    """Add a contact and open its form."""
    name = slug.strip().lower()
    await structure.new_entry(session, kind=EntryKind.CONTACT, slug=name, review_months=3, by=by, now=now)
    return to(f"/contacts/{name}")


@routes.get("/contacts/{slug}")
async def show(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, slug: str
) -> Response:
    """Show a contact: what is live, what is proposed, and the form."""
    return await _page(request, visitor, session, words, now, slug)


async def _page(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, now: Any, slug: str, *, status: int = 200,
    **instead: Any,
) -> Response:  # fmt: skip
    """Return the page; `instead` is what stands there instead of what is stored, where something was typed."""
    entry = await reading.entry(session, EntryKind.CONTACT, slug)
    shown = await entries.shown(session, entry, ALL_LANGUAGES, words, visitor.actor)
    newest = shown["newest"]
    details = details_of(await session.get_one(ContactDetails, newest.id)) if newest else None
    stored = {
        "card": contact_form.of_details(newest.title if newest else "", details), "faults": {}, "problem": "",
        "conflict": None, "today": now.date(), "kinds": list(contact_kinds(words).items()),
        "spare": contact_form.SPARE_PHONES,
        "suggested": {},
    }  # fmt: skip
    if shown["may_write"]:
        countries, provinces = suggestions.countries(words.language), suggestions.all_provinces()
        stored["suggested"] = {"countries": countries, "provinces": provinces}
    around = await entries.around(session, entry, visitor.actor)
    return page(request, "contact.html", words, visitor, status=status, **shown | around | stored | instead)


@routes.post("/contacts/{slug}/save")
async def save(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, slug: str
) -> Response:
    """Save a proposal; what is live stays as it is."""
    refused, _ = await _saved(request, visitor, session, words, now, slug)
    return refused or to(f"/contacts/{slug}", done="saved-draft")


@routes.post("/contacts/{slug}/submit")
async def submit(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, slug: str
) -> Response:
    """Save a proposal and hand it in. What breaks a rule is told at its field; it is saved all the same."""
    refused, revision_id = await _saved(request, visitor, session, words, now, slug)
    if refused:
        return refused
    try:
        await drafting.submit(session, revision_id=revision_id, by=visitor.actor, now=now)
    except NotReady as broken:
        faults = told_at_fields(broken.faults, words)
        problem = words.gettext("Saved, but not handed in yet: see the notes at the fields.")
        return await _page(request, visitor, session, words, now, slug, status=422, faults=faults, problem=problem)
    return to(f"/contacts/{slug}", done="handed-in")


async def _saved(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, now: Any, slug: str
) -> tuple[Response | None, int]:
    """Save what the form holds; return the page that tells its faults, or none and the revision."""
    form: FormData = await request.form()
    entry = await reading.entry(session, EntryKind.CONTACT, slug)
    drafting.require_writer(visitor.actor, entry.kind, ALL_LANGUAGES)
    newest = await reading.newest(session, entry_id=entry.id, language=ALL_LANGUAGES)
    before = await reading.source_ids(session, newest.id) if newest else []
    chosen = entries.in_order(list(filter(None, map(entries.number_of, form.getlist("sources")))), before)
    card = contact_form.read(form, sources=tuple(map(str, chosen)) or ("none",))
    typed: dict[str, Any] = {"card": contact_form.as_typed(card), "chosen": chosen}
    model, faults = contact_form.check(card, words)
    if model is None:
        typed |= {"faults": faults, "problem": words.gettext("Not saved: see the notes at the fields.")}
        return await _page(request, visitor, session, words, now, slug, status=422, **typed), 0
    try:
        revision = await drafting.save(
            session, entry=entry, language=ALL_LANGUAGES, exact=exacts.contact(model), by=visitor.actor, now=now,
            base_id=entries.number_of(form.get("base")), source_ids=chosen,
        )  # fmt: skip
    except Conflict as conflict:
        against = await entries.against(session, entry, ALL_LANGUAGES, exacts.contact(model), words)
        typed |= {"problem": told(conflict, words), "conflict": against}
        return await _page(request, visitor, session, words, now, slug, status=status_of(conflict), **typed), 0
    return None, revision.id


@routes.post("/contacts/{slug}/take-back")
async def take_back(by: By, session: Session, now: Now, slug: str) -> Response:
    """Take a card that was handed in back, to go on writing."""
    entry = await reading.entry(session, EntryKind.CONTACT, slug)
    await entries.take_back(session, entry, ALL_LANGUAGES, by, now)
    return to(f"/contacts/{slug}", done="taken-back")


@routes.post("/contacts/{slug}/confirm")
async def confirm(by: By, session: Session, now: Now, slug: str, revision_id: Base) -> Response:
    """Note that somebody rang and the number is still right."""
    await checking.confirm(
        session, kind=EntryKind.CONTACT, slug=slug, language=ALL_LANGUAGES, revision_id=revision_id, by=by, now=now
    )
    return to(f"/contacts/{slug}", done="saved")


@routes.post("/contacts/{slug}/retract")
async def retract(by: By, session: Session, now: Now, slug: str, reason: Reason) -> Response:
    """Take a contact away from readers at once."""
    await going_live.retract(
        session, kind=EntryKind.CONTACT, slug=slug, language=ALL_LANGUAGES, reason=reason, by=by, now=now
    )
    return to(f"/contacts/{slug}", done="taken-away")


@routes.get("/contacts/{slug}/{revision_id}")
async def show_version(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, slug: str, revision_id: RevisionId
) -> Response:
    """Show what one revision changed."""
    entry = await reading.entry(session, EntryKind.CONTACT, slug)
    shown = await entries.version(session, entry, revision_id, words, visitor.actor)
    return page(request, "version.html", words, visitor, here=f"/contacts/{slug}", **shown)


@routes.post("/contacts/{slug}/{revision_id}/restore")
async def restore(by: By, session: Session, now: Now, slug: str, revision_id: RevisionId, base: Base) -> Response:
    """Make an older card the newest draft."""
    await entries.restore(session, EntryKind.CONTACT, slug, revision_id=revision_id, base_id=base, by=by, now=now)
    return to(f"/contacts/{slug}", done="put-back")
