"""How a text will look on a phone before anybody reads it there: by the very functions that make what is sent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content import screens
from content.articles import Article
from content.catalogue import Catalogue
from content.desk.exact import Exact
from content.live import LiveArticle, ShownSource
from content.loading import text_of
from content.revisions import Entry
from content.shelf import Lag, LiveRevision
from content.sources import Source
from content.topics import Topic
from core.i18n import words as words_of
from core.messages import Reply

NEW = 0  # the number of a revision that is not there yet


async def article(
    session: AsyncSession,
    catalogue: Catalogue,
    *,
    entry: Entry,
    language: str,
    exact: Exact,
    source_ids: Sequence[int],
) -> tuple[Reply, ...]:
    """Return the screens of an article, one a part, as readers would get them with this text and these sources.

    The very text that is live is shown as it is sent now, verified if it is. Raise core.markup.MarkupError where the
    markup is not Telegram's.
    """
    held = catalogue.articles.get(entry.slug) or await _unseen(session, entry)
    live = catalogue.shelf.revisions.get((entry.kind, entry.slug), {}).get(language)
    is_live = live is not None and (live.title, live.summary, live.body) == (exact.title, exact.summary, exact.body)
    if not is_live or language not in held.texts:  # a translation steps aside when its source was corrected
        shelf = replace(catalogue.shelf, sources={**catalogue.shelf.sources, NEW: await _sources(session, source_ids)})
        text = text_of(_as_if_live(entry, language, exact, catalogue.today), shelf)
        held = replace(held, texts={**held.texts, language: text})
    parts = range(1, len(held.texts[language].parts) + 1)
    shown, words = catalogue.with_article(held), words_of(language)
    made = (screens.article(shown, entry.slug, number, words=words) for number in parts)
    return tuple(reply for reply in made if reply)


def _as_if_live(entry: Entry, language: str, exact: Exact, today: date) -> LiveRevision:
    return LiveRevision(
        id=NEW, entry_id=entry.id, kind=entry.kind, slug=entry.slug, language=language, title=exact.title,
        summary=exact.summary, body=exact.body, fact_kind=None, review_due_on=today, approved_on=None, checked_on=None,
        lag=Lag.NONE,
    )  # fmt: skip


async def _sources(session: AsyncSession, source_ids: Sequence[int]) -> tuple[ShownSource, ...]:
    rows = {row.id: row for row in await session.scalars(select(Source).where(Source.id.in_(source_ids)))}
    found = [rows[number] for number in source_ids if number in rows]
    return tuple(ShownSource(row.publisher, row.seen_on, row.seen_precision) for row in found)  # type: ignore[arg-type]


async def _unseen(session: AsyncSession, entry: Entry) -> LiveArticle:
    """Return an article that has no live text yet."""
    row = await session.get_one(Article, entry.id)
    topic = (await session.execute(select(Topic.slug).where(Topic.id == row.topic_id))).scalar_one()
    audience = (tuple(row.stages), tuple(row.countries), tuple(row.provinces))
    return LiveArticle(entry.slug, topic, tuple(row.related), {}, {}, *audience)
