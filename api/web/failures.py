"""What a page says when something did not work. What was typed is shown again, so that nothing is lost."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from api import carried
from api.deps import words_of
from api.problems import status_of, told
from api.web import shape_words
from api.web.labels import field_names
from api.web.pages import page, to
from content.desk.rules import NotReady
from core.errors import RuleBroken
from core.i18n import Words
from staff.actors import ProofNeeded
from staff.sessions import Waits

GIVES_FILE = re.compile(r"/registrations/export|/registrations/[0-9a-f]{32}/copy|/audit\.csv")  # to a POST
LOST_OTHERWISE = 40  # letters: a field with more was written, not chosen
NEVER_SHOWN = frozenset(
    {"password", "code", "secret", "checked", "text_hash", "seen", "base", "carried", carried.PROOF}
)


def lead_to_sign_in(request: Request, waits_for: Waits) -> Response:
    """Lead to the step that is missing, and from there to the page, or back to the one that a form stands on.

    There the browser finds what was typed: it keeps it until a page shows that it is saved (api/web/static/kept.js).
    What it must not keep, a page carries until its writer has signed in again.
    """
    fields = [(name, held) for name, held in carried.fields_of(request) or [] if name not in carried.OF_PROOFS]
    if carried.must_be_kept(fields):
        step = {Waits.CODE: "/sign-in/code", Waits.ENROLMENT: "/account/code"}.get(waits_for, "/sign-in")
        return page(
            request, "signed_out.html", words_of(request), status=403, action=_own(request), fields=fields, step=step
        )
    here = quote(request.url.path if request.method == "GET" else _back(request))
    steps = {Waits.CODE: f"/sign-in/code?next={here}", Waits.ENROLMENT: "/account/code"}
    return to(steps.get(waits_for, f"/sign-in?next={here}"))


async def broken_page(request: Request, broken: RuleBroken, words: Words) -> Response:
    """Say which rule was broken. Who must prove herself first does that on a page that carries what she sent."""
    if isinstance(broken, ProofNeeded):
        return _proof_page(request, broken, words)
    if isinstance(broken, carried.SomebodyElses | carried.Back):
        step = "/sign-in" if isinstance(broken, carried.SomebodyElses) else ""
        return page(
            request, "signed_out.html", words, status=status_of(broken), action=_own(request), fields=broken.fields,
            step=step, error=told(broken, words),
        )  # fmt: skip
    faults = [told(fault, words) for fault in broken.faults] if isinstance(broken, NotReady) else []
    return await _problem(request, words, told(broken, words), faults, status=status_of(broken))


def _proof_page(request: Request, broken: ProofNeeded, words: Words) -> Response:
    """Ask for the password or a code, and send with it what was sent without: nothing that asks for it takes a file."""
    if request.method == "GET":
        return to(f"/prove?next={quote(_own(request))}")
    _, visitor, back = words.gettext, request.state.visitor, _back(request)
    gives_file = GIVES_FILE.fullmatch(request.url.path) is not None
    for_file = _("Show that it is you: then the file comes to your downloads. This page stays as it is after that.")
    at_once = _("Not done yet. Show that it is you: then what you pressed is done, and it is open for five minutes.")
    fields = carried.fields_of(request) or []
    return page(
        request, "prove.html", words, visitor, status=status_of(broken), action=_own(request), back=back,
        fields=[*fields, (carried.BACK, back)], proof=carried.PROOF, asks_code=visitor.account.totp_secret is not None,
        why=for_file if gives_file else at_once, gives_file=gives_file,
        error=told(broken, words) if isinstance(broken, carried.WrongProof) else "",
    )  # fmt: skip


def _own(request: Request) -> str:
    """Return the address of a request, inside the desk."""
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


async def wrong_shape_page(request: Request, words: Words, errors: Sequence[Mapping[str, Any]]) -> Response:
    """Say which fields have the wrong shape, and what each takes. An address that cannot be is not there."""
    if any(error["loc"][0] == "path" for error in errors):
        return await sentence_page(request, words.gettext("There is nothing here (any more)."), status=404)
    what = words.gettext("Some fields are not filled in as they should be.")
    return await _problem(request, words, what, shape_words.faults(errors, words), status=422)


async def sentence_page(request: Request, sentence: str, *, status: int) -> Response:
    """Say one sentence."""
    return await _problem(request, words_of(request), sentence, [], status=status)


async def _problem(request: Request, words: Words, what: str, faults: list[str], *, status: int) -> Response:
    return page(
        request, "problem.html", words, status=status, what=what, faults=faults, back=_back(request),
        kept=await _typed(request), names=field_names(words),
    )  # fmt: skip


def _back(request: Request) -> str:
    """Return the page that the person came from: a form is sent from the page it stands on, or says which that was."""
    from api.web.sign_in import inside

    if carried_from := getattr(request.state, "back", ""):
        return inside(carried_from)
    _, _, came_from = request.headers.get("referer", "").partition("://")  # a proxy may have taken the https away
    here = request.url.netloc
    return inside(came_from.removeprefix(here)) if came_from.startswith(f"{here}/") else "/"


async def _typed(request: Request) -> dict[str, str]:
    """Return the longer texts of a form, to be shown again."""
    form: FormData | None = getattr(request, "_form", None)
    if form is None:
        return {}
    written = {name: value for name, value in form.multi_items() if not isinstance(value, UploadFile)}
    return {
        name: str(value)
        for name, value in written.items()
        if len(str(value)) > LOST_OTHERWISE and name not in NEVER_SHOWN
    }
