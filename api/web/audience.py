"""Whom an article is for, how delicate it is, what finds it and what is read next. What is set here is live at once."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.responses import Response

from api.deps import By, DeskWords, Live, Now, Session, SignedIn, Visitor
from api.problems import status_of, told
from api.web import suggestions
from api.web.labels import sensitivities, stages
from api.web.meanwhile import Differing, differing
from api.web.pages import page, to
from content.articles import Article
from content.catalogue import Catalogue
from content.countries import all_codes, country_name, in_order
from content.desk import fingerprints, reading, structure
from content.desk.rules import Conflict, WrongState
from content.pack_shapes import AudienceModel
from content.revisions import EntryKind
from core.i18n import LANGUAGES, SOURCE_LANGUAGE, Words
from registrations import provinces
from staff.actors import Role

routes = APIRouter(include_in_schema=False)
MOST_TAGS = 50
TAG_LETTERS = 60
MOST_RELATED = 2


@routes.get("/articles/{slug}/audience")
async def show(
    request: Request, visitor: SignedIn, by: By, session: Session, words: DeskWords, live: Live, slug: str
) -> Response:
    """Show the form."""
    by.require(Role.EDITOR)
    article = await _stored(session, slug)
    seen = fingerprints.of_audience(article)
    return await _page(request, visitor, session, words, live, slug, _chosen(article), seen=seen)


async def _stored(session: AsyncSession, slug: str) -> Article:
    entry = await reading.entry(session, EntryKind.ARTICLE, slug)
    return await session.get_one(Article, entry.id)


def _chosen(article: Article) -> dict[str, Any]:
    return {
        "stages": article.stages, "countries": article.countries, "provinces": article.provinces,
        "sensitivity": article.sensitivity, "tags": article.tags, "related": article.related,
    }  # fmt: skip


async def _page(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, live: Catalogue, slug: str,
    chosen: dict[str, Any], *, seen: str, problem: str = "", faults: dict[str, str] | None = None,
    meanwhile: Sequence[Differing] = (), status: int = 200,
) -> Response:  # fmt: skip
    """Return the form. `seen`: the fingerprint of what the person saw; `meanwhile`: what somebody else saved."""
    entry = await reading.entry(session, EntryKind.ARTICLE, slug)
    source = await reading.live(session, entry_id=entry.id, language=SOURCE_LANGUAGE)
    return page(
        request, "audience.html", words, visitor, status=status, entry=entry, title=source.title if source else slug,
        chosen=chosen, seen=seen, problem=problem, faults=faults or {}, meanwhile_saved=meanwhile,
        stages=stages(words), sensitivities=sensitivities(words),
        countries=suggestions.countries(words.language), provinces=suggestions.all_provinces(),
        articles=suggestions.articles(live, words.language), most_related=MOST_RELATED,
    )  # fmt: skip


@routes.post("/articles/{slug}/audience")
async def set_audience(
    request: Request, visitor: SignedIn, by: By, session: Session, words: DeskWords, live: Live, now: Now, slug: str
) -> Response:
    """Set it for all languages. What cannot be is told at its field, and what was typed stays.

    Without the fingerprint of what the person saw nothing is written over: it counts as another's.
    Longer than a function should be: each way to refuse shows the page again with what was typed.
    """
    by.require(Role.EDITOR)
    form = await request.form()
    chosen, seen = _read(form), str(form.get("seen", ""))
    faults = _faults(chosen, words)
    if faults:
        return await _page(request, visitor, session, words, live, slug, chosen, seen=seen, faults=faults, status=422)
    audience = AudienceModel(
        stages=tuple(chosen["stages"]), countries=tuple(chosen["countries"]), provinces=tuple(chosen["provinces"])
    )
    try:
        await structure.set_audience(
            session, slug=slug, audience=audience, tags=chosen["tags"], related=chosen["related"],
            sensitivity=chosen["sensitivity"], seen=seen, by=by, now=now,
        )  # fmt: skip
    except WrongState as broken:
        problem, status = told(broken, words), status_of(broken)
        return await _page(
            request, visitor, session, words, live, slug, chosen, seen=seen, problem=problem, status=status
        )
    except Conflict as conflict:
        article = await _stored(session, slug)
        return await _page(
            request, visitor, session, words, live, slug, chosen, seen=fingerprints.of_audience(article),
            problem=told(conflict, words), meanwhile=_differing(_chosen(article), chosen, words),
            status=status_of(conflict),
        )  # fmt: skip
    return to(f"/articles/{slug}/{SOURCE_LANGUAGE}")


def _differing(theirs: dict[str, Any], yours: dict[str, Any], words: Words) -> list[Differing]:
    _ = words.gettext
    labels = {
        "stages": _("Stages"), "sensitivity": _("How delicate it is"), "countries": _("Countries"),
        "provinces": _("Provinces"), "related": _("What is read next"),
    }  # fmt: skip
    hers, mine = _in_words(theirs, words), _in_words(yours, words)
    fields = [Differing(label, hers[name], mine[name]) for name, label in labels.items()]
    for code, language in LANGUAGES.items():
        label = _("What finds it: {language}").format(language=language.name)
        tags = ["\n".join(chosen["tags"].get(code, [])) for chosen in (theirs, yours)]
        fields.append(Differing(label, tags[0], tags[1], code))
    return differing(fields)


def _in_words(chosen: dict[str, Any], words: Words) -> dict[str, str]:
    """Tell what was chosen. In which order stages, countries and provinces were is not told: it says nothing."""
    countries = {code: country_name(code, words.language) for code in in_order(all_codes(), words.language)}
    names = {"stages": stages(words), "countries": countries, "provinces": provinces.all_names()}
    told_of = {
        field: ", ".join(name for code, name in known.items() if code in chosen[field])
        for field, known in names.items()
    }
    delicate = sensitivities(words).get(chosen["sensitivity"], "")
    return told_of | {"sensitivity": delicate, "related": "\n".join(chosen["related"])}


def _read(form: FormData) -> dict[str, Any]:
    """Return what the form says; nothing is checked yet."""
    tags = {code: _lines(form, f"tags.{code}") for code in LANGUAGES}
    return {
        "stages": _texts(form, "stages"), "countries": _texts(form, "countries"),
        "provinces": _texts(form, "provinces"), "related": _texts(form, "related"),
        "sensitivity": str(form.get("sensitivity", "")), "tags": {code: words for code, words in tags.items() if words},
    }  # fmt: skip


def _texts(form: FormData, name: str) -> list[str]:
    given = [value.strip() for value in form.getlist(name) if isinstance(value, str)]
    return list(dict.fromkeys(filter(None, given)))


def _lines(form: FormData, name: str) -> list[str]:
    return list(dict.fromkeys(filter(None, map(str.strip, str(form.get(name, "")).splitlines()))))


def _faults(chosen: dict[str, Any], words: Words) -> dict[str, str]:
    """Tell which fields cannot be as they are, where a list to choose from does not see to that."""
    _ = words.gettext
    faults = {}
    for code, tags in chosen["tags"].items():
        if len(tags) > MOST_TAGS or any(len(tag) > TAG_LETTERS or not tag.isprintable() for tag in tags):
            faults[f"tags.{code}"] = _("At most 50 words, each of at most 60 letters.")
    if not set(chosen["stages"]) <= stages(words).keys():
        faults["stages"] = _("Choose one of these.")
    if chosen["sensitivity"] not in sensitivities(words):
        faults["sensitivity"] = _("Choose one of these.")
    if len(chosen["related"]) > MOST_RELATED:
        faults["related"] = _("At most two.")
    return faults
