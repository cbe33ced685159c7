"""Which approvals hold, and who wrote a text: proved with the data key, whatever else stands in the tables."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.desk import reading
from content.revisions import Approval, Entry, Publication, Revision, RevisionAuthor
from content.seals import Seals, published_of


async def authors_of(session: AsyncSession, revision: Revision, *, seals: Seals) -> frozenset[str]:
    """Return all who wrote a revision, or any other since the last one whose approval holds."""
    approved = select(Approval).join(Revision, Revision.id == Approval.revision_id)
    approved = approved.where(
        Revision.entry_id == revision.entry_id, Revision.language == revision.language, Revision.id < revision.id,
        Approval.text_hash == Revision.text_hash,
    )  # fmt: skip
    earlier = await session.scalars(approved.order_by(Approval.revision_id.desc()))
    last = next((row.revision_id for row in earlier if _holds(row, revision.language, seals)), 0)
    since = select(RevisionAuthor.author).join(Revision, Revision.id == RevisionAuthor.revision_id)
    since = since.where(
        Revision.entry_id == revision.entry_id, Revision.language == revision.language, Revision.id > last,
        Revision.id <= revision.id,
    )  # fmt: skip
    return frozenset(await session.scalars(since))


async def is_approved(session: AsyncSession, revision: Revision, *, seals: Seals) -> bool:
    """Tell whether somebody who wrote no part of a text approved exactly what it holds now."""
    entry = await session.get_one(Entry, revision.entry_id)
    exact = await reading.exact(session, entry, revision)
    authors = await authors_of(session, revision, seals=seals)
    if exact.hash != revision.text_hash or not authors:
        return False
    given = select(Approval).where(Approval.revision_id == revision.id, Approval.text_hash == exact.hash)
    approvals = await session.scalars(given)
    return any(row.approved_by not in authors and _holds(row, revision.language, seals) for row in approvals)


async def has_approved(session: AsyncSession, revision: Revision, account_id: str, *, seals: Seals) -> bool:
    """Tell whether somebody who wrote no part of a text has approved exactly what its revision holds."""
    given = select(Approval).where(
        Approval.revision_id == revision.id, Approval.text_hash == revision.text_hash,
        Approval.approved_by == account_id,
    )  # fmt: skip
    hers = [row for row in await session.scalars(given) if _holds(row, revision.language, seals)]
    return bool(hers) and account_id not in await authors_of(session, revision, seals=seals)


async def is_live_as_published(session: AsyncSession, revision: Revision, *, seals: Seals) -> bool:
    """Tell whether a live revision bears our seal for the text that it holds."""
    live = select(Publication).where(Publication.revision_id == revision.id, Publication.published_until.is_(None))
    found = (await session.scalars(live)).one_or_none()
    entry = await session.get_one(Entry, revision.entry_id)
    return found is not None and seals.holds(found.seal, published_of(entry, revision, found.published_from))


def _holds(row: Approval, language: str, seals: Seals) -> bool:
    return seals.approves(
        row.seal, revision_id=row.revision_id, language=language, text_hash=row.text_hash,
        approved_by=row.approved_by, approved_at=row.approved_at,
    )  # fmt: skip
