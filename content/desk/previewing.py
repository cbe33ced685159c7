"""How a text will look on a phone before anybody reads it there: by the very functions that make what is sent."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content import screens
from content.articles import Article
from content.catalogue import Catalogue
from content.desk.exact import Exact
from content.live import LiveArticle
from content.loading import text_of
from content.revisions import Entry
from content.shelf import Lag, LiveRevision
from content.topics import Topic
from core.i18n import words as words_of
from core.messages import Reply


async def article(
    session: AsyncSession, catalogue: Catalogue, *, entry: Entry, language: str, exact: Exact
) -> tuple[Reply, ...]:
    """Return the screens of an article, one a part, as readers would get them with this text.

    Raise core.markup.MarkupError where its markup is not Telegram's.
    """
    revision = LiveRevision(
        id=0, entry_id=entry.id, kind=entry.kind, slug=entry.slug, language=language, title=exact.title,
        summary=exact.summary, body=exact.body, fact_kind=None, review_due_on=catalogue.today, approved_on=None,
        checked_on=None, lag=Lag.NONE,
    )  # fmt: skip
    text = text_of(revision, catalogue.shelf)
    held = catalogue.articles.get(entry.slug) or await _unseen(session, entry)
    shown = catalogue.with_article(replace(held, texts={**held.texts, language: text}))
    made = (
        screens.article(shown, entry.slug, number, words=words_of(language)) for number in range(1, len(text.parts) + 1)
    )
    return tuple(reply for reply in made if reply)


async def _unseen(session: AsyncSession, entry: Entry) -> LiveArticle:
    """Return an article that has no live text yet."""
    row = await session.get_one(Article, entry.id)
    topic = (await session.execute(select(Topic.slug).where(Topic.id == row.topic_id))).scalar_one()
    audience = (tuple(row.stages), tuple(row.countries), tuple(row.provinces))
    return LiveArticle(entry.slug, topic, tuple(row.related), {}, {}, *audience)
