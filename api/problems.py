"""Broken rules in a person's words, with their HTTP status; and as the JSON API tells them: RFC 9457 problem details,
with a stable code and every fault of a text or form.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from starlette.responses import JSONResponse

from content.desk import rules
from core.errors import RuleBroken
from core.i18n import Words
from registrations.desk.entering import WrongForm
from staff.actors import NotAllowed, ProofNeeded
from staff.attempts import TooManyTries
from staff.team import NoMember

MEDIA_TYPE = "application/problem+json"


class PreconditionNeeded(RuleBroken):
    """A write does not say what it is based on."""


STATUS: dict[type[RuleBroken], int] = {
    NotAllowed: 403,
    ProofNeeded: 403,
    rules.NotThere: 404,
    NoMember: 404,
    rules.Conflict: 412,
    PreconditionNeeded: 428,
    rules.WrongState: 409,
    rules.OwnText: 403,
    rules.TooNew: 403,
    TooManyTries: 429,
}
OTHERWISE = 422
UNAUTHORIZED = 401


def status_of(broken: RuleBroken) -> int:
    """Return the HTTP status of a broken rule."""
    return next((code for kind, code in STATUS.items() if isinstance(broken, kind)), OTHERWISE)


def code_of(broken: RuleBroken) -> str:
    """Return the stable code of a broken rule: its name with hyphens."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(broken).__name__).lower()


def told(broken: RuleBroken, words: Words) -> str:
    """Return a broken rule in a person's words."""
    return words.told(broken)


def told_at_fields(faults: Iterable[rules.Fault], words: Words) -> dict[str, str]:
    """Return faults in a person's words by their fields: of several at one field each."""
    at: dict[str, list[str]] = defaultdict(list)
    for fault in faults:
        at[fault.field].append(told(fault, words))
    return {field: " ".join(sentences) for field, sentences in at.items()}


def problem_of(broken: RuleBroken, words: Words) -> JSONResponse:
    """Return the answer for a broken rule."""
    more: dict[str, Any] = {}
    if isinstance(broken, rules.NotReady):
        more["faults"] = [
            {"field": fault.field, "line": fault.line, "what": told(fault, words)} for fault in broken.faults
        ]
    if isinstance(broken, WrongForm):
        more["faults"] = [{"field": code, "line": 0, "what": told(each, words)} for code, each in broken.wrong.items()]
    if isinstance(broken, rules.Conflict):
        more["newest_id"] = broken.newest_id
    return problem_response(status_of(broken), code_of(broken), told(broken, words), **more)


def problem_response(status: int, code: str, detail: str, **more: Any) -> JSONResponse:
    """Return problem details as an answer."""
    body = {"type": f"urn:bekal:{code}", "title": code, "status": status, "code": code, "detail": detail, **more}
    headers = {"WWW-Authenticate": "Bearer"} if status == UNAUTHORIZED else None  # RFC 9110, 11.6.1
    return JSONResponse(body, status, headers, media_type=MEDIA_TYPE)
