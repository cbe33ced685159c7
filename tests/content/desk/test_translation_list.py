"""The list of translations and the board ask in SQL what content/desk/translations.py computes: all say the same."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.desk import drafting, going_live, reading, translation_list, work
from content.desk.translation_list import TRANSLATED, Asked, Wanted
from content.desk.translations import Standing, TextState, states
from content.revisions import Entry, EntryKind, Revision, RevisionState
from core.db import Database
from staff.actors import Actor, Role
from tests.desk import add_person, rewrite_at_desk

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
OUTDATED, DRAFTED, SUBMITTED, RETRACTED, BOTH = (
    "passport-held", "wages-unpaid", "legal-way", "otp-secret", "placement-cost"
)  # fmt: skip
AS_COMPUTED: dict[Wanted, Callable[[TextState], bool]] = {
    Wanted.MISSING: lambda state: state.standing is Standing.MISSING,
    Wanted.OUTDATED: lambda state: state.standing is Standing.OUTDATED,
    Wanted.SUBMITTED: lambda state: state.standing is Standing.SUBMITTED,
    Wanted.CURRENT: lambda state: state.standing is Standing.CURRENT,
    Wanted.WANTING: lambda state: state.standing in {Standing.MISSING, Standing.OUTDATED},
    Wanted.DRAFT: lambda state: state.has_newer_draft and state.standing is not Standing.SUBMITTED,
    Wanted.UNVERIFIED: lambda state: state.live_id is not None and not state.is_approved,
}


async def save(session: AsyncSession, slug: str, by: Actor, *, hand_in: bool = False) -> None:
    """Save another title of a Javanese text."""
    entry = await reading.entry(session, EntryKind.ARTICLE, slug)
    newest = await reading.newest(session, entry_id=entry.id, language="jv")
    assert newest
    exact = replace(await reading.exact(session, entry, newest), title="Judul anyar")
    saved = await drafting.save(
        session, entry=entry, language="jv", exact=exact, base_id=newest.id, by=by, now=NOW,
        source_ids=await reading.source_ids(session, newest.id),
    )  # fmt: skip
    if hand_in:
        await drafting.submit(session, revision_id=saved.id, by=by, now=NOW)


async def prepare(database: Database) -> None:
    """Bring Javanese texts into every state that there is."""
    async with database.session() as session:
        changed = select(Entry.id).where(Entry.slug.in_((OUTDATED, BOTH)))
        ids = list(await session.scalars(changed))
    await rewrite_at_desk(
        database, Revision.entry_id.in_(ids) & (Revision.language == "id"), now=NOW, title="Judul baru"
    )
    async with database.session() as session:
        editor = await add_person(session, "sri", Role.EDITOR, now=NOW)
        await save(session, DRAFTED, editor)
        await save(session, BOTH, editor)
        await save(session, SUBMITTED, editor, hand_in=True)
        await going_live.retract(
            session, kind=EntryKind.ARTICLE, slug=RETRACTED, language="jv", reason="x", by=editor, now=NOW
        )


def fitting(computed: dict[int, dict[str, TextState]], wanted: Wanted, language: str) -> set[int]:
    return {entry for entry, by_language in computed.items() if AS_COMPUTED[wanted](by_language[language])}


@pytest.mark.parametrize("kind", [EntryKind.ARTICLE, EntryKind.FACT])
async def test_each_filter_finds_what_stands_so(stocked: Database, kind: EntryKind) -> None:
    await prepare(stocked)
    async with stocked.session() as session:
        computed = await states(session, list(await session.scalars(select(Entry.id).where(Entry.kind == kind))))
        for wanted in AS_COMPUTED:
            for language in TRANSLATED:
                asked = Asked(kind=kind, languages=(language,), wanted=wanted)
                rows, count = await translation_list.listed(session, asked, limit=500)
                assert {row.entry.id for row in rows} == fitting(computed, wanted, language), (wanted, language)
                assert count == len(rows)
        for language in TRANSLATED:
            behind = (await work.outdated(session, languages=(language,), limit=500)).rows
            on_board = {(await reading.entry(session, kind, row.slug)).id for row in behind if row.kind == kind}
            assert on_board == fitting(computed, Wanted.OUTDATED, language), language
    if kind is EntryKind.ARTICLE:
        found = {wanted: len(fitting(computed, wanted, "jv")) for wanted in AS_COMPUTED}
        assert (found[Wanted.OUTDATED], found[Wanted.DRAFT], found[Wanted.SUBMITTED]) == (2, 3, 1), RevisionState.DRAFT
