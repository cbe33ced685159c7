"""Rendering the desk's pages: one environment, the words of whoever reads, and what every page shows around its own."""

import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.deps import Visitor
from api.web import done_words, moments
from api.web.devices import device_name
from api.web.navigation import navigation
from core.i18n import LANGUAGES, Words
from staff.accounts import DESK_LANGUAGES
from staff.actors import Actor, Role

HERE = Path(__file__).resolve().parent
PAGE_ROWS = 50
ASKING = re.compile(r'<form\b[^>]*\bdata-confirm="([^"]*)"[^>]*>')


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.extend(newstyle_gettext=True)
    made.globals.update(
        LANGUAGES=LANGUAGES, DESK_LANGUAGES=DESK_LANGUAGES, Role=Role, navigation=navigation, device_name=device_name
    )  # fmt: skip
    return made


ENVIRONMENT = _environment()


def page(
    request: Request, name: str, words: Words, visitor: Visitor | None = None, *, status: int = 200, **values: Any
) -> HTMLResponse:
    """Return a page. `values` are what its template shows."""
    return HTMLResponse(html(request, name, words, visitor, **values), status)


def list_page(
    request: Request, name: str, words: Words, visitor: Visitor, *, number: int, count: int, rows_a_page: int,
    status: int = 200, **values: Any,
) -> Response:  # fmt: skip
    """Return a page of a list; one beyond the last leads to the last, by the same filters."""
    last = max(1, -(-count // rows_a_page))
    if number > last:
        address = request.url.include_query_params(page=last)
        return to(f"{address.path}?{address.query}")
    shown = {"number": number, "count": count, "rows_a_page": rows_a_page, **values}
    return page(request, name, words, visitor, status=status, **shown)


def html(request: Request, name: str, words: Words, visitor: Visitor | None = None, **values: Any) -> str:
    """Return the HTML of a page or of a part of one."""
    context: Mapping[str, Any] = {
        "request": request, "words": words, "visitor": visitor, "by": visitor.actor if visitor else None,
        "_": words.gettext, "gettext": words.gettext, "ngettext": words.ngettext, "language": words.language,
        "moment": lambda at: moments.told(at, words), "path": request.url.path,
        "may": _may(visitor.actor if visitor else None),
        **values,
    }  # fmt: skip
    told = done_words.told(words).get(values.get("done") or _done(request), "")
    return _with_questions(ENVIRONMENT.get_template(name).render(context, done_told=told), words)


def _with_questions(written: str, words: Words) -> str:
    """Put the question of every form that asks one into it, too, for a browser in which no script asks."""
    asked = ENVIRONMENT.get_template("sure.html")
    return ASKING.sub(lambda form: form[0] + asked.render(question=unescape(form[1]), _=words.gettext), written)


def _done(request: Request) -> str:
    """Return what the address says was done before; the answer to a form says it itself."""
    return request.query_params.get("done", "") if request.method == "GET" else ""


def _may(actor: Actor | None) -> Any:
    def may(*roles: str) -> bool:
        return actor is not None and actor.has(*map(Role, roles))

    return may


def to(address: str, status: int = 303, *, done: str = "") -> Response:
    """Lead the browser to another page; after a form, so that loading again sends nothing twice.

    `done`: what the page says was done, a key of done_words.told().
    """
    page_of, mark, place = address.partition("#")
    asked = f"{'&' if '?' in page_of else '?'}done={done}" if done else ""
    return RedirectResponse(f"{page_of}{asked}{mark}{place}", status)
