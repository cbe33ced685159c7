"""The team: who has which role, invitations, ending accounts. For administrators."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import By, DeskWords, Now, Parts, Session, SignedIn, Visitor
from api.services import Services
from api.web.pages import PAGE_ROWS, page, to
from content.desk.rules import NotThere
from core.i18n import LANGUAGES, Words
from staff import grants, invitations, sessions, team
from staff.accounts import StaffAccount
from staff.actors import Role

routes = APIRouter(include_in_schema=False)
Typed = Annotated[str, Form(max_length=300)]


@routes.get("/staff")
async def show_list(
    request: Request, visitor: SignedIn, by: By, session: Session, words: DeskWords,
    search: Annotated[str, Query(max_length=100)] = "", role: Annotated[str, Query(max_length=20)] = "",
    number: Annotated[int, Query(ge=1, le=100000, alias="page")] = 1,
) -> Response:  # fmt: skip
    """List the accounts."""
    wanted = Role(role) if role in {known.value for known in Role} else None
    rows, count = await team.members(
        session, by=by, search=search, role=wanted, limit=PAGE_ROWS, offset=(number - 1) * PAGE_ROWS
    )
    return page(
        request, "staff.html", words, visitor, rows=rows, count=count, number=number, rows_a_page=PAGE_ROWS,
        search=search, role=role, roles=list(Role), must_have_code=await team.must_have_code(session),
    )  # fmt: skip


@routes.post("/staff")
async def invite(
    request: Request, parts: Parts, visitor: SignedIn, by: By, session: Session, words: DeskWords, now: Now,
    email: Typed, name: Typed,
) -> Response:  # fmt: skip
    """Add an account and show its link, once."""
    account, token = await invitations.invite(session, email=email, name=name, language="id", by=by, now=now)
    return await _member(
        request, visitor, session, words, account.id, now, link=f"{parts.public_url}/invitation/{token}"
    )


@routes.get("/staff/{account_id}")
async def show(
    request: Request, visitor: SignedIn, by: By, session: Session, words: DeskWords, now: Now, account_id: str
) -> Response:
    """Show an account with its roles and sessions."""
    by.require(Role.ADMINISTRATOR)
    return await _member(request, visitor, session, words, account_id, now)


def _address(parts: Services, token: str) -> str:
    return f"{parts.public_url}/invitation/{token}"


async def _member(
    request: Request,
    visitor: Visitor,
    session: AsyncSession,
    words: Words,
    account_id: str,
    now: Any,
    *,
    link: str = "",
) -> Response:
    account = await session.get(StaffAccount, account_id)
    if account is None:
        raise NotThere("There is nothing here (any more).")
    return page(
        request, "member.html", words, visitor, account=account, link=link, roles=list(Role),
        grants=await grants.of_account(session, account_id), with_language=grants.WITH_LANGUAGE, languages=LANGUAGES,
        sessions=await sessions.of_account(session, account_id=account_id, now=now),
    )  # fmt: skip


@routes.post("/staff/{account_id}/roles")
async def give_role(
    by: By, session: Session, now: Now, account_id: str, role: Annotated[Role, Form()], language: Typed = ""
) -> Response:
    """Give a role; for a translator or a verifier in a language."""
    by.require_proof(now)
    wanted = language if role in grants.WITH_LANGUAGE else None
    await grants.give(session, account_id=account_id, role=role, language=wanted or None, by=by, now=now)
    return to(f"/staff/{account_id}")


@routes.post("/staff/{account_id}/roles/end")
async def take_role(by: By, session: Session, now: Now, account_id: str, grant_id: Annotated[int, Form()]) -> Response:
    """Take a role away."""
    by.require_proof(now)
    await grants.take_away(session, grant_id=grant_id, by=by, now=now)
    return to(f"/staff/{account_id}")


@routes.post("/staff/{account_id}/link")
async def make_link(
    request: Request,
    parts: Parts,
    visitor: SignedIn,
    by: By,
    session: Session,
    words: DeskWords,
    now: Now,
    account_id: str,
) -> Response:
    """Make the password void, and show a fresh link for a new one."""
    token = await invitations.invite_again(session, account_id=account_id, by=by, now=now)
    return await _member(
        request, visitor, session, words, account_id, now, link=f"{parts.public_url}/invitation/{token}"
    )


@routes.post("/staff/{account_id}/disable")
async def disable(by: By, session: Session, now: Now, account_id: str) -> Response:
    """Shut an account out."""
    await team.disable(session, account_id=account_id, by=by, now=now)
    return to(f"/staff/{account_id}")


@routes.post("/staff/{account_id}/enable")
async def enable(by: By, session: Session, now: Now, account_id: str) -> Response:
    """Let an account in again."""
    await team.enable(session, account_id=account_id, by=by, now=now)
    return to(f"/staff/{account_id}")


@routes.post("/staff/{account_id}/forget-code")
async def forget_code(by: By, session: Session, now: Now, account_id: str) -> Response:
    """Take away the app of somebody who lost it."""
    await team.forget_code(session, account_id=account_id, by=by, now=now)
    return to(f"/staff/{account_id}")


@routes.post("/staff-policy")
async def set_policy(by: By, session: Session, now: Now, must_have_code: Typed = "no") -> Response:
    """Ask a code of everybody, or leave it to each."""
    await team.require_code(session, is_required=must_have_code == "yes", by=by, now=now)
    return to("/staff")
