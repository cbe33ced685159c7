"""Writing at the desk: saving, handing in, giving back, restoring. Every save is a revision; none is ever changed.

save --> draft --submit--> submitted --approve (content/desk/approving.py)--> released
           ^--- give back / any newer save ---'
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from content.contacts import ContactDetails
from content.desk import reading
from content.desk.exact import Exact
from content.desk.rules import Conflict, NotThere, WrongState
from content.desk.text_checks import check
from content.publishing import due_on
from content.revisions import (
    ALL_LANGUAGES,
    Approval,
    Change,
    Entry,
    EntryKind,
    Origin,
    Publication,
    ReviewNote,
    Revision,
    RevisionAuthor,
    RevisionState,
    ScheduledChange,
)
from content.sources import Source, revision_source
from core.i18n import SOURCE_LANGUAGE
from staff import audit
from staff.actors import Actor, NotAllowed, Role


async def save(  # noqa: PLR0913  what a revision is made of, each named
    session: AsyncSession,
    *,
    entry: Entry,
    language: str,
    exact: Exact,
    base_id: int | None,
    by: Actor,
    now: datetime,
    source_ids: Sequence[int] = (),
    evidence: Sequence[str] = (),
    also_by: Sequence[str] = (),
    derived_from_id: int | None = None,
    change: Change | None = None,
) -> Revision:
    """Save a text as a new revision on top of `base_id`, the newest one that the writer saw.

    Raise Conflict if somebody saved another text meanwhile, NotAllowed. What was handed in and not approved yet is
    taken back by this. Locks the entry. Saving the very text that is newest changes nothing, whatever it is on top of:
    a browser hands in what its own autosave, still under way, has just saved. One that readers had and have no more
    begins anew. Only the kind of `change` is noted anew; where none is given, it stays what was chosen last for what
    readers do not have yet.

    Longer than a function should be: the one way to a revision, read from the lock to the audit in its order.
    """
    require_writer(by, entry.kind, language)
    await lock(session, entry.id)
    newest = await reading.newest(session, entry_id=entry.id, language=language)
    is_same = newest is not None and await _holds(session, newest, exact, source_ids, evidence)
    if (newest.id if newest else None) != base_id and not is_same:
        raise Conflict(newest.id if newest else None)
    derived = derived_from_id or await _made_from(session, entry.id, language, newest)
    if newest and is_same and newest.derived_from_revision_id == derived and not await _is_over(session, newest):
        if newest.state == RevisionState.DRAFT and change:
            newest.is_major, newest.is_correction = change.flags
            await session.flush()
        return newest
    is_major, is_correction = (change or chosen_last(newest)).flags
    revision = Revision(
        entry_id=entry.id, language=language, title=exact.title, summary=exact.summary, body=exact.body,
        text_hash=exact.hash, derived_from_revision_id=derived, is_major=is_major, is_correction=is_correction,
        state=RevisionState.DRAFT, origin=Origin.DESK, evidence=list(evidence), created_at=now,
        review_due_on=due_on(now, entry.review_months),
    )  # fmt: skip
    session.add(revision)
    await session.flush()
    if exact.details is not None:
        session.add(ContactDetails(revision_id=revision.id, **exact.details))
    await _note_authors(session, revision, {by.account_id, *also_by})
    await _note_sources(session, revision.id, source_ids)
    await _take_back_older(session, revision)
    audit.record(
        session, by=by, action="text.save", subject=f"{entry.kind}:{entry.slug}", now=now,
        details={"language": language, "revision": revision.id},
    )  # fmt: skip
    await session.flush()
    return revision


async def require_not_handed_in(
    session: AsyncSession, *, entry: Entry, language: str, base_id: int | None, by: Actor
) -> None:
    """Raise WrongState if `base_id`, on which somebody writes, waits for a verifier; NotAllowed. Locks the entry.

    What a browser saves by itself takes nothing back: only a person does, by saving or by taking it back.
    """
    require_writer(by, entry.kind, language)
    await lock(session, entry.id)
    newest = await reading.newest(session, entry_id=entry.id, language=language)
    if newest is not None and newest.id == base_id and newest.state == RevisionState.SUBMITTED:
        raise WrongState(
            "This text waits for a verifier: what you type is kept in this browser only. Saving it takes the text back."
        )


def chosen_last(newest: Revision | None) -> Change:
    """Return the kind of change that was chosen last for what readers do not have yet: larger, where none was."""
    is_waiting = newest is not None and newest.state != RevisionState.RELEASED
    return newest.change if newest is not None and is_waiting else Change.MAJOR


async def _holds(
    session: AsyncSession, revision: Revision, exact: Exact, source_ids: Sequence[int], evidence: Sequence[str]
) -> bool:
    """Tell whether a revision is exactly this text, with these sources and this evidence."""
    if revision.text_hash != exact.hash or revision.evidence != list(evidence):
        return False
    return await reading.source_ids(session, revision.id) == list(source_ids)


async def _is_over(session: AsyncSession, revision: Revision) -> bool:
    """Tell whether a text was live, is not, and is not going to be: to bring it back it is handed in again."""
    goes_on = select(Publication.id).where(
        Publication.revision_id == revision.id, Publication.published_until.is_(None)
    )
    is_planned = select(ScheduledChange.id).where(
        ScheduledChange.revision_id == revision.id, ScheduledChange.done_at.is_(None)
    )
    if revision.state != RevisionState.RELEASED:
        return False
    return not [row for query in (goes_on, is_planned) for row in await session.execute(query.limit(1))]


def require_writer(by: Actor, kind: str, language: str) -> None:
    """Raise NotAllowed if the person may not write this kind in this language.

    Editors write everything; translators the translations into their languages, of articles and facts.
    """
    if by.has(Role.EDITOR):
        return
    if kind == EntryKind.CONTACT or language in {SOURCE_LANGUAGE, ALL_LANGUAGES}:
        by.require(Role.EDITOR)
    if language not in by.languages(Role.TRANSLATOR):
        raise NotAllowed("Your roles do not allow this. An administrator can change them.")


async def lock(session: AsyncSession, entry_id: int) -> None:
    """Lock an entry: what is written, approved or retracted of it follows each other. SQLite's writers do so anyway."""
    found = select(Entry.id).where(Entry.id == entry_id).with_for_update()
    if (await session.execute(found)).scalar_one_or_none() is None:
        raise NotThere("There is nothing here (any more).")


async def _made_from(session: AsyncSession, entry_id: int, language: str, newest: Revision | None) -> int | None:
    """Return which source text a translation is made from: as before, or for a first one what is live now."""
    if language in {SOURCE_LANGUAGE, ALL_LANGUAGES}:
        return None
    if newest and newest.derived_from_revision_id:
        return newest.derived_from_revision_id
    live = await reading.live(session, entry_id=entry_id, language=SOURCE_LANGUAGE)
    return live.id if live else None


async def made_from_seen(session: AsyncSession, *, entry_id: int, language: str, source_id: int | None) -> int | None:
    """Return what a translation is made from that was written beside a source text: that one, if it was ever live.

    Where a newer one is live by now, the translation is behind from its first day, as it must be. Else None: it is made
    from what it was made from before.
    """
    if source_id is None or language in {SOURCE_LANGUAGE, ALL_LANGUAGES}:
        return None
    was_live = select(Publication.id).where(
        Publication.entry_id == entry_id, Publication.language == SOURCE_LANGUAGE, Publication.revision_id == source_id
    )
    return source_id if (await session.execute(was_live.limit(1))).first() is not None else None


async def _note_authors(session: AsyncSession, revision: Revision, authors: set[str]) -> None:
    """Note who wrote this text: those given, and all who wrote since the last approved one."""
    approved = select(Approval.revision_id).join(Revision, Revision.id == Approval.revision_id)
    approved = approved.where(
        Revision.entry_id == revision.entry_id, Revision.language == revision.language,
        Approval.text_hash == Revision.text_hash,
    )  # fmt: skip
    last = (await session.execute(approved.order_by(Approval.revision_id.desc()).limit(1))).scalar_one_or_none() or 0
    since = select(RevisionAuthor.author).join(Revision, Revision.id == RevisionAuthor.revision_id)
    since = since.where(
        Revision.entry_id == revision.entry_id, Revision.language == revision.language, Revision.id > last,
        Revision.id < revision.id,
    )  # fmt: skip
    everybody = authors | set(await session.scalars(since))
    session.add_all(RevisionAuthor(revision_id=revision.id, author=author) for author in sorted(everybody))


async def _note_sources(session: AsyncSession, revision_id: int, source_ids: Sequence[int]) -> None:
    known = set(await session.scalars(select(Source.id).where(Source.id.in_(source_ids))))
    if not known.issuperset(source_ids):
        raise NotThere("There is nothing here (any more).")
    rows = [
        {"revision_id": revision_id, "source_id": source, "position": position}
        for position, source in enumerate(source_ids)
    ]
    if rows:
        await session.execute(insert(revision_source), rows)


async def _take_back_older(session: AsyncSession, revision: Revision) -> None:
    older = update(Revision).where(
        Revision.entry_id == revision.entry_id, Revision.language == revision.language, Revision.id < revision.id,
        Revision.state == RevisionState.SUBMITTED,
    )  # fmt: skip
    await session.execute(older.values(state=RevisionState.DRAFT))


async def submit(
    session: AsyncSession,
    *,
    revision_id: int,
    is_major: bool = True,
    is_correction: bool = False,
    by: Actor,
    now: datetime,
) -> None:
    """Hand a draft in for review; raise NotReady with every fault, WrongState, NotAllowed.

    A small edit (`is_major` False) outdates no translation; a correction makes outdated translations step aside.
    """
    entry, revision = await reading.get(session, revision_id)
    require_writer(by, entry.kind, revision.language)
    await lock(session, entry.id)
    newest = await reading.newest(session, entry_id=entry.id, language=revision.language)
    await session.refresh(revision)
    live = await reading.live(session, entry_id=entry.id, language=revision.language)
    if newest is not None and live is not None and newest.id == revision.id == live.id:
        raise WrongState("Nothing has changed: readers have this text already.")
    if newest is None or newest.id != revision.id or revision.state != RevisionState.DRAFT:
        raise WrongState("This text has moved on. Load the page again to see where it is.")
    await check(session, entry, revision, today=now.date())
    revision.state = RevisionState.SUBMITTED
    revision.is_major, revision.is_correction = is_major or is_correction, is_correction
    details = {"language": revision.language, "revision": revision.id, "major": revision.is_major}
    audit.record(
        session, by=by, action="text.submit", subject=f"{entry.kind}:{entry.slug}", now=now,
        details=details | {"correction": is_correction},
    )  # fmt: skip
    await session.flush()


async def give_back(session: AsyncSession, *, revision_id: int, reason: str, by: Actor, now: datetime) -> None:
    """Give a text that was handed in back to its writers, with a reason; raise WrongState, NotAllowed.

    Verifiers of its language may, and whoever may write it takes it back so.
    """
    entry, revision = await reading.get(session, revision_id)
    if not by.languages(Role.VERIFIER) & reading.verified_in(revision.language):
        require_writer(by, entry.kind, revision.language)
    await lock(session, entry.id)
    await session.refresh(revision)
    if revision.state != RevisionState.SUBMITTED:
        raise WrongState("This text has moved on. Load the page again to see where it is.")
    revision.state = RevisionState.DRAFT
    if told := reason.strip()[:1000]:  # who takes her own text back need not say why
        session.add(ReviewNote(revision_id=revision.id, written_by=by.account_id, written_at=now, text=told))
    audit.record(
        session, by=by, action="text.give_back", subject=f"{entry.kind}:{entry.slug}", now=now,
        details={"language": revision.language, "revision": revision.id},
    )  # fmt: skip
    await session.flush()


async def restore(
    session: AsyncSession, *, revision_id: int, base_id: int | None, by: Actor, now: datetime
) -> Revision:
    """Make an older text the newest draft. Who wrote it then is among its authors again."""
    entry, old = await reading.get(session, revision_id)
    authors = set(await reading.authors(session, old.id))
    return await save(
        session, entry=entry, language=old.language, exact=await reading.exact(session, entry, old), base_id=base_id,
        by=by, now=now, source_ids=await reading.source_ids(session, old.id), evidence=old.evidence,
        also_by=sorted(authors), derived_from_id=old.derived_from_revision_id,
    )  # fmt: skip


async def confirm_translation(
    session: AsyncSession, *, entry: Entry, language: str, base_id: int | None, source_id: int | None, by: Actor,
    now: datetime,
) -> Revision:  # fmt: skip
    """Say of an outdated translation that nothing in it must change: hand in the same text, made from today's source.

    `base_id` and `source_id` are the two texts that the person has read: raise Conflict if the translation, WrongState
    if the source is another by now; NotThere if there is no text or no live source. A verifier has the last word, as on
    any other text. Locks the entry.
    """
    require_writer(by, entry.kind, language)
    await lock(session, entry.id)
    newest = await reading.newest(session, entry_id=entry.id, language=language)
    source = await reading.live(session, entry_id=entry.id, language=SOURCE_LANGUAGE)
    if newest is None or source is None or language == SOURCE_LANGUAGE:
        raise NotThere("There is nothing here (any more).")
    if newest.id != base_id:  # save() would take it: what it is given here is the newest text
        raise Conflict(newest.id)
    if source.id != source_id:
        raise WrongState("The Indonesian text has changed again. Load the page and look at what is new.")
    revision = await save(
        session, entry=entry, language=language, exact=await reading.exact(session, entry, newest), base_id=base_id,
        by=by, now=now, source_ids=await reading.source_ids(session, newest.id), evidence=newest.evidence,
        derived_from_id=source.id,
    )  # fmt: skip
    await submit(session, revision_id=revision.id, is_major=False, by=by, now=now)
    return revision
