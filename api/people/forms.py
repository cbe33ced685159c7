"""A form on a page of its own, by a link from the chat: the same questions, the same domain functions.

Whoever has the link is the person: it is random, opens one form for half an hour, and nothing once that was sent. The
page sets no cookie, keeps nothing in the browser and shows nothing that was answered before.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import HTMLResponse, Response

from api.deps import Live, Now, Parts, Session
from api.form_data import typed_in
from content.catalogue import Catalogue
from core import i18n, installation
from core.clock import today_at
from core.errors import RuleBroken
from core.i18n import Words
from registrations import form_fields, form_links, form_screens, sign_up, standings, status_screens, whole_forms
from registrations.places import ProgrammeFull
from registrations.registrations import Registration
from registrations.sign_up import SignUp

HERE = Path(__file__).resolve().parent
MACROS = HERE.parent / "web" / "templates"
routes = APIRouter(include_in_schema=False)
environment = Environment(
    loader=FileSystemLoader([HERE / "templates", MACROS]), autoescape=True, undefined=StrictUndefined,
    extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip


def _page(name: str, words: Words, *, status: int = 200, **values: object) -> Response:
    shown = {"_": words.gettext, "words": words, "language": words.language, **values}
    # No "no-referrer": a browser would send the form with the origin "null". "same-origin" keeps the link to us, too.
    return HTMLResponse(environment.get_template(name).render(shown), status, {"Cache-Control": "no-store"})


def _gone(request: Request) -> Response:
    """Say the same of a link that was used, is too old, or never was."""
    asked = request.headers.get("accept-language", "").split(",")[0]
    return _page("gone.html", i18n.words(i18n.nearest(asked)), status=404)


@routes.get("/f/{token}")
async def show(request: Request, parts: Parts, session: Session, live: Live, now: Now, token: str) -> Response:
    """Show the form that a link opens, empty."""
    filling_in = await form_links.find(session, parts.vault, token, now=now)
    return _form(filling_in, live, token) if filling_in else _gone(request)


@routes.post("/f/{token}")
async def send(
    request: Request, parts: Parts, session: Session, live: Live, now: Now, token: str,
    sending: Annotated[str, Form(max_length=3)] = "",
) -> Response:  # fmt: skip
    """Send the form; where something is wrong the page says what, and keeps what was typed.

    Who sends it twice, or never saw the answer, is told again what came of it.
    """
    del sending
    filling_in = await form_links.locked(session, parts.vault, token, now=now)
    if filling_in is None:
        sent = await form_links.sent(session, token, now=now)
        return await _sent(session, sent, live) if sent else _gone(request)
    typed, words = typed_in(await request.form()), i18n.words(filling_in.registration.language)
    read = whole_forms.read(filling_in.asked, typed, today=today_at(now))
    if read.wrong:
        error = words.gettext("Some answers are not right yet. See below.")
        return _form(filling_in, live, token, typed=typed, wrong=read.wrong, error=error)
    try:
        async with session.begin_nested():
            sent_now = await whole_forms.send(session, parts.vault, filling_in, read.given, now=now)
    except RuleBroken as broken:
        for row in (filling_in.registration, filling_in.programme):  # what was undone is read anew
            await session.refresh(row)
        if isinstance(broken, ProgrammeFull):
            await sign_up.stop(session, filling_in.registration)
            return _page("full.html", words, told=words.told(broken))
        return _form(filling_in, live, token, typed=typed, error=words.told(broken))
    registration, bot_id = sent_now.registration, await installation.bot_id(session)
    await standings.tell_sent(session, parts.vault, registration, live, bot_id=bot_id, now=now)
    return await _sent(session, registration, live)


async def _sent(session: AsyncSession, registration: Registration, live: Catalogue) -> Response:
    words = i18n.words(registration.language)
    standing = await standings.of(session, registration, live, language=words.language)
    told = status_screens.told(standing, words) if standing.title else ""
    return _page("sent.html", words, reference=standing.reference, told=told)


def _form(
    filling_in: SignUp, live: Catalogue, token: str, *, typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, RuleBroken] | None = None, error: str = "",
) -> Response:  # fmt: skip
    words = i18n.words(filling_in.registration.language)
    # The title stands on the page, not in the chat: who opened it has chosen the programme there.
    return _page(
        "form.html", words, status=422 if error else 200, token=token, error=error,
        about=form_screens.about_relative(words) if filling_in.registration.is_for_another else "",
        title=standings.title(live, filling_in.programme.slug, words.language),
        fields=form_fields.fields(filling_in.asked, typed or {}, wrong or {}, words),
    )  # fmt: skip
