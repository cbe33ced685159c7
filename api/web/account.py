"""One's own account: language, the app that gives codes, where one is signed in, API tokens."""

import io
from datetime import timedelta
from typing import Annotated, Any

import segno
from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from api import proving
from api.deps import DeskWords, HalfSignedIn, Now, Parts, Session, SignedIn, address_of
from api.problems import status_of, told
from api.web.labels import role_names
from api.web.pages import page, to
from core.errors import RuleBroken
from core.i18n import Words
from staff import api_tokens, audit, codes, passwords, sessions
from staff.accounts import DESK_LANGUAGES, StaffAccount
from staff.actors import Role
from staff.api_tokens import WrongToken
from staff.sessions import StaffSession, Waits

routes = APIRouter(include_in_schema=False)
Typed = Annotated[str, Form(max_length=500)]
MOST_DAYS = 1_000_000  # of which the domain says what is wrong; more is no date


@routes.get("/account")
async def show(request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now) -> Response:
    """Show the account."""
    return page(request, "account.html", words, visitor, **await _shown(session, visitor, words, now))


async def _shown(session: Session, visitor: SignedIn, words: Words, now: Now) -> dict[str, Any]:
    account_id = visitor.actor.account_id
    return {
        "sessions": await sessions.of_account(session, account_id=account_id, now=now),
        "tokens": await api_tokens.of_account(session, account_id),
        "codes_left": await codes.count_recovery_codes(session, account_id=account_id),
        "roles": sorted({grant.role for grant in visitor.actor.grants}),
        "names": role_names(words) | {api_tokens.NAMES: words.gettext("Exports with names")}, "token": "", "error": "",
        "typed": {"name": "", "scopes": (), "days": 90, "exports_names": ""},
    }  # fmt: skip


@routes.post("/account/language")
async def set_language(visitor: SignedIn, session: Session, language: Typed) -> Response:
    """Set the language of the desk for this account."""
    account = await session.get_one(StaffAccount, visitor.actor.account_id)
    if language in DESK_LANGUAGES:
        account.language = language
    return to("/account")


@routes.post("/account/password")
async def set_password(
    request: Request, parts: Parts, visitor: SignedIn, words: DeskWords, now: Now, old: Typed, new: Typed
) -> Response:
    """Change the password; all other sessions end."""
    assert visitor.account and visitor.session  # noqa: PT018  only browsers come here
    try:
        await proving.give_password(
            parts,
            account=visitor.account,
            session_id=visitor.session.id,
            password=old,
            address=address_of(request),
            now=now,
        )
        passwords.check(new, email=visitor.account.email, name=visitor.account.name)
    except RuleBroken as broken:
        async with parts.database.reading_session() as reading:
            shown = await _shown(reading, visitor, words, now)
        return page(request, "account.html", words, visitor, status=422, **shown | {"error": told(broken, words)})
    password_hash = await proving.hashed(parts, new)
    async with parts.database.session() as session:
        account = await session.get_one(StaffAccount, visitor.account.id)
        account.password_hash = password_hash
        await sessions.end(session, account_id=account.id, but=visitor.session.id, now=now)
        audit.record(session, by=visitor.actor, action="staff.set_password", subject=f"staff:{account.id}", now=now)
    return to("/account", done="password-saved")


@routes.get("/account/code")
async def ask_for_app(request: Request, visitor: HalfSignedIn, words: DeskWords, now: Now) -> Response:
    """Show a fresh secret for an app, as a picture and as letters."""
    if visitor.session is not None and visitor.session.waits_for == Waits.NOTHING:
        visitor.actor.require_proof(now)
    return _enrolment(request, visitor, words, codes.new_secret())


def _enrolment(request: Request, visitor: HalfSignedIn, words: DeskWords, secret: str, error: str = "") -> Response:
    assert visitor.account
    drawn = io.BytesIO()
    segno.make(codes.address(secret, visitor.account.email)).save(
        drawn, kind="svg", scale=5, border=4, xmldecl=False, svgns=True
    )
    picture = drawn.getvalue().decode()
    return page(
        request, "enrolment.html", words, visitor, status=422 if error else 200, secret=secret, error=error,
        picture=segno_uri(picture),
    )  # fmt: skip


def segno_uri(svg: str) -> str:
    """Return a drawing as an address that an img element shows."""
    from urllib.parse import quote

    return "data:image/svg+xml," + quote(svg)


@routes.post("/account/code")
async def keep_app(
    request: Request, parts: Parts, visitor: HalfSignedIn, session: Session, words: DeskWords, now: Now, secret: Typed,
    code: Typed,
) -> Response:  # fmt: skip
    """Keep the app's secret once it has given a right code, and show the recovery codes, once."""
    assert visitor.account and visitor.session  # noqa: PT018
    if visitor.session.waits_for == Waits.CODE:
        return to("/sign-in/code")
    if visitor.session.waits_for == Waits.NOTHING:  # else whoever finds an open desk puts her own app to it
        visitor.actor.require_proof(now)
    account = await session.get_one(StaffAccount, visitor.account.id)
    try:
        fresh = await codes.enrol(session, account=account, secret=secret, code=code, vault=parts.vault, now=now)
    except RuleBroken as broken:
        kept = secret if codes.is_secret(secret) else codes.new_secret()
        return _enrolment(request, visitor, words, kept, told(broken, words))
    (await session.get_one(StaffSession, visitor.session.id)).waits_for = Waits.NOTHING
    audit.record(session, by=visitor.actor, action="staff.keep_app", subject=f"staff:{account.id}", now=now)
    return page(request, "recovery_codes.html", words, visitor, codes=fresh)


@routes.post("/account/recovery-codes")
async def renew_codes(request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now) -> Response:
    """Replace the recovery codes."""
    visitor.actor.require_proof(now)
    fresh = await codes.renew_recovery_codes(session, account_id=visitor.actor.account_id)
    audit.record(
        session, by=visitor.actor, action="staff.renew_codes", subject=f"staff:{visitor.actor.account_id}", now=now
    )
    return page(request, "recovery_codes.html", words, visitor, codes=fresh)


@routes.post("/account/sessions/end")
async def end_sessions(visitor: SignedIn, session: Session, now: Now, session_id: Typed = "") -> Response:
    """End one session of one's own, or all but this one."""
    assert visitor.session
    account_id = visitor.actor.account_id
    but = None if session_id else visitor.session.id
    await sessions.end(session, account_id=account_id, session_id=session_id or None, but=but, now=now)
    audit.record(session, by=visitor.actor, action="session.end", subject=f"staff:{account_id}", now=now)
    return to("/account")


@routes.post("/account/tokens")
async def make_token(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, name: Typed,
    days: Annotated[int, Form(ge=0, le=MOST_DAYS)], scopes: Annotated[tuple[Role, ...], Form(max_length=10)] = (),
    exports_names: Annotated[str, Form(pattern="^(yes)?$")] = "",
) -> Response:  # fmt: skip
    """Make an API token and show it, once; one that cannot be is told, with what was typed."""
    typed = {"name": name, "scopes": scopes, "days": days, "exports_names": exports_names}
    try:
        token = await api_tokens.make(
            session, name=name, scopes=frozenset(scopes), expires_at=now + timedelta(days=days),
            exports_names=exports_names == "yes", by=visitor.actor, now=now,
        )  # fmt: skip
    except WrongToken as wrong:
        shown = await _shown(session, visitor, words, now) | {"error": told(wrong, words), "typed": typed}
        return page(request, "account.html", words, visitor, status=status_of(wrong), **shown)
    shown = await _shown(session, visitor, words, now)
    return page(request, "account.html", words, visitor, **shown | {"token": token})


@routes.post("/account/tokens/end")
async def end_token(visitor: SignedIn, session: Session, now: Now, token_id: Annotated[int, Form()]) -> Response:
    """End one of one's own API tokens."""
    await api_tokens.end(session, token_id=token_id, by=visitor.actor, now=now)
    return to("/account")
