"""What is not text: new articles, facts and contacts, whom an article is for, and the tree of topics.

What has no revisions is live at once and marked as the desk's: a newer pack leaves it alone.
"""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.articles import Article
from content.bodies import SLUG
from content.countries import all_codes
from content.desk import fingerprints, reading
from content.desk.drafting import lock
from content.desk.rules import NotThere, WrongState
from content.facts import Fact
from content.pack_place_rules import PROVINCE
from content.pack_rules import MAX_ENTRIES_A_SCREEN
from content.pack_shapes import AudienceModel
from content.revisions import Entry, EntryKind, Origin
from content.topics import Topic, TopicTitle
from content.versions import raise_version
from core.db import one_at_a_time
from staff import audit
from staff.actors import Actor, Role

LOCK_KEY = 0x746F7069  # "topi": two people who move things at once do so one after the other


async def new_entry(
    session: AsyncSession, *, kind: EntryKind, slug: str, review_months: int, by: Actor, now: datetime
) -> Entry:
    """Add an entry without any text; raise WrongState if the name is taken or cannot be one."""
    by.require(Role.EDITOR)
    if not re.fullmatch(SLUG, slug):
        raise WrongState("A name is made of a-z, 0-9 and -, at most 40.")
    taken = select(Entry.id).where(Entry.kind == kind, Entry.slug == slug)
    if (await session.execute(taken)).first() is not None:
        raise WrongState("This name is taken.")
    entry = Entry(kind=kind, slug=slug, review_months=review_months)
    session.add(entry)
    await session.flush()
    audit.record(session, by=by, action=f"{kind}.new", subject=f"{kind}:{slug}", now=now)
    return entry


async def new_article(session: AsyncSession, *, slug: str, topic: str, by: Actor, now: datetime) -> Entry:
    """Add an article at the end of a topic; raise WrongState where the topic's screen is full."""
    await one_at_a_time(await session.connection(), LOCK_KEY)
    entry = await new_entry(session, kind=EntryKind.ARTICLE, slug=slug, review_months=12, by=by, now=now)
    home = await _topic(session, topic)
    session.add(
        Article(
            id=entry.id, topic_id=home.id, position=await room_in(session, home), stages=[], countries=[],
            provinces=[],
            sensitivity="ordinary", owner="content", related=[], tags={}, missing=[], origin=Origin.DESK,
        )
    )  # fmt: skip
    await session.flush()
    return entry


async def new_fact(session: AsyncSession, *, slug: str, fact_kind: str, by: Actor, now: datetime) -> Entry:
    """Add a fact of a kind; its values are revisions."""
    entry = await new_entry(session, kind=EntryKind.FACT, slug=slug, review_months=3, by=by, now=now)
    session.add(Fact(id=entry.id, kind=fact_kind, origin=Origin.DESK))
    await session.flush()
    return entry


async def set_audience(
    session: AsyncSession, *, slug: str, audience: AudienceModel, tags: dict[str, list[str]], related: list[str],
    sensitivity: str | None = None, seen: str, by: Actor, now: datetime,
) -> None:  # fmt: skip
    """Set whom an article is for, what finds it, what is read next, and how delicate it is (None: as it was).

    `seen`: the fingerprint of what the writer saw. Raise NotAllowed, NotThere, Conflict, and WrongState where a
    country, a province or an article that is named is none. Locks the entry.
    """
    by.require(Role.EDITOR)
    await _require_known(session, slug, audience, related)
    entry = await reading.entry(session, EntryKind.ARTICLE, slug)
    await lock(session, entry.id)
    article = await session.get_one(Article, entry.id, populate_existing=True)
    fingerprints.require_same(seen, fingerprints.of_audience(article))
    article.stages, article.countries = list(audience.stages), list(audience.countries)
    article.provinces, article.tags, article.related = list(audience.provinces), tags, related
    article.sensitivity = sensitivity or article.sensitivity
    article.origin = Origin.DESK
    audit.record(session, by=by, action="article.audience", subject=f"article:{slug}", now=now)
    await raise_version(session)


async def _require_known(session: AsyncSession, slug: str, audience: AudienceModel, related: list[str]) -> None:
    for code in audience.countries:
        if code not in all_codes():
            raise WrongState("{code} is no country.", code=code)
    for code in audience.provinces:
        if not PROVINCE.fullmatch(code):
            raise WrongState("{code} is no province: write two digits, such as 52.", code=code)
    if slug in related:
        raise WrongState("An article is not read after itself.")
    found = select(Entry.slug).where(Entry.kind == EntryKind.ARTICLE, Entry.slug.in_(related))
    there = set(await session.scalars(found))
    for name in related:
        if name not in there:
            raise WrongState("There is no article named {name}.", name=name)


async def move_article(
    session: AsyncSession, *, slug: str, topic: str, before: str | None, by: Actor, now: datetime
) -> None:
    """Move an article into a topic, before another one or to its end; raise WrongState where the screen is full."""
    by.require(Role.EDITOR)
    await one_at_a_time(await session.connection(), LOCK_KEY)
    entry, home = await reading.entry(session, EntryKind.ARTICLE, slug), await _topic(session, topic)
    article = await session.get_one(Article, entry.id)
    if article.topic_id != home.id:
        await room_in(session, home)
    there = select(Article, Entry.slug).join(Entry, Entry.id == Article.id)
    there = there.where(Article.topic_id == home.id, Article.id != article.id, Article.retired_at.is_(None))
    others = list(await session.execute(there.order_by(Article.position, Entry.slug)))
    at = next((index for index, (_, other) in enumerate(others) if other == before), len(others))
    order: list[Article] = [other for other, _ in others]
    order.insert(at, article)
    article.topic_id = home.id
    for position, each in enumerate(order, 1):
        if each.position != position:
            each.position, each.origin = position, Origin.DESK
    article.origin = Origin.DESK
    details = {"topic": topic, "before": before}
    audit.record(session, by=by, action="article.move", subject=f"article:{slug}", now=now, details=details)
    await raise_version(session)


async def move_topic(session: AsyncSession, *, slug: str, before: str | None, by: Actor, now: datetime) -> None:
    """Move a topic among those beside it, before another one or to the end."""
    by.require(Role.EDITOR)
    await one_at_a_time(await session.connection(), LOCK_KEY)
    topic = await _topic(session, slug)
    beside = select(Topic).where(Topic.parent_id.is_not_distinct_from(topic.parent_id), Topic.id != topic.id)
    others = list(await session.scalars(beside.where(Topic.retired_at.is_(None)).order_by(Topic.position, Topic.slug)))
    at = next((index for index, other in enumerate(others) if other.slug == before), len(others))
    others.insert(at, topic)
    for position, each in enumerate(others, 1):
        if each.position != position:
            each.position, each.origin = position, Origin.DESK
    audit.record(session, by=by, action="topic.move", subject=f"topic:{slug}", now=now, details={"before": before})
    await raise_version(session)


async def set_titles(
    session: AsyncSession, *, slug: str, icon: str, titles: dict[str, str], seen: str, by: Actor, now: datetime
) -> None:
    """Set a topic's icon and its title in the languages named; raise NotAllowed, NotThere, Conflict.

    `seen`: the fingerprint of what the writer saw. Locks the topic.
    """
    by.require(Role.EDITOR)
    topic = await _topic(session, slug)
    await session.refresh(topic, with_for_update=True)
    named = select(TopicTitle).where(TopicTitle.topic_id == topic.id).execution_options(populate_existing=True)
    rows = {row.language: row for row in await session.scalars(named)}
    held = {language: row.title for language, row in rows.items()}
    fingerprints.require_same(seen, fingerprints.of_titles(topic.icon, held))
    for language, title in titles.items():
        if language in rows:
            rows[language].title = title
        else:
            session.add(TopicTitle(topic_id=topic.id, language=language, title=title))
    topic.icon, topic.origin = icon, Origin.DESK
    audit.record(
        session, by=by, action="topic.titles", subject=f"topic:{slug}", now=now, details=dict[str, Any](titles)
    )
    await raise_version(session)


async def _topic(session: AsyncSession, slug: str) -> Topic:
    found = (await session.scalars(select(Topic).where(Topic.slug == slug))).one_or_none()
    if found is None:
        raise NotThere("There is nothing here (any more).")
    return found


async def room_in(session: AsyncSession, topic: Topic) -> int:
    """Return the next free position in a topic; raise WrongState where its screen is full."""
    articles = select(func.count(), func.max(Article.position)).where(
        Article.topic_id == topic.id, Article.retired_at.is_(None)
    )
    count, last = (await session.execute(articles)).one()
    below = select(func.count()).select_from(Topic).where(Topic.parent_id == topic.id, Topic.retired_at.is_(None))
    if count + (await session.execute(below)).scalar_one() >= MAX_ENTRIES_A_SCREEN:
        raise WrongState("This topic is full: eight entries fit on the screen of a phone.")
    return (last or 0) + 1
