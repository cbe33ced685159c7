"""Where each text stands in each language. Computed from revision ids whenever asked, never stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.desk import ended
from content.desk.ended import Became
from content.revisions import Approval, Entry, EntryKind, Publication, Revision, RevisionState
from core.i18n import LANGUAGES, SOURCE_LANGUAGE


class Standing(StrEnum):
    """Where a text stands in one language."""

    MISSING = "missing"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    OUTDATED = "outdated"
    CURRENT = "current"


@dataclass(frozen=True, slots=True)
class TextState:
    """One language of an entry: its standing, its newest and its live revision, and whether an approval names that.

    `has_newer_draft`: something is written that readers do not see yet. `is_behind`: what is live is, whatever was
    written since. `became`: what was written last was live, and is not any more. `planned_for`: when it is to be.
    """

    language: str
    standing: Standing
    newest_id: int | None
    live_id: int | None
    is_approved: bool
    has_newer_draft: bool
    is_behind: bool
    became: Became | None = None
    planned_for: datetime | None = None


async def states(session: AsyncSession, entry_ids: Iterable[int]) -> dict[int, dict[str, TextState]]:
    """Return the standing of entries in every language of ours, in eight queries whatever their number."""
    ids = list(entry_ids)
    newest = await _newest(session, ids)
    live = await _live(session, ids)
    approved = await _approved(session, [row.id for row in live.values()])
    behind = await _behind(session, ids, live)
    became = await ended.became(session, [row.id for text, row in newest.items() if text not in live])
    planned = await ended.planned(session, [row.id for row in newest.values()])
    return {
        entry_id: {
            language: _state(
                language,
                newest.get((entry_id, language)),
                live.get((entry_id, language)),
                approved,
                behind,
                became=became,
                planned=planned,
            )
            for language in LANGUAGES
        }
        for entry_id in ids
    }


def _state(
    language: str, newest: Revision | None, live: Revision | None, approved: frozenset[int], behind: frozenset[int],
    *, became: Mapping[int, Became], planned: Mapping[int, datetime],
) -> TextState:  # fmt: skip
    has_newer = newest is not None and (live is None or newest.id > live.id)
    if live is not None:
        standing = Standing.OUTDATED if live.id in behind else Standing.CURRENT
    elif newest is None:
        standing = Standing.MISSING
    else:
        standing = Standing.SUBMITTED if newest.state == RevisionState.SUBMITTED else Standing.DRAFT
    if has_newer and newest is not None and newest.state == RevisionState.SUBMITTED:
        standing = Standing.SUBMITTED
    return TextState(
        language, standing, newest.id if newest else None, live.id if live else None,
        live is not None and live.id in approved, has_newer, live is not None and live.id in behind,
        became.get(newest.id) if newest else None, planned.get(newest.id) if newest else None,
    )  # fmt: skip


async def _newest(session: AsyncSession, ids: list[int]) -> Mapping[tuple[int, str], Revision]:
    last = (
        select(func.max(Revision.id)).where(Revision.entry_id.in_(ids)).group_by(Revision.entry_id, Revision.language)
    )
    rows = await session.scalars(select(Revision).where(Revision.id.in_(last)))
    return {(row.entry_id, row.language): row for row in rows}


async def _live(session: AsyncSession, ids: list[int]) -> Mapping[tuple[int, str], Revision]:
    query = select(Revision).join(Publication, Publication.revision_id == Revision.id)
    query = query.where(Publication.entry_id.in_(ids), Publication.published_until.is_(None))
    return {(row.entry_id, row.language): row for row in await session.scalars(query)}


async def _approved(session: AsyncSession, revision_ids: list[int]) -> frozenset[int]:
    exact = and_(Approval.revision_id == Revision.id, Approval.text_hash == Revision.text_hash)
    query = select(Revision.id).join(Approval, exact).where(Revision.id.in_(revision_ids))
    return frozenset(await session.scalars(query))


async def _behind(session: AsyncSession, ids: list[int], live: Mapping[tuple[int, str], Revision]) -> frozenset[int]:
    """Return the live translations since whose making a larger change of the source went live."""
    query = (
        select(Publication.entry_id, Revision.id)
        .join(Revision, Revision.id == Publication.revision_id)
        .where(Publication.entry_id.in_(ids), Publication.language == SOURCE_LANGUAGE, Revision.is_major)
    )
    majors: dict[int, list[int]] = {}
    for entry_id, revision_id in await session.execute(query):
        majors.setdefault(entry_id, []).append(revision_id)
    facts = set(await session.scalars(select(Entry.id).where(Entry.id.in_(ids), Entry.kind == EntryKind.FACT)))
    behind = set()
    for (entry_id, language), row in live.items():
        source = live.get((entry_id, SOURCE_LANGUAGE))
        made_from = row.id if entry_id in facts else row.derived_from_revision_id  # as content/shelf.py counts
        if language == SOURCE_LANGUAGE or source is None or made_from is None:
            continue
        if any(made_from < major <= source.id for major in majors.get(entry_id, ())):
            behind.add(row.id)
    return frozenset(behind)
