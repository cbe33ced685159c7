"""Bringing a content pack into the database. A second run of the same pack changes nothing.

What was changed, retracted or retired at the desk is never touched: a newer pack only leaves a draft there for review;
over a source text, in every language that was not made from what is live.
What has no revisions (topics, sources, an article's audience, synonyms …) follows the pack until the desk changes it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.articles import Article
from content.contacts import details_hash
from content.facts import Fact
from content.importing_rest import bring_the_rest
from content.pack_models import Pack, PackArticle, PackTopic
from content.pack_shapes import ContactModel, FactModel, SourceModel, TranslationModel
from content.publishing import ImportReport, Publisher, Text, assign, due_on, follow
from content.revisions import ALL_LANGUAGES, EntryKind, Origin, text_hash
from content.seals import Seals
from content.sources import Source
from content.topics import Topic, TopicTitle
from content.versions import raise_version
from core.db import one_at_a_time
from core.i18n import SOURCE_LANGUAGE

LOCK_KEY = 0x7061636B  # "pack": two processes that start at once import one after the other


async def import_pack(session: AsyncSession, pack: Pack, *, now: datetime, seals: Seals) -> ImportReport:
    """Make the database's untouched content that of the pack, and raise the content version if anything changed.

    Imported texts are live and unapproved, or drafts where the desk has the last word. Nothing is ever removed.
    """
    await one_at_a_time(await session.connection(), LOCK_KEY)
    report = ImportReport()
    source_ids = await _bring_sources(session, pack, report)
    topic_ids = await _bring_topics(session, pack.topics, report)
    publisher = await Publisher.load(session, report, source_ids, now, seals=seals)
    await _bring_facts(publisher, pack.facts)
    await _bring_contacts(publisher, pack.contacts)
    await _bring_articles(publisher, pack.articles, topic_ids)
    await bring_the_rest(publisher, pack)
    if report.published or report.changed:
        await raise_version(session)
    return report


async def _bring_sources(session: AsyncSession, pack: Pack, report: ImportReport) -> dict[str, int]:
    rows = {row.slug: row for row in await session.scalars(select(Source))}
    for slug, source in pack.sources.items():
        row = rows.get(slug)
        if row is None:
            row = rows[slug] = Source(slug=slug, origin=Origin.PACK)
            session.add(row)
        follow(row, report, **_source_values(source))
    await session.flush()
    return {slug: row.id for slug, row in rows.items()}


def _source_values(source: SourceModel) -> dict[str, Any]:
    return {
        "title": source.title,
        "publisher": source.publisher,
        "url": source.url or "",
        "published_on": source.published_on,
        "seen_on": source.seen_on.first_day if source.seen_on else None,
        "seen_precision": source.seen_on.precision if source.seen_on else "day",
        "confidence": source.confidence,
    }


async def _bring_topics(session: AsyncSession, topics: tuple[PackTopic, ...], report: ImportReport) -> dict[str, int]:
    rows = {row.slug: row for row in await session.scalars(select(Topic))}
    for topic in topics:
        row = rows.get(topic.slug)
        if row is None:
            row = rows[topic.slug] = Topic(slug=topic.slug, origin=Origin.PACK)
            session.add(row)
        parent_id = rows[topic.front.parent].id if topic.front.parent else None
        values = {"icon": topic.front.icon, "position": topic.front.position, "parent_id": parent_id}
        follow(row, report, **values)
        await session.flush()
    ids = {slug: row.id for slug, row in rows.items()}
    await _bring_titles(session, topics, rows, report)
    return ids


async def _bring_titles(
    session: AsyncSession, topics: Sequence[PackTopic], topic_rows: Mapping[str, Topic], report: ImportReport
) -> None:
    rows = {(row.topic_id, row.language): row for row in await session.scalars(select(TopicTitle))}
    for topic in topics:
        for language, title in topic.front.titles.items():
            key = (topic_rows[topic.slug].id, language)
            if topic_rows[topic.slug].origin == Origin.DESK:
                report.left_alone += key not in rows or rows[key].title != title
                continue
            if key not in rows:
                rows[key] = TopicTitle(topic_id=key[0], language=language)
                session.add(rows[key])
            report.changed += assign(rows[key], title=title)


async def _bring_facts(publisher: Publisher, facts: Mapping[str, FactModel]) -> None:
    ids = await publisher.enter(EntryKind.FACT, {slug: fact.review_months for slug, fact in facts.items()})
    for slug, fact in facts.items():
        publisher.keep(Fact, ids[slug], kind=fact.kind)
    for is_source in (True, False):
        await publisher.publish(
            (ids[slug], _fact_text(publisher, fact, language))
            for slug, fact in facts.items()
            for language in fact.values
            if (language == SOURCE_LANGUAGE) is is_source
        )


def _fact_text(publisher: Publisher, fact: FactModel, language: str) -> Text:
    hashes = {code: text_hash(title="", summary="", body=value) for code, value in fact.values.items()}
    return Text(
        language=language,
        body=fact.values[language],
        hash=hashes[language],
        sources=fact.sources,
        evidence=fact.evidence,
        review_due_on=due_on(publisher.now, fact.review_months),
        source_hash=None if language == SOURCE_LANGUAGE else hashes.get(SOURCE_LANGUAGE),
    )


async def _bring_contacts(publisher: Publisher, contacts: Mapping[str, ContactModel]) -> None:
    ids = await publisher.enter(EntryKind.CONTACT, {slug: found.review_months for slug, found in contacts.items()})
    await publisher.publish((ids[slug], _contact_text(publisher, contact)) for slug, contact in contacts.items())


def _contact_text(publisher: Publisher, contact: ContactModel) -> Text:
    details = contact.model_dump(exclude={"official_name", "sources", "review_months", "seen_on"})
    seen = contact.seen_on
    details |= {"seen_on": seen.first_day if seen else None, "seen_precision": seen.precision if seen else "day"}
    return Text(
        language=ALL_LANGUAGES,
        title=contact.official_name,
        hash=details_hash(contact.official_name, details),
        sources=contact.sources,
        review_due_on=due_on(publisher.now, contact.review_months),
        details=details,
    )


async def _bring_articles(publisher: Publisher, articles: Sequence[PackArticle], topic_ids: Mapping[str, int]) -> None:
    ids = await publisher.enter(EntryKind.ARTICLE, {found.slug: found.shared.review_months for found in articles})
    for article in articles:
        _keep_article(publisher, article, ids[article.slug], topic_ids[article.topic])
    for is_source in (True, False):
        await publisher.publish(
            (ids[article.slug], _article_text(publisher, article, ids[article.slug], language))
            for article in articles
            for language in article.texts
            if (language == SOURCE_LANGUAGE) is is_source
        )


def _keep_article(publisher: Publisher, article: PackArticle, entry_id: int, topic_id: int) -> None:
    shared = article.shared
    publisher.keep(
        Article,
        entry_id,
        topic_id=topic_id,
        position=shared.position,
        stages=list(shared.audience.stages),
        countries=list(shared.audience.countries),
        provinces=list(shared.audience.provinces),
        sensitivity=shared.sensitivity,
        owner=shared.owner,
        related=list(shared.related),
        missing=list(shared.missing),
        tags={text.language: list(text.front.tags) for text in article.texts.values()},
    )


def _article_text(publisher: Publisher, article: PackArticle, entry_id: int, language: str) -> Text:
    text, shared = article.texts[language], article.shared
    front = text.front
    source_hash = front.translated_from if isinstance(front, TranslationModel) else None
    return Text(
        language=language,
        title=front.title,
        summary=front.summary,
        body=text.body,
        hash=text.hash,
        sources=shared.sources,
        evidence=shared.evidence,
        review_due_on=due_on(publisher.now, shared.review_months),
        source_hash=source_hash,
        derived_from_revision_id=publisher.find_revision(entry_id, SOURCE_LANGUAGE, source_hash or ""),
    )
