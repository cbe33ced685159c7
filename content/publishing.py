"""Publishing the texts of a pack: what is new or changed becomes live, or a draft where the desk has the last word."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from content.articles import Article
from content.contacts import ContactDetails
from content.facts import Fact
from content.revisions import (
    DAYS_A_MONTH,
    Approval,
    Entry,
    EntryKind,
    Origin,
    Publication,
    Revision,
    RevisionAuthor,
    RevisionState,
)
from content.seals import Seals, published_of
from content.sources import revision_source
from core.db import Base
from core.i18n import SOURCE_LANGUAGE

IMPORTER = "pack"


@dataclass(slots=True)
class ImportReport:
    """What an import did: texts published, drafts made of texts that the desk changed, retired or retracted, other rows
    changed, and rows left alone because the desk changed them.
    """

    published: int = 0
    drafts: int = 0
    changed: int = 0
    left_alone: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text to be published. `source_hash`: of a translation, the hash of the text that it was made from.
    `details`: of a contact, what ContactDetails holds beside its name.
    """

    language: str
    title: str = ""
    summary: str = ""
    body: str = ""
    hash: str
    sources: tuple[str, ...]
    evidence: tuple[str, ...] = ()
    review_due_on: date
    source_hash: str | None = None
    derived_from_revision_id: int | None = None
    details: Mapping[str, Any] | None = None


@dataclass(slots=True)
class _Live:
    publication: Publication
    revision: Revision
    source_ids: list[int]


@dataclass(frozen=True, slots=True)
class _Planned:
    """A text that is to be written down, as what is live or as a draft."""

    entry_id: int
    text: Text
    state: RevisionState

    @property
    def key(self) -> tuple[int, str]:
        return (self.entry_id, self.text.language)


@dataclass(slots=True)
class Publisher:
    """What is in the database already, read once, and the ways to bring it up to date."""

    session: AsyncSession
    report: ImportReport
    source_ids: dict[str, int]
    now: datetime
    seals: Seals
    _entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    _by_id: dict[int, Entry] = field(default_factory=dict)
    _rows: dict[tuple[type[Article | Fact], int], Article | Fact] = field(default_factory=dict)
    _live: dict[tuple[int, str], _Live] = field(default_factory=dict)
    _approved: set[int] = field(default_factory=set)
    _written: dict[tuple[int, str], dict[str, int]] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    async def load(
        cls, session: AsyncSession, report: ImportReport, source_ids: dict[str, int], now: datetime, *, seals: Seals
    ) -> "Publisher":
        """Read what is there."""
        publisher = cls(session, report, source_ids, now, seals)
        for entry in await session.scalars(select(Entry)):
            publisher._entries[entry.kind, entry.slug] = entry
        for article in await session.scalars(select(Article)):
            publisher._rows[Article, article.id] = article
        for fact in await session.scalars(select(Fact)):
            publisher._rows[Fact, fact.id] = fact
        await publisher._load_live()
        return publisher

    async def _load_live(self) -> None:
        query = select(Revision.entry_id, Revision.language, Revision.text_hash, Revision.id).order_by(Revision.id)
        for row in await self.session.execute(query):
            self._written[row.entry_id, row.language][row.text_hash] = row.id
        live = (
            select(Publication, Revision)
            .join(Revision, Revision.id == Publication.revision_id)
            .where(Publication.published_until.is_(None))
        )
        approved = select(Approval.revision_id).join(Revision, Revision.id == Approval.revision_id)
        self._approved.update(await self.session.scalars(approved.where(Approval.text_hash == Revision.text_hash)))
        by_revision: dict[int, _Live] = {}
        for publication, revision in await self.session.execute(live):
            by_revision[revision.id] = _Live(publication, revision, [])
            self._live[publication.entry_id, publication.language] = by_revision[revision.id]
        for row in await self.session.execute(select(revision_source).order_by(revision_source.c.position)):
            if row.revision_id in by_revision:
                by_revision[row.revision_id].source_ids.append(row.source_id)

    async def enter(self, kind: EntryKind, review_months: Mapping[str, int]) -> dict[str, int]:
        """Return the ids of entries by slug, making what is new and bringing each one's review period up to date."""
        new = [slug for slug in review_months if (kind, slug) not in self._entries]
        for slug in new:
            self._entries[kind, slug] = Entry(kind=kind, slug=slug, review_months=review_months[slug])
        self.session.add_all(self._entries[kind, slug] for slug in new)
        await self.session.flush()
        entries = {slug: self._entries[kind, slug] for slug in review_months}
        for slug, entry in entries.items():
            self._by_id[entry.id] = entry
            self.report.changed += assign(entry, review_months=review_months[slug])
        return {slug: entry.id for slug, entry in entries.items()}

    def entry_id(self, kind: EntryKind, slug: str) -> int:
        """Return the id of an entry that is there."""
        return self._entries[kind, slug].id

    def keep(self, model: type[Article] | type[Fact], entry_id: int, **values: object) -> None:
        """Make an entry's row hold these values."""
        row = self._rows.get((model, entry_id))
        if row is None:
            row = self._rows[model, entry_id] = model(id=entry_id, origin=Origin.PACK)
            self.session.add(row)
        follow(row, self.report, **values)

    def find_revision(self, entry_id: int, language: str, text_hash: str) -> int | None:
        """Return the newest revision that holds exactly this text, live or not."""
        return self._written[entry_id, language].get(text_hash)

    async def publish(self, texts: Iterable[tuple[int, Text]]) -> None:
        """Make each entry's text live if it is new or changed, or a draft where the desk has the last word.

        Bring the source language first, in a call of its own: a translation becomes live only beside the very text that
        it was made from.
        """
        planned = [plan for entry_id, text in texts if (plan := self._plan(entry_id, text))]
        for plan in planned:
            await self._take_back(plan)
        revisions = [self._revision(plan) for plan in planned]
        self.session.add_all(revisions)
        self._end(planned)
        await self.session.flush()
        await self._describe(planned, revisions)
        self._make_live(planned, revisions)
        await self.session.flush()

    def _plan(self, entry_id: int, text: Text) -> _Planned | None:
        """Say what becomes of a text; nothing if it is live already, or a draft that was written before."""
        key = (entry_id, text.language)
        live = self._live.get(key)
        if live and self._same(live, text):
            self._seal(live)
            return None
        if not self._is_the_desks(key) and not self._is_of_another_source(entry_id, text):
            return _Planned(entry_id, text, RevisionState.RELEASED)
        if text.hash in self._written[key]:
            return None
        return _Planned(entry_id, text, RevisionState.DRAFT)

    def _seal(self, live: _Live) -> None:
        """Seal what was published before there were seals: its text was just found to be the pack's own."""
        if live.publication.seal is None and live.revision.origin == Origin.PACK:
            entry = self._by_id[live.publication.entry_id]
            since = live.publication.published_from
            live.publication.seal = self.seals.of_publication(published_of(entry, live.revision, since))
            self.report.changed += 1

    def _is_the_desks(self, key: tuple[int, str]) -> bool:
        """Tell whether a text was changed, approved, retracted or retired at the desk: then no pack changes it.

        What was approved stays until somebody approves another one, as architecture section 3 has it.
        """
        live = self._live.get(key)
        article = self._rows.get((Article, key[0]))
        is_retired = isinstance(article, Article) and article.retired_at is not None
        is_retracted = live is None and bool(self._written[key])
        is_hers = live is not None and (live.revision.origin != Origin.PACK or live.revision.id in self._approved)
        return is_retired or is_retracted or is_hers

    def _is_of_another_source(self, entry_id: int, text: Text) -> bool:
        """Tell whether a translation was made from a text that the desk corrected, retracted or retired.

        The pack's own source text was brought in just before: if it is not live, the desk has the last word on it.
        """
        if text.source_hash is None:
            return False
        source = self._live.get((entry_id, SOURCE_LANGUAGE))
        return source is None or source.revision.text_hash != text.source_hash

    async def _take_back(self, plan: _Planned) -> None:
        """Take back what waits for a reader: it is not the newest text any more, as after any other save."""
        if self._written[plan.key]:
            waiting = update(Revision).where(
                Revision.entry_id == plan.entry_id,
                Revision.language == plan.text.language,
                Revision.state == RevisionState.SUBMITTED,
            )
            await self.session.execute(waiting.values(state=RevisionState.DRAFT))

    def _end(self, planned: Sequence[_Planned]) -> None:
        """End what is live, where another text takes its place."""
        for plan in planned:
            if plan.state == RevisionState.RELEASED and plan.key in self._live:
                self._live[plan.key].publication.published_until = self.now

    def _same(self, live: _Live, text: Text) -> bool:
        return (
            live.revision.text_hash == text.hash
            and live.revision.evidence == list(text.evidence)
            and live.source_ids == [self.source_ids[slug] for slug in text.sources]
        )

    def _revision(self, plan: _Planned) -> Revision:
        text = plan.text
        return Revision(
            entry_id=plan.entry_id,
            language=text.language,
            title=text.title,
            summary=text.summary,
            body=text.body,
            text_hash=text.hash,
            derived_from_revision_id=text.derived_from_revision_id,
            is_major=True,
            is_correction=False,
            state=plan.state,
            origin=Origin.PACK,
            evidence=list(text.evidence),
            created_at=self.now,
            review_due_on=text.review_due_on,
        )

    async def _describe(self, planned: Sequence[_Planned], revisions: Sequence[Revision]) -> None:
        """Write down who wrote each revision, from which sources, and a contact's details."""
        self.session.add_all(RevisionAuthor(revision_id=revision.id, author=IMPORTER) for revision in revisions)
        pairs = list(zip(planned, revisions, strict=True))
        self.session.add_all(
            ContactDetails(revision_id=revision.id, **plan.text.details)
            for plan, revision in pairs
            if plan.text.details is not None
        )
        rows = [
            {"revision_id": revision.id, "source_id": self.source_ids[slug], "position": position}
            for plan, revision in pairs
            for position, slug in enumerate(plan.text.sources)
        ]
        if rows:
            await self.session.execute(insert(revision_source), rows)

    def _make_live(self, planned: Sequence[_Planned], revisions: Sequence[Revision]) -> None:
        """Publish what is released, and remember what was written."""
        for plan, revision in zip(planned, revisions, strict=True):
            self._written[plan.key][plan.text.hash] = revision.id
            if plan.state == RevisionState.DRAFT:
                self.report.drafts += 1
                continue
            publication = self.seals.published(self._by_id[plan.entry_id], revision, now=self.now)
            self.session.add(publication)
            source_ids = [self.source_ids[slug] for slug in plan.text.sources]
            self._live[plan.key] = _Live(publication, revision, source_ids)
            self.report.published += 1


def follow(row: Any, report: ImportReport, **values: object) -> None:
    """Make a row that has no revisions hold these values, unless the desk changed it: then it is left alone."""
    if row.origin == Origin.DESK:
        report.left_alone += any(getattr(row, name) != value for name, value in values.items())
        return
    report.changed += assign(row, **values)


def assign(row: Base, **values: object) -> bool:
    """Set what differs, and say whether anything did."""
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def due_on(now: datetime, months: int) -> date:
    """Return the day on which a text brought in now is to be checked again; a month counts as 30 days."""
    return (now + timedelta(days=months * DAYS_A_MONTH)).date()
