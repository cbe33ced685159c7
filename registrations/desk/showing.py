"""One registration as a registrar sees it: where it stands, how it came there, what was asked. Answers: opening.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.programmes import Programme
from registrations import forms, notes, places, wishes
from registrations.blind_index import with_phone_of
from registrations.desk import assigning, listing, wishing
from registrations.desk.deciding import in_scope, possible
from registrations.desk.listing import Listed
from registrations.forms import Asked
from registrations.notices import NOT_REACHED, WORTH_A_CALL, Notice, Reached
from registrations.people import has_chat, language_of
from registrations.registrations import BEKAL, OPEN, PERSON, Reason, Registration, Status, StatusEvent
from registrations.scopes import may_see
from registrations.wishes import Wish
from staff.accounts import StaffAccount
from staff.actors import Actor
from staff.audit import AuditEntry

MOST_SAME = 10


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the history. `actor` is PERSON, BEKAL or an account; `name` is that of the account.

    `handed_to`: the province that it was handed over to, out of `handed_from` ("": it had none); the standing stays.
    """

    status: Status
    at: datetime
    actor: str
    name: str
    reason: Reason | None = None
    handed_from: str | None = None
    handed_to: str | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What a person was to hear, whether it reached her, and who of the staff told her else."""

    status: Status
    reached: Reached
    at: datetime
    called_at: datetime | None
    called_by: str

    @property
    def must_be_called(self) -> bool:
        """Tell whether it did not reach the person, is worth a call, and nobody has told her."""
        return self.reached in NOT_REACHED and self.status in WORTH_A_CALL and self.called_at is None


@dataclass(frozen=True, slots=True)
class Shown:
    """A registration without its answers. `left`: places for her province, None for room for all. `queue`: her place in
    the queue, if she waits there; `queue_ahead`: how many others wait who applied before her.

    `assigned_to` is an account; `colleagues`: who may look after it, by account; `same`: other registrations for the
    programme, in the reader's scope, of the same person or with the same phone number; `notes`: how many there are;
    `can_withdraw`: staff can withdraw it because the person said so by telephone, else she does so in her chat.
    """

    listed: Listed
    language: str
    queue: int | None
    queue_ahead: int
    offered_until: datetime | None
    left: int | None
    can_become: tuple[Status, ...]
    history: tuple[Step, ...]
    asked: Asked
    is_discreet: bool
    has_chat: bool
    places_answer: str
    assigned_to: str
    colleagues: Mapping[str, str]
    same: tuple[Listed, ...]
    notes: int
    news: tuple[News, ...]
    wishes: tuple[Wish, ...]
    can_withdraw: bool

    @property
    def must_be_called(self) -> bool:
        """Tell whether news did not reach the person, and nobody has told her since."""
        return bool(self.news) and self.news[-1].must_be_called

    @property
    def is_entered(self) -> bool:
        """Tell whether somebody of the staff entered it, from paper or from a list."""
        return bool(self.history) and self.history[0].actor not in {PERSON, BEKAL}


async def show(session: AsyncSession, *, registration_id: str, by: Actor) -> Shown:
    """Return one registration; raise NotAllowed, and NotThere whether it is gone or not hers to see."""
    registration = await in_scope(session, registration_id, by=by)
    programme = await session.get_one(Programme, registration.programme_id)
    [listed] = await listing.told(session, [registration.id])
    is_waiting = listed.status is Status.WAITLISTED
    queue = await places.place_in_queue(session, programme, registration)
    left = await places.left(session, programme, places.group_of(programme, registration))
    return Shown(
        listed=listed, language=await language_of(session, registration.person_id) or registration.language,
        queue=queue if is_waiting else None, queue_ahead=queue - is_waiting,
        offered_until=registration.offered_until, left=left,
        can_become=possible(listed.status, left=left, has_queue=programme.waitlist),
        history=await _history(session, registration),
        asked=await forms.version(session, registration.form_version_id),
        is_discreet=programme.discreet,
        has_chat=await has_chat(session, registration.person_id), places_answer=registration.places_answer or "",
        assigned_to=registration.assigned_to or "",
        colleagues=await assigning.colleagues(session, programme.id, registration.province),
        same=await _same(session, registration, by),
        notes=await notes.count(session, registration.id), news=await _news(session, registration),
        wishes=tuple(await wishes.waiting(session, registration.id)),
        can_withdraw=listed.status in OPEN and await wishing.may_say_by_telephone(session, registration),
    )  # fmt: skip


async def _same(session: AsyncSession, registration: Registration, by: Actor) -> tuple[Listed, ...]:
    """Return what looks like the same application once more."""
    ids = set(await session.scalars(with_phone_of(registration.id)))
    if registration.person_id is not None:
        own = select(Registration.id).where(
            Registration.person_id == registration.person_id, Registration.id != registration.id,
            Registration.is_for_another.is_(registration.is_for_another),
        )  # fmt: skip
        ids |= set(await session.scalars(own))
    others = select(Registration.id).where(
        Registration.id.in_(ids), Registration.programme_id == registration.programme_id, may_see(by)
    ).order_by(Registration.number).limit(MOST_SAME)  # fmt: skip
    return tuple(await listing.told(session, list(await session.scalars(others))))


async def _news(session: AsyncSession, registration: Registration) -> tuple[News, ...]:
    hers = select(Notice, StaffAccount.name).outerjoin(StaffAccount, StaffAccount.id == Notice.called_by)
    hers = hers.where(Notice.registration_id == registration.id).order_by(Notice.id)
    return tuple(
        News(Status(row.status), Reached(row.reached), row.at, row.called_at, name or "")
        for row, name in await session.execute(hers)
    )


async def _history(session: AsyncSession, registration: Registration) -> tuple[Step, ...]:
    events = select(StatusEvent.status, StatusEvent.at, StatusEvent.actor, StaffAccount.name, StatusEvent.reason)
    events = events.outerjoin(StaffAccount, StaffAccount.id == StatusEvent.actor)
    events = events.where(StatusEvent.registration_id == registration.id).order_by(StatusEvent.id)
    steps = [
        Step(Status(row.status), row.at, row.actor, row.name or "", Reason(row.reason) if row.reason else None)
        for row in await session.execute(events)
    ]
    return _with_hand_overs(steps, await assigning.hand_overs(session, registration.id))


def _with_hand_overs(steps: Sequence[Step], entries: Sequence[AuditEntry]) -> tuple[Step, ...]:
    """Return the steps with the hand-overs among them, each with the standing that was left as it was."""
    handed = [
        Step(
            next((step.status for step in reversed(steps) if step.at <= entry.at), Status.APPLIED), entry.at,
            entry.actor_id, entry.actor_name, handed_from=entry.details["from"], handed_to=entry.details["to"],
        )
        for entry in entries
    ]  # fmt: skip
    return tuple(sorted((*steps, *handed), key=lambda step: step.at))  # stable: a decision of the same moment is first
