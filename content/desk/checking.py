"""Saying that a live text is still right: somebody read its sources again, or rang the number."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from content.desk import reading
from content.desk.rules import WrongState
from content.revisions import EntryKind, RevisionCheck
from content.versions import raise_version
from staff import audit
from staff.actors import Actor, Role


async def confirm(
    session: AsyncSession, *, kind: EntryKind, slug: str, language: str, revision_id: int, by: Actor, now: datetime
) -> None:
    """Note that the live text was found right today; for a contact: that somebody rang and it answered.

    Its next check is due that much later. It verifies nothing: only an approval does. Raises NotAllowed, WrongState if
    another text is live by now.
    """
    by.require(Role.EDITOR, Role.VERIFIER)
    entry = await reading.entry(session, kind, slug)
    live = await reading.live(session, entry_id=entry.id, language=language)
    if live is None or live.id != revision_id:
        raise WrongState("This text has moved on. Load the page again to see where it is.")
    session.add(RevisionCheck(revision_id=live.id, checked_by=by.account_id, checked_on=now.date()))
    audit.record(
        session, by=by, action="text.confirm", subject=f"{kind}:{slug}", now=now,
        details={"language": language, "revision": live.id},
    )  # fmt: skip
    await raise_version(session)
