"""Pictures and voice notes at the desk: adding, other words, retiring. content/desk/media_making.py makes the files.

A row is never changed, since a text that was approved shows just it: other words make another row.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.bodies import MEDIA, Reference, references_in
from content.desk.finding import holds
from content.desk.media_making import Made, WrongWords, make
from content.desk.rules import NotThere, WrongState
from content.media import ANY_LANGUAGE, Media, key_of
from content.media_files import MediaFiles
from content.pack_shapes import Line
from content.revisions import Publication, Revision, RevisionState, ScheduledChange
from content.versions import raise_version
from core.db import one_at_a_time
from core.i18n import LANGUAGES, SOURCE_LANGUAGE
from staff import audit
from staff.actors import Actor, NotAllowed, Role

AN_ALT = TypeAdapter(Line)
LOCK_KEY = 0x6D656469  # "medi": the very same, sent twice at once, is noted once


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which media a list shows. `only`: "" what can be shown, "retired", or "all"."""

    kind: str = ""
    language: str = ""
    search: str = ""
    only: str = ""


def require_adder(by: Actor, language: str) -> None:
    """Raise NotAllowed unless the person may add media in a language: editors all, translators in theirs."""
    is_translation = language not in {SOURCE_LANGUAGE, ANY_LANGUAGE}
    if not (by.has(Role.EDITOR) or (is_translation and language in by.languages(Role.TRANSLATOR))):
        raise NotAllowed("Your roles do not allow this. An administrator can change them.")


def checked_words(alt: str, language: str) -> str:
    """Return the words that stand under media, cleaned; raise WrongWords where they or the language are none."""
    if language not in {*LANGUAGES, ANY_LANGUAGE}:
        raise WrongWords("Choose one of the languages.")
    try:
        return AN_ALT.validate_python(" ".join(alt.split()))
    except ValidationError:
        raise WrongWords("Say in 1 to 200 letters what is to be seen or heard. Readers get these words, too.") from None


def prepare(upload: bytes, files: MediaFiles) -> Made:
    """Make of an upload what is sent, and keep its bytes; raise WrongMedia. Slow: in a thread, before a transaction."""
    made = make(upload)
    files.store(made.content)
    return made


async def add(session: AsyncSession, *, made: Made, alt: str, language: str, by: Actor, now: datetime) -> Media:
    """Note a picture or voice note with the words that stand under it; the very same twice is noted once.

    Readers get it when a text that shows it is approved. Raise WrongWords, NotAllowed.
    """
    require_adder(by, language)
    words = checked_words(alt, language)
    details = Media(
        sha256=made.sha256, kind=made.kind, mime_type=made.mime_type, width=made.width, height=made.height,
        seconds=made.seconds, size_bytes=len(made.content),
    )  # fmt: skip
    return await _put(session, details, alt=words, language=language, action="media.add", by=by, now=now)


async def reword(
    session: AsyncSession, *, key: str, alt: str, language: str, by: Actor, now: datetime
) -> tuple[Media, bool]:
    """Give a file other words: returns the media with these, and whether the old ones were retired.

    A text that shows the old ones goes on with them, as it was approved, until the new reference is put into it.
    Raise NotThere, WrongWords, NotAllowed.
    """
    old = await get(session, key)
    require_adder(by, old.language)
    require_adder(by, language)
    words = checked_words(alt, language)
    if (words, language) == (old.alt, old.language):
        return old, False
    new = await _put(session, old, alt=words, language=language, action="media.reword", by=by, now=now)
    is_free = not await waiting_texts(session, key)
    if is_free:
        await _retire(session, old, by=by, now=now)
    return new, is_free


async def _put(
    session: AsyncSession, file: Media, *, alt: str, language: str, action: str, by: Actor, now: datetime
) -> Media:
    await one_at_a_time(await session.connection(), LOCK_KEY)
    key = key_of(sha256=file.sha256, kind=file.kind, language=language, alt=alt)
    held = (await session.scalars(select(Media).where(Media.key == key))).one_or_none()
    if held is not None and held.retired_at is None:
        return held
    row = held or Media(
        key=key, sha256=file.sha256, kind=file.kind, mime_type=file.mime_type, language=language, alt=alt,
        width=file.width, height=file.height, seconds=file.seconds, size_bytes=file.size_bytes, created_at=now,
        created_by=by.account_id,
    )  # fmt: skip
    row.retired_at = None
    session.add(row)
    audit.record(
        session, by=by, action=action, subject=f"media:{key}", now=now,
        details={"kind": row.kind, "language": language, "alt": alt, "sha256": row.sha256},
    )  # fmt: skip
    await raise_version(session)
    await session.flush()
    return row


async def retire(session: AsyncSession, *, key: str, by: Actor, now: datetime) -> None:
    """Take media from what can be shown; raise WrongState while a text needs them, NotThere, NotAllowed."""
    row = await get(session, key)
    require_adder(by, row.language)
    if row.retired_at is not None:
        raise NotThere("There is nothing here (any more).")
    if await waiting_texts(session, key):
        raise WrongState("A text shows this: take it out there first, or take the text away from readers.")
    await _retire(session, row, by=by, now=now)


async def _retire(session: AsyncSession, row: Media, *, by: Actor, now: datetime) -> None:
    row.retired_at = now
    audit.record(session, by=by, action="media.retire", subject=f"media:{row.key}", now=now)
    await raise_version(session)
    await session.flush()


async def get(session: AsyncSession, key: str) -> Media:
    """Return media; raise NotThere."""
    found = (await session.scalars(select(Media).where(Media.key == key))).one_or_none()
    if found is None:
        raise NotThere("There is nothing here (any more).")
    return found


async def waiting_texts(session: AsyncSession, key: str) -> bool:
    """Tell whether a text that is live, handed in, or to become live shows media."""
    written = f"{{{{{Reference(MEDIA, key)}}}}}"
    is_live = select(Publication.id).where(
        Publication.revision_id == Revision.id, Publication.published_until.is_(None)
    )
    is_due = select(ScheduledChange.id).where(
        ScheduledChange.revision_id == Revision.id, ScheduledChange.done_at.is_(None)
    )
    found = select(Revision.id).where(
        Revision.body.contains(written, autoescape=True),
        or_(Revision.state == RevisionState.SUBMITTED, is_live.exists(), is_due.exists()),
    )
    return (await session.execute(found.limit(1))).first() is not None


async def in_text(session: AsyncSession, body: str) -> list[Media]:
    """Return what a text refers to, in its order, retired or not: for who reads it at the desk."""
    keys = [reference.slug for reference in references_in(body) if reference.kind == MEDIA]
    rows = {row.key: row for row in await session.scalars(select(Media).where(Media.key.in_(keys)))} if keys else {}
    return [rows[key] for key in keys if key in rows]


async def newest(session: AsyncSession, wanted: Filter, *, limit: int = 50, offset: int = 0) -> tuple[list[Media], int]:
    """Return media, the newest first, and how many there are."""
    query = _wanted(wanted)
    count = (await session.execute(select(func.count()).select_from(query.subquery()))).scalar_one()
    rows = await session.scalars(query.order_by(Media.id.desc()).limit(limit).offset(offset))
    return list(rows), count


async def listed(session: AsyncSession, wanted: Filter, *, after: int = 0, limit: int = 50) -> list[Media]:
    """Return the media whose id is above `after`, in the order of their ids."""
    query = _wanted(wanted).where(Media.id > after)
    return list(await session.scalars(query.order_by(Media.id).limit(limit)))


def _wanted(wanted: Filter) -> Select[Media]:
    query = select(Media)
    if wanted.only != "all":
        is_retired = Media.retired_at.is_not(None)
        query = query.where(is_retired if wanted.only == "retired" else ~is_retired)
    if wanted.kind:
        query = query.where(Media.kind == wanted.kind)
    if wanted.language:
        query = query.where(Media.language == wanted.language)
    if wanted.search:
        query = query.where(holds(wanted.search, Media.alt, Media.key))
    return query


def languages_for(by: Actor) -> Collection[str]:
    """Return the languages in which a person may add media, and "*"."""
    every = [ANY_LANGUAGE, *LANGUAGES]
    return every if by.has(Role.EDITOR) else [code for code in every[2:] if code in by.languages(Role.TRANSLATOR)]
