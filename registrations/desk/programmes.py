"""Changing a programme that people may have signed up for. What can be said of one: content/desk/programmes.py."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.desk import programmes
from content.desk.rules import Fault, NotReady
from content.form_shapes import ProgrammeModel
from content.programmes import Programme
from registrations.registrations import Registration, Status
from registrations.scopes import is_used
from staff.actors import Actor, Role


async def save(
    session: AsyncSession, slug: str, model: ProgrammeModel, *, seen: str | None, by: Actor, now: datetime
) -> None:
    """Change a programme, or add it where `seen` is None; raise what content.desk.programmes.save does."""
    by.require(Role.EDITOR)
    await _require_what_stays(session, slug, model)
    await programmes.save(session, slug, model, seen=seen, by=by, now=now)


async def _require_what_stays(session: AsyncSession, slug: str, model: ProgrammeModel) -> None:
    """Raise NotReady for what may not change any more once people have signed up.

    A discreet programme would be named to their phones; and nobody has told for the new question to which places those
    belong who have one.
    """
    named = select(Programme).where(Programme.slug == slug).execution_options(populate_existing=True)
    # FOR UPDATE: who signs up meanwhile refers to the programme, so she has either done so or waits
    before = (await session.scalars(named.with_for_update())).one_or_none()
    if before is None or not await is_used(session, slug):
        return
    faults = []
    if before.discreet and not model.discreet:
        faults.append(Fault("discreet", "People have signed up: it stays discreet, or their phones would tell of it."))
    waiting = [Status.APPLIED, Status.IN_REVIEW]
    undecided = select(Registration.id).where(Registration.programme_id == before.id, Registration.status.in_(waiting))
    passes = before.admits != model.admits == "at_once"
    if passes and (await session.scalars(undecided.limit(1))).first() is not None:
        faults.append(Fault("admits", "People wait for a decision. Decide first, or others would pass them."))
    if before.places_question != model.places_question:
        faults.append(Fault("places_question", "People have signed up: how the places are divided stays."))
    if faults:
        raise NotReady(tuple(faults))
