"""The tree of topics as the desk shows it: each topic with those below it and the articles in it, in readers' order."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from content.articles import Article
from content.desk import reading
from content.desk.rules import NotThere
from content.revisions import Entry, EntryKind, Publication, Revision
from content.topics import Topic, TopicTitle
from core.i18n import SOURCE_LANGUAGE

MOST_ARTICLES = 20  # of a topic; a phone's screen holds eight
MOST_BELOW = 500
MOST_TOPICS = 500


@dataclass(frozen=True, slots=True)
class Leaf:
    """One article: its newest title in the source language, and whether readers see it in that language."""

    slug: str
    title: str
    is_live: bool


@dataclass(frozen=True, slots=True)
class Branch:
    """One topic. `articles` are the first of them, `count` tells how many there are."""

    slug: str
    icon: str
    titles: dict[str, str]
    articles: tuple[Leaf, ...]
    count: int
    below: "tuple[Branch, ...]" = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """One article with the topic in which it stands."""

    slug: str
    title: str
    topic: str


async def tree(session: AsyncSession, *, limit: int = 25, offset: int = 0) -> tuple[list[Branch], int]:
    """Return top topics in the order of the menu, with all that is below them; and how many top topics there are."""
    top = select(Topic).where(Topic.parent_id.is_(None), Topic.retired_at.is_(None))
    count = (await session.execute(select(func.count()).select_from(top.subquery()))).scalar_one()
    roots = list(await session.scalars(top.order_by(Topic.position, Topic.slug).limit(limit).offset(offset)))
    lower = select(Topic).where(Topic.parent_id.in_([row.id for row in roots]), Topic.retired_at.is_(None))
    lower_rows = list(await session.scalars(lower.order_by(Topic.position, Topic.slug).limit(MOST_BELOW)))
    branches = await _branches(session, lower_rows, {})
    below: dict[int, tuple[Branch, ...]] = defaultdict(tuple)
    for row in lower_rows:
        if row.parent_id is not None:
            below[row.parent_id] += (branches[row.id],)
    tops = await _branches(session, roots, below)
    return [tops[row.id] for row in roots], count


async def branch(session: AsyncSession, slug: str) -> Branch:
    """Return one topic without those below it; raise NotThere."""
    found = (await session.scalars(select(Topic).where(Topic.slug == slug))).one_or_none()
    if found is None:
        raise NotThere("There is nothing here (any more).")
    return (await _branches(session, [found], {}))[found.id]


async def choices(session: AsyncSession, language: str) -> list[tuple[str, str]]:
    """Return the topics that an article can stand in: slug and title, by title."""
    named = TopicTitle.topic_id == Topic.id, TopicTitle.language == language
    query = select(Topic.slug, TopicTitle.title).outerjoin(TopicTitle, named[0] & named[1])
    query = query.where(Topic.retired_at.is_(None)).order_by(TopicTitle.title, Topic.slug).limit(MOST_TOPICS)
    return [(row.slug, row.title or row.slug) for row in await session.execute(query)]


async def placed(session: AsyncSession, slug: str) -> Placed:
    """Return where an article stands; raise NotThere."""
    entry = await reading.entry(session, EntryKind.ARTICLE, slug)
    newest = await reading.newest(session, entry_id=entry.id, language=SOURCE_LANGUAGE)
    home = select(Topic.slug).join(Article, Article.topic_id == Topic.id).where(Article.id == entry.id)
    topic = (await session.execute(home)).scalar_one()
    return Placed(slug, newest.title if newest else slug, topic)


async def page_of(session: AsyncSession, slug: str, *, topics_a_page: int) -> int:
    """Return on which page of the tree a topic is, counted from 1."""
    found = (await session.scalars(select(Topic).where(Topic.slug == slug))).one()
    root = await session.get_one(Topic, found.parent_id) if found.parent_id is not None else found
    before = select(func.count()).select_from(Topic).where(
        Topic.parent_id.is_(None), Topic.retired_at.is_(None),
        tuple_(Topic.position, Topic.slug) < tuple_(root.position, root.slug),
    )  # fmt: skip
    return (await session.execute(before)).scalar_one() // topics_a_page + 1


async def _branches(
    session: AsyncSession, rows: Sequence[Topic], below: dict[int, tuple[Branch, ...]]
) -> dict[int, Branch]:
    ids = [row.id for row in rows]
    titles: dict[int, dict[str, str]] = defaultdict(dict)
    for title in await session.scalars(select(TopicTitle).where(TopicTitle.topic_id.in_(ids))):
        titles[title.topic_id][title.language] = title.title
    leaves, counts = await _leaves(session, ids)
    return {
        row.id: Branch(row.slug, row.icon, titles[row.id], leaves[row.id], counts[row.id], below.get(row.id, ()))
        for row in rows
    }


async def _leaves(
    session: AsyncSession, topic_ids: Sequence[int]
) -> tuple[dict[int, tuple[Leaf, ...]], dict[int, int]]:
    place = (
        func.row_number().over(partition_by=Article.topic_id, order_by=(Article.position, Entry.slug)).label("place")
    )
    ranked = (
        select(
            Article.id,
            Article.topic_id,
            Entry.slug,
            place,
            func.count().over(partition_by=Article.topic_id).label("held"),
        )
        .join(Entry, Entry.id == Article.id)
        .where(Article.topic_id.in_(topic_ids), Article.retired_at.is_(None))
        .subquery()
    )
    last = aliased(Revision)
    newest = select(func.max(last.id)).where(last.entry_id == ranked.c.id, last.language == SOURCE_LANGUAGE)
    is_live = exists().where(
        Publication.entry_id == ranked.c.id, Publication.language == SOURCE_LANGUAGE,
        Publication.published_until.is_(None),
    )  # fmt: skip
    query = select(ranked, Revision.title, is_live.label("is_live"))
    query = query.outerjoin(Revision, Revision.id == newest.scalar_subquery())
    leaves: dict[int, tuple[Leaf, ...]] = defaultdict(tuple)
    counts: dict[int, int] = defaultdict(int)
    first = query.where(ranked.c.place <= MOST_ARTICLES).order_by(ranked.c.topic_id, ranked.c.place)
    for row in await session.execute(first):
        leaves[row.topic_id] += (Leaf(row.slug, row.title or row.slug, row.is_live),)
        counts[row.topic_id] = row.held
    return leaves, counts
