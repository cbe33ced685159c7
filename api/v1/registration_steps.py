"""What staff do for a registration besides deciding: notes, who looks after it, corrections, a copy, erasing."""

from typing import Annotated

from starlette.responses import Response

from api.deps import By, Live, Now, Parts, Session
from api.v1 import registration_shapes
from api.v1 import sign_up_examples as examples
from api.v1.conditional import Seen
from api.v1.documentation import answers, new_routes
from api.v1.idempotency import Create
from api.v1.inputs import Nothing, RegistrationPath
from api.v1.registration_shapes import Consent, NoteKept, RegistrationCopy, RegistrationDetail, StaffNote
from api.v1.registrations import ONE, require_seen, tagged
from api.web import registration_words
from core import installation
from core.i18n import desk_words
from registrations import notes
from registrations.desk import assigning, calling, copying, correcting, deciding, erasing, wishing

routes = new_routes(tag="registrations")


@routes.post(
    ONE + "/notes", status_code=201, summary="Add a note", response_model=NoteKept,
    responses=answers(examples.NOTE_KEPT, status=201),
)  # fmt: skip
async def add_note(
    by: By, parts: Parts, session: Session, now: Now, create: Create, registration_id: RegistrationPath,
    body: Annotated[registration_shapes.NewNote, examples.NEW_NOTE],
) -> Response:  # fmt: skip
    """Keep a note. It is shown with the answers only."""
    registration = await deciding.in_scope(session, registration_id, by=by)

    async def make() -> NoteKept:
        notes.add(session, parts.vault, registration.id, body.text, by=by, now=now)
        await session.flush()
        return NoteKept(notes=await notes.count(session, registration.id))

    return await create.once(body, make)


@routes.post(ONE + "/assign", summary="Say who looks after it", responses=answers(examples.REGISTRATION))
async def assign(
    by: By, session: Session, now: Now, answer: Response, registration_id: RegistrationPath,
    body: Annotated[registration_shapes.Assignment, examples.ASSIGNMENT],
) -> RegistrationDetail:  # fmt: skip
    """Give a registration to one of its `colleagues`, or to nobody."""
    await assigning.assign(session, registration_id=registration_id, to=body.account_id or "", by=by, now=now)
    return await tagged(session, answer, registration_id, by=by)


@routes.post(ONE + "/hand-over", status_code=204, summary="Give it to another province")
async def hand_over(
    by: By, parts: Parts, session: Session, live: Live, now: Now, registration_id: RegistrationPath,
    body: Annotated[registration_shapes.HandOver, examples.HAND_OVER],
) -> None:  # fmt: skip
    """Give a registration to the staff of another province, with its place if there is one. You may not see it then."""
    await assigning.hand_over(
        session, parts.vault, live, registration_id=registration_id, province=body.province, by=by,
        bot_id=await installation.bot_id(session), now=now,
    )  # fmt: skip


@routes.post(ONE + "/correct", summary="Correct an answer", responses=answers(examples.REGISTRATION))
async def correct(
    by: By, parts: Parts, session: Session, now: Now, answer: Response, registration_id: RegistrationPath,
    body: Annotated[registration_shapes.Correction, examples.CORRECTION],
) -> RegistrationDetail:  # fmt: skip
    """Put another answer in the place of one. No answer is told: read them anew to see it.

    A regency takes its province along. Neither can lie where others look after her: hand it over first.
    """
    await correcting.correct(
        session, parts.vault, registration_id=registration_id, code=body.question, typed=body.typed, by=by, now=now
    )
    return await tagged(session, answer, registration_id, by=by)


@routes.post(ONE + "/copy", summary="Copy all that is held", responses=answers(examples.REGISTRATION_COPY))
async def copy(
    by: By, parts: Parts, session: Session, now: Now, registration_id: RegistrationPath, _: Nothing = None
) -> RegistrationCopy:
    """Return all that is held of a registration, for the person herself, in her language.

    It is in the audit log before it leaves. A browser proves first who asks.
    """
    held = await copying.copy(session, parts.vault, registration_id=registration_id, by=by, now=now)
    in_words = registration_words.answered(held.shown.asked, held.answers, desk_words(held.shown.language))
    return RegistrationCopy(
        registration=registration_shapes.copied(held), answers=registration_shapes.given(in_words, held.answers),
        consents=[Consent.model_validate(each) for each in held.consents],
        notes=[StaffNote.model_validate(note) for note in held.notes],
    )  # fmt: skip


@routes.post(ONE + "/called", summary="Note that somebody was told", responses=answers(examples.REGISTRATION))
async def called(
    by: By, session: Session, now: Now, answer: Response, seen: Seen, registration_id: RegistrationPath,
    _: Nothing = None,
) -> RegistrationDetail:  # fmt: skip
    """Note that the person was told by telephone what no message could tell. If-Match: the ETag of what was told."""
    standing = await require_seen(session, registration_id, seen, by=by)
    await calling.note_called(session, registration_id=registration_id, seen=standing, by=by, now=now)
    return await tagged(session, answer, registration_id, by=by)


@routes.post(ONE + "/withdraw", summary="Withdraw as she wishes", responses=answers(examples.REGISTRATION))
async def withdraw(
    by: By, parts: Parts, session: Session, live: Live, now: Now, answer: Response, registration_id: RegistrationPath,
    _: Nothing = None,
) -> RegistrationDetail:  # fmt: skip
    """Withdraw a registration, since the person wishes it: no message reaches her, or staff asked her at a safe time.

    It can be where `can_withdraw` says so, or where `wishes` names it; else a person withdraws in the chat.
    """
    await wishing.withdraw(
        session, parts.vault, live, registration_id=registration_id, by=by, bot_id=await installation.bot_id(session),
        now=now,
    )  # fmt: skip
    return await tagged(session, answer, registration_id, by=by)


@routes.post(ONE + "/leave", summary="Leave it as she wishes", responses=answers(examples.REGISTRATION))
async def leave(
    by: By, session: Session, now: Now, answer: Response, registration_id: RegistrationPath, _: Nothing = None
) -> RegistrationDetail:
    """Leave a discreet registration as it is, since the person who was asked wishes that."""
    await wishing.leave(session, registration_id=registration_id, by=by, now=now)
    return await tagged(session, answer, registration_id, by=by)


@routes.post(ONE + "/erase", status_code=204, summary="Erase a registration")
async def erase(by: By, session: Session, now: Now, registration_id: RegistrationPath, _: Nothing = None) -> None:
    """Erase a registration for good. A browser proves first who asks."""
    await erasing.erase(session, registration_id=registration_id, by=by, now=now)
