"""Where every article and fact stands in every language. Workbooks for translators: api/web/translation_sheets.py."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import DeskWords, Session, SignedIn
from api.web.labels import fact_kinds, newer, standing
from api.web.navigation import address_of_text
from api.web.pages import PAGE_ROWS, list_page
from content.desk import sheet_export, translation_list
from content.desk.listing import Order
from content.desk.translation_list import TRANSLATED, Asked, Wanted
from content.revisions import EntryKind
from content.topics import Topic, TopicTitle
from core.i18n import Words
from staff.actors import Actor, Role

routes = APIRouter(include_in_schema=False)
Search = Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")]


@routes.get("/translations")
async def show_list(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords,
    kind: Literal["article", "fact"] = "article", language: Annotated[str | None, Query(max_length=8)] = None,
    state: Wanted | None = None, place: Annotated[str, Query(max_length=40, alias="topic")] = "", search: Search = "",
    order: Order = Order.PLACE, descending: bool = False,
    number: Annotated[int, Query(ge=1, le=100000, alias="page")] = 1,
) -> Response:  # fmt: skip
    """List texts with where each stands in each language; of a translator what is to do in her language."""
    own = sorted(visitor.actor.languages(Role.TRANSLATOR) & set(TRANSLATED))
    chosen = (own[0] if len(own) == 1 else "") if language is None else language
    wanted = (Wanted.WANTING if own else Wanted.ALL) if state is None else state
    languages = (chosen,) if chosen in TRANSLATED else own or TRANSLATED
    asked = Asked(kind=EntryKind(kind), languages=languages, wanted=wanted, place=place, search=search)
    rows, count = await translation_list.listed(
        session, asked, order=order, descending=descending, limit=PAGE_ROWS, offset=(number - 1) * PAGE_ROWS
    )
    topics = await _topics(session, words)
    return list_page(
        request, "translations.html", words, visitor, rows=rows, count=count, number=number, rows_a_page=PAGE_ROWS,
        kind=kind, chosen=chosen, wanted=wanted, place=place, search=search, order=order, descending=descending,
        places=topics if kind == "article" else fact_kinds(words), topics=topics, translated=TRANSLATED,
        standing=standing, newer=newer, address_of_text=address_of_text, wanted_names=_wanted_names(words),
        may_translate=_may_translate(visitor.actor),
    )  # fmt: skip


def _wanted_names(words: Words) -> dict[Wanted, str]:
    _ = words.gettext
    return {
        Wanted.ALL: _("all"), Wanted.WANTING: _("missing or outdated"), Wanted.MISSING: _("missing"),
        Wanted.OUTDATED: _("outdated"), Wanted.DRAFT: _("with a draft"), Wanted.SUBMITTED: _("in review"),
        Wanted.CURRENT: _("current"), Wanted.UNVERIFIED: _("live, not verified"),
    }  # fmt: skip


def _may_translate(by: Actor) -> list[str]:
    """Return the languages for which the person may download and import workbooks."""
    return [code for code in TRANSLATED if sheet_export.may_translate(by, code)]


async def _topics(session: AsyncSession, words: Words) -> dict[str, str]:
    query = select(Topic.slug, TopicTitle.title).join(TopicTitle, TopicTitle.topic_id == Topic.id)
    query = query.where(TopicTitle.language == words.language, Topic.retired_at.is_(None)).order_by(Topic.position)
    return {row.slug: row.title for row in await session.execute(query)}
