"""What staff do for a registration besides deciding: notes, who looks after it, corrections, a copy, erasing."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from api.deps import By, DeskWords, Live, Now, Parts, Session, SignedIn
from api.web import csv_files, registration_words
from api.web.pages import to
from api.web.registrations import RegistrationId, one
from content.desk.rules import WrongState
from core import installation
from core.clock import WIB
from core.errors import RuleBroken
from core.i18n import desk_words
from registrations import notes, standings
from registrations.desk import assigning, calling, copying, correcting, deciding, erasing, wishing
from registrations.desk.opening import Purpose, open_answers
from registrations.notes import MOST_LETTERS
from registrations.registrations import Status

routes = APIRouter(include_in_schema=False)
Account = Annotated[str, Form(pattern=r"^([0-9a-f]{32})?$")]


@routes.post("/registrations/{registration_id}/notes")
async def add_note(
    by: By, parts: Parts, session: Session, now: Now, registration_id: RegistrationId,
    text: Annotated[str, Form(min_length=1, max_length=MOST_LETTERS, pattern=r"^[^\x00]*$")],
) -> Response:  # fmt: skip
    """Keep a note. It is shown with the answers."""
    registration = await deciding.in_scope(session, registration_id, by=by)
    notes.add(session, parts.vault, registration.id, text, by=by, now=now)
    return to(f"/registrations/{registration_id}", done="saved")


@routes.post("/registrations/{registration_id}/assign")
async def assign(
    by: By, session: Session, now: Now, registration_id: RegistrationId, account: Account = ""
) -> Response:
    """Say who looks after a registration."""
    await assigning.assign(session, registration_id=registration_id, to=account, by=by, now=now)
    return to(f"/registrations/{registration_id}", done="assigned")


@routes.post("/registrations/{registration_id}/hand-over")
async def hand_over(
    request: Request, visitor: SignedIn, parts: Parts, session: Session, words: DeskWords, live: Live, now: Now,
    registration_id: RegistrationId, province: Annotated[str, Form(pattern=r"^[0-9]{2}$")],
) -> Response:  # fmt: skip
    """Give a registration to another province, and lead to the list: who did it may not see that one any more."""
    try:
        await assigning.hand_over(
            session, parts.vault, live, registration_id=registration_id, province=province, by=visitor.actor,
            bot_id=await installation.bot_id(session), now=now,
        )  # fmt: skip
    except RuleBroken as broken:
        return await one(request, visitor, session, words, live, registration_id, broken=broken)
    return to("/registrations", done="handed-over")


@routes.post("/registrations/{registration_id}/correct")
async def correct(
    request: Request, visitor: SignedIn, parts: Parts, session: Session, words: DeskWords, live: Live, now: Now,
    registration_id: RegistrationId, question: Annotated[str, Form(max_length=40)],
    typed: Annotated[str, Form(max_length=1000, pattern=r"^[^\x00]*$")] = "",
) -> Response:  # fmt: skip
    """Put another answer in the place of one, and show the answers again."""
    by, broken, refused = visitor.actor, None, ("", "")
    try:
        async with session.begin_nested():
            await correcting.correct(
                session, parts.vault, registration_id=registration_id, code=question, typed=typed, by=by, now=now
            )
    except RuleBroken as found:
        broken, refused = found, (question, typed)
    opened = await open_answers(
        session, parts.vault, registration_id=registration_id, by=by, purpose=Purpose.CORRECT, now=now
    )
    answer = await one(
        request, visitor, session, words, live, registration_id, opened=opened, broken=broken, refused=refused,
        done="" if broken else "corrected",
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


@routes.post("/registrations/{registration_id}/copy")
async def copy(by: By, parts: Parts, now: Now, registration_id: RegistrationId) -> Response:
    """Give a copy of all that is held, for the person herself, in her language. It is noted and committed before."""
    async with parts.database.session() as session:
        held = await copying.copy(session, parts.vault, registration_id=registration_id, by=by, now=now)
        live = await parts.catalogue.current(await session.connection())
    hers = desk_words(held.shown.language)
    name = f"bekal-{held.shown.listed.reference}-{now.astimezone(WIB).date()}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    title = standings.title(live, held.shown.listed.programme, hers.language)
    text = csv_files.written(registration_words.copied(held, title, hers))
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@routes.post("/registrations/{registration_id}/erase")
async def erase(by: By, session: Session, now: Now, registration_id: RegistrationId) -> Response:
    """Erase a registration for good."""
    await erasing.erase(session, registration_id=registration_id, by=by, now=now)
    return to("/registrations", done="erased")


@routes.post("/registrations/{registration_id}/called")
async def called(
    by: By, session: Session, now: Now, registration_id: RegistrationId, seen: Annotated[Status, Form()]
) -> Response:
    """Note that the person was told by telephone what no message could tell."""
    await calling.note_called(session, registration_id=registration_id, seen=seen, by=by, now=now)
    return to(f"/registrations/{registration_id}")


@routes.post("/registrations/{registration_id}/withdraw")
async def withdraw(
    request: Request, visitor: SignedIn, parts: Parts, session: Session, words: DeskWords, live: Live, now: Now,
    registration_id: RegistrationId,
) -> Response:  # fmt: skip
    """Withdraw a registration as the person said who was asked, or gets no message. Twice is told, and does nothing."""
    try:
        await wishing.withdraw(
            session, parts.vault, live, registration_id=registration_id, by=visitor.actor,
            bot_id=await installation.bot_id(session), now=now,
        )  # fmt: skip
    except WrongState as broken:
        return await one(request, visitor, session, words, live, registration_id, broken=broken)
    return to(f"/registrations/{registration_id}")


@routes.post("/registrations/{registration_id}/leave")
async def leave(by: By, session: Session, now: Now, registration_id: RegistrationId) -> Response:
    """Leave a discreet registration as it is, since the person who was asked wishes that."""
    await wishing.leave(session, registration_id=registration_id, by=by, now=now)
    return to(f"/registrations/{registration_id}")
