"""The list of articles, adding and ending one. Each text has its editor: article_texts.py and article_steps.py."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import By, DeskWords, Now, Session, SignedIn
from api.web.labels import standing
from api.web.pages import PAGE_ROWS, list_page, to
from content.desk import going_live, listing, structure
from content.desk.listing import Order
from content.revisions import EntryKind
from content.topics import Topic, TopicTitle
from core.i18n import SOURCE_LANGUAGE, Words
from staff.actors import Role

routes = APIRouter(include_in_schema=False)
Slug = Annotated[str, Form(max_length=40)]


@routes.get("/articles")
async def show_list(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords,
    search: Annotated[str, Query(max_length=100)] = "", topic: Annotated[str, Query(max_length=40)] = "",
    only: Annotated[str, Query(max_length=20)] = "", order: Order = Order.PLACE, descending: bool = False,
    number: Annotated[int, Query(ge=1, le=100000, alias="page")] = 1,
) -> Response:  # fmt: skip
    """List the articles, with where each stands in each language."""
    rows, count = await listing.listed(
        session, kind=EntryKind.ARTICLE, search=search, place=topic, only=only, order=order, descending=descending,
        limit=PAGE_ROWS, offset=(number - 1) * PAGE_ROWS,
    )  # fmt: skip
    topics = await _topics(session, words)
    return list_page(
        request, "articles.html", words, visitor, rows=rows, count=count, number=number, rows_a_page=PAGE_ROWS,
        search=search, topic=topic, only=only, order=order, descending=descending, topics=topics, titles=dict(topics),
        standing=standing, may_write=visitor.actor.has(Role.EDITOR),
    )  # fmt: skip


async def _topics(session: AsyncSession, words: Words) -> list[tuple[str, str]]:
    query = select(Topic.slug, TopicTitle.title).join(TopicTitle, TopicTitle.topic_id == Topic.id)
    query = query.where(TopicTitle.language == words.language, Topic.retired_at.is_(None)).order_by(Topic.position)
    return [(row.slug, row.title) for row in await session.execute(query)]


@routes.post("/articles")
async def add(by: By, session: Session, now: Now, slug: Slug, topic: Slug) -> Response:
    """Add an article to a topic and open its editor."""
    await structure.new_article(session, slug=slug.strip().lower(), topic=topic, by=by, now=now)
    return to(f"/articles/{slug.strip().lower()}/{SOURCE_LANGUAGE}")


@routes.get("/articles/{slug}")
async def lead_to_source(slug: str) -> Response:
    """Lead to the text in the source language."""
    return to(f"/articles/{slug}/{SOURCE_LANGUAGE}", 307)


@routes.post("/articles/{slug}/retire")
async def retire(by: By, session: Session, now: Now, slug: str) -> Response:
    """End an article in all languages; its page tells the way back."""
    await going_live.retire(session, slug=slug, by=by, now=now)
    return to(f"/articles/{slug}/{SOURCE_LANGUAGE}", done="retired")
