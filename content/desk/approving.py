"""Approving: the one way by which a text becomes verified, and by which what was written at the desk becomes live.

Promise 1: nobody approves what she wrote, or anybody's text of which she wrote a part since the last approved one;
an approval names the exact text and is sealed; triggers on both databases refuse an author's approval, too.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from content.desk import going_live, reading
from content.desk.drafting import lock
from content.desk.rules import Altered, Conflict, OwnText, TooNew, WrongState
from content.revisions import Approval, Entry, Revision, RevisionState
from content.seals import Seals
from content.versions import raise_version
from core.i18n import SOURCE_LANGUAGE
from staff import audit
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
    `live_until` make it live later, or for a time. Raises OwnText, TooNew, WrongState, Altered, NotAllowed,
    ProofNeeded. Locks the entry.
    """
    entry, revision = await reading.get(session, revision_id)
    by.require_language(Role.VERIFIER, reading.verified_in(revision.language))
    by.require_proof(now)
    await lock(session, entry.id)
    await session.refresh(revision)
    await _require_approvable(session, entry, revision, text_hash)
    authors = await reading.authors(session, revision.id)
    require_other(by, authors, revision.language, now)
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


async def _require_approvable(session: AsyncSession, entry: Entry, revision: Revision, text_hash: str) -> None:
    exact = await reading.exact(session, entry, revision)
    if exact.hash != revision.text_hash:
        raise Altered("This text is not the one that was saved. Tell the administrators: the database was changed.")
    newest = await reading.newest(session, entry_id=entry.id, language=revision.language)
    if text_hash != revision.text_hash:
        raise Conflict(newest.id if newest else None)
    live = await reading.live(session, entry_id=entry.id, language=revision.language)
    is_handed_in = revision.state == RevisionState.SUBMITTED and newest is not None and newest.id == revision.id
    if not is_handed_in and (live is None or live.id != revision.id):
        raise WrongState("This text has moved on. Load the page again to see where it is.")
    is_translation = entry.kind == "article" and revision.language != SOURCE_LANGUAGE
    if is_translation and await reading.live(session, entry_id=entry.id, language=SOURCE_LANGUAGE) is None:
        raise WrongState("The Indonesian text must be live first: this is a translation of it.")


def require_other(by: Actor, authors: Collection[str], language: str, now: datetime) -> None:
    """Raise OwnText for an author, and TooNew for who was made a verifier by an author less than a day ago."""
    if by.account_id in authors:
        raise OwnText("You wrote this text, or a part of it. Another verifier must read it.")
    if by.is_demo:
        return
    asked = reading.verified_in(language)
    grants = [grant for grant in by.grants_of(Role.VERIFIER) if grant.language in asked]
    if all(grant.granted_by in authors and now - grant.granted_at < NEW_FOR for grant in grants):
        raise TooNew("The writer of this text made you a verifier less than a day ago. Another verifier must read it.")
