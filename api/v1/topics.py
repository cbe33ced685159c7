"""The tree of topics."""

from typing import Annotated

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import By, Now, Session
from api.v1 import conditional, examples, inputs, paging
from api.v1.conditional import Seen
from api.v1.documentation import answers, new_routes
from api.v1.inputs import SlugPath
from api.v1.outputs import TopicDetail
from api.v1.paging import Asking, Page
from content.articles import Article
from content.desk import fingerprints, structure
from content.desk.rules import NotThere
from content.revisions import Entry
from content.topics import Topic, TopicTitle

routes = new_routes("/topics", tag="topics")
MOST_ARTICLES = 1000


@routes.get("", summary="List topics", responses=answers(examples.TOPIC_PAGE))
async def show_list(_: By, session: Session, asking: Asking) -> Page[TopicDetail]:
    """List all topics by id; `parent` makes the tree."""
    found = select(Topic).where(Topic.id > asking.after).order_by(Topic.id).limit(asking.limit + 1)
    rows = list(await session.scalars(found))
    told = {row.id: shown for row, shown in zip(rows, await _details(session, rows), strict=True)}
    return paging.page(rows, asking, id_of=lambda row: row.id, shown=lambda row: told[row.id])


async def _details(session: AsyncSession, rows: list[Topic]) -> list[TopicDetail]:
    ids = [row.id for row in rows]
    parents = await session.execute(select(Topic.id, Topic.slug))
    slugs = {row.id: row.slug for row in parents}
    titles: dict[int, dict[str, str]] = {}
    for row in await session.scalars(select(TopicTitle).where(TopicTitle.topic_id.in_(ids))):
        titles.setdefault(row.topic_id, {})[row.language] = row.title
    held = await _articles(session, ids)
    return [
        TopicDetail(
            slug=row.slug, parent=slugs[row.parent_id] if row.parent_id else None, position=row.position,
            icon=row.icon, titles=titles.get(row.id, {}), articles=held.get(row.id, []), retired_at=row.retired_at,
        )
        for row in rows
    ]  # fmt: skip


async def _articles(session: AsyncSession, topic_ids: list[int]) -> dict[int, list[str]]:
    query = select(Article.topic_id, Entry.slug).join(Entry, Entry.id == Article.id)
    query = query.where(Article.topic_id.in_(topic_ids), Article.retired_at.is_(None))
    held: dict[int, list[str]] = {}
    for row in await session.execute(query.order_by(Article.position, Entry.slug).limit(MOST_ARTICLES)):
        held.setdefault(row.topic_id, []).append(row.slug)
    return held


@routes.get("/{slug}", summary="Get a topic", responses=answers(examples.TOPIC))
async def show(_: By, session: Session, answer: Response, slug: SlugPath) -> TopicDetail:
    """Return a topic with its titles and the articles in it; its ETag is what a PUT of its titles wants."""
    return await _tagged(session, answer, slug)


async def _tagged(session: AsyncSession, answer: Response, slug: str) -> TopicDetail:
    """Return a topic, and tell in the answer's ETag what it is called."""
    shown = await _detail(session, slug)
    conditional.tag(answer, fingerprints.of_titles(shown.icon, shown.titles))
    return shown


async def _detail(session: AsyncSession, slug: str) -> TopicDetail:
    found = (await session.scalars(select(Topic).where(Topic.slug == slug))).one_or_none()
    if found is None:
        raise NotThere("There is nothing here (any more).")
    return (await _details(session, [found]))[0]


@routes.put("/{slug}/titles", summary="Set a topic's titles", responses=answers(examples.TOPIC))
async def set_titles(
    by: By, session: Session, now: Now, answer: Response, seen: Seen, slug: SlugPath,
    body: Annotated[inputs.TopicTitles, examples.TOPIC_TITLES],
) -> TopicDetail:  # fmt: skip
    """Set a topic's icon and its title in the languages named. Editors may; readers see it at once.

    If-Match names the ETag of the topic. It is of icon and titles alone: a move makes no other.
    """
    await structure.set_titles(session, slug=slug, icon=body.icon, titles=body.titles, seen=seen, by=by, now=now)
    await session.flush()
    return await _tagged(session, answer, slug)


@routes.post("/{slug}/move", summary="Move a topic", responses=answers(examples.TOPIC))
async def move(
    by: By, session: Session, now: Now, slug: SlugPath, body: Annotated[inputs.Order, examples.ORDER]
) -> TopicDetail:
    """Move a topic among those beside it. Editors may; readers see it at once."""
    await structure.move_topic(session, slug=slug, before=body.before, by=by, now=now)
    await session.flush()
    return await _detail(session, slug)
