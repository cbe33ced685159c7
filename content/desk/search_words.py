"""Search words at the desk: what people type, and what it also means. They are live at once.

A word that is taken away keeps its row, without meanings: else a newer pack would bring it back.
"""

from datetime import datetime

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Select, String, cast, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.desk import figures, fingerprints
from content.desk.finding import holds
from content.desk.rules import Conflict, NotThere, WrongState
from content.pack_shapes import SynonymWord
from content.revisions import Origin
from content.synonyms import Synonym
from content.unanswered import UnansweredWord
from content.versions import raise_version
from core.db import one_at_a_time
from core.i18n import LANGUAGES
from staff import audit
from staff.actors import Actor, Role

A_WORD = TypeAdapter(SynonymWord)
MOST_MEANINGS = 30
NO_MEANINGS = "[]"
LOCK_KEY = 0x73796E6F  # "syno": a word that is not there yet has no row to lock


async def listed(
    session: AsyncSession, *, language: str = "", search: str = "", after: int = 0, limit: int = 50
) -> list[Synonym]:
    """Return the words whose id is above `after`, in the order of their ids."""
    wanted = _wanted(language, search).where(Synonym.id > after)
    return list(await session.scalars(wanted.order_by(Synonym.id).limit(limit)))


async def by_word(
    session: AsyncSession,
    *,
    language: str,
    search: str = "",
    descending: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> tuple[list[Synonym], int]:
    """Return the words of a language in the order of the alphabet or against it, and how many there are."""
    wanted = _wanted(language, search)
    count = (await session.execute(select(func.count()).select_from(wanted.subquery()))).scalar_one()
    ordered = wanted.order_by(Synonym.word.desc() if descending else Synonym.word)
    return list(await session.scalars(ordered.limit(limit).offset(offset))), count


async def unanswered(
    session: AsyncSession, *, by: Actor, limit: int = 50, offset: int = 0
) -> tuple[list[UnansweredWord], int]:
    """Return words that found nothing and mean nothing else yet, and how many there are; raise NotAllowed."""
    by.require(Role.EDITOR)
    has_meaning = exists().where(
        Synonym.language == UnansweredWord.language, Synonym.word == UnansweredWord.word,
        cast(Synonym.meanings, String) != NO_MEANINGS,
    )  # fmt: skip
    wanted = select(UnansweredWord).where(UnansweredWord.word.is_not(None), ~has_meaning)
    count = (await session.execute(select(func.count()).select_from(wanted.subquery()))).scalar_one()
    order = (UnansweredWord.days.desc(), UnansweredWord.last_day.desc(), UnansweredWord.word)
    return list(await session.scalars(wanted.order_by(*order).limit(limit).offset(offset))), count


async def asked_too_seldom(session: AsyncSession, *, by: Actor) -> int | None:
    """Return how many words found nothing and may not be shown yet, rounded as figures are; raise NotAllowed."""
    by.require(Role.EDITOR)
    hidden = select(func.count()).select_from(UnansweredWord).where(UnansweredWord.word.is_(None))
    return figures.rounded((await session.execute(hidden)).scalar_one())


async def get(session: AsyncSession, synonym_id: int) -> Synonym:
    """Return a word that means something; raise NotThere."""
    row = await session.get(Synonym, synonym_id)
    if row is None or not row.meanings:
        raise NotThere("There is nothing here (any more).")
    return row


def _wanted(language: str, search: str) -> Select[Synonym]:
    wanted = select(Synonym).where(cast(Synonym.meanings, String) != NO_MEANINGS)
    if language:
        wanted = wanted.where(Synonym.language == language)
    if search:
        wanted = wanted.where(holds(search, Synonym.word))
    return wanted


async def add(
    session: AsyncSession, *, language: str, word: str, meanings: list[str], by: Actor, now: datetime
) -> Synonym:
    """Say what a word also means that meant nothing else before; raise WrongState, NotAllowed."""
    try:
        return await put(session, language=language, word=word, meanings=meanings, seen=None, by=by, now=now)
    except Conflict:
        raise WrongState("This word is there already: search for it and change it.") from None


async def put(
    session: AsyncSession, *, language: str, word: str, meanings: list[str], seen: str | None, by: Actor, now: datetime
) -> Synonym:
    """Say what a word also means, in place of what was said before; raise WrongState, NotAllowed, Conflict.

    `seen`: the fingerprint of the meanings that the writer saw, None for a word that meant nothing else. All who say
    what words mean do so one after the other.
    """
    by.require(Role.EDITOR)
    if language not in LANGUAGES:
        raise WrongState("Choose one of the languages.")
    cleaned = list(dict.fromkeys(map(_cleaned, meanings)))
    if not 0 < len(cleaned) <= MOST_MEANINGS:
        raise WrongState("Write 1 to {most} meanings.", most=MOST_MEANINGS)
    typed = _cleaned(word)
    await one_at_a_time(await session.connection(), LOCK_KEY)
    found = select(Synonym).where(Synonym.language == language, Synonym.word == typed).with_for_update()
    row = (await session.scalars(found, execution_options={"populate_existing": True})).one_or_none()
    fingerprints.require_same(seen, fingerprints.of_meanings(row.meanings) if row and row.meanings else None)
    if row is None:
        row = Synonym(language=language, word=typed, meanings=[], origin=Origin.DESK)
        session.add(row)
    row.meanings, row.origin = cleaned, Origin.DESK
    await session.flush()
    await _note(session, row, "synonym.put", by, now)
    return row


async def take_away(session: AsyncSession, *, synonym_id: int, seen: str, by: Actor, now: datetime) -> None:
    """Let a word mean only itself from now on; raise NotThere, NotAllowed, Conflict. `seen`: as in put()."""
    by.require(Role.EDITOR)
    row = await session.get(Synonym, synonym_id, with_for_update=True, populate_existing=True)
    if row is None or not row.meanings:
        raise NotThere("There is nothing here (any more).")
    fingerprints.require_same(seen, fingerprints.of_meanings(row.meanings))
    row.meanings, row.origin = [], Origin.DESK
    await _note(session, row, "synonym.take_away", by, now)


def _cleaned(written: str) -> str:
    word = " ".join(written.lower().split())
    try:
        return A_WORD.validate_python(word)
    except ValidationError:
        raise WrongState("Write words of 1 to 40 letters.") from None


async def _note(session: AsyncSession, row: Synonym, action: str, by: Actor, now: datetime) -> None:
    details = {"language": row.language, "word": row.word, "meanings": row.meanings}
    audit.record(session, by=by, action=action, subject=f"synonym:{row.id}", now=now, details=details)
    await raise_version(session)
