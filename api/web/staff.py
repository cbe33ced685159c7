"""The team: who has which role, invitations, ending accounts. For administrators."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import By, DeskWords, Now, Parts, Session, SignedIn, Visitor
from api.problems import told
from api.services import Services
from api.web.labels import role_names
from api.web.pages import PAGE_ROWS, list_page, page, to
from content.desk.rules import NotThere
from content.programmes import Programme, note_role
from core.i18n import Words
from registrations import provinces
from staff import grants, invitations, sessions, team
from staff.accounts import DESK_LANGUAGES, EmailTaken, WrongEmail, WrongName
from staff.actors import Role
from staff.grants import WrongScope

routes = APIRouter(include_in_schema=False)
Typed = Annotated[str, Form(max_length=300, pattern=r"^[^\x00]*$")]
Choice = Annotated[str, Form(max_length=20)]
Named = Annotated[str, Form(max_length=40)]
AccountId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


@routes.get("/staff")
async def show_list(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords,
    search: Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")] = "",
    role: Annotated[str, Query(max_length=20)] = "",
    order: team.Order = team.Order.NAME, descending: bool = False,
    number: Annotated[int, Query(ge=1, le=100000, alias="page")] = 1,
) -> Response:  # fmt: skip
    """List the accounts."""
    return await _list(
        request, visitor, session, words, search=search, role=role, order=order, descending=descending, number=number
    )


async def _list(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, *, search: str = "", role: str = "",
    order: team.Order = team.Order.NAME, descending: bool = False, number: int = 1,
    typed: dict[str, str] | None = None, faults: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    names = role_names(words)
    rows, count = await team.members(
        session, by=visitor.actor, search=search, role=Role(role) if role in names else None, order=order,
        descending=descending, limit=PAGE_ROWS, offset=(number - 1) * PAGE_ROWS,
    )  # fmt: skip
    return list_page(
        request, "staff.html", words, visitor, status=422 if faults else 200, rows=rows, count=count, number=number,
        rows_a_page=PAGE_ROWS, search=search, role=role, order=order, descending=descending, names=names,
        must_have_code=await team.must_have_code(session), provinces=provinces.all_names(),
        typed=typed or {}, faults=faults or {},
    )  # fmt: skip


@routes.post("/staff")
async def invite(
    request: Request, parts: Parts, visitor: SignedIn, by: By, session: Session, words: DeskWords, now: Now,
    email: Typed = "", name: Typed = "", language: Choice = DESK_LANGUAGES[0],
) -> Response:  # fmt: skip
    """Add an account and show its link, once."""
    try:
        account, token = await invitations.invite(session, email=email, name=name, language=language, by=by, now=now)
    except (EmailTaken, WrongEmail, WrongName) as broken:
        faults = {"name" if isinstance(broken, WrongName) else "email": told(broken, words)}
        typed = {"email": email, "name": name, "language": language}
        return await _list(request, visitor, session, words, typed=typed, faults=faults)
    return await _member(request, visitor, session, words, account.id, now, link=_link(parts, token))


def _link(parts: Services, token: str) -> str:
    return f"{parts.public_url.rstrip('/')}/invitation/{token}"


@routes.get("/staff/{account_id}")
async def show(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, account_id: AccountId
) -> Response:
    """Show an account with its roles and sessions."""
    return await _member(request, visitor, session, words, account_id, now)


async def _member(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, account_id: str, now: datetime, *,
    link: str = "", typed: dict[str, str] | None = None, error: str = "",
) -> Response:  # fmt: skip
    member = await team.member(session, account_id=account_id, by=visitor.actor)
    return page(
        request, "member.html", words, visitor, status=422 if error else 200, account=member.account, link=link,
        names=role_names(words), grants=await grants.of_account(session, account_id), typed=typed or {}, error=error,
        programmes={slug: slug for slug in await _programmes(session)}, provinces=provinces.all_names(),
        sessions=await sessions.of_account(session, account_id=account_id, now=now),
    )  # fmt: skip


async def _programmes(session: AsyncSession) -> list[str]:
    return list(await session.scalars(select(Programme.slug).order_by(Programme.position, Programme.slug)))


@routes.post("/staff/{account_id}/roles")
async def give_role(
    request: Request, visitor: SignedIn, by: By, session: Session, words: DeskWords, now: Now, account_id: AccountId,
    role: Annotated[Role, Form()], language: Choice = "", programme: Named = "", province: Choice = "",
) -> Response:  # fmt: skip
    """Give a role; to a translator or a verifier in a language, to a registrar for a programme, a province or all."""
    await team.member(session, account_id=account_id, by=by)
    wanted = language if role in grants.WITH_LANGUAGE else ""
    where = (programme, province) if role is Role.REGISTRAR else ("", "")
    try:
        await _require_known(session, *where)
        await grants.give(
            session, account_id=account_id, role=role, language=wanted or None, programme=where[0] or None,
            province=where[1] or None, by=by, now=now,
        )  # fmt: skip
    except WrongScope as broken:
        typed = {"role": role.value, "language": language, "programme": programme, "province": province}
        error = told(broken, words)
        return await _member(request, visitor, session, words, account_id, now, typed=typed, error=error)
    await note_role(session, role)
    return to(f"/staff/{account_id}", done="role-given")


async def _require_known(session: AsyncSession, programme: str, province: str) -> None:
    """Raise WrongScope for a programme or a province that there is not."""
    programmes = {"", *await _programmes(session)}
    if programme not in programmes or province not in {"", *provinces.all_names()}:
        raise WrongScope("There is no such programme or province.")


@routes.post("/staff/{account_id}/roles/end")
async def take_role(
    by: By, session: Session, now: Now, account_id: AccountId, grant_id: Annotated[int, Form(ge=1, le=2**53)]
) -> Response:
    """Take a role away."""
    await team.member(session, account_id=account_id, by=by)
    held = {grant.id: grant for grant in await grants.of_account(session, account_id)}
    if grant_id not in held:
        raise NotThere("There is nothing here (any more).")
    await grants.take_away(session, grant_id=grant_id, by=by, now=now)
    await note_role(session, held[grant_id].role)
    return to(f"/staff/{account_id}", done="role-taken")


@routes.post("/staff/{account_id}/link")
async def make_link(
    request: Request, parts: Parts, visitor: SignedIn, by: By, session: Session, words: DeskWords, now: Now,
    account_id: AccountId,
) -> Response:  # fmt: skip
    """Make the password void, and show a fresh link for a new one, once."""
    await team.member(session, account_id=account_id, by=by)
    token = await invitations.invite_again(session, account_id=account_id, by=by, now=now)
    return await _member(request, visitor, session, words, account_id, now, link=_link(parts, token))


@routes.post("/staff/{account_id}/disable")
async def disable(by: By, session: Session, now: Now, account_id: AccountId) -> Response:
    """Shut an account out."""
    await team.member(session, account_id=account_id, by=by)
    await team.disable(session, account_id=account_id, by=by, now=now)
    await note_role(session, Role.REGISTRAR)
    return to(f"/staff/{account_id}")


@routes.post("/staff/{account_id}/enable")
async def enable(by: By, session: Session, now: Now, account_id: AccountId) -> Response:
    """Let an account in again."""
    await team.member(session, account_id=account_id, by=by)
    await team.enable(session, account_id=account_id, by=by, now=now)
    await note_role(session, Role.REGISTRAR)
    return to(f"/staff/{account_id}")


@routes.post("/staff/{account_id}/forget-code")
async def forget_code(by: By, session: Session, now: Now, account_id: AccountId) -> Response:
    """Take away the app of somebody who lost it."""
    await team.member(session, account_id=account_id, by=by)
    await team.forget_code(session, account_id=account_id, by=by, now=now)
    return to(f"/staff/{account_id}")


@routes.post("/staff/{account_id}/sessions/end")
async def end_sessions(by: By, session: Session, now: Now, account_id: AccountId) -> Response:
    """Sign somebody out everywhere."""
    await team.member(session, account_id=account_id, by=by)
    await team.end_sessions(session, account_id=account_id, by=by, now=now)
    return to(f"/staff/{account_id}")


@routes.post("/staff-policy")
async def set_policy(by: By, session: Session, now: Now, must_have_code: Choice = "no") -> Response:
    """Ask a code of everybody, or leave it to each."""
    await team.require_code(session, is_required=must_have_code == "yes", by=by, now=now)
    return to("/staff")
