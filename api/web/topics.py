"""The tree of topics: moving articles and topics, and what a topic is called. What is done here is live at once."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.responses import Response

from api.deps import By, DeskWords, Now, Session, SignedIn, Visitor
from api.problems import status_of, told
from api.web.meanwhile import Differing, differing
from api.web.pages import list_page, page, to
from content.desk import fingerprints, going_live, listing, structure, tree
from content.desk.rules import Conflict, WrongState
from content.desk.tree import Branch
from content.pack_shapes import TopicModel
from content.revisions import EntryKind
from core.i18n import LANGUAGES, Words
from staff.actors import Role

routes = APIRouter(include_in_schema=False)
TOPICS_A_PAGE = 25
RETIRED_SHOWN = 20
Name = Annotated[str, Form(max_length=40, pattern=r"^[a-z0-9-]*$")]
Focus = Annotated[str, Form(max_length=80, pattern=r"^[a-z0-9.-]*$")]
PageNumber = Annotated[int, Form(ge=1, le=100000, alias="page")]


@routes.get("/topics")
async def show(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords,
    number: Annotated[int, Query(ge=1, le=100000, alias="page")] = 1,
) -> Response:  # fmt: skip
    """Show the tree, and the articles that were retired."""
    branches, count = await tree.tree(session, limit=TOPICS_A_PAGE, offset=(number - 1) * TOPICS_A_PAGE)
    retired, retired_count = await listing.listed(
        session, kind=EntryKind.ARTICLE, only="retired", order=listing.Order.NAME, limit=RETIRED_SHOWN
    )
    return list_page(
        request, "topics.html", words, visitor, branches=branches, count=count, number=number, retired=retired,
        rows_a_page=TOPICS_A_PAGE, retired_count=retired_count, may_write=visitor.actor.has(Role.EDITOR),
        may_bring_back=visitor.actor.has(Role.EDITOR, Role.ADMINISTRATOR),
    )  # fmt: skip


@routes.post("/topics/{slug}/move")
async def move_topic(
    by: By, session: Session, now: Now, slug: str, before: Name = "", focus: Focus = "", number: PageNumber = 1
) -> Response:
    """Move a topic among those beside it; the focus goes back to its row."""
    await structure.move_topic(session, slug=slug, before=before or None, by=by, now=now)
    return to(_row(number, focus))


@routes.post("/topics/articles/{slug}/move")
async def move_article(
    by: By, session: Session, now: Now, slug: str, topic: Name, before: Name = "", focus: Focus = "",
    number: PageNumber = 1,
) -> Response:  # fmt: skip
    """Move an article up or down in its topic; the focus goes back to its row."""
    await structure.move_article(session, slug=slug, topic=topic, before=before or None, by=by, now=now)
    return to(_row(number, focus))


def _row(number: int, focus: str) -> str:
    """Return the address of a row: a browser gives the focus to what the fragment names, without any script."""
    return f"/topics?page={number}#{focus}" if number > 1 else f"/topics#{focus}"


@routes.get("/topics/articles/{slug}")
async def choose_topic(request: Request, visitor: SignedIn, session: Session, words: DeskWords, slug: str) -> Response:
    """Ask into which topic an article goes."""
    visitor.actor.require(Role.EDITOR)
    return await _choice(request, visitor, session, words, slug)


async def _choice(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, slug: str, *, chosen: str = "",
    error: str = "",
) -> Response:  # fmt: skip
    placed = await tree.placed(session, slug)
    topics = await tree.choices(session, words.language)
    return page(
        request, "move_article.html", words, visitor, status=422 if error else 200, placed=placed, topics=topics,
        chosen=chosen or placed.topic, error=error,
    )  # fmt: skip


@routes.post("/topics/articles/{slug}")
async def move_into(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, slug: str, topic: Name
) -> Response:
    """Move an article to the end of a topic, and show it there."""
    try:
        await structure.move_article(session, slug=slug, topic=topic, before=None, by=visitor.actor, now=now)
    except WrongState as broken:
        return await _choice(request, visitor, session, words, slug, chosen=topic, error=told(broken, words))
    number = await tree.page_of(session, topic, topics_a_page=TOPICS_A_PAGE)
    return to(_row(number, f"article.{slug}"))


@routes.post("/topics/articles/{slug}/bring-back")
async def bring_back(by: By, session: Session, now: Now, slug: str) -> Response:
    """Let a retired article be worked on again, and open it."""
    await going_live.bring_back(session, slug=slug, by=by, now=now)
    return to(f"/articles/{slug}")


@routes.get("/topics/{slug}")
async def show_titles(request: Request, visitor: SignedIn, session: Session, words: DeskWords, slug: str) -> Response:
    """Show what a topic is called, in a form."""
    visitor.actor.require(Role.EDITOR)
    found = await tree.branch(session, slug)
    return page(
        request, "topic.html", words, visitor, branch=found, typed=_stored(found), seen=_seen(found), faults={},
        problem="", meanwhile_saved=[],
    )  # fmt: skip


def _stored(branch: Branch) -> dict[str, str]:
    return {"icon": branch.icon} | {f"titles.{code}": branch.titles.get(code, "") for code in LANGUAGES}


def _seen(branch: Branch) -> str:
    return fingerprints.of_titles(branch.icon, branch.titles)


@routes.post("/topics/{slug}")
async def set_titles(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, slug: str
) -> Response:
    """Set icon and titles; what is not right is told at its field.

    Without the fingerprint of what the person saw nothing is written over: it counts as another's.
    """
    visitor.actor.require(Role.EDITOR)
    form: FormData = await request.form()
    typed = {name: str(form.get(name, "")).strip() for name in ("icon", *(f"titles.{code}" for code in LANGUAGES))}
    titles, seen = {code: typed[f"titles.{code}"] for code in LANGUAGES}, str(form.get("seen", ""))
    faults = _faults(typed["icon"], titles, words)
    if faults:
        found = await tree.branch(session, slug)
        problem = words.gettext("Nothing was saved yet: see the notes at the fields.")
        return page(
            request, "topic.html", words, visitor, status=422, branch=found, typed=typed, seen=seen, faults=faults,
            problem=problem, meanwhile_saved=[],
        )  # fmt: skip
    try:
        await structure.set_titles(
            session, slug=slug, icon=typed["icon"], titles=titles, seen=seen, by=visitor.actor, now=now
        )
    except Conflict as conflict:
        found = await tree.branch(session, slug)
        return page(
            request, "topic.html", words, visitor, status=status_of(conflict), branch=found, typed=typed,
            seen=_seen(found), faults={}, problem=told(conflict, words),
            meanwhile_saved=_differing(_stored(found), typed, words),
        )  # fmt: skip
    return to(f"/topics#topic.{slug}")


def _differing(theirs: dict[str, str], yours: dict[str, str], words: Words) -> list[Differing]:
    _ = words.gettext
    labels = {f"titles.{code}": _("Title in {language}").format(language=one.name) for code, one in LANGUAGES.items()}
    fields = [Differing(_("Icon"), theirs["icon"], yours["icon"])]
    fields += [Differing(label, theirs[name], yours[name], name.partition(".")[2]) for name, label in labels.items()]
    return differing(fields)


def _faults(icon: str, titles: dict[str, str], words: Words) -> dict[str, str]:
    """Return what a topic cannot be called, by field: the limits are those of the content pack."""
    _ = words.gettext
    try:
        TopicModel(icon=icon, position=1, titles=titles)
    except ValidationError as error:
        found = [".".join(map(str, fault["loc"])) for fault in error.errors()]
        told_of = {"icon": _("Give one sign without spaces, at most 4 letters long, like 💰.")}
        wrong = _("Write a title of 1 to 35 letters: a longer one does not fit on a phone's button.")
        return {field: told_of.get(field, wrong) for field in found}
    return {}
