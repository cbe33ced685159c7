"""Entering somebody by hand, and the list of who is to come."""

from typing import Annotated

from starlette.responses import Response

from api.deps import By, Now, Parts, Session
from api.v1 import registration_shapes
from api.v1 import sign_up_examples as examples
from api.v1.documentation import answers, new_routes
from api.v1.idempotency import Create
from api.v1.registration_shapes import AttendanceSheet, Attendee, RegistrationRow
from registrations.desk import attending, entering, listing
from staff.actors import Role

routes = new_routes(tag="registrations")


@routes.post(
    "/registrations", status_code=201, summary="Enter somebody", response_model=RegistrationRow,
    responses=answers(examples.REGISTRATION_ROW, status=201),
)  # fmt: skip
async def enter(
    by: By, parts: Parts, session: Session, now: Now, create: Create,
    body: Annotated[registration_shapes.NewRegistration, examples.NEW_REGISTRATION],
) -> Response:  # fmt: skip
    """Enter somebody by what stands on her form on paper. What is wrong is told by the codes of the questions."""

    by.require(Role.REGISTRAR)

    async def make() -> RegistrationRow:
        registration = await entering.enter(
            session, parts.vault, slug=body.programme, typed=body.answers, language=body.language, by=by, now=now
        )
        [row] = await listing.told(session, [registration.id])
        return RegistrationRow.model_validate(row)

    return await create.once(body, make)


@routes.post("/attendance", summary="Read an attendance sheet", responses=answers(examples.ATTENDANCE))
async def attendance(
    by: By, parts: Parts, session: Session, now: Now, body: Annotated[registration_shapes.Sheet, examples.SHEET]
) -> AttendanceSheet:
    """Return who has a place, by name. Each name that is read is in the audit log before it leaves."""
    found = await attending.sheet(
        session, parts.vault, slug=body.programme, province=body.province or "", by=by, now=now
    )
    return AttendanceSheet(people=[Attendee.model_validate(person) for person in found])
