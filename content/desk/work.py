"""What there is to do: texts to review, outdated translations, what is overdue, what readers found unhelpful."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from content.articles import Article
from content.contacts import ContactDetails
from content.desk.due import due_on
from content.revisions import (
    ALL_LANGUAGES,
    Approval,
    Entry,
    EntryKind,
    Publication,
    Revision,
    RevisionAuthor,
    RevisionState,
)
from content.votes import ArticleVote
from core.i18n import LANGUAGES, SOURCE_LANGUAGE
from staff.actors import Actor, Role

VOTES_OF = timedelta(days=30)


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
    """Some rows of a longer list, and how many there are in all."""

    rows: tuple[Waiting, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Unhelpful:
    """An article that readers said did not help, in the last 30 days, and why."""

    slug: str
    language: str
    yes: int
    no: int


def _verified_languages(by: Actor) -> frozenset[str]:
    languages = by.languages(Role.VERIFIER)
    return languages | {ALL_LANGUAGES} if SOURCE_LANGUAGE in languages else languages


def _listed() -> Select[Any]:
    title = case((Revision.title != "", Revision.title), else_=Revision.body)
    is_live = exists().where(Publication.revision_id == Revision.id, Publication.published_until.is_(None))
    return select(
        Revision.id, Entry.kind, Entry.slug, Revision.language, title.label("title"), is_live.label("is_live")
    ).join(Entry, Entry.id == Revision.entry_id)


def _is_live() -> ColumnElement[bool]:
    return exists().where(Publication.revision_id == Revision.id, Publication.published_until.is_(None))


def _is_approved() -> ColumnElement[bool]:
    return exists().where(Approval.revision_id == Revision.id, Approval.text_hash == Revision.text_hash)


async def to_review(
    session: AsyncSession,
    *,
    by: Actor,
    kind: EntryKind | None = None,
    language: str | None = None,
    search: str = "",
    after: int = 0,
    limit: int = 50,
    offset: int = 0,
) -> Page:
    """Return what the person may approve: first what was handed in, then what is live and was never approved.

    Leaves out what she wrote a part of, and contacts that may not be shown. `after`: skip what comes before and is that
    revision, for the reading lane.
    """
    wanted = _to_review(by, kind=kind, language=language, search=search)
    rank = case((Revision.state == RevisionState.SUBMITTED, 0), else_=1)
    if after:
        state = (await session.execute(select(Revision.state).where(Revision.id == after))).scalar_one_or_none()
        passed = 0 if state == RevisionState.SUBMITTED else 1
        wanted = wanted.where(or_(rank > passed, and_(rank == passed, Revision.id > after)))
    return await _page(session, wanted, order=(rank, Revision.id), limit=limit, offset=offset)


async def to_review_after(
    session: AsyncSession, *, by: Actor, kind: EntryKind | None = None, language: str | None = None, search: str = "",
    after: int = 0, limit: int = 50,
) -> list[Waiting]:  # fmt: skip
    """Return the same in the order of the revisions' ids: for who reads them all."""
    wanted = _to_review(by, kind=kind, language=language, search=search).where(Revision.id > after)
    return [Waiting(*row) for row in await session.execute(wanted.order_by(Revision.id).limit(limit))]


def _to_review(by: Actor, *, kind: EntryKind | None, language: str | None, search: str) -> Select[Any]:
    mine = exists().where(RevisionAuthor.revision_id == Revision.id, RevisionAuthor.author == by.account_id)
    may_be_shown = or_(
        Entry.kind != EntryKind.CONTACT,
        exists().where(ContactDetails.revision_id == Revision.id, ContactDetails.publishable),
        Revision.state == RevisionState.SUBMITTED,
    )
    waits = or_(Revision.state == RevisionState.SUBMITTED, and_(_is_live(), ~_is_approved()))
    wanted = _listed().where(waits, ~mine, may_be_shown, Revision.language.in_(_verified_languages(by)))
    return _narrowed(wanted, kind=kind, language=language, search=search)


async def handed_in_by_me(session: AsyncSession, *, by: Actor, limit: int = 50, offset: int = 0) -> Page:
    """Return what the person wrote and is not live yet: drafts and what waits for a reader."""
    newest = aliased(Revision)
    is_newest = ~exists().where(
        newest.entry_id == Revision.entry_id, newest.language == Revision.language, newest.id > Revision.id
    )
    mine = exists().where(RevisionAuthor.revision_id == Revision.id, RevisionAuthor.author == by.account_id)
    unfinished = Revision.state.in_((RevisionState.DRAFT, RevisionState.SUBMITTED))
    wanted = _listed().where(is_newest, mine, unfinished, ~_is_live())
    return await _page(session, wanted, order=(Revision.id.desc(),), limit=limit, offset=offset)


async def overdue(
    session: AsyncSession,
    *,
    today: date,
    kind: EntryKind | None = None,
    search: str = "",
    limit: int = 50,
    offset: int = 0,
) -> Page:
    """Return what is live and was to be checked again before today, the longest overdue first."""
    due = due_on(Revision)
    wanted = _narrowed(_listed().where(_is_live(), due < today), kind=kind, search=search)
    return await _page(session, wanted, order=(due, Revision.id), limit=limit, offset=offset)


async def outdated(
    session: AsyncSession, *, languages: Collection[str], search: str = "", limit: int = 50, offset: int = 0
) -> Page:
    """Return the live translations in these languages since whose making a larger change of the source went live."""
    source, source_live = aliased(Revision), aliased(Publication)
    newer = (
        select(source.id)
        .join(source_live, source_live.revision_id == source.id)
        .where(
            source.entry_id == Revision.entry_id, source.language == SOURCE_LANGUAGE, source.is_major,
            source.id > case((Entry.kind == EntryKind.FACT, Revision.id), else_=Revision.derived_from_revision_id),
        )
        .exists()
    )  # fmt: skip
    wanted = _listed().where(_is_live(), Revision.language.in_(languages), Revision.language != SOURCE_LANGUAGE, newer)
    return await _page(
        session, _narrowed(wanted, search=search), order=(Revision.language, Revision.id), limit=limit, offset=offset
    )


async def awaiting_native_reader(session: AsyncSession, *, search: str = "", limit: int = 50, offset: int = 0) -> Page:
    """Return live texts that are not approved, in languages that still want a reader who grew up with them."""
    languages = [language.code for language in LANGUAGES.values() if language.awaits_native_reader]
    wanted = _listed().where(_is_live(), ~_is_approved(), Revision.language.in_(languages))
    return await _page(
        session, _narrowed(wanted, search=search), order=(Revision.language, Revision.id), limit=limit, offset=offset
    )


async def missing(
    session: AsyncSession, *, language: str, limit: int = 50, offset: int = 0
) -> tuple[list[Row[Any]], int]:
    """Return the articles (slug, title) that have a live source text and nothing at all in a language."""
    other = aliased(Revision)
    has_any = exists().where(other.entry_id == Entry.id, other.language == language)
    wanted = (
        select(Entry.slug, Revision.title)
        .join(Revision, Revision.entry_id == Entry.id)
        .join(Publication, Publication.revision_id == Revision.id)
        .join(Article, Article.id == Entry.id)
        .where(
            Publication.published_until.is_(None), Revision.language == SOURCE_LANGUAGE, Article.retired_at.is_(None),
            ~has_any,
        )
    )  # fmt: skip
    count = (await session.execute(select(func.count()).select_from(wanted.subquery()))).scalar_one()
    return list(await session.execute(wanted.order_by(Entry.slug).limit(limit).offset(offset))), count


async def unhelpful(session: AsyncSession, *, today: date, limit: int = 50) -> list[Unhelpful]:
    """Return the articles that more readers found unhelpful than helpful lately, the worst first."""
    no = func.sum(case((ArticleVote.answer != "yes", 1), else_=0))
    yes = func.sum(case((ArticleVote.answer == "yes", 1), else_=0))
    query = (
        select(ArticleVote.article, ArticleVote.language, yes.label("yes"), no.label("no"))
        .where(ArticleVote.voted_on > today - VOTES_OF)
        .group_by(ArticleVote.article, ArticleVote.language)
        .having(no > yes)
        .order_by((no - yes).desc(), ArticleVote.article)
        .limit(limit)
    )
    return [Unhelpful(row.article, row.language, int(row.yes), int(row.no)) for row in await session.execute(query)]


def _narrowed(
    wanted: Select[Any], *, kind: EntryKind | None = None, language: str | None = None, search: str = ""
) -> Select[Any]:
    if kind is not None:
        wanted = wanted.where(Entry.kind == kind)
    if language is not None:
        wanted = wanted.where(Revision.language == language)
    if search:
        pattern = "%" + search.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        found = (Entry.slug.like(pattern, escape="\\"), func.lower(Revision.title).like(pattern, escape="\\"))
        wanted = wanted.where(or_(*found, func.lower(Revision.body).like(pattern, escape="\\")))
    return wanted


async def _page(session: AsyncSession, wanted: Select[Any], *, order: tuple[Any, ...], limit: int, offset: int) -> Page:
    count = (await session.execute(select(func.count()).select_from(wanted.subquery()))).scalar_one()
    rows = await session.execute(wanted.order_by(*order).limit(limit).offset(offset))
    return Page(tuple(Waiting(*row) for row in rows), count)
