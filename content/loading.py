"""Reading the live content for a catalogue: a handful of queries, and all markup parsed once."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from content.articles import Article
from content.bodies import Reference, fill_in, parts_of, references_in
from content.contact_lines import markup
from content.contacts import ContactDetails, LiveContact
from content.facts import STEPS_ASIDE, Fact, whom_to_ask
from content.live import (
    ArticleText,
    LiveArticle,
    LiveTopic,
    Provenance,
    ShownSource,
    nearest_language,
)
from content.revisions import ALL_LANGUAGES, Approval, Entry, EntryKind, Publication, Revision
from content.sources import Source, revision_source
from content.topics import Topic, TopicTitle
from core.i18n import words
from core.log import log
from core.markup import MarkupError, parse, split
from core.messages import Formatted

MAX_PART_UNITS = 3500  # leaves room in Telegram's 4,096 for the title, the notes and the sources
LiveRow = Row[Any]
Revisions = Mapping[tuple[str, str], Mapping[str, LiveRow]]
Sources = Mapping[int, tuple[ShownSource, ...]]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The live revisions by kind, slug and language; contacts by slug; sources by revision."""

    revisions: Revisions
    contacts: Mapping[str, LiveContact]
    sources: Sources
    checked_on: Mapping[int, date]
    today: date

    def revision_of(self, reference: Reference, language: str) -> LiveRow | None:
        """Return the live revision that a reference shows in a language."""
        found = self.revisions.get((reference.kind, reference.slug))
        return found[nearest_language(found, language)] if found else None

    def markup(self, reference: Reference, language: str) -> str:
        """Return what stands in a text instead of a reference; one that is not live shows as nothing."""
        if reference.kind == EntryKind.CONTACT:
            contact = self.contacts.get(reference.slug)
            return markup(contact, words(language)) if contact else ""
        fact = self.revision_of(reference, language)
        if fact is None:
            return ""
        is_overdue = fact.review_due_on < self.today and fact.fact_kind in STEPS_ASIDE
        return escape(whom_to_ask(self.contacts, words(language)) if is_overdue else fact.body, quote=False)


async def load_articles(
    connection: AsyncConnection, shelf: Shelf, *, show_unverified: bool
) -> tuple[dict[str, LiveArticle], int]:
    """Return the articles that have a text to show, in the order of their topics' lists; and how many are hidden."""
    rows = [row for row in await _article_rows(connection) if (EntryKind.ARTICLE, row.slug) in shelf.revisions]
    articles = (_article(row, shelf, show_unverified=show_unverified) for row in rows)
    shown = {article.slug: article for article in articles if article}
    return shown, len(rows) - len(shown)


async def load_shelf(connection: AsyncConnection, *, today: date) -> Shelf:
    """Read every live revision with what stands behind it."""
    revisions: dict[tuple[str, str], dict[str, LiveRow]] = defaultdict(dict)
    for row in await _live_revisions(connection):
        revisions[row.kind, row.slug][row.language] = row
    sources, checked_on = await _sources(connection)
    return Shelf(revisions, await _contacts(connection, revisions, sources), sources, checked_on, today)


async def _live_revisions(connection: AsyncConnection) -> list[LiveRow]:
    exact = and_(Approval.revision_id == Revision.id, Approval.text_hash == Revision.text_hash)
    approved_at = select(func.max(Approval.approved_at)).where(exact).scalar_subquery()
    query = (
        select(
            Entry.kind,
            Entry.slug,
            Revision.id,
            Revision.language,
            Revision.title,
            Revision.summary,
            Revision.body,
            Revision.review_due_on,
            Fact.kind.label("fact_kind"),
            approved_at.label("approved_at"),
        )
        .join(Entry, Entry.id == Revision.entry_id)
        .join(Publication, Publication.revision_id == Revision.id)
        .outerjoin(Fact, Fact.id == Entry.id)
        .where(Publication.published_until.is_(None))
    )
    return list(await connection.execute(query))


async def _contacts(connection: AsyncConnection, revisions: Revisions, sources: Sources) -> dict[str, LiveContact]:
    query = (
        select(Entry.slug, ContactDetails)
        .join(Publication, Publication.revision_id == ContactDetails.revision_id)
        .join(Entry, Entry.id == Publication.entry_id)
        .where(Publication.published_until.is_(None), ContactDetails.publishable)
        .order_by(ContactDetails.position, Entry.slug)
    )
    found: dict[str, LiveContact] = {}
    for row in await connection.execute(query):
        shown = sources.get(row.revision_id, ())
        live = revisions[EntryKind.CONTACT, row.slug][ALL_LANGUAGES]
        found[row.slug] = LiveContact(
            slug=row.slug, kind=row.kind, names=row.names, country=row.country, position=row.position,
            phones=tuple(phone for phone in row.phones if phone["publishable"]), whatsapp=tuple(row.whatsapp),
            email=tuple(row.email), web=tuple(row.web), source=shown[0].name if shown else "",
            seen_on=row.seen_on, seen_precision=row.seen_precision, is_confirmed=live.approved_at is not None,
        )  # fmt: skip
    return found


async def load_countries(connection: AsyncConnection) -> frozenset[str]:
    """Return the countries of the contact directory, those included of which nothing may be shown yet."""
    live = select(ContactDetails.country).join(
        Publication, Publication.revision_id == ContactDetails.revision_id
    )  # fmt: skip
    return frozenset((await connection.execute(live.where(Publication.published_until.is_(None)).distinct())).scalars())


async def _sources(
    connection: AsyncConnection,
) -> tuple[dict[int, tuple[ShownSource, ...]], dict[int, date]]:
    live = select(Publication.revision_id).where(Publication.published_until.is_(None))
    query = (
        select(revision_source.c.revision_id, Source)
        .join(Source, Source.id == revision_source.c.source_id)
        .where(revision_source.c.revision_id.in_(live))
        .order_by(revision_source.c.revision_id, revision_source.c.position)
    )
    shown: dict[int, tuple[ShownSource, ...]] = defaultdict(tuple)
    checked_on: dict[int, date] = {}
    for row in await connection.execute(query):
        shown[row.revision_id] += (ShownSource(row.publisher, row.seen_on, row.seen_precision),)
        if row.checked_on:
            checked_on[row.revision_id] = max(row.checked_on, checked_on.get(row.revision_id, date.min))
    return shown, checked_on


async def _article_rows(connection: AsyncConnection) -> list[LiveRow]:
    audience = (Article.stages, Article.countries, Article.provinces)
    query = (
        select(Entry.slug, Topic.slug.label("topic"), Article.related, Article.tags, *audience)
        .join(Entry, Entry.id == Article.id)
        .join(Topic, Topic.id == Article.topic_id)
        .where(Article.retired_at.is_(None), Topic.retired_at.is_(None))
        .order_by(Article.position, Entry.slug)
    )
    return list(await connection.execute(query))


def _article(row: LiveRow, shelf: Shelf, *, show_unverified: bool) -> LiveArticle | None:
    found = shelf.revisions.get((EntryKind.ARTICLE, row.slug), {})
    shown = {
        language: revision
        for language, revision in found.items()
        if show_unverified or _is_vouched_for(revision, shelf)
    }
    readable = ((language, _text_or_none(revision, shelf)) for language, revision in shown.items())
    texts = {language: text for language, text in readable if text}
    if not texts:
        return None
    tags = {language: tuple(words) for language, words in row.tags.items()}
    audience = (tuple(row.stages), tuple(row.countries), tuple(row.provinces))
    return LiveArticle(row.slug, row.topic, tuple(row.related), texts, tags, *audience)


def _is_vouched_for(revision: LiveRow, shelf: Shelf) -> bool:
    """Tell whether a text and every fact in it are approved. Contacts need not be: only publishable ones are shown."""
    facts = (reference for reference in references_in(revision.body) if reference.kind == EntryKind.FACT)
    shown = [revision, *filter(None, (shelf.revision_of(fact, revision.language) for fact in facts))]
    return all(row.approved_at for row in shown)


def _text_or_none(revision: LiveRow, shelf: Shelf) -> ArticleText | None:
    """Return a text; one that cannot be shown steps aside, with an alarm, so that the others still can."""
    try:
        return _text(revision, shelf)
    except MarkupError as error:
        log.error("live text cannot be shown", revision=revision.id, error=str(error.what), language=revision.language)
        return None


def _text(revision: LiveRow, shelf: Shelf) -> ArticleText:
    language = revision.language
    filled = [fill_in(part, lambda reference: shelf.markup(reference, language)) for part in parts_of(revision.body)]
    parts: tuple[Formatted, ...] = tuple(piece for part in filled for piece in split(parse(part), MAX_PART_UNITS))
    return ArticleText(
        language=language,
        title=revision.title,
        summary=revision.summary,
        parts=parts,
        provenance=_provenance(revision, shelf),
    )


def _provenance(revision: LiveRow, shelf: Shelf) -> Provenance:
    """Tell what stands behind a text. It is as old, and as little approved, as the weakest value that it shows."""
    references = references_in(revision.body)
    shown = [shelf.revision_of(reference, revision.language) for reference in references]
    all_shown = [revision, *(row for row in shown if row)]
    is_approved = all(row.approved_at for row in all_shown)
    # contacts never fall overdue: each shows the month in which its number was last seen
    ages = [row.review_due_on for row in all_shown if row.language != ALL_LANGUAGES]
    return Provenance(
        sources=shelf.sources.get(revision.id, ()),
        approved_on=revision.approved_at.date() if is_approved else None,
        checked_on=shelf.checked_on.get(revision.id),
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
