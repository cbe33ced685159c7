"""What a page says when something did not work. What was typed is shown again, so that nothing is lost."""

from urllib.parse import quote

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from api.problems import status_of, told
from api.web.labels import field_names
from api.web.pages import page, to
from content.desk.rules import NotReady
from core.errors import RuleBroken
from core.i18n import Words
from staff.actors import ProofNeeded
from staff.sessions import Waits

LOST_OTHERWISE = 40  # letters: a field with more was written, not chosen
NEVER_SHOWN = frozenset({"password", "code", "secret", "checked", "text_hash", "seen", "base", "carried"})


def lead_to_sign_in(request: Request, waits_for: Waits) -> Response:
    """Lead to the step that is missing, and from there to the page, or back to the one that a form stands on.

    There the browser finds what was typed: it keeps it until a page shows that it is saved (api/web/static/kept.js).
    """
    here = quote(request.url.path if request.method == "GET" else _back(request))
    steps = {Waits.CODE: f"/sign-in/code?next={here}", Waits.ENROLMENT: "/account/code"}
    return to(steps.get(waits_for, f"/sign-in?next={here}"))


async def broken_page(request: Request, broken: RuleBroken, words: Words) -> Response:
    """Say which rule was broken. Who must prove herself first does that, and comes back."""
    if isinstance(broken, ProofNeeded):
        return to(f"/prove?next={quote(_back(request))}")
    faults = [told(fault, words) for fault in broken.faults] if isinstance(broken, NotReady) else []
    return await _problem(request, words, told(broken, words), faults, status=status_of(broken))


async def wrong_shape_page(request: Request, words: Words, fields: list[dict[str, str]]) -> Response:
    """Say which fields have the wrong shape."""
    what = words.gettext("Some fields are missing or too long.")
    names = field_names(words)
    faults = [f"{names.get(field['field'], field['field'])}: {field['what']}" for field in fields]
    return await _problem(request, words, what, faults, status=422)


async def sentence_page(request: Request, sentence: str, *, status: int) -> Response:
    """Say one sentence."""
    from api.deps import words_of

    return await _problem(request, words_of(request), sentence, [], status=status)


async def _problem(request: Request, words: Words, what: str, faults: list[str], *, status: int) -> Response:
    return page(
        request, "problem.html", words, status=status, what=what, faults=faults, back=_back(request),
        kept=await _typed(request), names=field_names(words),
    )  # fmt: skip


def _back(request: Request) -> str:
    """Return the page that the person came from: a form is sent from the page it stands on."""
    from api.web.sign_in import inside

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
