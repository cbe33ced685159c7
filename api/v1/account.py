"""One's own account: who one is, where one is signed in, one's API tokens."""

from datetime import timedelta
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from api.deps import By, Now, Session, SignedIn
from api.v1 import examples, inputs, outputs
from api.v1.documentation import answers, new_routes
from api.v1.idempotency import Create
from api.v1.inputs import NumberPath
from api.v1.outputs import Me, SessionDetail, TokenDetail, TokenMade
from api.v1.paging import Page
from content.desk.rules import NotThere
from staff import api_tokens, audit, sessions
from staff.accounts import StaffAccount
from staff.actors import Actor

routes = new_routes("/account", tag="account")
SessionPath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", max_length=32)]


@routes.get("", summary="Get who you are", responses=answers(examples.ME))
async def show(by: By) -> Me:
    """Return whoever asks, with roles; of an API token also what it is limited to."""
    return _me(by, by.language)


def _me(by: Actor, language: str) -> Me:
    return Me(
        id=by.account_id, name=by.name, language=language, grants=[outputs.grant(held) for held in by.grants],
        scopes=None if by.scopes is None else sorted(by.scopes) + [api_tokens.NAMES] * by.exports_names,
    )  # fmt: skip


@routes.put("/language", summary="Set your language", responses=answers(examples.ME))
async def set_language(by: By, session: Session, body: Annotated[inputs.DeskLanguage, examples.DESK_LANGUAGE]) -> Me:
    """Set the language in which desk and API speak to you."""
    account = await session.get_one(StaffAccount, by.account_id)
    account.language = body.language
    return _me(by, body.language)


@routes.get("/sessions", summary="List where you are signed in", responses=answers(examples.SESSION_PAGE))
async def show_sessions(by: By, session: Session, now: Now) -> Page[SessionDetail]:
    """List your sessions that are still good, at most 100, the newest first: always one page."""
    rows = await sessions.of_account(session, account_id=by.account_id, now=now)
    return Page[SessionDetail](items=[outputs.session(row) for row in rows], next=None)


@routes.delete("/sessions/{session_id}", status_code=204, summary="End one of your sessions")
async def end_session(by: By, session: Session, now: Now, session_id: SessionPath) -> None:
    """End one of your sessions at once."""
    held = {row.id for row in await sessions.of_account(session, account_id=by.account_id, now=now)}
    if session_id not in held:
        raise NotThere("There is nothing here (any more).")
    await sessions.end(session, account_id=by.account_id, session_id=session_id, now=now)
    audit.record(session, by=by, action="session.end", subject=f"staff:{by.account_id}", now=now)


@routes.get("/tokens", summary="List your API tokens", responses=answers(examples.TOKEN_PAGE))
async def show_tokens(by: By, session: Session) -> Page[TokenDetail]:
    """List your tokens that were not ended, at most 20, the newest first: always one page."""
    rows = await api_tokens.of_account(session, by.account_id)
    return Page[TokenDetail](items=[outputs.token(row) for row in rows], next=None)


@routes.post(
    "/tokens", status_code=201, summary="Make an API token", response_model=TokenMade,
    responses=answers(examples.TOKEN_MADE, status=201),
)  # fmt: skip
async def make_token(
    visitor: SignedIn, session: Session, now: Now, create: Create,
    body: Annotated[inputs.NewToken, examples.NEW_TOKEN],
) -> Response:  # fmt: skip
    """Make a token with some of your roles and return it, once. Only in a browser: a token cannot make tokens."""

    async def make() -> TokenMade:
        ends = now + timedelta(days=body.days)
        token = await api_tokens.make(
            session, name=body.name, scopes=body.roles, expires_at=ends, exports_names=body.exports_names,
            by=visitor.actor, now=now,
        )  # fmt: skip
        return TokenMade(token=token)

    return await create.once(body, make)


@routes.delete("/tokens/{token_id}", status_code=204, summary="End one of your API tokens")
async def end_token(by: By, session: Session, now: Now, token_id: NumberPath) -> None:
    """End one of your tokens at once; one that is not there is no error."""
    await api_tokens.end(session, token_id=token_id, by=by, now=now)
