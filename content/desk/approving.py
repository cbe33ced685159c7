"""Approving: the one way by which a text becomes verified, and by which what was written at the desk becomes live.

Promise 1: nobody approves what she wrote, or anybody's text of which she wrote a part since the last approved one;
an approval names the exact text and is sealed; triggers on both databases refuse an author's approval, too.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from content.articles import Article
from content.desk import going_live, proof, reading, sources
from content.desk.drafting import lock
from content.desk.rules import Altered, Conflict, OwnText, TooNew, WrongState
from content.revisions import Approval, Entry, EntryKind, Revision, RevisionState
from content.seals import Seals
from content.versions import raise_version
from staff import audit, grants
from staff.actors import Actor, Role

NEW_FOR = timedelta(hours=24)


async def approve(
    session: AsyncSession,
    *,
    revision_id: int,
    text_hash: str,
    by: Actor,
    now: datetime,
    seals: Seals,
    live_from: datetime | None = None,
    live_until: datetime | None = None,
) -> None:
    """Approve a text that was handed in, or one that is live and unverified; what is not live becomes so.

    `text_hash` is of the text that the verifier has read: Conflict if it is another by now. `live_from` and
    `live_until` make what was handed in live later, or for a time; WrongState where the text is live already. Who has
    approved the same already changes nothing by saying it again. Raises OwnText, TooNew, Altered, NotAllowed,
    ProofNeeded. Locks the entry, and the sources that stand under the text.

    Longer than a function should be: the one way to an approval, read from the locks to the version in its order.
    """
    entry, revision = await reading.get(session, revision_id)
    by.require_language(Role.VERIFIER, reading.verified_in(revision.language))
    by.require_proof(now)
    await lock(session, entry.id)
    await sources.hold(session, revision.id)
    await session.refresh(revision)
    await _require_as_saved(session, entry, revision)
    said = {False: live_from, True: live_until}
    if text_hash == revision.text_hash and await _says_it_again(session, revision, said, by=by, seals=seals):
        return
    await _require_approvable(session, entry, revision, text_hash, seals)
    if revision.state != RevisionState.SUBMITTED and (live_from or live_until):
        raise WrongState("This text is live already: approve it without a moment.")
    await require_reader(session, revision, by=by, now=now, seals=seals)
    seal = seals.of_approval(
        revision_id=revision.id, language=revision.language, text_hash=text_hash, approved_by=by.account_id,
        approved_at=now,
    )  # fmt: skip
    session.add(
        Approval(
            revision_id=revision.id, approved_by=by.account_id, approved_at=now, text_hash=text_hash,
            key_id=seal.partition(":")[0], seal=seal,
        )
    )  # fmt: skip
    audit.record(
        session, by=by, action="text.approve", subject=f"{entry.kind}:{entry.slug}", now=now,
        details={"language": revision.language, "revision": revision.id, "hash": text_hash},
    )  # fmt: skip
    await session.flush()
    if revision.state == RevisionState.SUBMITTED:
        revision.state = RevisionState.RELEASED
        await going_live.release(
            session, entry=entry, revision=revision, seals=seals, by=by, now=now, live_from=live_from,
            live_until=live_until,
        )  # fmt: skip
    await raise_version(session)


async def _says_it_again(
    session: AsyncSession, revision: Revision, said: Mapping[bool, datetime | None], *, by: Actor, seals: Seals
) -> bool:
    """Tell whether the person has approved this text, and it is live or planned as she says now.

    `said`: when it is to begin (False) and to end (True). Raise WrongState where it is live and would end all the same.
    """
    if revision.state != RevisionState.RELEASED or not await proof.has_approved(
        session, revision, by.account_id, seals=seals
    ):
        return False
    planned = await going_live.planned(session, revision.id)
    is_as_said = all(at == planned.get(is_end) for is_end, at in said.items())
    if False in planned:
        return is_as_said
    if planned and not any(said.values()):
        raise WrongState("This text is live, and its end is planned: call that off if it is to stay.")
    return is_as_said and await proof.is_live_as_published(session, revision, seals=seals)


async def _require_as_saved(session: AsyncSession, entry: Entry, revision: Revision) -> None:
    exact = await reading.exact(session, entry, revision)
    if exact.hash != revision.text_hash or not await reading.authors(session, revision.id):
        raise _altered()


async def _require_approvable(
    session: AsyncSession, entry: Entry, revision: Revision, text_hash: str, seals: Seals
) -> None:
    newest = await reading.newest(session, entry_id=entry.id, language=revision.language)
    if text_hash != revision.text_hash:
        raise Conflict(newest.id if newest else None)
    live = await reading.live(session, entry_id=entry.id, language=revision.language)
    is_live = live is not None and live.id == revision.id
    is_handed_in = revision.state == RevisionState.SUBMITTED and newest is not None and newest.id == revision.id
    if await _is_retired(session, entry) or not (is_handed_in or is_live):
        raise WrongState("This text has moved on. Load the page again to see where it is.")
    if is_live and not await proof.is_live_as_published(session, revision, seals=seals):
        raise _altered()
    if not await going_live.has_its_source(session, revision):
        raise WrongState("The Indonesian text must be live first: this is a translation of it.")


def _altered() -> Altered:
    return Altered("This text is not the one that was saved. Tell the administrators: the database was changed.")


async def _is_retired(session: AsyncSession, entry: Entry) -> bool:
    if entry.kind != EntryKind.ARTICLE:
        return False
    return (await session.get_one(Article, entry.id)).retired_at is not None


async def require_reader(session: AsyncSession, revision: Revision, *, by: Actor, now: datetime, seals: Seals) -> None:
    """Raise what stands between a person and approving this text, wherever it stands: NotAllowed, OwnText, TooNew.

    OwnText for an author; TooNew for who owes an author, for less than a day, her role or her way in. That is also who
    was made a verifier by somebody whom an author made an administrator, however long the chain: or one person could
    approve by an account that she has just made for herself.
    """
    by.require_language(Role.VERIFIER, reading.verified_in(revision.language))
    authors = await proof.authors_of(session, revision, seals=seals)
    if by.account_id in authors:
        raise OwnText("You wrote this text, or a part of it. Another verifier must read it.")
    if by.is_demo:
        return
    since = now - NEW_FOR
    if await grants.let_in_by(session, by.account_id, since=since) & authors:
        raise TooNew(
            "The writer of this text gave you a link or a way in less than a day ago. Another verifier must read it."
        )
    asked = reading.verified_in(revision.language)
    held = [grant for grant in by.grants_of(Role.VERIFIER) if grant.language in asked]
    if any(grant.granted_at <= since for grant in held):
        return
    makers = [await grants.makers_of(session, grant.granted_by, since=since) for grant in held]
    if all(made_by & authors for made_by in makers):
        raise TooNew("The writer of this text made you a verifier less than a day ago. Another verifier must read it.")
