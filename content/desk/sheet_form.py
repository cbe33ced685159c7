"""The checked rows of a workbook on their way from the dry run to the import: signed, so that nothing is swapped."""

import base64
import binascii
import json
import zlib

from content.desk.sheet_import import Outcome, Plan
from content.desk.sheet_reading import SheetRefused
from content.desk.sheets import PLACE, Exported, Sheet, SheetRow
from core.crypto import Vault
from staff.actors import Actor


def packed(sheet: Sheet, plan: Plan, *, vault: Vault, by: Actor) -> str:
    """Return the rows of all articles that are not as they were, signed for this person, as a form can carry them."""
    slugs = {result.row.slug for result in plan.rows if result.outcome is not Outcome.UNCHANGED}
    told = {
        "language": sheet.language,
        "exported": {slug: [made.source_id, made.base_id] for slug, made in sheet.exported.items() if slug in slugs},
        "rows": [[row.number, row.slug, row.field, row.text] for row in sheet.rows if row.slug in slugs],
    }
    content = zlib.compress(json.dumps(told, ensure_ascii=False).encode())
    return f"{vault.sign(content, place=_place(by))}.{base64.urlsafe_b64encode(content).decode()}"


def unpacked(carried: str, *, vault: Vault, by: Actor) -> Sheet:
    """Return the rows that a form carried; raise SheetRefused if they are not those that were checked."""
    signature, _, written = carried.partition(".")
    try:
        content = base64.b64decode(written, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not vault.has_signed(signature, content, place=_place(by)):
        raise SheetRefused("These are not the rows that were checked. Choose the workbook again.")
    told = json.loads(zlib.decompress(content))
    exported = {slug: Exported(*ids) for slug, ids in told["exported"].items()}
    return Sheet(told["language"], exported, tuple(SheetRow(*row) for row in told["rows"]))


def _place(by: Actor) -> str:
    return f"{PLACE} of {by.account_id}"
