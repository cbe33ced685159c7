"""Deciding on registrations: which step leads where, one at a time or many, each whole or not at all."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.catalogue import Catalogue
from content.desk.rules import NotThere, WrongState
from content.programmes import Programme
from core.crypto import Vault
from core.errors import RuleBroken
from registrations import places, standings
from registrations.registrations import TAKES_A_PLACE, Reason, Registration, Status
from registrations.scopes import may_see
from staff import audit
from staff.actors import Actor, Role

MOVES: dict[Status, tuple[Status, ...]] = {
    Status.APPLIED: (Status.IN_REVIEW, Status.ACCEPTED, Status.WAITLISTED, Status.DECLINED),
    Status.IN_REVIEW: (Status.ACCEPTED, Status.WAITLISTED, Status.DECLINED),
    Status.WAITLISTED: (Status.ACCEPTED, Status.DECLINED),
    Status.OFFERED: (Status.ACCEPTED, Status.DECLINED),  # who has no chat says yes on the telephone
    Status.ACCEPTED: (Status.ATTENDED, Status.DECLINED),
    Status.ATTENDED: (Status.COMPLETED, Status.ACCEPTED),
    Status.DECLINED: (Status.IN_REVIEW,),
}


class AllTaken(RuleBroken):
    """There is no place to give."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of a registration, and why. `seen`: where it stood when somebody decided so."""

    registration_id: str
    seen: Status
    status: Status
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one decision among many. `reference` is empty where there is no such registration for her."""

    registration_id: str
    reference: str
    refused: RuleBroken | None


async def in_scope(session: AsyncSession, registration_id: str, *, by: Actor, to_change: bool = False) -> Registration:
    """Return a registration that somebody may see, and locked if it is to be changed by what is read of it.

    Raise NotAllowed, and NotThere whether it is gone or not hers.
    """
    by.require(Role.REGISTRAR)
    mine = select(Registration).where(Registration.id == registration_id, may_see(by))
    if to_change:
        mine = mine.with_for_update(of=Registration).execution_options(populate_existing=True)
    found = (await session.scalars(mine)).one_or_none()
    if found is None:
        raise NotThere("There is nothing here (any more).")
    return found


async def locked(session: AsyncSession, registration_id: str, *, by: Actor) -> tuple[Programme, Registration]:
    """Lock the programme, then the registration, of which somebody may see the latter; raise as in_scope does.

    Whether she may is asked again under the lock: it may have been handed over meanwhile.
    """
    programme = await places.lock(session, (await in_scope(session, registration_id, by=by)).programme_id)
    return programme, await in_scope(session, registration_id, by=by, to_change=True)


def possible(status: Status, *, left: int | None, has_queue: bool) -> tuple[Status, ...]:
    """Return where a registration can go. Who was put into the queue while there is room would be offered a place."""
    is_full = left == 0 and status not in TAKES_A_PLACE  # who was there has her place already
    impossible = {Status.ACCEPTED} if is_full else set[Status]() if left == 0 else {Status.WAITLISTED}
    if not has_queue:
        impossible.add(Status.WAITLISTED)
    return tuple(each for each in MOVES.get(status, ()) if each not in impossible)


async def decide(
    session: AsyncSession, vault: Vault, content: Catalogue, decision: Decision, *, by: Actor, bot_id: int | None,
    now: datetime,
) -> None:  # fmt: skip
    """Move a registration on and tell whom it concerns; a place that becomes free is offered to the next.

    Raise NotAllowed, NotThere, WrongState and AllTaken, before anything is written. Locks the programme, then the
    registration.
    """
    programme, registration = await locked(session, decision.registration_id, by=by)
    before = Status(registration.status)
    await _require_possible(session, programme, registration, decision)
    reason = decision.reason if decision.status is Status.DECLINED else None
    places.note(session, registration, decision.status, actor=by.account_id, reason=reason, now=now)
    told = {"from": before.value, "to": decision.status.value} | ({"reason": reason.value} if reason else {})
    subject = f"registration:{registration.id}"
    audit.record(session, by=by, action="registration.decide", subject=subject, now=now, details=told)
    await session.flush()
    changed = [registration]
    if before in TAKES_A_PLACE and decision.status not in TAKES_A_PLACE:
        changed += await places.pass_on(session, programme, places.group_of(programme, registration), now=now)
    await standings.tell(session, vault, changed, content, bot_id=bot_id, now=now)


def require_seen(registration: Registration, seen: Status) -> None:
    """Raise WrongState where a registration no longer stands where somebody saw it."""
    if registration.status != seen:
        raise WrongState("Somebody else has decided meanwhile, or the person has. See where it stands now.")


async def _require_possible(
    session: AsyncSession, programme: Programme, registration: Registration, decision: Decision
) -> None:
    """Raise WrongState or AllTaken where a registration cannot go there from where it stands now."""
    require_seen(registration, decision.seen)
    if decision.status not in MOVES.get(decision.seen, ()):
        raise WrongState("This does not follow from where the registration stands.")
    left = await places.left(session, programme, places.group_of(programme, registration))
    if decision.status in possible(decision.seen, left=left, has_queue=programme.waitlist):
        return
    if decision.status is Status.ACCEPTED and Status.WAITLISTED in MOVES[decision.seen] and programme.waitlist:
        raise AllTaken("All places are taken. You can put this person into the queue.")
    if decision.status is Status.ACCEPTED and programme.places_question:
        raise AllTaken("All places of that answer are taken.")
    if decision.status is Status.ACCEPTED:
        raise AllTaken("All places are taken.")
    if not programme.waitlist:
        raise WrongState("This programme has no queue.")
    raise WrongState("There are places left: nobody needs to wait for one. Give this person a place, or decline.")


async def decide_each(
    session: AsyncSession, vault: Vault, content: Catalogue, decisions: Collection[Decision], *, by: Actor,
    bot_id: int | None, now: datetime,
) -> list[Outcome]:  # fmt: skip
    """Decide on several in the order in which they applied, but last on those who have a place: one that becomes free
    is not for somebody who is declined, too. What cannot be is told of each, and the others stand.

    Raise NotAllowed. Programmes are locked in the order of their ids: two who decide at once never wait in a circle.
    """
    by.require(Role.REGISTRAR)
    wanted = {decision.registration_id: decision for decision in decisions}
    hers = select(Registration.id, Registration.reference).where(Registration.id.in_(wanted), may_see(by))
    holds_a_place = Registration.status.in_(TAKES_A_PLACE)
    in_order = hers.order_by(Registration.programme_id, holds_a_place, Registration.number)
    rows = (await session.execute(in_order)).all()
    outcomes = []
    for registration_id, reference in rows:
        try:
            async with session.begin_nested():
                await decide(session, vault, content, wanted[registration_id], by=by, bot_id=bot_id, now=now)
        except RuleBroken as broken:
            outcomes.append(Outcome(registration_id, reference or "", broken))
        else:
            outcomes.append(Outcome(registration_id, reference or "", None))
    missing = wanted.keys() - {row.id for row in rows}
    return [*outcomes, *(Outcome(one, "", NotThere("There is nothing here (any more).")) for one in sorted(missing))]
