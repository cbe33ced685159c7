"""Registrations: the list, one of them, its answers for a purpose, and what is decided. For registrars."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from pydantic import StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import By, DeskWords, Live, Now, Parts, Session, SignedIn, Visitor
from api.problems import status_of, told
from api.services import Services
from api.web import registration_words
from api.web.pages import PAGE_ROWS, list_page, page, to
from content.catalogue import Catalogue
from content.desk.rules import WrongState
from core import installation
from core.errors import RuleBroken
from core.i18n import Words
from core.i18n import words as core_words
from registrations import provinces, scopes, standings, status_screens
from registrations.desk import deciding, finding, listing, opening, showing
from registrations.desk.deciding import MOVES, AllTaken, Decision, Outcome
from registrations.desk.listing import Listed, Only, Order
from registrations.desk.opening import Opened
from registrations.forms import label_of, texts_of
from registrations.registrations import Reason, Status
from registrations.status_screens import Standing
from staff.actors import Actor, Role

routes = APIRouter(include_in_schema=False)
Filter = Annotated[str, Query(max_length=40, pattern=r"^[^\x00]*$")]
RegistrationId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
# A ticked box tells where the registration stood on the page: "<id>:<status>".
Ticked = Annotated[str, StringConstraints(pattern=rf"^[0-9a-f]{{32}}:({'|'.join(Status)})$")]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which registrations are asked for, and in which order."""

    programme: Filter = ""
    status: Filter = ""
    province: Filter = ""
    search: Filter = ""
    only: Annotated[str, Query(pattern=f"^({'|'.join(Only)})?$")] = ""
    order: Annotated[Order, Query()] = Order.APPLIED
    descending: Annotated[bool, Query()] = False

    @property
    def which(self) -> listing.Filter:
        """Return the filter."""
        only = Only(self.only) if self.only else None
        return listing.Filter(self.programme, self.status, self.province, self.search, only)


Asked = Annotated[Filters, Depends()]
PageNumber = Annotated[int, Query(ge=1, le=100000, alias="page")]


@dataclass(frozen=True, slots=True)
class Beside:
    """Another registration, with its answers by the codes of their questions."""

    row: Listed
    answers: Mapping[str, registration_words.Answered]


@routes.get("/registrations")
async def show_list(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, live: Live, asked: Asked,
    number: PageNumber = 1, ticked: bool = False,
) -> Response:  # fmt: skip
    """List the registrations, with every box ticked where that was asked for."""
    return await _list(request, visitor, session, words, live, asked, number=number, ticked=ticked)


async def _list(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, live: Catalogue, asked: Filters, *,
    number: int = 1, ticked: bool = False, outcomes: Sequence[Outcome] = (), kept: Collection[str] = (),
    error: str = "", status: int = 200, decided_as: Status | None = None,
) -> Response:  # fmt: skip
    async def page_of(number: int) -> tuple[Sequence[Listed], int]:
        return await listing.listed(
            session, by=visitor.actor, which=asked.which, order=asked.order, descending=asked.descending,
            limit=PAGE_ROWS, offset=(number - 1) * PAGE_ROWS,
        )  # fmt: skip

    rows, count = await page_of(number)
    if not rows and outcomes:  # all of the last page were decided on, and what came of it is told on the one before
        number = max(1, -(-count // PAGE_ROWS))
        rows, count = await page_of(number)
    slugs = await scopes.programmes_of(session, by=visitor.actor)
    refused = [(one.reference, told(one.refused, words)) for one in outcomes if one.refused]
    return list_page(
        request, "registrations.html", words, visitor, status=status, error=error, rows=rows, count=count,
        number=number, rows_a_page=PAGE_ROWS, asked=asked, ticked=ticked, kept=kept, refused=refused,
        decided=len(outcomes) - len(refused), decided_as=decided_as,
        to_call=await listing.count(session, by=visitor.actor, which=listing.Filter(only=Only.TO_CALL)),
        programmes={slug: standings.desk_title(live, slug, words.language) for slug in slugs},
        provinces=provinces.all_names(), statuses=registration_words.statuses(words),
        decisions=registration_words.decisions(words), may_be_decided=set(MOVES), only=registration_words.only(words),
        reasons=registration_words.reasons(words),
    )  # fmt: skip


@routes.post("/registrations")
async def decide_several(
    request: Request, visitor: SignedIn, parts: Parts, session: Session, words: DeskWords, live: Live, now: Now,
    asked: Asked, status: Annotated[Status, Form()], reason: Annotated[Reason | Literal[""], Form()] = "",
    number: PageNumber = 1,
    chosen: Annotated[tuple[Ticked, ...], Form(max_length=PAGE_ROWS)] = (),
) -> Response:  # fmt: skip
    """Decide on those that were ticked, and tell what came of it: what cannot be is told one by one."""
    if not chosen:
        nothing = words.gettext("Nothing is ticked: choose at least one registration.")
        return await _list(request, visitor, session, words, live, asked, number=number, error=nothing, status=422)
    pairs = [one.partition(":") for one in chosen]
    outcomes = await deciding.decide_each(
        session, parts.vault, live, [Decision(one, Status(seen), status, reason or None) for one, _, seen in pairs],
        by=visitor.actor, bot_id=await installation.bot_id(session), now=now,
    )  # fmt: skip
    refused = {one.registration_id for one in outcomes if one.refused}
    kept = {one for one in chosen if one.partition(":")[0] in refused}  # unless somebody else has decided meanwhile
    return await _list(
        request, visitor, session, words, live, asked, number=number, outcomes=outcomes, kept=kept,
        status=409 if refused else 200, decided_as=status,
    )  # fmt: skip


@routes.get("/registrations/find")
async def leave_finding(by: By) -> Response:
    """Lead to the list: what somebody looked for stands in no address."""
    by.require(Role.REGISTRAR)
    return to("/registrations")


@routes.post("/registrations/find")
async def find(
    request: Request, visitor: SignedIn, parts: Parts, session: Session, words: DeskWords, live: Live, now: Now,
    typed: Annotated[str, Form(max_length=100, pattern=r"^[^\x00]*$")] = "",
) -> Response:  # fmt: skip
    """Show whom somebody may mean by a reference, a phone number, its last four digits or words of a name."""
    if not typed.strip():
        return to("/registrations")
    found = await finding.find(session, parts.vault, typed=typed, by=visitor.actor, now=now)
    slugs = await scopes.programmes_of(session, by=visitor.actor)
    answer = page(
        request, "registrations_found.html", words, visitor, rows=found, most=finding.MOST_FOUND,
        programmes={slug: standings.desk_title(live, slug, words.language) for slug in slugs},
        provinces=provinces.all_names(), statuses=registration_words.statuses(words),
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


@routes.get("/registrations/{registration_id}")
async def show(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, live: Live,
    registration_id: RegistrationId, beside: Annotated[str, Query(pattern=r"^([0-9a-f]{32})?$", max_length=32)] = "",
) -> Response:  # fmt: skip
    """Show one registration, without its answers. `beside`: the one that its answers are to be compared with."""
    return await one(request, visitor, session, words, live, registration_id, compared=beside)


async def one(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, live: Catalogue, registration_id: str, *,
    opened: Opened | None = None, beside: Beside | None = None, broken: RuleBroken | None = None,
    refused: tuple[str, str] = ("", ""), compared: str = "", done: str = "",
) -> Response:  # fmt: skip
    """Return the page of one registration; `opened` are its answers where they may be shown.

    `broken`: the rule that a step broke, which the page tells; `refused`: the question and the text of a correction
    that cannot be; `compared`: what is chosen to compare with; `done`: what it says was done.
    """
    shown = await showing.show(session, registration_id=registration_id, by=visitor.actor)
    answers = registration_words.answered(shown.asked, opened.answers, words) if opened else None
    return page(
        request, "registration.html", words, visitor, status=status_of(broken) if broken else 200, shown=shown,
        row=shown.listed, error=told(broken, words) if broken else "",
        title=standings.desk_title(live, shown.listed.programme, words.language), provinces=provinces.all_names(),
        province=registration_words.province(shown.listed.province), statuses=registration_words.statuses(words),
        decisions=registration_words.decisions(words, shown.listed.status), purposes=registration_words.purposes(words),
        reasons=registration_words.reasons(words), reached=registration_words.reached(words),
        called=registration_words.called, wishes=registration_words.wishes(words), actor=registration_words.actor,
        step_told=registration_words.step,
        answers=answers, done=done, for_whom=registration_words.for_whom(shown, words),
        notes=opened.notes if opened else (), beside=beside, refused=refused, compared=compared,
        questions=[texts_of(question, words.language).question for question in shown.asked.questions],
        told=_told(shown, live, words), places_of=_places_of(shown, words),
    )  # fmt: skip


def _places_of(shown: showing.Shown, words: Words) -> str:
    """Return the answer by which places are divided, as the form has it; its code where the form is another one."""
    options = (option for question in shown.asked.questions for option in question.options)
    found = next((option for option in options if option.code == shown.places_answer), None)
    return label_of(found.labels, words.language) if found else shown.places_answer


def _told(shown: showing.Shown, live: Catalogue, words: Words) -> dict[str, str]:
    """Return what the person is told of each decision, and of each reason to decline, in her language."""
    hers, row = core_words(shown.language), shown.listed
    decided = registration_words.decisions(words, row.status)
    title = "" if shown.is_discreet else standings.title(live, row.programme, shown.language)

    def news(status: Status, reason: Reason | None = None) -> str:
        standing = Standing(
            status, row.reference, title, shown.queue_ahead + 1, is_for_another=row.is_for_another, reason=reason
        )
        return status_screens.news(standing, words=hers).body.text

    told = {decided[status]: news(status) for status in shown.can_become}
    if title and Status.DECLINED in shown.can_become:
        why = registration_words.reasons(words)
        told |= {f"{decided[Status.DECLINED]} · {why[reason]}": news(Status.DECLINED, reason) for reason in Reason}
    return told


@routes.get("/registrations/{registration_id}/answers")
@routes.get("/registrations/{registration_id}/correct")
@routes.get("/registrations/{registration_id}/hand-over")
@routes.get("/registrations/{registration_id}/notes")
@routes.get("/registrations/{registration_id}/withdraw")
async def leave_step(by: By, session: Session, registration_id: RegistrationId) -> Response:
    """Lead to the page without the answers: who loads the address of a step again has said no purpose."""
    await deciding.in_scope(session, registration_id, by=by)
    return to(f"/registrations/{registration_id}")


@routes.post("/registrations/{registration_id}/answers")
async def open_answers(
    request: Request, visitor: SignedIn, parts: Parts, session: Session, words: DeskWords, live: Live, now: Now,
    registration_id: RegistrationId, purpose: Annotated[str, Form(max_length=20)] = "",
    beside: Annotated[str, Form(pattern=r"^([0-9a-f]{32})?$")] = "",
) -> Response:  # fmt: skip
    """Show the answers, once, for a purpose; with those of another registration beside them where that is asked for.

    The session commits the audit entries before the page leaves.
    """
    # Whether the other one may be seen is asked before anything is opened.
    shown = await showing.show(session, registration_id=beside, by=visitor.actor) if beside else None
    opened, other = await _opened(session, parts, visitor.actor, registration_id, purpose, now), None
    if shown is not None:
        theirs = await _opened(session, parts, visitor.actor, beside, purpose, now)
        other = Beside(shown.listed, registration_words.answered(shown.asked, theirs.answers, words))
    answer = await one(request, visitor, session, words, live, registration_id, opened=opened, beside=other)
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def _opened(
    session: AsyncSession, parts: Services, by: Actor, registration_id: str, purpose: str, now: datetime
) -> Opened:
    return await opening.open_answers(
        session, parts.vault, registration_id=registration_id, by=by, purpose=purpose, now=now
    )


@routes.post("/registrations/{registration_id}")
async def decide(
    request: Request, visitor: SignedIn, parts: Parts, session: Session, words: DeskWords, live: Live, now: Now,
    registration_id: RegistrationId, seen: Annotated[Status, Form()], status: Annotated[Status, Form()],
    reason: Annotated[Reason | Literal[""], Form()] = "",
) -> Response:  # fmt: skip
    """Decide on one registration. Where that cannot be, the page says why and what can be instead."""
    try:
        await deciding.decide(
            session, parts.vault, live, Decision(registration_id, seen, status, reason or None),
            by=visitor.actor, bot_id=await installation.bot_id(session), now=now,
        )  # fmt: skip
    except (AllTaken, WrongState) as broken:
        return await one(request, visitor, session, words, live, registration_id, broken=broken)
    return to(f"/registrations/{registration_id}")
