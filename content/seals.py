"""Keyed seals of what is live and of who approved it: what was changed behind the domain's back does not hold.

A plain hash can be made to fit by whoever can write to the database; these cannot without the data key.
"""

import json
from datetime import UTC, datetime

from content.bodies import references_in
from content.contacts import ContactDetails, details_hash
from content.revisions import Approval, EntryKind, Publication, Revision, text_hash
from core.crypto import Vault

NOT_DETAILS = frozenset({"revision_id"})


class Seals:
    """Makes and proves the seals with the data key."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def of_publication(self, *, entry_id: int, language: str, revision_id: int, text_hash: str) -> str:
        """Return the seal of "this revision, with exactly this text, is live"."""
        return self._vault.sign(_exact(entry_id, language, revision_id, text_hash), place=Publication.__tablename__)

    def published(self, revision: Revision, *, now: datetime) -> Publication:
        """Return a sealed publication that makes a revision live from now on."""
        seal = self.of_publication(
            entry_id=revision.entry_id, language=revision.language, revision_id=revision.id,
            text_hash=revision.text_hash,
        )  # fmt: skip
        return Publication(
            entry_id=revision.entry_id, language=revision.language, revision_id=revision.id, published_from=now,
            seal=seal,
        )  # fmt: skip

    def holds(self, seal: str | None, *, entry_id: int, language: str, revision_id: int, text_hash: str) -> bool:
        """Tell whether a publication's seal is ours, for exactly this text."""
        exact = _exact(entry_id, language, revision_id, text_hash)
        return seal is not None and self._vault.has_signed(seal, exact, place=Publication.__tablename__)

    def of_approval(
        self, *, revision_id: int, language: str, text_hash: str, approved_by: str, approved_at: datetime
    ) -> str:
        """Return the seal of "this person says that exactly this text is right"."""
        exact = _exact(revision_id, language, text_hash, approved_by, approved_at.astimezone(UTC).isoformat())
        return self._vault.sign(exact, place=Approval.__tablename__)

    def approves(
        self, seal: str, *, revision_id: int, language: str, text_hash: str, approved_by: str, approved_at: datetime
    ) -> bool:
        """Tell whether an approval's seal is ours, for exactly this text and person."""
        exact = _exact(revision_id, language, text_hash, approved_by, approved_at.astimezone(UTC).isoformat())
        return self._vault.has_signed(seal, exact, place=Approval.__tablename__)


def exact_hash(kind: str, *, title: str, summary: str, body: str, details: ContactDetails | None = None) -> str:
    """Return the hash of what a revision holds now, to be compared with the one it had when it was written."""
    if kind == EntryKind.CONTACT:
        return details_hash(title, details_of(details)) if details is not None else ""
    references = tuple(map(str, references_in(body)))
    return text_hash(title=title, summary=summary, body=body, references=references)


def details_of(row: object) -> dict[str, object]:
    """Return the details of a contact revision as they are hashed."""
    names = (column.key for column in ContactDetails.__table__.columns if column.key not in NOT_DETAILS)
    return {name: getattr(row, name) for name in names}


def _exact(*parts: object) -> bytes:
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
