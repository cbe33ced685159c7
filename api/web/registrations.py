"""Registrations: the list, one of them, its answers for a purpose, and what is decided. For registrars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from pydantic import StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import By, DeskWords, Live, Now, Parts, Session, SignedIn, Visitor
from api.problems import status_of, told
from api.web import registration_words
from api.web.pages import PAGE_ROWS, list_page, page, to
from content.catalogue import Catalogue
from content.desk.rules import WrongState
from core import installation
from core.i18n import Words
from registrations import provinces, scopes, standings
from registrations.desk import deciding, listing, opening, showing
from registrations.desk.deciding import MOVES, AllTaken, Decision, Outcome
from registrations.desk.listing import Order
from registrations.forms import texts_of
from registrations.registrations import Status

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
    order: Annotated[Order, Query()] = Order.APPLIED
    descending: Annotated[bool, Query()] = False


Asked = Annotated[Filters, Depends()]


@routes.get("/registrations")
async def show_list(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, live: Live, asked: Asked,
    number: Annotated[int, Query(ge=1, le=100000, alias="page")] = 1, ticked: bool = False,
) -> Response:  # fmt: skip
    """List the registrations, with every box ticked where that was asked for."""
    return await _list(request, visitor, session, words, live, asked, number=number, ticked=ticked)


async def _list(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, live: Catalogue, asked: Filters, *,
    number: int = 1, ticked: bool = False, outcomes: Sequence[Outcome] = (), error: str = "", status: int = 200,
) -> Response:  # fmt: skip
    rows, count = await listing.listed(
        session, by=visitor.actor, programme=asked.programme, status=asked.status, province=asked.province,
        search=asked.search, order=asked.order, descending=asked.descending, limit=PAGE_ROWS,
        offset=(number - 1) * PAGE_ROWS,
    )  # fmt: skip
    slugs = await scopes.programmes_of(session, by=visitor.actor)
    refused = [(one.reference, told(one.refused, words)) for one in outcomes if one.refused]
    return list_page(
        request, "registrations.html", words, visitor, status=status, error=error, rows=rows, count=count,
        number=number, rows_a_page=PAGE_ROWS, asked=asked, ticked=ticked, refused=refused,
        decided=len(outcomes) - len(refused),
        programmes={slug: standings.title(live, slug, words.language) for slug in slugs},
        provinces=provinces.all_names(), statuses=registration_words.statuses(words),
        decisions=registration_words.decisions(words), may_be_decided=set(MOVES),
    )  # fmt: skip


@routes.post("/registrations")
async def decide_several(
    request: Request, visitor: SignedIn, parts: Parts, session: Session, words: DeskWords, live: Live, now: Now,
    asked: Asked, status: Annotated[Status, Form()],
    chosen: Annotated[tuple[Ticked, ...], Form(max_length=PAGE_ROWS)] = (),
) -> Response:  # fmt: skip
    """Decide on those that were ticked, and tell what came of it: what cannot be is told one by one."""
    if not chosen:
        nothing = words.gettext("Nothing is ticked: choose at least one registration.")
        return await _list(request, visitor, session, words, live, asked, error=nothing, status=422)
    pairs = [one.partition(":") for one in chosen]
    outcomes = await deciding.decide_each(
        session, parts.vault, live, [Decision(one, Status(seen), status) for one, _, seen in pairs],
        by=visitor.actor, bot_id=await _bot_id(session), now=now,
    )  # fmt: skip
    code = 409 if any(one.refused for one in outcomes) else 200
    return await _list(request, visitor, session, words, live, asked, outcomes=outcomes, status=code)


async def _bot_id(session: AsyncSession) -> int | None:
    """Return the bot through which people are told; None while no bot has ever run on this database."""
    installed = await installation.find(session)
    return installed.bot_id if installed else None


@routes.get("/registrations/{registration_id}")
async def show(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, live: Live, registration_id: RegistrationId
) -> Response:
    """Show one registration, without its answers."""
    return await _page(request, visitor, session, words, live, registration_id)


async def _page(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, live: Catalogue, registration_id: str, *,
    given: Mapping[str, str] | None = None, error: str = "", status: int = 200,
) -> Response:  # fmt: skip
    """Return the page; `given` are the answers, where they were opened."""
    shown = await showing.show(session, registration_id=registration_id, by=visitor.actor)
    return page(
        request, "registration.html", words, visitor, status=status, shown=shown, row=shown.listed, error=error,
        title=standings.title(live, shown.listed.programme, words.language),
        province=registration_words.province(shown.listed.province), statuses=registration_words.statuses(words),
        decisions=registration_words.decisions(words), purposes=registration_words.purposes(words),
        actor=registration_words.actor, answers=_answers(shown, given, words) if given is not None else None,
        questions=[texts_of(question, words.language).question for question in shown.asked.questions],
    )  # fmt: skip


def _answers(shown: showing.Shown, given: Mapping[str, str], words: Words) -> list[dict[str, Any]]:
    """Return the questions that were asked of a person with what she answered."""
    return [
        {
            "question": texts_of(question, words.language).question,
            "answer": registration_words.answer(question, given.get(question.code, ""), words),
        }
        for question in shown.asked.shown(given)
    ]


@routes.get("/registrations/{registration_id}/answers")
async def leave_answers(by: By, session: Session, registration_id: RegistrationId) -> Response:
    """Lead to the page without the answers: who loads their address again has said no purpose."""
    await deciding.in_scope(session, registration_id, by=by)
    return to(f"/registrations/{registration_id}")


@routes.post("/registrations/{registration_id}/answers")
async def open_answers(
    request: Request, visitor: SignedIn, parts: Parts, session: Session, words: DeskWords, live: Live, now: Now,
    registration_id: RegistrationId, purpose: Annotated[str, Form(max_length=20)] = "",
) -> Response:  # fmt: skip
    """Show the answers, once, for a purpose. The session commits the audit entry before the page leaves."""
    given = await opening.open_answers(
        session, parts.vault, registration_id=registration_id, by=visitor.actor, purpose=purpose, now=now
    )
    answer = await _page(request, visitor, session, words, live, registration_id, given=given)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@routes.post("/registrations/{registration_id}")
async def decide(
    request: Request, visitor: SignedIn, parts: Parts, session: Session, words: DeskWords, live: Live, now: Now,
    registration_id: RegistrationId, seen: Annotated[Status, Form()], status: Annotated[Status, Form()],
) -> Response:  # fmt: skip
    """Decide on one registration. Where that cannot be, the page says why and what can be instead."""
    try:
        await deciding.decide(
            session, parts.vault, live, Decision(registration_id, seen, status), by=visitor.actor,
            bot_id=await _bot_id(session), now=now,
        )  # fmt: skip
    except (AllTaken, WrongState) as broken:
        return await _page(
            request, visitor, session, words, live, registration_id, error=told(broken, words),
            status=status_of(broken),
        )  # fmt: skip
    return to(f"/registrations/{registration_id}")
