"""The FastAPI app: every address of Bekal's own that is not the webhook.

/            the desk's pages: api/web/         /v1/          the same as JSON: api/v1/
/static/     its scripts and styles             /healthz …    api/health.py
"""

from collections.abc import Sequence
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from api import health, v1, web
from api.deps import SignInNeeded, words_of
from api.headers import SafeHeaders
from api.limits import LimitedBody
from api.origin import SameOriginOnly
from api.problems import problem_of, problem_response
from api.services import Services
from api.v1.documentation import DocumentedApp, http_problem
from api.web import failures
from core.db import DatabaseAway
from core.errors import RuleBroken
from core.log import log, place_of


def create_app(services: Services) -> FastAPI:
    """Make the app of these parts."""
    # The interactive page of FastAPI fetches scripts from elsewhere: it stays off until ours are shipped.
    app = DocumentedApp(title="Bekal", openapi_url="/v1/openapi.json", docs_url=None, redoc_url=None)
    app.state.services = services
    app.include_router(health.routes)
    app.include_router(v1.routes)
    app.include_router(web.routes)
    app.mount("/static/look", StaticFiles(directory=services.look))
    app.mount("/static", StaticFiles(directory=web.STATIC))
    app.add_exception_handler(RuleBroken, _broken)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(DatabaseAway, _away)
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
        here = request.url.path if request.method == "GET" else "/"
        return failures.lead_to_sign_in(broken.waits_for, quote(here))
    return problem_of(broken, words) if _is_json(request) else await failures.broken_page(request, broken, words)


async def _invalid(request: Request, error: Exception) -> Response:
    """Tell which field has the wrong shape, without repeating what it held."""
    assert isinstance(error, RequestValidationError)
    words = words_of(request)
    fields = [{"field": _named(found["loc"]), "what": found["msg"]} for found in error.errors()]
    if _is_json(request):
        detail = words.gettext("Some fields have the wrong shape: see `fields`.")
        return problem_response(422, "wrong-shape", detail, fields=fields)
    return await failures.wrong_shape_page(request, words, fields)


def _named(place: Sequence[object]) -> str:
    """Return where a field stands. A name that somebody made up may hold half a letter, which no answer can."""
    return ".".join(map(str, place[1:]))[:200].encode(errors="replace").decode()


async def _refused(request: Request, error: Exception) -> Response:
    """Tell what the framework refuses: an address, a method, a body that is no JSON."""
    assert isinstance(error, HTTPException)
    return await (http_problem if _is_json(request) else http_exception_handler)(request, error)


async def _away(request: Request, error: Exception) -> Response:
    log.error("the database is away", error=str(error))
    detail = words_of(request).gettext("The database cannot be reached just now. Try again in a moment.")
    if _is_json(request):
        return problem_response(503, "database-away", detail)
    return await failures.sentence_page(request, detail, status=503)


async def _failed(request: Request, error: Exception) -> Response:
    log.error("request failed", error=type(error).__name__, place=place_of(error))
    detail = words_of(request).gettext(
        "Something went wrong on our side. It was noted. Try again, or tell the IT team."
    )
    if _is_json(request):
        return problem_response(500, "failed", detail)
    return await failures.sentence_page(request, detail, status=500)
