"""What programmes are called whose article readers do not see: by the title under which it was published last."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from content.programmes import Programme
from content.revisions import Entry, Publication, Revision
from content.seals import Published, Seals, exact_hash


async def load_former_titles(
    connection: AsyncConnection, *, shown: Collection[str], seals: Seals
) -> Mapping[str, Mapping[str, str]]:
    """Return the last published titles of programmes' articles that are not shown, by slug and language.

    One that is not as it was published is left out.
    """
    told_of = Publication.entry_id.in_(select(Programme.article_id))
    newest = select(func.max(Publication.id)).where(told_of).group_by(Publication.entry_id, Publication.language)
    query = (
        select(
            Entry.id.label("entry_id"), Entry.kind, Entry.slug, Revision.id, Revision.language, Revision.title,
            Revision.summary, Revision.body, Publication.seal, Publication.published_from,
        )
        .join(Revision, Revision.entry_id == Entry.id)
        .join(Publication, Publication.revision_id == Revision.id)
        .where(Publication.id.in_(newest))
    )  # fmt: skip
    titles = defaultdict[str, dict[str, str]](dict)
    for row in await connection.execute(query):
        if row.slug not in shown and _is_as_published(row, seals):
            titles[row.slug][row.language] = row.title
    return titles


def _is_as_published(row: Any, seals: Seals) -> bool:
    exact = exact_hash(row.kind, title=row.title, summary=row.summary, body=row.body)
    published = Published(row.kind, row.slug, row.entry_id, row.language, row.id, exact, row.published_from)
    return seals.holds(row.seal, published)
