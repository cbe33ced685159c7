"""The FastAPI app: every address of Bekal's own that is not the webhook.

/            the desk's pages: api/web/         /v1/          the same as JSON: api/v1/
/static/     its scripts and styles             /healthz …    api/health.py
/f/<token>   a form that a person fills in: api/people/
"""

from collections.abc import Sequence
from contextlib import suppress

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from api import health, v1, web
from api.deps import SignInNeeded, known, words_of
from api.headers import SafeHeaders
from api.limits import LimitedBody
from api.origin import SameOriginOnly
from api.people import forms as people_forms
from api.problems import problem_of, problem_response
from api.services import Services
from api.v1.documentation import DocumentedApp, http_problem
from api.web import failures
from core.db import DatabaseAway
from core.errors import RuleBroken
from core.log import log, place_of

NOT_A_CHARACTER = "22021"  # https://www.postgresql.org/docs/current/errcodes-appendix.html


def create_app(services: Services) -> FastAPI:
    """Make the app of these parts."""
    # The interactive page of FastAPI fetches scripts from elsewhere: it stays off until ours are shipped.
    app = DocumentedApp(title="Bekal", openapi_url="/v1/openapi.json", docs_url=None, redoc_url=None)
    app.state.services = services
    for noun in (health, people_forms, *v1.NOUNS, *web.NOUNS):  # to include a router builds each of its routes anew
        app.router.routes += noun.routes.routes
    app.mount("/static/look", StaticFiles(directory=services.look))
    app.mount("/static", StaticFiles(directory=web.STATIC))
    app.add_exception_handler(RuleBroken, _broken)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(DatabaseAway, _away)
    app.add_exception_handler(DBAPIError, _not_kept)
    app.add_exception_handler(Exception, _failed)
    app.add_middleware(LimitedBody)
    app.add_middleware(SameOriginOnly)
    app.add_middleware(SafeHeaders, is_secure=services.is_secure)
    return app


def _is_json(request: Request) -> bool:
    return request.url.path.startswith("/v1/")


async def _broken(request: Request, broken: Exception) -> Response:
    """Tell a broken rule in the person's words: as JSON, or as a page that loses nothing that was typed."""
    assert isinstance(broken, RuleBroken)
    words = words_of(request)
    if isinstance(broken, SignInNeeded):
        if _is_json(request):
            return problem_response(401, "sign-in-needed", words.gettext(broken.message))
        return failures.lead_to_sign_in(request, broken.waits_for)
    return problem_of(broken, words) if _is_json(request) else await failures.broken_page(request, broken, words)


async def _invalid(request: Request, error: Exception) -> Response:
    """Tell which field has the wrong shape, without repeating what it held."""
    assert isinstance(error, RequestValidationError)
    words = words_of(request)
    if _is_json(request):
        fields = [{"field": _named(found["loc"]), "what": found["msg"]} for found in error.errors()]
        detail = words.gettext("Some fields have the wrong shape: see `fields`.")
        return problem_response(422, "wrong-shape", detail, fields=fields)
    return await failures.wrong_shape_page(request, words, error.errors())


def _named(place: Sequence[object]) -> str:
    """Return where a field stands. A name that somebody made up may hold half a letter, which no answer can."""
    return ".".join(map(str, place[1:]))[:200].encode(errors="replace").decode()


async def _refused(request: Request, error: Exception) -> Response:
    """Tell what the framework refuses: an address, a method, a body that is no JSON."""
    assert isinstance(error, HTTPException)
    if _is_json(request):
        return await http_problem(request, error)
    await _know_language(request)
    _ = words_of(request).gettext
    is_not_there = error.status_code in {404, 405}
    told = _("There is nothing here (any more).") if is_not_there else _("This request cannot be read. Try again.")
    answer = await failures.sentence_page(request, told, status=error.status_code)
    answer.headers.update(error.headers or {})
    return answer


async def _know_language(request: Request) -> None:
    """Note the language of who is signed in: an address that no route has asks nobody who she is."""
    services: Services = request.app.state.services
    with suppress(SignInNeeded, DatabaseAway):
        await known(request, services, services.clock())


async def _away(request: Request, error: Exception) -> Response:
    log.error("the database is away", error=str(error))
    detail = words_of(request).gettext("The database cannot be reached just now. Try again in a moment.")
    if _is_json(request):
        return problem_response(503, "database-away", detail)
    return await failures.sentence_page(request, detail, status=503)


async def _not_kept(request: Request, error: Exception) -> Response:
    """Tell of a sign that PostgreSQL keeps in no text, NUL; whatever else a database refuses is a fault of ours."""
    if getattr(getattr(error, "orig", None), "sqlstate", "") != NOT_A_CHARACTER:
        return await _failed(request, error)
    detail = words_of(request).gettext("There is a sign in it that no text can hold. Take it out and try again.")
    if _is_json(request):
        return problem_response(422, "not-a-character", detail)
    return await failures.sentence_page(request, detail, status=422)


async def _failed(request: Request, error: Exception) -> Response:
    log.error("request failed", error=type(error).__name__, place=place_of(error))
    detail = words_of(request).gettext(
        "Something went wrong on our side. It was noted. Try again, or tell the IT team."
    )
    if _is_json(request):
        return problem_response(500, "failed", detail)
    return await failures.sentence_page(request, detail, status=500)
