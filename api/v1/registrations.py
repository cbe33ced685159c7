"""Registrations: the list, one of them, its answers for a purpose, and what is decided. For registrars."""

from typing import Annotated, Literal

from fastapi import Depends, Query
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import By, DeskWords, Live, Now, Parts, Session
from api.problems import code_of, told
from api.v1 import conditional, inputs, paging, registration_shapes
from api.v1 import sign_up_examples as examples
from api.v1.conditional import Seen
from api.v1.documentation import answers, new_routes
from api.v1.inputs import RegistrationPath
from api.v1.paging import Asking, Page
from api.v1.registration_shapes import Answers, Outcomes, RegistrationDetail, RegistrationRow, StaffNote
from api.web import registration_words
from api.web.registration_exports import NOTHING_BEGUN
from content.desk import fingerprints
from content.desk.rules import Conflict
from core import installation
from core.i18n import Words
from registrations.desk import deciding, finding, listing, opening, showing
from registrations.desk.deciding import Decision, Outcome
from registrations.desk.listing import Filter, Listed, Only, Place
from registrations.registrations import Reason, Status
from staff.actors import Actor

routes = new_routes(tag="registrations")
ONE = "/registrations/{registration_id}"


def filtered(
    programme: Annotated[str, Query(max_length=40, pattern=r"^[a-z0-9-]*$")] = "",
    status: Annotated[str, Query(max_length=16, pattern=f"^({'|'.join(NOTHING_BEGUN)})?$")] = "",
    province: Annotated[str, Query(max_length=2, pattern=r"^([0-9]{2})?$")] = "",
    search: Annotated[str, Query(max_length=40, pattern=inputs.ONE_LINE, description="a whole reference")] = "",
    only: Annotated[
        Literal["", "mine", "unassigned", "to_call", "wishes"], Query(description="what is to be done, and by whom")
    ] = "",
) -> Filter:
    """Return which registrations are asked for."""
    return Filter(programme, status, province, search, Only(only) if only else None)


@routes.get("/registrations", summary="List registrations", responses=answers(examples.REGISTRATION_PAGE))
async def show_list(
    by: By, session: Session, asking: Asking, which: Annotated[Filter, Depends(filtered)]
) -> Page[RegistrationRow]:
    """List the registrations that you may see, without their answers, in the order in which people applied."""
    place = asking.after_moment
    rows = await listing.listed_after(
        session, by=by, which=which, after=Place(*place) if place else None, limit=asking.limit + 1
    )
    return paging.page(rows, asking, id_of=_place, shown=RegistrationRow.model_validate)


def _place(row: Listed) -> str:
    return paging.moment_and_id(row.applied_at, row.id)


@routes.post(
    "/registration-search", summary="Find somebody's registration", responses=answers(examples.REGISTRATIONS_FOUND)
)
async def find(
    by: By, parts: Parts, session: Session, now: Now,
    body: Annotated[registration_shapes.Look, examples.LOOK],
) -> Page[RegistrationRow]:  # fmt: skip
    """Return whom somebody may mean, the newest first: always one page of at most 50. That you looked is noted."""
    found = await finding.find(session, parts.vault, typed=body.typed, by=by, now=now)
    return Page[RegistrationRow](items=[RegistrationRow.model_validate(row) for row in found], next=None)


@routes.post("/registration-decisions", summary="Decide on several", responses=answers(examples.OUTCOMES))
async def decide_several(
    by: By, parts: Parts, session: Session, live: Live, words: DeskWords, now: Now,
    body: Annotated[registration_shapes.Decisions, examples.DECISIONS],
) -> Outcomes:  # fmt: skip
    """Decide in the order in which people applied, but last on those who have a place.

    What cannot be is told of each, and the others are done.
    """
    wanted = [
        Decision(
            each.registration_id, Status(each.seen), Status(each.status), Reason(each.reason) if each.reason else None
        )
        for each in body.decisions
    ]
    bot_id = await installation.bot_id(session)
    found = await deciding.decide_each(session, parts.vault, live, wanted, by=by, bot_id=bot_id, now=now)
    return Outcomes(outcomes=[_outcome(each, words) for each in found])


def _outcome(found: Outcome, words: Words) -> registration_shapes.Outcome:
    why = found.refused
    return registration_shapes.Outcome(
        registration_id=found.registration_id, reference=found.reference, code=code_of(why) if why else None,
        detail=told(why, words) if why else None,
    )  # fmt: skip


@routes.get(ONE, summary="Get a registration", responses=answers(examples.REGISTRATION))
async def show(by: By, session: Session, answer: Response, registration_id: RegistrationPath) -> RegistrationDetail:
    """Return a registration without its answers; its ETag is what a decision wants."""
    return await tagged(session, answer, registration_id, by=by)


async def tagged(session: AsyncSession, answer: Response, registration_id: str, *, by: Actor) -> RegistrationDetail:
    """Return a registration, and tell in the answer's ETag where it stands; raise NotAllowed and NotThere."""
    shown = await showing.show(session, registration_id=registration_id, by=by)
    conditional.tag(answer, fingerprints.of_standing(shown.listed.status))
    return registration_shapes.detail(shown)


@routes.post(ONE + "/answers", summary="Read the answers for a purpose", responses=answers(examples.ANSWERS))
async def open_answers(
    by: By, parts: Parts, session: Session, words: DeskWords, now: Now, registration_id: RegistrationPath,
    body: Annotated[registration_shapes.ReadFor, examples.READ_FOR],
) -> Answers:  # fmt: skip
    """Return answers and notes. That you read them, and what for, is in the audit log before they leave."""
    opened = await opening.open_answers(
        session, parts.vault, registration_id=registration_id, by=by, purpose=body.purpose, now=now
    )
    shown = await showing.show(session, registration_id=registration_id, by=by)
    in_words = registration_words.answered(shown.asked, opened.answers, words)
    return Answers(
        answers=registration_shapes.given(in_words, opened.answers),
        notes=[StaffNote.model_validate(note) for note in opened.notes],
    )


@routes.post(ONE + "/decide", summary="Decide on a registration", responses=answers(examples.REGISTRATION))
async def decide(
    by: By, parts: Parts, session: Session, live: Live, now: Now, answer: Response, seen: Seen,
    registration_id: RegistrationPath, body: Annotated[registration_shapes.Decide, examples.DECIDE],
) -> RegistrationDetail:  # fmt: skip
    """Move a registration on and tell whom it concerns. If-Match names the ETag: where it stood when you decided."""
    standing = await require_seen(session, registration_id, seen, by=by)
    decision = Decision(registration_id, standing, Status(body.status), Reason(body.reason) if body.reason else None)
    bot_id = await installation.bot_id(session)
    await deciding.decide(session, parts.vault, live, decision, by=by, bot_id=bot_id, now=now)
    return await tagged(session, answer, registration_id, by=by)


async def require_seen(session: AsyncSession, registration_id: str, seen: str, *, by: Actor) -> Status:
    """Lock a registration and return where it stands; raise Conflict where the writer saw it elsewhere."""
    _programme, registration = await deciding.locked(session, registration_id, by=by)
    if seen != fingerprints.of_standing(registration.status):
        raise Conflict(None, "Somebody else has decided meanwhile, or the person has. See where it stands now.")
    return Status(registration.status)
