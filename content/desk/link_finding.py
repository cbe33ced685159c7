"""Finding the links of live content: in texts, on the cards of contacts, and the pages of sources."""

import asyncio
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Row, Select, and_, delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.bodies import parts_of
from content.contacts import ContactDetails
from content.links import MOST_HOST_LETTERS, MOST_LETTERS, LinkCheck, LinkState, LinkSurvey, LinkUse
from content.pack_text_rules import BARE_LINK
from content.revisions import ALL_LANGUAGES, Entry, EntryKind, Publication, Revision
from content.sources import Source, revision_source
from content.versions import THE_NUMBER
from core.db import one_at_a_time
from core.markup import MarkupError, parse

LOCK_KEY = 0x6C696E6B  # "link"
SOURCE = "source"  # beside the kinds of entries
THE_ROW = 1
AT_ONCE = 500  # rows of one statement: SQLite takes no endless list


@dataclass(frozen=True, slots=True)
class Use:
    """One place where an address is used. A source has no language, a contact all."""

    url: str
    kind: str
    slug: str
    language: str


@dataclass(frozen=True, slots=True)
class Found:
    """Every use of a link in one version of the content."""

    content_version: int
    uses: frozenset[Use]


async def is_out_of_date(session: AsyncSession) -> bool:
    """Tell whether live content has changed since its links were collected."""
    surveyed = (await session.execute(select(LinkSurvey.content_version))).scalar_one_or_none()
    return surveyed != await _version(session)


async def find(session: AsyncSession) -> Found:
    """Collect the links of what is live. The version is read first: what changes meanwhile is looked at again."""
    version = await _version(session)
    texts = list(await session.execute(_texts()))
    in_texts = await asyncio.to_thread(lambda: list(_in_texts(texts)))
    uses = [*in_texts, *await _on_cards(session), *await _of_sources(session)]
    return Found(version, frozenset(use for use in uses if _fits(use.url)))


async def keep(session: AsyncSession, found: Found, *, now: datetime) -> None:
    """Remember which links there are and where; what is used no more is forgotten, what is new is due at once."""
    await one_at_a_time(await session.connection(), LOCK_KEY)
    survey = await session.get(LinkSurvey, THE_ROW)
    if survey is not None and survey.content_version >= found.content_version:
        return  # another process was quicker
    if survey is None:
        session.add(LinkSurvey(id=THE_ROW, content_version=found.content_version))
    else:
        survey.content_version = found.content_version
    ids = await _known(session)
    for url in sorted({use.url for use in found.uses} - ids.keys()):
        session.add(_new(url, now))
    await session.flush()
    await _keep_uses(session, found, await _known(session))
    await session.execute(delete(LinkCheck).where(~exists().where(LinkUse.link_id == LinkCheck.id)))


async def _keep_uses(session: AsyncSession, found: Found, ids: dict[str, int]) -> None:
    wanted = {(ids[use.url], use.kind, use.slug, use.language) for use in found.uses}
    rows = await session.execute(select(LinkUse.link_id, LinkUse.kind, LinkUse.slug, LinkUse.language, LinkUse.id))
    there = {(row.link_id, row.kind, row.slug, row.language): row.id for row in rows}
    gone = [there[key] for key in there.keys() - wanted]
    for first in range(0, len(gone), AT_ONCE):
        await session.execute(delete(LinkUse).where(LinkUse.id.in_(gone[first : first + AT_ONCE])))
    for link_id, kind, slug, language in sorted(wanted - there.keys()):
        session.add(LinkUse(link_id=link_id, kind=kind, slug=slug, language=language))
    await session.flush()


async def _known(session: AsyncSession) -> dict[str, int]:
    return {row.url: row.id for row in await session.execute(select(LinkCheck.url, LinkCheck.id))}


def _new(url: str, now: datetime) -> LinkCheck:
    return LinkCheck(
        url=url, url_hash=hashlib.sha256(url.encode()).hexdigest(), host=host_of(url), state=LinkState.NEW, reason="",
        due_at=now, failed_days=0, is_broken=False,
    )  # fmt: skip


async def _version(session: AsyncSession) -> int:
    return (await session.execute(THE_NUMBER)).scalar_one_or_none() or 0


def _is_live() -> ColumnElement[bool]:
    return and_(Publication.revision_id == Revision.id, Publication.published_until.is_(None))


def _texts() -> Select[str, str, str, str]:
    return (
        select(Entry.kind, Entry.slug, Revision.language, Revision.body)
        .join(Revision, Revision.entry_id == Entry.id)
        .join(Publication, _is_live())
        .where(Entry.kind != EntryKind.CONTACT, Revision.body.contains("http"))
    )


def _in_texts(rows: Iterable[Row[str, str, str, str]]) -> Iterator[Use]:
    for kind, slug, language, body in rows:
        for url in urls_in(body):
            yield Use(url, kind, slug, language)


def urls_in(body: str) -> set[str]:
    """Return the web addresses that a text shows, behind words or as they are. A part that is never sent has none."""
    found = set()
    for part in parts_of(body):
        try:
            shown = parse(part)
        except MarkupError:
            continue
        found |= {entity.url for entity in shown.entities if entity.url}
        found |= {url.rstrip(".,;:!?)") for url in BARE_LINK.findall(shown.text)}
    return found


async def _on_cards(session: AsyncSession) -> list[Use]:
    query = (
        select(Entry.slug, ContactDetails.web)
        .join(Revision, Revision.entry_id == Entry.id)
        .join(Publication, _is_live())
        .join(ContactDetails, ContactDetails.revision_id == Revision.id)
    )
    rows = await session.execute(query)
    return [Use(url, EntryKind.CONTACT, row.slug, ALL_LANGUAGES) for row in rows for url in row.web]


async def _of_sources(session: AsyncSession) -> list[Use]:
    cites = (
        select(Revision.id)
        .join(Publication, _is_live())
        .join(revision_source, revision_source.c.revision_id == Revision.id)
        .where(revision_source.c.source_id == Source.id)
    )
    rows = await session.execute(select(Source.slug, Source.url).where(Source.url != "", cites.exists()))
    return [Use(row.url, SOURCE, row.slug, "") for row in rows]


def _fits(url: str) -> bool:
    return url.startswith(("https://", "http://")) and len(url) <= MOST_LETTERS


def host_of(url: str) -> str:
    """Return the host of an address, as it is written; nothing where none can be read."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    return host[:MOST_HOST_LETTERS]
