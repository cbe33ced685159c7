"""Sources at the desk: adding one, and mending what is said of it.

They have no revisions: readers see a change at once. What was changed is the desk's: a newer pack leaves it alone.
What stands under an approved text is part of what its verifier read: nobody changes that alone.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from itertools import count

from sqlalchemy import exists, or_, select
from sqlalchemy import func as sql
from sqlalchemy.ext.asyncio import AsyncSession

from content.bodies import SLUG
from content.desk import fingerprints
from content.desk.finding import holds, page_of
from content.desk.rules import NotThere, WrongState
from content.pack_shapes import SourceModel
from content.revisions import Approval, Origin, Publication, Revision, ScheduledChange
from content.sources import Source, revision_source
from content.versions import raise_version
from staff import audit
from staff.actors import Actor, Role

AS_APPROVED = frozenset({"title", "publisher", "published_on", "seen_on", "seen_precision"})
NAME_LETTERS = 36  # of a name made here: a number may follow


class Order(StrEnum):
    """What the list is sorted by."""

    TITLE = "title"
    PUBLISHER = "publisher"
    SEEN = "seen"


async def listed(session: AsyncSession, *, search: str = "", after: int = 0, limit: int = 50) -> list[Source]:
    """Return the sources whose id is above `after`, in the order of their ids."""
    wanted = select(Source).where(Source.id > after)
    if search:
        pattern = "%" + search.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        fields = (Source.slug, sql.lower(Source.title), sql.lower(Source.publisher), sql.lower(Source.url))
        wanted = wanted.where(or_(*(field.like(pattern, escape="\\") for field in fields)))
    return list(await session.scalars(wanted.order_by(Source.id).limit(limit)))


async def sorted_page(
    session: AsyncSession, *, search: str = "", order: Order = Order.TITLE, descending: bool = False, limit: int = 50,
    offset: int = 0,
) -> tuple[list[Source], int]:  # fmt: skip
    """Return one page of the sources, sorted, and how many there are; what has no date comes last."""
    wanted = select(Source.id)
    if search:
        wanted = wanted.where(holds(search, Source.slug, Source.title, Source.publisher, Source.url))
    key = {Order.TITLE: Source.title, Order.PUBLISHER: Source.publisher, Order.SEEN: Source.seen_on}[order]
    by_key = (key.desc() if descending else key.asc()).nulls_last()
    ids, found = await page_of(session, wanted, (by_key, Source.title, Source.id), limit=limit, offset=offset)
    rows = {row.id: row for row in await session.scalars(select(Source).where(Source.id.in_(ids)))}
    return [rows[number] for number in ids], found


async def get(session: AsyncSession, slug: str) -> Source:
    """Return a source; raise NotThere."""
    found = (await session.scalars(select(Source).where(Source.slug == slug))).one_or_none()
    if found is None:
        raise NotThere("There is nothing here (any more).")
    return found


async def ids_of(session: AsyncSession, slugs: Sequence[str]) -> list[int]:
    """Return the ids of sources in the order of their names, each once; raise WrongState for one that is not there."""
    named = {row.slug: row.id for row in await session.scalars(select(Source).where(Source.slug.in_(slugs)))}
    missing = [slug for slug in slugs if slug not in named]
    if missing:
        raise WrongState("There is no source {slug}.", slug=missing[0])
    return [named[slug] for slug in dict.fromkeys(slugs)]


async def slugs_of(session: AsyncSession, revision_id: int) -> list[str]:
    """Return the names of a revision's sources in their order."""
    query = select(Source.slug).join(revision_source, revision_source.c.source_id == Source.id)
    query = query.where(revision_source.c.revision_id == revision_id)
    return list(await session.scalars(query.order_by(revision_source.c.position)))


async def add(session: AsyncSession, *, slug: str, said: SourceModel, by: Actor, now: datetime) -> Source:
    """Add a source; raise WrongState if its name is taken or cannot be one, NotAllowed."""
    by.require(Role.EDITOR)
    if not re.fullmatch(SLUG, slug):
        raise WrongState("A name is made of a-z, 0-9 and -, at most 40.")
    if (await session.execute(select(Source.id).where(Source.slug == slug))).first() is not None:
        raise WrongState("This name is taken.")
    source = Source(slug=slug, checked_on=None, origin=Origin.DESK, **_columns(said))
    session.add(source)
    audit.record(session, by=by, action="source.new", subject=f"source:{slug}", now=now)
    await session.flush()
    return source


async def add_unnamed(session: AsyncSession, *, said: SourceModel, by: Actor, now: datetime) -> Source:
    """Add a source under a name made of its publisher and title; raise WrongState if it is there, NotAllowed."""
    same = (Source.title == said.title, Source.publisher == said.publisher, Source.url == (said.url or ""))
    if (await session.execute(select(Source.id).where(*same).limit(1))).first() is not None:
        raise WrongState("This source is there already.")
    return await add(session, slug=await _free_name(session, said), said=said, by=by, now=now)


async def _free_name(session: AsyncSession, said: SourceModel) -> str:
    letters = unicodedata.normalize("NFKD", f"{said.publisher} {said.title}".lower()).encode("ascii", "ignore").decode()
    name = re.sub("[^a-z0-9]+", "-", letters).strip("-")[:NAME_LETTERS].strip("-") or "source"
    taken = set(await session.scalars(select(Source.slug).where(Source.slug.startswith(name, autoescape=True))))
    return name if name not in taken else next(f"{name}-{n}" for n in count(2) if f"{name}-{n}" not in taken)


async def change(session: AsyncSession, *, slug: str, said: SourceModel, seen: str, by: Actor, now: datetime) -> Source:
    """Say something else of a source; raise NotThere, NotAllowed, Conflict.

    `seen`: the fingerprint of what the writer saw. Raise WrongState for what readers take as verified: where an
    approved text that is live, or is to be, names the source, only its confidence changes, which readers never see,
    and its address within one host. Locks the source.
    """
    by.require(Role.EDITOR)
    source = await get(session, slug)
    await session.refresh(source, with_for_update=True)
    fingerprints.require_same(seen, fingerprints.of_source(source))
    columns = _columns(said)
    changed = sorted(name for name, value in columns.items() if getattr(source, name) != value)
    is_other = not AS_APPROVED.isdisjoint(changed) or _host(source.url) != _host(said.url or "")
    if is_other and await _stands_under_approved(session, source):
        raise WrongState("Approved texts name this source. Add a new source and name that one in them.")
    for name in changed:
        setattr(source, name, columns[name])
    if changed:
        source.origin = Origin.DESK
        audit.record(
            session, by=by, action="source.change", subject=f"source:{slug}", now=now, details={"fields": changed}
        )
        await raise_version(session)
    await session.flush()
    return source


async def hold(session: AsyncSession, revision_id: int) -> None:
    """Let nobody change what is said of the sources of a text until this transaction ends: it is being approved."""
    named = select(revision_source.c.source_id).where(revision_source.c.revision_id == revision_id)
    await session.execute(select(Source.id).where(Source.id.in_(named)).order_by(Source.id).with_for_update(read=True))


def _host(url: str) -> str:
    """Return the host of an address as every browser reads it, with its port; of none, nothing."""
    return re.split(r"[/?#\\]", url.partition("://")[2], maxsplit=1)[0].lower()


async def _stands_under_approved(session: AsyncSession, source: Source) -> bool:
    """Tell whether an approved text that is live, or is to become live, names a source."""
    is_live = exists().where(Publication.revision_id == Revision.id, Publication.published_until.is_(None))
    is_to_be = exists().where(ScheduledChange.revision_id == Revision.id, ScheduledChange.done_at.is_(None))
    found = select(Revision.id).join(revision_source, revision_source.c.revision_id == Revision.id)
    found = found.join(Approval, (Approval.revision_id == Revision.id) & (Approval.text_hash == Revision.text_hash))
    found = found.where(revision_source.c.source_id == source.id, or_(is_live, is_to_be)).limit(1)
    return (await session.execute(found)).first() is not None


def _columns(said: SourceModel) -> dict[str, str | date | None]:
    seen = said.seen_on
    return {
        "title": said.title, "publisher": said.publisher, "url": said.url or "", "published_on": said.published_on,
        "seen_on": seen.first_day if seen else None, "seen_precision": seen.precision if seen else "day",
        "confidence": said.confidence,
    }  # fmt: skip
