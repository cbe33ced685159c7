"""What there is to do: texts to review, outdated translations, what is overdue, what readers found unhelpful."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, case, exists, func, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from content.articles import Article
from content.contacts import ContactDetails
from content.desk.due import due_on, is_approved
from content.desk.finding import holds
from content.desk.standing import is_to_begin
from content.revisions import (
    ALL_LANGUAGES,
    Entry,
    EntryKind,
    Publication,
    Revision,
    RevisionAuthor,
    RevisionState,
    ScheduledChange,
)
from content.votes import REASONS, ArticleVote
from core.i18n import LANGUAGES, SOURCE_LANGUAGE
from staff.actors import Actor, Role

VOTES_OF = timedelta(days=30)
MOST_COUNTED = 1000  # beyond it a board says "1,000+": counting on would read every text there is


@dataclass(frozen=True, slots=True)
class Waiting:
    """One text that waits for somebody. `title` is what a list calls it: of a fact, its value."""

    revision_id: int
    kind: str
    slug: str
    language: str
    title: str
    is_live: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a longer list, and how many there are in all: counted up to MOST_COUNTED and no further."""

    rows: tuple[Waiting, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Unhelpful:
    """A live text that readers said did not help, in the last 30 days: how many, and which reasons they then gave.

    `reasons` holds (reason, how many), as content/votes.py names them, the commonest first.
    """

    slug: str
    title: str
    language: str
    yes: int
    no: int
    reasons: tuple[tuple[str, int], ...]


def _is_open(publication: type[Publication]) -> ColumnElement[bool]:
    return publication.published_until.is_(None)


def _is_live() -> ColumnElement[bool]:
    return exists().where(Publication.revision_id == Revision.id, _is_open(Publication))


def _is_mine(by: Actor) -> ColumnElement[bool]:
    return exists().where(RevisionAuthor.revision_id == Revision.id, RevisionAuthor.author == by.account_id)


def _ids(*which: ColumnElement[bool]) -> Select[int]:
    """Select the ids of revisions: no more columns, or the database carries every text along while it sorts."""
    return select(Revision.id).join(Entry, Entry.id == Revision.entry_id).where(*which)


async def to_review(
    session: AsyncSession, *, by: Actor, kind: EntryKind | None = None, language: str | None = None, limit: int = 50
) -> Page:
    """Return what the person may approve: first what was handed in, then what is live and was never approved.

    Leaves out what she wrote a part of, and contacts that may not be shown.
    """
    hers = _may_be_read(by, kind=kind, language=language)
    return await _page(session, (_ids(hers, _is_submitted()), _ids(hers, _is_unread())), Revision.id, limit=limit)


async def next_to_review(
    session: AsyncSession, *, by: Actor, after: int = 0, was_handed_in: bool = False, language: str | None = None
) -> int | None:
    """Return the text after one in the order of `to_review`, for the reading lane; after the last, the first.

    `was_handed_in` tells among which the one before stood: it may have been approved meanwhile.
    """
    hers = _may_be_read(by, language=language)
    submitted, unread = _ids(hers, _is_submitted()), _ids(hers, _is_unread())
    is_later = Revision.id > after
    rest = [submitted.where(is_later), unread] if was_handed_in else [unread.where(is_later)]
    for wanted in [*(rest if after else []), submitted, unread]:
        found = (await session.execute(wanted.order_by(Revision.id).limit(1))).scalar_one_or_none()
        if found is not None:
            return found
    return None


async def to_review_after(
    session: AsyncSession, *, by: Actor, kind: EntryKind | None = None, language: str | None = None, search: str = "",
    after: int = 0, limit: int = 50,
) -> list[Waiting]:  # fmt: skip
    """Return what the person may approve in the order of the revisions' ids: for who reads them all."""
    hers = _may_be_read(by, kind=kind, language=language)
    wanted = _ids(hers, or_(_is_submitted(), _is_unread()), Revision.id > after)
    if search:
        wanted = wanted.where(holds(search, Entry.slug, Revision.title, Revision.body))
    return await _told(session, list(await session.scalars(wanted.order_by(Revision.id).limit(limit))))


def _may_be_read(by: Actor, *, kind: EntryKind | None = None, language: str | None = None) -> ColumnElement[bool]:
    languages = _verified(by)
    asked = languages if language is None else languages & {language}
    is_retired = exists().where(Article.id == Revision.entry_id, Article.retired_at.is_not(None))
    hers = and_(Revision.language.in_(asked), ~_is_mine(by), ~is_retired)
    return hers if kind is None else and_(hers, Entry.kind == kind)


def _verified(by: Actor) -> frozenset[str]:
    """Return the languages of the texts that the person verifies; contacts are read in the source language."""
    verified = by.languages(Role.VERIFIER)
    return verified | {ALL_LANGUAGES} if SOURCE_LANGUAGE in verified else verified


def _is_submitted() -> ColumnElement[bool]:
    return Revision.state == RevisionState.SUBMITTED


def _is_unread() -> ColumnElement[bool]:
    """Tell whether a text is live, was never approved, and may be shown."""
    publishable = exists().where(ContactDetails.revision_id == Revision.id, ContactDetails.publishable)
    return and_(_is_live(), ~is_approved(Revision), or_(Entry.kind != EntryKind.CONTACT, publishable))


async def handed_in_by_me(session: AsyncSession, *, by: Actor, limit: int = 50, offset: int = 0) -> Page:
    """Return what the person wrote and is not live yet, the newest first: drafts and what waits for a reader.

    What is approved for a later moment follows.
    """
    newest = aliased(Revision)
    is_newest = ~exists().where(
        newest.entry_id == Revision.entry_id, newest.language == Revision.language, newest.id > Revision.id
    )
    unfinished = Revision.state.in_((RevisionState.DRAFT, RevisionState.SUBMITTED))
    mine = _ids(unfinished, _is_mine(by), is_newest, ~_is_live())
    return await _page(session, (mine, _planned(_is_mine(by))), Revision.id.desc(), limit=limit, offset=offset)


async def planned(session: AsyncSession, *, by: Actor, limit: int = 50, offset: int = 0) -> Page:
    """Return what is approved and becomes live at a moment, in the languages that the person verifies."""
    hers = _planned(Revision.language.in_(_verified(by)))
    return await _page(session, (hers,), Revision.id, limit=limit, offset=offset)


def _planned(*which: ColumnElement[bool]) -> Select[int]:
    return _ids(Revision.id.in_(select(ScheduledChange.revision_id).where(is_to_begin())), *which)


async def overdue(session: AsyncSession, *, today: date, limit: int = 50, offset: int = 0) -> Page:
    """Return what is live and was to be checked again before today: of those counted, the longest overdue first."""
    due = due_on(Revision)
    was_due = Revision.review_due_on < today  # a check moves that day on: who is late now was late then; has an index
    late = _ids(_is_live(), was_due, due < today).add_columns(due.label("due"))
    found = list(await session.execute(late.order_by(Revision.review_due_on, Revision.id).limit(MOST_COUNTED)))
    found.sort(key=lambda row: (row.due, row.id))
    return Page(tuple(await _told(session, [row.id for row in found[offset : offset + limit]])), len(found))


def translated_by(by: Actor) -> frozenset[str]:
    """Return the languages whose outdated translations are for the person: a translator's own, for others all."""
    return by.languages(Role.TRANSLATOR) or frozenset(LANGUAGES)


async def outdated(session: AsyncSession, *, languages: Collection[str], limit: int = 50, offset: int = 0) -> Page:
    """Return the live translations in these languages since whose making a larger change of the source went live.

    One that was handed in anew waits for its verifier, not for a translator.
    """
    source, larger, was_live, renewed = aliased(Publication), aliased(Revision), aliased(Publication), aliased(Revision)
    made_from = case((Entry.kind == EntryKind.FACT, Revision.id), else_=Revision.derived_from_revision_id)
    is_behind = (
        select(larger.id)
        .join(was_live, was_live.revision_id == larger.id)
        .where(
            larger.entry_id == Revision.entry_id, larger.language == SOURCE_LANGUAGE, larger.is_major,
            larger.id > made_from, larger.id <= source.revision_id,
        )
        .exists()
    )  # fmt: skip
    waits = exists().where(
        renewed.entry_id == Revision.entry_id, renewed.language == Revision.language, renewed.id > Revision.id,
        renewed.state == RevisionState.SUBMITTED,
    )  # fmt: skip
    theirs = and_(
        Publication.language.in_(languages), Publication.language != SOURCE_LANGUAGE,
        Publication.entry_id.in_(_may_be_outdated()),
    )  # fmt: skip
    is_source = and_(source.entry_id == Revision.entry_id, source.language == SOURCE_LANGUAGE, _is_open(source))
    behind = (
        _ids(_is_open(Publication), theirs, made_from < source.revision_id, is_behind, ~waits)
        .join(Publication, Publication.revision_id == Revision.id)
        .join(source, is_source)
    )
    return await _page(session, (behind,), Revision.language, Revision.id, limit=limit, offset=offset)


def _may_be_outdated() -> CompoundSelect[int]:
    """Select the few entries of which a translation can be behind: those whose source was written again, and facts."""
    again = select(Revision.entry_id).where(Revision.language == SOURCE_LANGUAGE)
    again = again.group_by(Revision.entry_id).having(func.count() > 1)
    return union_all(again, select(Entry.id).where(Entry.kind == EntryKind.FACT))


async def awaiting_native_reader(session: AsyncSession, *, limit: int = 50, offset: int = 0) -> Page:
    """Return live texts that are not approved, in languages that still want a reader who grew up with them."""
    languages = [language.code for language in LANGUAGES.values() if language.awaits_native_reader]
    unread = _ids(_is_live(), ~is_approved(Revision), Revision.language.in_(languages))
    return await _page(session, (unread,), Revision.id, limit=limit, offset=offset)


async def unhelpful(
    session: AsyncSession, *, today: date, limit: int = 50, offset: int = 0
) -> tuple[list[Unhelpful], int]:
    """Return the articles that more readers found unhelpful than helpful lately, the worst first, and how many are."""
    lately = ArticleVote.voted_on > today - VOTES_OF
    yes, no = (func.sum(case((ArticleVote.answer == answer, 1), else_=0)).label(answer) for answer in ("yes", "no"))
    counted = select(ArticleVote.article, ArticleVote.language, yes, no).where(lately)
    counted = counted.group_by(ArticleVote.article, ArticleVote.language)
    worst = counted.having(no > yes).subquery()  # few are left by then to be looked up
    slug, language, *numbers = worst.c
    query = (
        select(slug, Revision.title, language, *numbers)
        .join(Entry, and_(Entry.kind == EntryKind.ARTICLE, Entry.slug == slug))
        .join(Revision, and_(Revision.entry_id == Entry.id, Revision.language == language, _is_live()))
        .order_by((worst.c.no - worst.c.yes).desc(), slug, language)
        .limit(MOST_COUNTED)
    )
    found = list(await session.execute(query))
    shown = found[offset : offset + limit]
    reasons = await _reasons(session, {row[0] for row in shown}, lately)
    rows = [
        Unhelpful(slug, title, code, int(ayes), int(noes), tuple(reasons[slug, code].most_common()))
        for slug, title, code, ayes, noes in shown
    ]
    return rows, len(found)


async def _reasons(
    session: AsyncSession, slugs: Collection[str], lately: ColumnElement[bool]
) -> defaultdict[tuple[str, str], Counter[str]]:
    """Return how many readers gave each reason, by article and language."""
    given = and_(lately, ArticleVote.article.in_(slugs), ArticleVote.answer.in_(REASONS))
    query = select(ArticleVote.article, ArticleVote.language, ArticleVote.answer, func.count()).where(given)
    reasons: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    by_reason = query.group_by(ArticleVote.article, ArticleVote.language, ArticleVote.answer)
    for slug, language, reason, count in await session.execute(by_reason.order_by(ArticleVote.answer)):
        reasons[slug, language][reason] = count
    return reasons


async def _page(session: AsyncSession, lists: Sequence[Select[int]], *order: Any, limit: int, offset: int = 0) -> Page:
    """Return a page of the rows of lists that follow each other, each in this order."""
    found: list[int] = []
    for wanted in lists:
        if room := MOST_COUNTED - len(found):
            found += await session.scalars(wanted.order_by(*order).limit(room))
    return Page(tuple(await _told(session, found[offset : offset + limit])), len(found))


async def _told(session: AsyncSession, ids: Sequence[int]) -> list[Waiting]:
    """Return what a list shows of revisions, in their order."""
    title = case((Revision.title != "", Revision.title), else_=Revision.body)
    shown = select(Revision.id, Entry.kind, Entry.slug, Revision.language, title, _is_live())
    shown = shown.join(Entry, Entry.id == Revision.entry_id).where(Revision.id.in_(ids))
    rows = {row[0]: Waiting(*row) for row in await session.execute(shown)}
    return [rows[number] for number in ids]
