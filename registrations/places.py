"""Places of a programme: the last one goes to one person, a freed one to the next in the order of applying.

Who gives or frees a place holds the lock of the programme's row; on SQLite the writer has the only lock there is.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.programmes import Form, Programme
from core.errors import RuleBroken
from registrations.registrations import BEKAL, PERSON, TAKES_A_PLACE, Reason, Registration, Status, StatusEvent

OFFER_HOLDS = timedelta(hours=48)


class ProgrammeFull(RuleBroken):
    """No place is left, and nobody waits for one here."""


class AnswerFull(RuleBroken):
    """No place is left for the answer that somebody gave, and nobody waits for one here; for another one there is."""


async def lock(session: AsyncSession, programme_id: int) -> Programme:
    """Lock a programme for who gives or frees its places, and return it as it is now."""
    # NO KEY: who only refers to the programme, like somebody who begins a form, need not wait
    return await session.get_one(Programme, programme_id, with_for_update={"key_share": True}, populate_existing=True)


def group_of(programme: Programme, registration: Registration) -> str | None:
    """Return the group to whose places a registration belongs: an answer, or else a province."""
    return registration.places_answer if programme.places_question else registration.province


async def left(session: AsyncSession, programme: Programme, group: str | None) -> int | None:
    """Return how many places are left for somebody of a group; None where there is room for all."""
    places = _own(programme).get(group or "", programme.places)
    if places is None:
        return None
    taken = select(func.count()).select_from(Registration).where(Registration.status.in_(TAKES_A_PLACE))
    return max(0, places - (await session.execute(taken.where(_same_places(programme, group)))).scalar_one())


async def left_for_newcomer(session: AsyncSession, programme: Programme, province: str | None) -> int | None:
    """Return how many places are left for who has answered nothing yet; None where there is room for all."""
    if not programme.places_question:
        return await left(session, programme, province)
    counts = [await left(session, programme, group) for group in await _groups(session, programme)]
    return None if None in counts else sum(count or 0 for count in counts)


async def full_answers(session: AsyncSession, programme: Programme) -> frozenset[str]:
    """Return the answers that have no place left, where places are divided by answers."""
    codes = await _options(session, programme) if programme.places_question else ()
    return frozenset([code for code in codes if await left(session, programme, code) == 0])


async def _groups(session: AsyncSession, programme: Programme) -> list[str | None]:
    """Return the groups that somebody can come to belong to by her answer; None stands for all that share places."""
    codes = await _options(session, programme)
    own = [code for code in codes if code in programme.places_by_answer]
    return [*own, *([None] if len(own) < len(codes) else [])]


async def _options(session: AsyncSession, programme: Programme) -> tuple[str, ...]:
    """Return the answers to the question by which places are divided, as the form asks it now."""
    asked = (await session.scalars(select(Form.questions).where(Form.slug == programme.form))).one_or_none() or []
    found = next((question for question in asked if question["code"] == programme.places_question), None)
    return tuple(option["code"] for option in found.get("options", ())) if found else ()


def _own(programme: Programme) -> dict[str, int]:
    """Return the groups with places of their own."""
    return programme.places_by_answer if programme.places_question else programme.places_by_province


def _same_places(programme: Programme, group: str | None) -> ColumnElement[bool]:
    """Tell which registrations share places with somebody of a group."""
    own = list(_own(programme))
    column = Registration.places_answer if programme.places_question else Registration.province
    mine = Registration.programme_id == programme.id
    if group in own:
        return mine & (column == group)
    return mine & or_(column.is_(None), column.not_in(own))


async def enter(
    session: AsyncSession, programme: Programme, registration: Registration, *, now: datetime, actor: str = PERSON
) -> None:
    """Put somebody who applies into the order, and give her what there is: a place, or the next one in the queue.

    Raise ProgrammeFull and AnswerFull. The programme is locked.
    """
    last = select(func.max(Registration.number)).where(Registration.programme_id == programme.id)
    group = group_of(programme, registration)
    remaining = await left(session, programme, group)
    if remaining == 0 and not programme.waitlist and await left_for_newcomer(session, programme, group) != 0:
        raise AnswerFull("All places for that answer are taken. Choose another answer.")
    if remaining == 0 and not programme.waitlist:
        raise ProgrammeFull("All places are taken. Nothing of what you wrote is kept.")
    if programme.admits == "at_once":
        must_wait = remaining == 0 or await _is_anybody_waiting(session, programme, group)
        status = Status.WAITLISTED if must_wait else Status.ACCEPTED
    else:
        status = Status.APPLIED
    registration.number = ((await session.execute(last)).scalar_one() or 0) + 1
    registration.applied_at = now
    note(session, registration, Status.APPLIED, actor=actor, now=now)
    if status is not Status.APPLIED:
        note(session, registration, status, actor=BEKAL, now=now)
    await session.flush()


async def _is_anybody_waiting(session: AsyncSession, programme: Programme, group: str | None) -> bool:
    """Tell whether somebody stands in the queue: a place that has just become free is hers."""
    waiting = select(Registration.id).where(_same_places(programme, group), Registration.status == Status.WAITLISTED)
    return (await session.execute(waiting.limit(1))).first() is not None


def note(
    session: AsyncSession, registration: Registration, status: Status, *, actor: str, now: datetime,
    reason: Reason | None = None,
) -> None:  # fmt: skip
    """Set where a registration stands, with the line of its history."""
    registration.status, registration.changed_at = status, now
    if status is not Status.OFFERED:
        registration.offered_until = None
    session.add(StatusEvent(registration_id=registration.id, status=status, actor=actor, reason=reason, at=now))


async def place_in_queue(session: AsyncSession, programme: Programme, registration: Registration) -> int:
    """Return how many stand in the queue up to her, herself included if she does."""
    ahead = select(func.count()).select_from(Registration).where(
        _same_places(programme, group_of(programme, registration)), Registration.status == Status.WAITLISTED,
        Registration.number <= registration.number,
    )  # fmt: skip
    return (await session.execute(ahead)).scalar_one()


async def pass_on(
    session: AsyncSession, programme: Programme, group: str | None, *, now: datetime
) -> list[Registration]:
    """Offer every place that is free to the next who wait, in their order, and return whom. The programme is locked."""
    remaining = await left(session, programme, group)
    waiting = select(Registration).where(
        _same_places(programme, group), Registration.status == Status.WAITLISTED
    ).order_by(Registration.number).limit(remaining).with_for_update()  # fmt: skip
    offered = list(await session.scalars(waiting)) if remaining != 0 else []
    for registration in offered:
        note(session, registration, Status.OFFERED, actor=BEKAL, now=now)
        registration.offered_until = now + OFFER_HOLDS
    await session.flush()
    return offered


async def is_anything_due(session: AsyncSession, now: datetime) -> bool:
    """Tell whether an offer has run out, or somebody waits while a place is free."""
    over = select(Registration.id).where(Registration.offered_until <= now).limit(1)
    return (await session.execute(over)).first() is not None or bool(await _free_groups(session))


async def _free_groups(session: AsyncSession) -> list[tuple[int, str | None]]:
    """Return (programme, group) of those who wait though a place of theirs is free: somebody was erased."""
    group = case((Programme.places_question.is_not(None), Registration.places_answer), else_=Registration.province)
    waiting = select(Programme.id, group).join(Registration, Registration.programme_id == Programme.id)
    found = []
    for programme_id, hers in await session.execute(waiting.where(Registration.status == Status.WAITLISTED).distinct()):
        if await left(session, await session.get_one(Programme, programme_id), hers) != 0:
            found.append((programme_id, hers))
    return found


async def carry_out_due(session: AsyncSession, *, now: datetime) -> list[Registration]:
    """End the offers that have run out, and offer every free place to who waits for it; return what has changed."""
    over = select(Registration.programme_id, Registration.id).where(Registration.offered_until <= now)
    rows = (await session.execute(over.order_by(Registration.number))).all()
    free = await _free_groups(session)
    programmes = {
        programme_id: await lock(session, programme_id) for programme_id in sorted({row[0] for row in (*rows, *free)})
    }
    changed: list[Registration] = []
    for _programme_id, registration_id in rows:
        registration = await session.get(Registration, registration_id, with_for_update=True, populate_existing=True)
        if registration is None or registration.offered_until is None or registration.offered_until > now:
            continue
        note(session, registration, Status.WITHDRAWN, actor=BEKAL, now=now)
        await session.flush()
        changed.append(registration)
    for programme_id, group in await _free_groups(session):
        if programme_id in programmes:
            changed += await pass_on(session, programmes[programme_id], group, now=now)
    return changed
