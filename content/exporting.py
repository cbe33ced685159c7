"""The live content of a database as a pack: what the desk changed is in it as it is live. pack_writing.py writes it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.articles import Article
from content.contacts import ContactDetails
from content.evidence import Evidence
from content.facts import Fact
from content.form_shapes import FormModel, ProgrammeModel
from content.guide_shapes import PathModel, SelfCheckModel
from content.guides import Path as StagePath
from content.guides import SelfCheck
from content.pack_files import Located
from content.pack_models import Pack, PackArticle, PackText, PackTopic
from content.pack_shapes import (
    ContactModel,
    EvidenceModel,
    FactModel,
    PartialDate,
    SourceModel,
    SourceTextModel,
    SynonymsModel,
    TextModel,
    TopicModel,
    TranslationModel,
)
from content.programmes import Form, Programme
from content.revisions import ALL_LANGUAGES, Entry, EntryKind, Publication, Revision
from content.sources import Source, revision_source
from content.synonyms import Synonym
from content.topics import Topic, TopicTitle
from core.i18n import LANGUAGES, SOURCE_LANGUAGE

NOWHERE = Located(Path(), {}, {})


@dataclass(slots=True)
class _Live:
    """What is live, read once: entries by kind and slug, their revisions by language, source slugs by revision."""

    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    texts: dict[int, dict[str, Revision]] = field(default_factory=lambda: defaultdict(dict))
    sources: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    hashes: dict[int, str] = field(default_factory=dict)

    def of(self, kind: EntryKind) -> list[tuple[str, Entry, Mapping[str, Revision]]]:
        """Return the entries of a kind that have something live, by slug."""
        found = [(slug, entry) for (of_kind, slug), entry in sorted(self.entries.items()) if of_kind == kind]
        return [(slug, entry, self.texts[entry.id]) for slug, entry in found if self.texts.get(entry.id)]


async def load_pack(session: AsyncSession) -> Pack:
    """Return all live content, and what has no life of its own, as a pack.

    What readers cannot see is left out: a retired article or topic, a text without its source language, and what other
    entries would tell of them.
    """
    live = await _load_live(session)
    articles = await _articles(session, live)
    return Pack(
        sources={row.slug: _source(row) for row in await session.scalars(select(Source))},
        evidence={row.number: _evidence(row) for row in await session.scalars(select(Evidence))},
        facts=await _facts(session, live),
        contacts=await _contacts(session, live),
        topics=await _topics(session),
        articles=articles,
        synonyms=await _synonyms(session),
        programmes=await _programmes(session, {article.slug for article in articles}),
        forms={row.slug: _form(row) for row in await session.scalars(select(Form)) if row.questions},
        paths=await _paths(session, {article.slug for article in articles}),
        self_checks=await _self_checks(session, articles),
        files={},
    )


async def _load_live(session: AsyncSession) -> _Live:
    live = _Live()
    for entry in await session.scalars(select(Entry)):
        live.entries[entry.kind, entry.slug] = entry
    open_now = select(Revision).join(Publication, Publication.revision_id == Revision.id)
    for revision in await session.scalars(open_now.where(Publication.published_until.is_(None))):
        live.texts[revision.entry_id][revision.language] = revision
    named = select(revision_source.c.revision_id, Source.slug).join(Source, Source.id == revision_source.c.source_id)
    for row in await session.execute(named.order_by(revision_source.c.revision_id, revision_source.c.position)):
        live.sources[row.revision_id].append(row.slug)
    for row in await session.execute(select(Revision.id, Revision.text_hash)):
        live.hashes[row.id] = row.text_hash
    return live


def _source(row: Source) -> SourceModel:
    return SourceModel(
        title=row.title, publisher=row.publisher, url=row.url or None, published_on=row.published_on,
        seen_on=_seen(row.seen_on, row.seen_precision), confidence=row.confidence,
    )  # fmt: skip


def _seen(day: Any, precision: str) -> PartialDate | None:
    return PartialDate(first_day=day, precision=precision) if day else None


def _evidence(row: Evidence) -> EvidenceModel:
    return EvidenceModel(claim=row.claim, source=row.source, date=row.date, confidence=row.confidence, check=row.check)


async def _topics(session: AsyncSession) -> tuple[PackTopic, ...]:
    titles: dict[int, dict[str, str]] = defaultdict(dict)
    for title in await session.scalars(select(TopicTitle)):
        titles[title.topic_id][title.language] = title.title
    rows = list(await session.scalars(select(Topic).where(Topic.retired_at.is_(None))))
    slugs = {row.id: row.slug for row in rows}
    topics = [
        PackTopic(row.slug, TopicModel(
            icon=row.icon, position=row.position, parent=slugs.get(row.parent_id) if row.parent_id else None,
            titles=_in_order(titles[row.id]),
        ), NOWHERE)
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(topics, key=lambda topic: (topic.front.parent or "", topic.front.position, topic.slug)))


def _in_order(texts: Mapping[str, str]) -> dict[str, str]:
    """Return texts by language, the source language first, the others by code."""
    return {code: texts[code] for code in sorted(texts, key=lambda code: (code != SOURCE_LANGUAGE, code))}


async def _facts(session: AsyncSession, live: _Live) -> dict[str, FactModel]:
    kinds = {row.id: row.kind for row in await session.scalars(select(Fact))}
    return {
        slug: FactModel(
            kind=kinds[entry.id],
            values=_in_order({language: revision.body for language, revision in texts.items()}),
            review_months=entry.review_months,
            **_shared(live, texts.get(SOURCE_LANGUAGE) or next(iter(texts.values()))),
        )
        for slug, entry, texts in live.of(EntryKind.FACT)
    }


def _shared(live: _Live, revision: Revision) -> dict[str, Any]:
    return {"sources": tuple(live.sources[revision.id]), "evidence": tuple(revision.evidence)}


async def _contacts(session: AsyncSession, live: _Live) -> dict[str, ContactModel]:
    rows = {row.revision_id: row for row in await session.scalars(select(ContactDetails))}
    contacts = {}
    for slug, entry, texts in live.of(EntryKind.CONTACT):
        revision = texts[ALL_LANGUAGES]
        details = rows[revision.id]
        held = {name: getattr(details, name) for name in ContactModel.model_fields if hasattr(details, name)}
        contacts[slug] = ContactModel.model_validate(
            held
            | {
                "official_name": revision.title,
                "seen_on": _seen(details.seen_on, details.seen_precision),
                "sources": live.sources[revision.id],
                "review_months": entry.review_months,
            }
        )
    return contacts


async def _articles(session: AsyncSession, live: _Live) -> tuple[PackArticle, ...]:
    shown = select(Article, Topic.slug).join(Topic, Topic.id == Article.topic_id)
    shown = shown.where(Article.retired_at.is_(None), Topic.retired_at.is_(None))
    rows = {article.id: (article, topic) for article, topic in await session.execute(shown)}
    found = {
        slug: (entry, texts)
        for slug, entry, texts in live.of(EntryKind.ARTICLE)
        if entry.id in rows and SOURCE_LANGUAGE in texts
    }
    articles = []
    for slug, (entry, texts) in found.items():
        article, topic = rows[entry.id]
        related = tuple(other for other in article.related if other in found)
        fronts = {code: _front(live, article, entry, revision, related) for code, revision in texts.items()}
        read = {code: PackText(code, fronts[code], texts[code].body, NOWHERE, 0) for code in sorted(texts)}
        articles.append(PackArticle(slug, topic, read))
    return tuple(sorted(articles, key=lambda article: (article.topic, article.slug)))


def _front(live: _Live, row: Article, entry: Entry, revision: Revision, related: tuple[str, ...]) -> TextModel:
    text: dict[str, Any] = {
        "title": revision.title, "summary": revision.summary, "tags": tuple(row.tags.get(revision.language, ())),
    }  # fmt: skip
    if revision.language != SOURCE_LANGUAGE:
        source = revision.derived_from_revision_id or live.texts[entry.id][SOURCE_LANGUAGE].id
        return TranslationModel(**text, translated_from=live.hashes[source])
    return SourceTextModel(
        **text,
        **_shared(live, revision),
        related=related,
        missing=_missing(row, live.texts[entry.id]),
        position=row.position,
        audience={"stages": row.stages, "countries": row.countries, "provinces": row.provinces},
        sensitivity=row.sensitivity,
        owner=row.owner,
        review_months=entry.review_months,
    )


def _missing(row: Article, texts: Mapping[str, Revision]) -> tuple[str, ...]:
    """Return the languages an article lacks: as the pack told, and what the desk has taken away since."""
    still = [language for language in row.missing if language not in texts]
    return (*still, *(language for language in LANGUAGES if language not in texts and language not in still))


async def _synonyms(session: AsyncSession) -> dict[str, SynonymsModel]:
    words: dict[str, dict[str, Sequence[str]]] = defaultdict(dict)
    for row in await session.scalars(select(Synonym)):
        if not row.meanings:  # taken away at the desk
            continue
        words[row.language][row.word] = row.meanings
    return {language: SynonymsModel.model_validate(found) for language, found in words.items()}


async def _programmes(session: AsyncSession, articles: Collection[str]) -> dict[str, ProgrammeModel]:
    query = select(Programme, Entry.slug).join(Entry, Entry.id == Programme.article_id)
    return {
        row.slug: ProgrammeModel(
            article=article, **{name: getattr(row, name) for name in ProgrammeModel.model_fields if name != "article"}
        )
        for row, article in await session.execute(query)
        if article in articles
    }  # fmt: skip


async def _paths(session: AsyncSession, articles: Collection[str]) -> dict[str, PathModel]:
    """Return the paths, without the steps that readers cannot see any more."""
    rows = await session.scalars(select(StagePath))
    steps = {row.stage: tuple(slug for slug in row.articles if slug in articles) for row in rows}
    return {stage: PathModel(articles=found) for stage, found in steps.items() if found}


async def _self_checks(session: AsyncSession, articles: Sequence[PackArticle]) -> dict[str, SelfCheckModel]:
    """Return the self-checks, without articles that readers cannot see any more; none of a topic that is gone."""
    slugs, topics = {article.slug for article in articles}, {topic.slug for topic in await _topics(session)}
    found = {row.slug: SelfCheckModel.model_validate(row.content) for row in await session.scalars(select(SelfCheck))}
    return {
        slug: model.model_copy(
            update={
                "article": model.article if model.article in slugs else None,
                "levels": tuple(
                    level.model_copy(update={"articles": tuple(each for each in level.articles if each in slugs)})
                    for level in model.levels
                ),
            }
        )
        for slug, model in found.items()
        if model.topic in topics
    }


def _form(row: Form) -> FormModel:
    return FormModel.model_validate({"questions": row.questions, "missing": row.missing})
