"""Reading the live content for a catalogue: a handful of queries, and all markup parsed once."""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from content.articles import Article
from content.bodies import fill_in, parts_of, references_in, without_media
from content.contacts import ContactDetails
from content.live import ArticleText, LiveArticle, LiveTopic, Provenance
from content.media import ShownMedia
from content.revisions import ALL_LANGUAGES, Entry, EntryKind, Publication
from content.shelf import Lag, LiveRevision, Shelf
from content.topics import Topic, TopicTitle
from core.log import log
from core.markup import MarkupError, parse, split
from core.messages import Formatted

MAX_PART_UNITS = 3500  # leaves room in Telegram's 4,096 for the title, the notes and the sources


async def load_articles(
    connection: AsyncConnection, shelf: Shelf, *, show_unverified: bool
) -> tuple[dict[str, LiveArticle], int]:
    """Return the articles that have a text to show, in the order of their topics' lists; and how many are hidden."""
    rows = [row for row in await _article_rows(connection) if (EntryKind.ARTICLE, row.slug) in shelf.revisions]
    articles = (_article(row, shelf, show_unverified=show_unverified) for row in rows)
    shown = {article.slug: article for article in articles if article}
    return shown, len(rows) - len(shown)


async def load_countries(connection: AsyncConnection) -> frozenset[str]:
    """Return the countries of the contact directory, those included of which nothing may be shown yet."""
    live = select(ContactDetails.country).join(
        Publication, Publication.revision_id == ContactDetails.revision_id
    )  # fmt: skip
    return frozenset((await connection.execute(live.where(Publication.published_until.is_(None)).distinct())).scalars())


async def _article_rows(connection: AsyncConnection) -> list[Row[Any]]:
    audience = (Article.stages, Article.countries, Article.provinces)
    query = (
        select(Entry.slug, Topic.slug.label("topic"), Article.related, Article.tags, *audience)
        .join(Entry, Entry.id == Article.id)
        .join(Topic, Topic.id == Article.topic_id)
        .where(Article.retired_at.is_(None), Topic.retired_at.is_(None))
        .order_by(Article.position, Entry.slug)
    )
    return list(await connection.execute(query))


def _article(row: Row[Any], shelf: Shelf, *, show_unverified: bool) -> LiveArticle | None:
    found = shelf.revisions.get((EntryKind.ARTICLE, row.slug), {})
    shown = {
        language: revision
        for language, revision in found.items()
        if (show_unverified or _is_vouched_for(revision, shelf)) and revision.lag is not Lag.CORRECTED
    }
    readable = ((language, _text_or_none(revision, shelf)) for language, revision in shown.items())
    texts = {language: text for language, text in readable if text}
    if not texts:
        return None
    tags = {language: tuple(words) for language, words in row.tags.items()}
    audience = (tuple(row.stages), tuple(row.countries), tuple(row.provinces))
    return LiveArticle(row.slug, row.topic, tuple(row.related), texts, tags, *audience)


def count_not_verified(articles: Mapping[str, LiveArticle], shelf: Shelf) -> int:
    """Return how many of the articles that are shown readers would lose where they get only what is verified."""
    found = ((shelf.revisions[EntryKind.ARTICLE, article.slug], article.texts) for article in articles.values())
    return sum(not any(_is_vouched_for(rows[language], shelf) for language in texts) for rows, texts in found)


def is_shown_to_readers(slug: str, articles: Mapping[str, LiveArticle], shelf: Shelf, *, show_unverified: bool) -> bool:
    """Tell whether readers see an article, of those that a desk sees: all, or only what is verified."""
    article = articles.get(slug)
    return article is not None and (show_unverified or not count_not_verified({slug: article}, shelf))


def _is_vouched_for(revision: LiveRevision, shelf: Shelf) -> bool:
    """Tell whether a text and every fact in it are approved. Contacts need not be: only publishable ones are shown."""
    facts = (reference for reference in references_in(revision.body) if reference.kind == EntryKind.FACT)
    shown = [revision, *filter(None, (shelf.revision_of(fact, revision.language) for fact in facts))]
    return all(row.approved_on for row in shown)


def _text_or_none(revision: LiveRevision, shelf: Shelf) -> ArticleText | None:
    """Return a text; one that cannot be shown steps aside, with an alarm, so that the others still can."""
    try:
        return text_of(revision, shelf)
    except MarkupError as error:
        log.error("live text cannot be shown", revision=revision.id, error=str(error.what), language=revision.language)
        return None


def text_of(revision: LiveRevision, shelf: Shelf) -> ArticleText:
    """Return a text ready to be shown; raise MarkupError where its markup is not Telegram's."""
    language = revision.language
    parts: list[Formatted] = []
    media: list[tuple[int, ShownMedia]] = []
    for part in parts_of(revision.body):
        filled = fill_in(without_media(part), lambda reference: shelf.markup(reference, language))
        parts += _read(filled)
        media += ((max(len(parts), 1), shown) for shown in shelf.media_in(part))
    return ArticleText(
        language=language,
        title=revision.title,
        summary=revision.summary,
        parts=tuple(parts),
        provenance=_provenance(revision, shelf),
        is_outdated=revision.lag is not Lag.NONE,
        media=tuple(media),
    )


@lru_cache(maxsize=1 << 16)
def _read(markup: str) -> tuple[Formatted, ...]:
    """Read markup and split it; most texts are the same as at the last load, when another one has changed."""
    return split(parse(markup), MAX_PART_UNITS)


def _provenance(revision: LiveRevision, shelf: Shelf) -> Provenance:
    """Tell what stands behind a text. It is as old, and as little approved, as the weakest value that it shows."""
    references = references_in(revision.body)
    shown = [shelf.revision_of(reference, revision.language) for reference in references]
    all_shown = [revision, *(row for row in shown if row)]
    is_approved = all(row.approved_on for row in all_shown)
    # contacts never fall overdue: each shows the month in which its number was last seen
    ages = [row.review_due_on for row in all_shown if row.language != ALL_LANGUAGES]
    return Provenance(
        sources=shelf.sources.get(revision.id, ()),
        approved_on=revision.approved_on if is_approved else None,
        checked_on=max(filter(None, (shelf.checked_on.get(revision.id), revision.checked_on)), default=None),
        review_due_on=min(ages),
    )


async def load_topics(connection: AsyncConnection, articles: Mapping[str, LiveArticle]) -> dict[str, LiveTopic]:
    """Return the topics that lead to an article, in the order of the menu."""
    titles: dict[int, dict[str, str]] = defaultdict(dict)
    for title in await connection.execute(select(TopicTitle)):
        titles[title.topic_id][title.language] = title.title
    query = select(Topic).where(Topic.retired_at.is_(None)).order_by(Topic.position, Topic.slug)
    rows = list(await connection.execute(query))
    slugs = {row.id: row.slug for row in rows}
    own: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for article in articles.values():
        own[article.topic] += (article.slug,)
    below: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for row in rows:
        if row.parent_id in slugs and own.get(row.slug):
            below[slugs[row.parent_id]] += (row.slug,)
    return {
        row.slug: LiveTopic(
            row.slug, row.icon, slugs.get(row.parent_id), titles[row.id], below[row.slug], own[row.slug]
        )
        for row in rows
        if own[row.slug] or below[row.slug]
    }
