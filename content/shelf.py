"""What is live, read in a handful of queries and proved: what was altered behind the domain's back is left out."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum
from html import escape
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from content.bodies import MEDIA, Reference, references_in
from content.contact_lines import markup
from content.contacts import ContactDetails, LiveContact
from content.facts import STEPS_ASIDE, Fact, whom_to_ask
from content.live import ShownSource, nearest_language
from content.media import ShownMedia, load_media
from content.revisions import (
    ALL_LANGUAGES,
    DAYS_A_MONTH,
    Approval,
    Entry,
    EntryKind,
    Publication,
    Revision,
    RevisionAuthor,
    RevisionCheck,
)
from content.seals import Published, Seals, exact_hash
from content.sources import Source, revision_source
from core.i18n import SOURCE_LANGUAGE, words
from core.log import log


class Lag(IntEnum):
    """How far a translation is behind its source text."""

    NONE = 0
    CHANGED = 1  # a newer version of the source is live
    CORRECTED = 2  # and it, or one between, put something right


@dataclass(frozen=True, slots=True)
class LiveRevision:
    """One live text that is proved to be what was published. `approved_on` only where an approval holds."""

    id: int
    entry_id: int
    kind: str
    slug: str
    language: str
    title: str
    summary: str
    body: str
    fact_kind: str | None
    review_due_on: date
    approved_on: date | None
    checked_on: date | None
    lag: Lag


Revisions = Mapping[tuple[str, str], Mapping[str, LiveRevision]]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The live revisions by kind, slug and language; contacts by slug; media by key; sources by revision.

    `altered`: not shown. `forged`: live texts with an approval that is not ours; it counts for nothing.
    """

    revisions: Revisions
    contacts: Mapping[str, LiveContact]
    sources: Mapping[int, tuple[ShownSource, ...]]
    checked_on: Mapping[int, date]
    today: date
    altered: tuple[int, ...] = ()
    forged: tuple[int, ...] = ()
    media: Mapping[str, ShownMedia] = field(default_factory=dict)

    def revision_of(self, reference: Reference, language: str) -> LiveRevision | None:
        """Return the live revision that a reference shows in a language.

        A value whose source value has changed since is wrong, not only old: the source's is shown instead.
        """
        live = self.revisions.get((reference.kind, reference.slug), {})
        found = {code: row for code, row in live.items() if row.kind != EntryKind.FACT or row.lag is Lag.NONE}
        return found[nearest_language(found, language)] if found else None

    def media_in(self, body: str) -> tuple[ShownMedia, ...]:
        """Return the pictures and voice notes that a text refers to and that may be shown, in their order."""
        keys = (reference.slug for reference in references_in(body) if reference.kind == MEDIA)
        return tuple(self.media[key] for key in keys if key in self.media)

    def markup(self, reference: Reference, language: str) -> str:
        """Return what stands in a text instead of a reference to a fact or a contact.

        A contact that is not live shows as nothing; instead of a value that is not live stands whom to ask.
        """
        if reference.kind == EntryKind.CONTACT:
            contact = self.contacts.get(reference.slug)
            return markup(contact, words(language)) if contact else ""
        fact = self.revision_of(reference, language)
        if fact is None or (fact.review_due_on < self.today and fact.fact_kind in STEPS_ASIDE):
            return escape(whom_to_ask(self.contacts, words(language)), quote=False)
        return escape(fact.body, quote=False)


async def load_shelf(connection: AsyncConnection, *, today: date, seals: Seals) -> Shelf:
    """Read every live revision with what stands behind it; sound an alarm for each that is not what was published."""
    rows = (await connection.execute(_live())).all()
    details = {row.revision_id: row for row in (await connection.execute(_live_details())).all()}
    lags = _Lags(await _source_history(connection), rows)
    (approvals, forged), checks = await _approvals(connection, seals), await _checks(connection)
    revisions: dict[tuple[str, str], dict[str, LiveRevision]] = defaultdict(dict)
    altered = {row.id: None for row in rows if not _is_as_published(row, details, seals)}
    for revision_id in altered:
        log.error("a live text was altered and is not shown", revision=revision_id)
    for row in rows:
        if row.id not in altered:
            approved_on = approvals.get((row.id, row.text_hash))
            revisions[row.kind, row.slug][row.language] = _revision(row, approved_on, checks.get(row.id), lags.of(row))
    sources, checked_on = await _sources(connection)
    contacts = _contacts(revisions, details, sources)
    media = await load_media(connection)
    return Shelf(revisions, contacts, sources, checked_on, today, tuple(altered), forged, media)


def _live() -> Any:
    return (
        select(
            Entry.id.label("entry_id"), Entry.kind, Entry.slug, Entry.review_months, Revision.id, Revision.language,
            Revision.title, Revision.summary, Revision.body, Revision.text_hash, Revision.review_due_on,
            Revision.derived_from_revision_id, Publication.seal, Publication.published_from,
            Fact.kind.label("fact_kind"),
        )
        .join(Entry, Entry.id == Revision.entry_id)
        .join(Publication, Publication.revision_id == Revision.id)
        .outerjoin(Fact, Fact.id == Entry.id)
        .where(Publication.published_until.is_(None))
    )  # fmt: skip


def _live_details() -> Any:
    live = select(ContactDetails).join(Publication, Publication.revision_id == ContactDetails.revision_id)
    return live.where(Publication.published_until.is_(None))


def _is_as_published(row: Row[Any], details: Mapping[int, Any], seals: Seals) -> bool:
    exact = exact_hash(row.kind, title=row.title, summary=row.summary, body=row.body, details=details.get(row.id))
    published = Published(row.kind, row.slug, row.entry_id, row.language, row.id, exact, row.published_from)
    return exact == row.text_hash and seals.holds(row.seal, published)


def _revision(row: Row[Any], approved_on: date | None, checked_on: date | None, lag: Lag) -> LiveRevision:
    due_on = row.review_due_on
    if checked_on is not None:
        due_on = max(due_on, checked_on + timedelta(days=DAYS_A_MONTH * row.review_months))
    return LiveRevision(
        id=row.id, entry_id=row.entry_id, kind=row.kind, slug=row.slug, language=row.language, title=row.title,
        summary=row.summary, body=row.body, fact_kind=row.fact_kind, review_due_on=due_on, approved_on=approved_on,
        checked_on=checked_on, lag=lag,
    )  # fmt: skip


async def _approvals(connection: AsyncConnection, seals: Seals) -> tuple[dict[tuple[int, str], date], tuple[int, ...]]:
    """Return when each live text was last approved, of approvals that hold: sealed, and by nobody who wrote it.

    And the texts with approvals that are not ours.
    """
    by_author = (
        select(RevisionAuthor.author)
        .where(RevisionAuthor.revision_id == Approval.revision_id, RevisionAuthor.author == Approval.approved_by)
        .exists()
    )
    query = (
        select(Approval.revision_id, Approval.text_hash, Approval.approved_by, Approval.approved_at, Approval.seal)
        .add_columns(Revision.language)
        .join(Revision, Revision.id == Approval.revision_id)
        .join(Publication, Publication.revision_id == Approval.revision_id)
        .where(Publication.published_until.is_(None), ~by_author)
    )
    found: dict[tuple[int, str], date] = {}
    forged: dict[int, None] = {}
    for row in (await connection.execute(query)).all():
        told = {"revision_id": row.revision_id, "language": row.language, "text_hash": row.text_hash}
        if seals.approves(row.seal, **told, approved_by=row.approved_by, approved_at=row.approved_at):
            key, day = (row.revision_id, row.text_hash), row.approved_at.date()
            found[key] = max(day, found.get(key, day))
        else:
            forged[row.revision_id] = None
            log.error("an approval is not ours and counts for nothing", revision=row.revision_id)
    return found, tuple(forged)


async def _checks(connection: AsyncConnection) -> dict[int, date]:
    """Return the day on which somebody last found each live text still right."""
    query = (
        select(RevisionCheck.revision_id, func.max(RevisionCheck.checked_on))
        .join(Publication, Publication.revision_id == RevisionCheck.revision_id)
        .where(Publication.published_until.is_(None))
        .group_by(RevisionCheck.revision_id)
    )
    return {revision_id: day for revision_id, day in (await connection.execute(query)).all()}


class _Lags:
    """Compares what a translation was made from with what of its source was live since. By ids, never by moments."""

    def __init__(self, history: Mapping[int, list[Row[Any]]], rows: Collection[Row[Any]]) -> None:
        self._history = history
        self._live_source = {row.entry_id: row.id for row in rows if row.language == SOURCE_LANGUAGE}

    def of(self, row: Row[Any]) -> Lag:
        """Return how far a live text is behind; a source text never is, nor one whose source is not live."""
        live = self._live_source.get(row.entry_id)
        # a value is short: whoever wrote it knew the source's of that day, and few say what they were made from
        made_from = row.id if row.kind == EntryKind.FACT else row.derived_from_revision_id
        if row.language in {SOURCE_LANGUAGE, ALL_LANGUAGES} or live is None or made_from is None:
            return Lag.NONE
        since = [source for source in self._history[row.entry_id] if made_from < source.id <= live]
        if any(source.is_correction for source in since):
            return Lag.CORRECTED
        return Lag.CHANGED if any(source.is_major for source in since) else Lag.NONE


async def _source_history(connection: AsyncConnection) -> Mapping[int, list[Row[Any]]]:
    """Return, by entry, the revisions of the source language that were ever live."""
    query = (
        select(Publication.entry_id, Revision.id, Revision.is_major, Revision.is_correction)
        .join(Revision, Revision.id == Publication.revision_id)
        .where(Publication.language == SOURCE_LANGUAGE)
    )
    history: dict[int, list[Row[Any]]] = defaultdict(list)
    rows: list[Row[Any]] = list(await connection.execute(query))
    for row in rows:
        history[row.entry_id].append(row)
    return history


def _contacts(
    revisions: Revisions, details: Mapping[int, Any], sources: Mapping[int, tuple[ShownSource, ...]]
) -> dict[str, LiveContact]:
    """Return the contacts that may be shown, whom to call first in a country coming first."""
    live = [texts[ALL_LANGUAGES] for (kind, _), texts in revisions.items() if kind == EntryKind.CONTACT]
    shown = [(details[revision.id], revision) for revision in live if details[revision.id].publishable]
    shown.sort(key=lambda pair: (pair[0].position, pair[1].slug))
    return {revision.slug: _contact(row, revision, sources.get(revision.id, ())) for row, revision in shown}


def _contact(row: Any, revision: LiveRevision, sources: tuple[ShownSource, ...]) -> LiveContact:
    return LiveContact(
        slug=revision.slug, kind=row.kind, names=row.names, country=row.country, position=row.position,
        phones=tuple(phone for phone in row.phones if phone["publishable"]), whatsapp=tuple(row.whatsapp),
        email=tuple(row.email), web=tuple(row.web), source=sources[0].name if sources else "",
        seen_on=row.seen_on, seen_precision=row.seen_precision, rung_on=revision.checked_on,
        is_confirmed=revision.approved_on is not None,
    )  # fmt: skip


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
    for row in (await connection.execute(query)).all():
        shown[row.revision_id] += (ShownSource(row.publisher, row.seen_on, row.seen_precision),)
        if row.checked_on:
            checked_on[row.revision_id] = max(row.checked_on, checked_on.get(row.revision_id, date.min))
    return shown, checked_on
