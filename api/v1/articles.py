"""Articles: where they stand, whom they are for. Their texts are in api/v1/texts.py."""

from typing import Annotated, Literal

from fastapi import Query
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import By, Now, Session
from api.v1 import conditional, examples, inputs, outputs, paging
from api.v1.conditional import Seen
from api.v1.documentation import answers, new_routes
from api.v1.idempotency import Create
from api.v1.inputs import Nothing, SlugPath
from api.v1.outputs import ArticleDetail, EntryRow
from api.v1.paging import Asking, Page
from content.articles import Article
from content.desk import fingerprints, going_live, listing, reading, structure, translations
from content.pack_shapes import AudienceModel
from content.revisions import EntryKind
from content.topics import Topic

routes = new_routes("/articles", tag="articles")
Search = Annotated[str, Query(max_length=100, pattern=inputs.ONE_LINE, description="in names and texts")]
Only = Annotated[Literal["", "live", "unverified", "draft", "retired"], Query(description="what stands so")]


@routes.get("", summary="List articles", responses=answers(examples.ENTRY_PAGE))
async def show_list(
    _: By, session: Session, asking: Asking, search: Search = "",
    topic: Annotated[str, Query(max_length=40, pattern=r"^[a-z0-9-]*$")] = "", only: Only = "",
) -> Page[EntryRow]:  # fmt: skip
    """List the articles by id, with where each stands in each language."""
    rows = await listing.listed_after(
        session, kind=EntryKind.ARTICLE, search=search, place=topic, only=only, after=asking.after,
        limit=asking.limit + 1,
    )  # fmt: skip
    return paging.page(rows, asking, id_of=lambda row: row.entry.id, shown=outputs.entry_row)


@routes.post(
    "", status_code=201, summary="Add an article", response_model=ArticleDetail,
    responses=answers(examples.ARTICLE, status=201),
)  # fmt: skip
async def add(
    by: By, session: Session, now: Now, create: Create, body: Annotated[inputs.NewArticle, examples.NEW_ARTICLE]
) -> Response:
    """Add an article without a text, at the end of a topic. Editors may."""

    async def make() -> ArticleDetail:
        await structure.new_article(session, slug=body.slug, topic=body.topic, by=by, now=now)
        return await detail(session, body.slug)

    return await create.once(body, make)


@routes.get("/{slug}", summary="Get an article", responses=answers(examples.ARTICLE))
async def show(_: By, session: Session, answer: Response, slug: SlugPath) -> ArticleDetail:
    """Return an article, and where its texts stand in every language; its ETag is what a PUT of its audience wants."""
    return await _tagged(session, answer, slug)


async def _tagged(session: AsyncSession, answer: Response, slug: str) -> ArticleDetail:
    """Return an article, and tell in the answer's ETag what the audience is."""
    shown = await detail(session, slug)
    conditional.tag(answer, fingerprints.of_audience(shown))
    return shown


async def detail(session: AsyncSession, slug: str) -> ArticleDetail:
    """Return an article; raise NotThere."""
    entry = await reading.entry(session, EntryKind.ARTICLE, slug)
    query = select(Article, Topic.slug).join(Topic, Topic.id == Article.topic_id).where(Article.id == entry.id)
    article, topic = (await session.execute(query)).one()
    states = await translations.states(session, [entry.id])
    return ArticleDetail(
        slug=slug, topic=topic, position=article.position, stages=article.stages, countries=article.countries,
        provinces=article.provinces, tags=article.tags, related=article.related, sensitivity=article.sensitivity,
        owner=article.owner, review_months=entry.review_months, retired_at=article.retired_at,
        texts=outputs.standings(states[entry.id]),
    )  # fmt: skip


@routes.put("/{slug}/audience", summary="Set whom an article is for", responses=answers(examples.ARTICLE))
async def set_audience(
    by: By, session: Session, now: Now, answer: Response, seen: Seen, slug: SlugPath,
    body: Annotated[inputs.Audience, examples.AUDIENCE],
) -> ArticleDetail:  # fmt: skip
    """Set whom an article is for, what finds it and what is read next. Editors may; readers see it at once.

    If-Match names the ETag of the article. It is of the audience alone: neither a text nor a move makes another.
    """
    audience = AudienceModel(
        stages=tuple(body.stages), countries=tuple(body.countries), provinces=tuple(body.provinces)
    )
    await structure.set_audience(
        session, slug=slug, audience=audience, tags=body.tags, related=body.related, sensitivity=body.sensitivity,
        seen=seen, by=by, now=now,
    )  # fmt: skip
    return await _tagged(session, answer, slug)


@routes.post("/{slug}/move", summary="Move an article", responses=answers(examples.ARTICLE))
async def move(
    by: By, session: Session, now: Now, slug: SlugPath, body: Annotated[inputs.Place, examples.PLACE]
) -> ArticleDetail:
    """Move an article into a topic, before another one or to its end. Editors may."""
    await structure.move_article(session, slug=slug, topic=body.topic, before=body.before, by=by, now=now)
    return await detail(session, slug)


@routes.post("/{slug}/retire", summary="Retire an article", responses=answers(examples.ARTICLE))
async def retire(by: By, session: Session, now: Now, slug: SlugPath, _: Nothing = None) -> ArticleDetail:
    """End an article in all languages. Editors and administrators may."""
    await going_live.retire(session, slug=slug, by=by, now=now)
    return await detail(session, slug)


@routes.post("/{slug}/bring-back", summary="Bring a retired article back", responses=answers(examples.ARTICLE))
async def bring_back(by: By, session: Session, now: Now, slug: SlugPath, _: Nothing = None) -> ArticleDetail:
    """Let a retired article be worked on again; its texts are approved anew. Editors and administrators may."""
    await going_live.bring_back(session, slug=slug, by=by, now=now)
    return await detail(session, slug)
