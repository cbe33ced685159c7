"""Importing a workbook: first what would become of each row, then the drafts, of each article all or nothing.

Between the two the checked rows travel with the person's form (sheet_form.py), and are looked at once more against what
the desk then has.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.articles import Article
from content.desk import drafting, reading, translations
from content.desk.exact import Exact
from content.desk.rules import Fault
from content.desk.sheet_checks import Rules, There, as_saved, filled_in, row_faults, text_faults
from content.desk.sheet_export import require_translator
from content.desk.sheets import Exported, Sheet, SheetRow
from content.desk.text_checks import known_to
from content.revisions import Entry, EntryKind, Revision
from staff import audit
from staff.actors import Actor


class Outcome(StrEnum):
    """What becomes of a row. HELD: it is right, but another row of its article is not."""

    DRAFT = "draft"
    UNCHANGED = "unchanged"
    HELD = "held"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RowResult:
    """What becomes of one row, and why it is refused."""

    row: SheetRow
    outcome: Outcome
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class NewText:
    """One translation that is to become a draft."""

    there: There
    exported: Exported
    exact: Exact


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of a workbook: of its rows in their order, and the translations to save."""

    language: str
    rows: tuple[RowResult, ...]
    texts: tuple[NewText, ...]

    def having(self, outcome: Outcome) -> tuple[RowResult, ...]:
        """Return the rows with an outcome."""
        return tuple(result for result in self.rows if result.outcome is outcome)


async def plan(session: AsyncSession, sheet: Sheet, *, by: Actor) -> Plan:
    """Tell what would become of a workbook, and change nothing; raise NotAllowed."""
    require_translator(by, sheet.language)
    there = await _there(session, sheet)
    rules = Rules(sheet.language, *await known_to(session, sheet.language))
    results: list[RowResult] = []
    texts: list[NewText] = []
    for slug, rows in _by_article(sheet.rows):
        found, text = _judged(rows, there.get(slug), sheet.exported.get(slug), rules)
        results += found
        texts += [text] if text else []
    results.sort(key=lambda result: result.row.number)
    return Plan(sheet.language, tuple(results), tuple(texts))


async def carry_out(session: AsyncSession, sheet: Sheet, *, by: Actor, now: datetime) -> Plan:
    """Save a draft of every article whose rows are right, and return what became of all rows; raise NotAllowed.

    Locks the articles first: what is then found right stays right until the end of the transaction.
    """
    require_translator(by, sheet.language)
    named = select(Entry.id).where(Entry.kind == EntryKind.ARTICLE, Entry.slug.in_(sheet.slugs))
    await session.execute(named.order_by(Entry.id).with_for_update())
    made = await plan(session, sheet, by=by)
    for text in made.texts:
        newest = text.there.newest
        await drafting.save(
            session, entry=text.there.entry, language=sheet.language, exact=text.exact,
            base_id=text.exported.base_id, by=by, now=now, evidence=newest.evidence if newest else (),
            source_ids=await reading.source_ids(session, newest.id) if newest else (),
            derived_from_id=text.exported.source_id,
        )  # fmt: skip
    if made.texts:
        audit.record(
            session, by=by, action="sheet.import", subject=f"translations:{sheet.language}", now=now,
            details={"saved": len(made.texts), "refused_rows": len(made.having(Outcome.REFUSED))},
        )  # fmt: skip
        await session.flush()
    return made


def _by_article(rows: Sequence[SheetRow]) -> list[tuple[str, list[SheetRow]]]:
    """Return the rows of each article together, wherever in the sheet they stand."""
    in_order = sorted(rows, key=lambda row: (row.slug, row.number))
    return [(slug, list(group)) for slug, group in groupby(in_order, key=lambda row: row.slug)]


def _judged(
    rows: list[SheetRow], there: There | None, exported: Exported | None, rules: Rules
) -> tuple[list[RowResult], NewText | None]:
    if exported is None:
        unknown = Fault("slug", "The workbook had no such article: leave the first columns as they were.")
        return [RowResult(row, Outcome.REFUSED, (unknown,)) for row in rows], None
    if there is None:
        gone = Fault("slug", "There is no such article any more.")
        return [RowResult(row, Outcome.REFUSED, (gone,)) for row in rows], None
    faults = list(row_faults(rows))
    exact = filled_in(rows, there.base)
    if not faults and (exact is None or exact in map(as_saved, filter(None, (there.base, there.newest)))):
        return [RowResult(row, Outcome.UNCHANGED) for row in rows], None
    if not faults and exact:
        faults = [(_row_of(fault, rows), fault) for fault in text_faults(exact, there, exported, rules)]
    if faults or exact is None:
        return [_refused(row, there, [fault for at, fault in faults if at is row]) for row in rows], None
    results = [RowResult(row, Outcome.DRAFT if _is_changed(row, there) else Outcome.UNCHANGED) for row in rows]
    return results, NewText(there, exported, exact)


def _row_of(fault: Fault, rows: Sequence[SheetRow]) -> SheetRow:
    return next((row for row in rows if row.field == fault.field), rows[0])


def _refused(row: SheetRow, there: There, faults: list[Fault]) -> RowResult:
    if faults:
        return RowResult(row, Outcome.REFUSED, tuple(faults))
    return RowResult(row, Outcome.HELD if _is_changed(row, there) else Outcome.UNCHANGED)


def _is_changed(row: SheetRow, there: There) -> bool:
    return row.text.strip() != getattr(there.base, row.field, "").strip()


async def _there(session: AsyncSession, sheet: Sheet) -> dict[str, There]:
    """Return what the desk has of the articles of a workbook, in as many queries whatever their number."""
    wanted = select(Entry).join(Article, Article.id == Entry.id)
    wanted = wanted.where(Entry.kind == EntryKind.ARTICLE, Entry.slug.in_(sheet.slugs), Article.retired_at.is_(None))
    entries = list(await session.scalars(wanted))
    standing = await translations.states(session, [entry.id for entry in entries])
    ids = {found for states in standing.values() for state in states.values() for found in _ids(state)}
    ids |= {found for slug in sheet.slugs for found in _exported_ids(sheet.exported[slug])}
    revisions = await _revisions(session, ids)
    return {
        entry.slug: There(
            entry, _find(revisions, standing[entry.id][sheet.language].newest_id),
            {code: revisions[state.live_id] for code, state in standing[entry.id].items() if state.live_id},
            revisions[sheet.exported[entry.slug].source_id], _find(revisions, sheet.exported[entry.slug].base_id),
        )
        for entry in entries
    }  # fmt: skip


def _ids(state: translations.TextState) -> set[int]:
    return {found for found in (state.newest_id, state.live_id) if found}


def _exported_ids(exported: Exported) -> set[int]:
    return {exported.source_id} | ({exported.base_id} if exported.base_id else set())


def _find(revisions: Mapping[int, Revision], revision_id: int | None) -> Revision | None:
    return revisions[revision_id] if revision_id else None


async def _revisions(session: AsyncSession, ids: Collection[int]) -> dict[int, Revision]:
    return {row.id: row for row in await session.scalars(select(Revision).where(Revision.id.in_(ids)))}
