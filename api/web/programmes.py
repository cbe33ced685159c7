"""Programmes: for whom they are, when they are open, how many places there are. What is saved is live at once."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.responses import Response

from api.deps import DeskWords, Live, Now, Parts, Session, SignedIn, Visitor
from api.problems import status_of, told, told_at_fields
from api.services import Services
from api.web import labels, programme_words, suggestions
from api.web.meanwhile import Differing
from api.web.pages import page, to
from api.web.suggestions import Suggestions
from content.bodies import SLUG
from content.catalogue import Catalogue
from content.desk import fingerprints, forms, programmes, reading
from content.desk.rules import Conflict, NotReady, WrongState
from content.form_shapes import ProgrammeModel
from content.loading import is_shown_to_readers
from core.i18n import Words
from registrations import provinces, standings
from registrations.desk import programmes as changing
from staff.actors import Role

routes = APIRouter(include_in_schema=False)
Slug = Annotated[str, Path(pattern=f"^{SLUG}$")]
Seen = Annotated[str, Form(max_length=64)]
TEXTS = ("article", "form", "contact", "opens_on", "closes_on", "admits", "sex", "places_question")
NUMBERS = ("position", "places", "least_age", "most_age", "returned_within_months", "keep_months")


@routes.get("/programmes")
async def show_list(
    request: Request, visitor: SignedIn, parts: Parts, session: Session, words: DeskWords, live: Live
) -> Response:
    """List the programmes, and the forms that they ask."""
    return await all_programmes(request, visitor, parts, session, words, live)


async def all_programmes(
    request: Request, visitor: Visitor, parts: Services, session: AsyncSession, words: Words, live: Catalogue, *,
    status: int = 200, new_form: str = "", error: str = "",
) -> Response:  # fmt: skip
    """Return the page of all programmes and forms. `new_form`: a form's name that cannot be, as `error` says."""
    shows_all = bool(parts.settings.show_unverified)
    rows = [
        (
            row, standings.desk_title(live, row.slug, words.language),
            is_shown_to_readers(article, live.articles, live.shelf, show_unverified=shows_all),
        )
        for row, article in await programmes.listed(session)
    ]  # fmt: skip
    return page(
        request, "programmes.html", words, visitor, status=status, rows=rows, forms=await forms.listed(session),
        new_form=new_form, error=error,
        may_write=visitor.actor.has(Role.EDITOR),
    )  # fmt: skip


@routes.get("/programmes/new")
async def show_new(request: Request, visitor: SignedIn, session: Session, words: DeskWords, live: Live) -> Response:
    """Show an empty programme."""
    visitor.actor.require(Role.EDITOR)
    empty = {"position": "1", "keep_months": "24", "waitlist": "yes"}
    return await _page(request, visitor, session, words, live, "", empty)


@routes.get("/programmes/{slug}")
async def show(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, live: Live, slug: Slug
) -> Response:
    """Show a programme."""
    _row, model = await programmes.find(session, slug)
    return await _page(
        request, visitor, session, words, live, slug, _typed(model), seen=fingerprints.of_programme(model)
    )


async def _page(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, live: Catalogue, slug: str,
    typed: Mapping[str, Any], *, seen: str = "", errors: Mapping[str, str] | None = None, problem: str = "",
    meanwhile: Sequence[Differing] = (), status: int = 200,
) -> Response:  # fmt: skip
    title = standings.desk_title(live, slug, words.language) if slug else ""
    known, may_write = await forms.listed(session), visitor.actor.has(Role.EDITOR)
    asked = next((form.questions for form in known if form.slug == typed.get("form")), [])
    named = _named(live, words)
    suggested = {
        "articles": named["article"], "contacts": named["contact"],
        "dividing": suggestions.dividing(forms.questions_of(asked), words.language),
    } if may_write else {}  # fmt: skip
    return page(
        request, "programme.html", words, visitor, status=status, slug=slug, typed=typed, seen=seen, title=title,
        errors=defaultdict(str, errors or {}), problem=problem, stages=labels.stages(words),
        provinces=provinces.all_names(), fields=programme_words.fields(words), choices=programme_words.choices(words),
        suggested=suggested, meanwhile_saved=meanwhile,
        form_options=[(form.slug, form.slug) for form in known if form.questions],
        may_write=may_write,
    )  # fmt: skip


@routes.post("/programmes/new")
async def add(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, live: Live, now: Now,
    slug: Annotated[str, Form(max_length=40)] = "",
) -> Response:  # fmt: skip
    """Add a programme."""
    return await _save(request, visitor, session, words, live, now, slug, is_new=True, seen=None)


@routes.post("/programmes/{slug}")
async def change(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, live: Live, now: Now, slug: Slug,
    seen: Seen = "",
) -> Response:  # fmt: skip
    """Change a programme."""
    return await _save(request, visitor, session, words, live, now, slug, is_new=False, seen=seen)


async def _save(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, live: Catalogue, now: datetime, slug: str,
    *, is_new: bool, seen: str | None,
) -> Response:  # fmt: skip
    """Save what was typed; where something is wrong the page says what at its field, and keeps what was typed."""
    visitor.actor.require(Role.EDITOR)
    _, form, problem, status = words.gettext, await request.form(), "", 422
    meanwhile = list[Differing]()
    named = _named(live, words)
    taken = await reading.taken(session, [str(form.get(name, "")) for name in named])
    model, errors = _read(form, slug, words, named, taken)
    try:
        if model is not None:
            async with session.begin_nested():
                await changing.save(session, slug, model, seen=seen, by=visitor.actor, now=now)
            return to(f"/programmes/{slug}", done="saved-live")
    except NotReady as broken:
        errors = told_at_fields(broken.faults, words)
    except WrongState as wrong:
        errors = {"slug": told(wrong, words)}
    except Conflict as conflict:
        problem, status = told(conflict, words), status_of(conflict)
        stands = (await programmes.find(session, slug))[1]
        seen = fingerprints.of_programme(stands)
        meanwhile = programme_words.programmes_differ(_typed(stands), _typed(model), words) if model else []
    typed = {name: form.getlist(name) if name in {"stages", "provinces"} else form.get(name, "") for name in form}
    problem = problem or _("Something is not right yet: see the notes at the fields.")
    return await _page(
        request, visitor, session, words, live, "" if is_new else slug, typed, seen=seen or "", errors=errors,
        problem=problem, meanwhile=meanwhile, status=status,
    )  # fmt: skip


def _named(live: Catalogue, words: Words) -> dict[str, Suggestions]:
    """Return what can be named by its title, by the fields that name it."""
    return {
        "article": suggestions.articles(live, words.language), "contact": suggestions.contacts(live, words.language),
    }  # fmt: skip


def _read(
    form: FormData, slug: str, words: Words, named: Mapping[str, Suggestions], taken: Collection[str]
) -> tuple[ProgrammeModel | None, dict[str, str]]:
    """Return the programme that was typed, or what is wrong with it by its fields."""
    _, codes = words.gettext, provinces.all_names().keys()
    errors = dict[str, str]()
    if not re.fullmatch(SLUG, slug):
        errors["slug"] = _("Write a short name of small letters, digits and hyphens.")
    if _by_province(form).keys() - codes or len(_by_province(form)) < len(_pairs(form, "places_by_province")):
        errors["places_by_province"] = _("Write a province and its places in each line, such as Jawa Barat: 20")
    pairs = _pairs(form, "places_by_answer")
    if any(not name or not number for name, number in pairs) or len(dict(pairs)) < len(pairs):
        errors["places_by_answer"] = _("Write an answer's code and its places in each line, such as morning: 20")
    if set(map(str, form.getlist("provinces"))) - codes:
        errors["provinces"] = _("This is not right yet.")
    try:
        model = ProgrammeModel.model_validate(_values(form, named, taken))
    except ValidationError as wrong:
        fields = [str(each["loc"][0]) for each in wrong.errors()]
        choose, other = (
            _("Choose it from the list that opens while you type, or write its short name."),
            _("This is not right yet."),
        )
        return None, {field: choose if field in named else other for field in fields} | errors
    return None if errors else model, errors


def _values(form: FormData, named: Mapping[str, Suggestions], taken: Collection[str]) -> dict[str, Any]:
    """Return what was typed as ProgrammeModel takes it; an empty field means that nothing is limited."""
    values: dict[str, Any] = {name: form.get(name) or None for name in (*TEXTS, *NUMBERS)}
    values = {name: value for name, value in values.items() if value is not None}
    values |= {
        name: suggestions.meant(str(values[name]), told, taken=taken) for name, told in named.items() if name in values
    }
    return values | {
        "stages": form.getlist("stages"), "provinces": form.getlist("provinces"),
        "discreet": form.get("discreet") == "yes", "waitlist": form.get("waitlist") == "yes",
        "places_by_province": _by_province(form), "places_by_answer": dict(_pairs(form, "places_by_answer")),
    }  # fmt: skip


def _by_province(form: FormData) -> dict[str, str]:
    """Return places by province; what is no province stays, to be refused."""
    return {provinces.named(name) or name or "?": number for name, number in _pairs(form, "places_by_province")}


def _pairs(form: FormData, field: str) -> list[tuple[str, str]]:
    """Return what stands before and behind the colon of each line, such as "Jawa Barat: 20"."""
    lines = [line.rpartition(":") for line in str(form.get(field) or "").splitlines() if line.strip()]
    return [(name.strip(), number.strip()) for name, _, number in lines]


def _typed(model: ProgrammeModel) -> dict[str, Any]:
    """Return a programme as its form holds it."""
    names, typed = provinces.all_names(), model.model_dump(mode="json")
    by_province = "\n".join(f"{names.get(code, code)}: {places}" for code, places in model.places_by_province.items())
    by_answer = "\n".join(f"{code}: {places}" for code, places in model.places_by_answer.items())
    return {name: "" if value is None else value for name, value in typed.items()} | {
        "places_by_province": by_province, "places_by_answer": by_answer, "discreet": "yes" if model.discreet else "no",
        "waitlist": "yes" if model.waitlist else "no",
    }  # fmt: skip
