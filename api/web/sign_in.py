"""Signing in and out, taking up an invitation, proving again who one is."""

from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from api import proving
from api.deps import (
    COOKIE,
    LANGUAGE_COOKIE,
    SECURE_COOKIE,
    DeskWords,
    HalfSignedIn,
    Now,
    Parts,
    Session,
    SignInNeeded,
    address_of,
    cookie_of,
    known,
)
from api.problems import told
from api.services import Services
from api.web.pages import page, to
from core.db import DatabaseAway
from core.errors import RuleBroken
from core.i18n import Words
from staff import accounts, invitations, passwords, sessions
from staff.accounts import DESK_LANGUAGES
from staff.sessions import ABSOLUTE, Waits
from staff.setting_up import DEMO, DEMO_DOMAIN, DEMO_PASSWORD

routes = APIRouter(include_in_schema=False)
Typed = Annotated[str, Form(max_length=500)]
YEAR_SECONDS = 365 * 24 * 3600


def inside(address: str) -> str:
    """Return where to go next, if it is a page of ours; else the first page."""
    is_ours = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if is_ours and not any(ord(letter) < 32 for letter in address) else "/"  # noqa: PLR2004  controls


def keep_signed_in(answer: Response, token: str, parts: Services) -> Response:
    """Hand the browser its session's token."""
    answer.set_cookie(
        SECURE_COOKIE if parts.is_secure else COOKIE, token, max_age=int(ABSOLUTE.total_seconds()), path="/",
        secure=parts.is_secure, httponly=True, samesite="lax",
    )  # fmt: skip
    return answer


@routes.get("/sign-in")
async def ask(request: Request, parts: Parts, words: DeskWords, now: Now, next: str = "/") -> Response:
    """Show the form; whose session is over is told so."""
    why = words.gettext("Your session has ended. Sign in again.") if await _has_ended(request, parts, now) else ""
    return _form(request, parts, words, email="", next=next, why=why)


async def _has_ended(request: Request, parts: Services, now: datetime) -> bool:
    """Tell whether the browser has a session that is good no more; signing out takes it away."""
    try:
        await known(request, parts, now)
    except SignInNeeded:
        return bool(cookie_of(request, parts))
    except DatabaseAway:
        pass  # the form is shown even then
    return False


def _form(
    request: Request, parts: Services, words: Words, *, email: str, next: str, error: str = "", why: str = ""
) -> Response:
    demo = {"password": DEMO_PASSWORD, "people": _demo_people(words)} if parts.allows_demo else None
    status = 403 if error else 200
    return page(
        request, "sign_in.html", words, status=status, email=email, next=inside(next), error=error, why=why, demo=demo
    )


def _demo_people(words: Words) -> list[dict[str, str]]:
    _ = words.gettext
    labels = {
        "editor": _("Sign in as the editor"),
        "verifier": _("Sign in as the verifier"),
        "administrator": _("Sign in as the administrator"),
    }
    return [{"email": f"{name}@{DEMO_DOMAIN}", "label": labels[name]} for name in DEMO]


@routes.post("/sign-in")
async def sign_in(
    request: Request, parts: Parts, words: DeskWords, now: Now, email: Typed, password: Typed, next: Typed = "/"
) -> Response:
    """Open a session; who also needs a code is asked for it next."""
    device = request.headers.get("user-agent", "")
    try:
        token, waits = await proving.sign_in(
            parts, email=email, password=password, address=address_of(request), device=device, now=now
        )
    except RuleBroken as broken:
        return _form(request, parts, words, email=email, next=next, error=told(broken, words))
    where = {Waits.CODE: f"/sign-in/code?next={quote(inside(next))}", Waits.ENROLMENT: "/account/code"}
    answer = keep_signed_in(to(where.get(waits, inside(next))), token, parts)
    return answer if waits else await _speaking(request, parts, answer, email)


async def _speaking(request: Request, parts: Services, answer: Response, email: str) -> Response:
    """Let the desk speak the language that was chosen on the page to sign in, once somebody has signed in."""
    if (chosen := request.cookies.get(LANGUAGE_COOKIE)) in DESK_LANGUAGES:
        async with parts.database.session() as session:
            await accounts.speak(session, email=email, language=chosen)
        answer.delete_cookie(LANGUAGE_COOKIE)  # somebody else may sign in here next
    return answer


@routes.get("/sign-in/code")
async def ask_code(request: Request, visitor: HalfSignedIn, words: DeskWords, next: str = "/") -> Response:
    """Ask for the code that the session waits for."""
    return _code_form(request, words, next=next)


def _code_form(request: Request, words: Words, *, next: str, error: str = "") -> Response:
    why = words.gettext("Your password is right. Now give the code that your app shows.")
    return page(
        request, "prove.html", words, status=403 if error else 200, why=why, action="/sign-in/code",
        fields=[("next", inside(next))], asks_code=True, error=error,
    )  # fmt: skip


@routes.post("/sign-in/code")
async def give_code(
    request: Request, parts: Parts, visitor: HalfSignedIn, words: DeskWords, now: Now, code: Typed, next: Typed = "/"
) -> Response:
    """Complete the session with a code."""
    assert visitor.account and visitor.session  # noqa: PT018  a half signed-in visitor has both
    try:
        await proving.give_code(
            parts, account_id=visitor.account.id, session_id=visitor.session.id, email=visitor.account.email,
            typed=code, address=address_of(request), now=now,
        )  # fmt: skip
    except RuleBroken as broken:
        return _code_form(request, words, next=next, error=told(broken, words))
    return await _speaking(request, parts, to(inside(next)), visitor.account.email)


@routes.get("/prove")
async def ask_proof(request: Request, visitor: HalfSignedIn, words: DeskWords, next: str = "/") -> Response:
    """Ask for the password or a code again, before something that counts."""
    return _proof_form(request, visitor, words, next=next)


def _proof_form(request: Request, visitor: HalfSignedIn, words: Words, *, next: str, error: str = "") -> Response:
    assert visitor.account
    return page(
        request, "prove.html", words, visitor, status=403 if error else 200, action="/prove",
        fields=[("next", inside(next))],
        why=words.gettext("What comes next counts. Show that it is you; then it is open for five minutes."),
        asks_code=visitor.account.totp_secret is not None, error=error,
    )  # fmt: skip


@routes.post("/prove")
async def prove(
    request: Request, parts: Parts, visitor: HalfSignedIn, words: DeskWords, now: Now, password: Typed = "",
    code: Typed = "", next: Typed = "/",
) -> Response:  # fmt: skip
    """Prove again who one is, and go on where one was."""
    assert visitor.account and visitor.session  # noqa: PT018
    try:
        await proving.prove_again(
            parts, account=visitor.account, session_id=visitor.session.id, typed=code or password,
            address=address_of(request), now=now,
        )  # fmt: skip
    except RuleBroken as broken:
        return _proof_form(request, visitor, words, next=next, error=told(broken, words))
    return to(inside(next))


@routes.post("/sign-out")
async def sign_out(parts: Parts, visitor: HalfSignedIn, session: Session, now: Now) -> Response:
    """End the session of this browser."""
    assert visitor.session
    await sessions.end(session, account_id=visitor.actor.account_id, session_id=visitor.session.id, now=now)
    answer = to("/sign-in")
    answer.delete_cookie(SECURE_COOKIE if parts.is_secure else COOKIE, path="/", secure=parts.is_secure, httponly=True)
    return answer


@routes.post("/language")
async def choose_language(parts: Parts, language: Typed, next: Typed = "/") -> Response:
    """Remember in which of its two languages the browser shows the desk."""
    answer = to(inside(next))
    if language in DESK_LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR_SECONDS, secure=parts.is_secure, samesite="lax")
    return answer


@routes.get("/invitation/{token}")
async def open_invitation(request: Request, session: Session, words: DeskWords, now: Now, token: str) -> Response:
    """Show the form for the first password, or why the link is over."""
    try:
        account = await invitations.account_of(session, token=token, now=now)
    except RuleBroken as broken:
        return page(request, "invitation.html", words, status=410, email="", error=told(broken, words))
    return page(request, "invitation.html", words, email=account.email, error="")


@routes.post("/invitation/{token}")
async def take_up(request: Request, parts: Parts, words: DeskWords, now: Now, token: str, password: Typed) -> Response:
    """Set the password, use the link up, and sign in."""
    email = ""
    try:
        async with parts.database.reading_session() as reading:
            account = await invitations.account_of(reading, token=token, now=now)
        email = account.email
        passwords.check(password, email=account.email, name=account.name)
        password_hash = await proving.hashed(parts, password)
        async with parts.database.session() as session:
            await invitations.take_up(session, token=token, password_hash=password_hash, now=now)
    except RuleBroken as broken:
        return page(request, "invitation.html", words, status=422, email=email, error=told(broken, words))
    return await sign_in(request, parts, words, now, email, password)
