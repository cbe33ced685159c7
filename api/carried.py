"""A form that was sent too soon: before its sender proved who she is, or after her session had ended.

The page that says so carries it, and sends it again to where it was meant for; a proof comes along in a field of its
own that no route sees: api/deps.py checks it.
"""

from fastapi import Request
from starlette.datastructures import FormData

from api.origin import SAFE
from staff.actors import NotAllowed, ProofNeeded

PROOF = "proof_given"  # a password or a code
BACK = "proof_back"  # the page that the form stands on
OF_PROOFS = frozenset({PROOF, BACK})
TYPED_BY = "typed_by"  # the account that filled in a form which no browser keeps: it holds what a person told
MOST_LETTERS = 500


class WrongProof(ProofNeeded):
    """The password or code is wrong, or was given too often: the form still waits."""


async def take_proof(request: Request) -> str | None:
    """Take the proof out of a page's form, so that no route sees it, and return it; None where there is none."""
    is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    if request.method in SAFE or request.url.path.startswith("/v1/") or not is_form:
        return None
    form = await request.form()
    proof = form.get(PROOF)
    if not isinstance(proof, str):
        return None
    request.state.back = str(form.get(BACK, ""))
    request._form = FormData([(name, held) for name, held in form.multi_items() if name not in OF_PROOFS])
    return proof[:MOST_LETTERS]


def require_writer(request: Request, account_id: str) -> None:
    """Raise NotAllowed for a form that somebody else filled in before she was signed out, and show nothing of it."""
    form: FormData | None = getattr(request, "_form", None)
    if form is not None and form.get(TYPED_BY, account_id) != account_id:
        request._form = FormData()
        raise NotAllowed("Somebody else typed this before. Sign in as that person, or type it anew.")


def fields_of(request: Request) -> list[tuple[str, str]] | None:
    """Return the fields of a form that was sent, to be carried; None where it brings a file, which no page carries."""
    form: FormData | None = getattr(request, "_form", None)
    fields = form.multi_items() if form is not None else []
    texts = [(name, held) for name, held in fields if isinstance(held, str)]
    return texts if len(texts) == len(fields) else None
