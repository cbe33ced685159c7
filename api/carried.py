"""A form that was sent too soon: before its sender proved who she is, or after her session had ended.

The page that says so carries it, and sends it again to where it was meant for; a proof comes along in a field of its
own that no route sees: api/deps.py checks it.
"""

import base64
import json
from collections.abc import Iterable

from fastapi import Request
from starlette.datastructures import FormData

from api.origin import SAFE
from core.crypto import Vault, WrongSeal
from staff.actors import NotAllowed, ProofNeeded

PROOF = "proof_given"  # a password or a code
BACK = "proof_back"  # the page that the form stands on
OF_PROOFS = frozenset({PROOF, BACK})
TYPED_BY = "typed_by"  # the account that filled in a form which no browser keeps: it holds what a person told
SEALED = "typed_kept"  # such a form, sealed for its writer while somebody else is signed in
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


class SomebodyElses(NotAllowed):
    """Somebody else filled in a form before she was signed out: `fields` keep it for her, sealed."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        super().__init__("Somebody else typed this before. Sign in as that person, or type it anew.")
        self.fields = fields


class Back(NotAllowed):
    """Who filled in a form that was sealed for her is here again: `fields` are what she typed, to be sent."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        super().__init__("What you typed is here again, and not sent yet. Send it now.")
        self.fields = fields


def require_writer(request: Request, account_id: str, vault: Vault) -> None:
    """Raise SomebodyElses for a form that another person filled in before she was signed out, and show nothing of it.

    Raise Back when its writer sends what was sealed for her: the route has read the form already, so it is sent anew.
    """
    form: FormData | None = getattr(request, "_form", None)
    if form is None or not (form.get(TYPED_BY) or form.get(SEALED)):
        return
    if sealed := form.get(SEALED):
        request._form = FormData()
        raise Back(_opened(str(sealed), account_id, vault))
    if form.get(TYPED_BY, account_id) != account_id:
        request._form = FormData()
        raise SomebodyElses(_sealed(form, vault))


def _sealed(form: FormData, vault: Vault) -> list[tuple[str, str]]:
    fields = [(name, held) for name, held in form.multi_items() if isinstance(held, str)]
    sealed = vault.seal(json.dumps(fields).encode(), place=_place(str(form[TYPED_BY])))
    return [(SEALED, base64.urlsafe_b64encode(sealed).decode())]


def _opened(sealed: str, account_id: str, vault: Vault) -> list[tuple[str, str]]:
    """Return what was sealed for somebody; raise SomebodyElses where it was for another person."""
    try:
        plain = vault.open(base64.b64decode(sealed, altchars=b"-_", validate=True), place=_place(account_id))
    except (ValueError, WrongSeal):
        raise SomebodyElses([(SEALED, sealed)]) from None
    return [(name, held) for name, held in json.loads(plain)]


def _place(account_id: str) -> str:
    return f"form typed by {account_id}"


def must_be_kept(fields: Iterable[tuple[str, str]]) -> bool:
    """Tell whether a page has to carry a form, since no browser keeps it."""
    return any(name in {TYPED_BY, SEALED} for name, _ in fields)


def fields_of(request: Request) -> list[tuple[str, str]] | None:
    """Return the fields of a form that was sent, to be carried; None where it brings a file, which no page carries."""
    form: FormData | None = getattr(request, "_form", None)
    fields = form.multi_items() if form is not None else []
    texts = [(name, held) for name, held in fields if isinstance(held, str)]
    return texts if len(texts) == len(fields) else None
