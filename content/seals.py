"""Keyed seals of what is live and of who approved it: what was changed behind the domain's back does not hold.

A plain hash can be made to fit by whoever can write to the database; these cannot without the data key.
"""

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from content.bodies import references_in
from content.contacts import ContactDetails, details_hash
from content.revisions import Approval, Entry, EntryKind, Publication, Revision, text_hash
from core.crypto import Vault

NOT_DETAILS = frozenset({"revision_id"})


class Published(NamedTuple):
    """What the seal of a publication proves: which text is live, of what, by which name, since when."""

    kind: str
    slug: str
    entry_id: int
    language: str
    revision_id: int
    text_hash: str
    published_from: datetime


class Seals:
    """Makes and proves the seals with the data key."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def of_publication(self, published: Published) -> str:
        """Return the seal of "this revision, with exactly this text, is live since then".

        No two are alike: the seal of a publication that has ended makes no other one.
        """
        return self._vault.sign(_of(published), place=Publication.__tablename__)

    def published(self, entry: Entry, revision: Revision, *, now: datetime) -> Publication:
        """Return a sealed publication that makes a revision live from now on."""
        published = published_of(entry, revision, now)
        return Publication(
            entry_id=entry.id, language=revision.language, revision_id=revision.id, published_from=now,
            seal=self.of_publication(published),
        )  # fmt: skip

    def holds(self, seal: str | None, published: Published) -> bool:
        """Tell whether a publication's seal is ours, for exactly this text."""
        return seal is not None and self._vault.has_signed(seal, _of(published), place=Publication.__tablename__)

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


def published_of(entry: Entry, revision: Revision, since: datetime) -> Published:
    """Return what the seal of a revision's publication proves."""
    return Published(
        entry.kind, entry.slug, entry.id, revision.language, revision.id, revision.text_hash, since
    )  # fmt: skip


def exact_hash(kind: str, *, title: str, summary: str, body: str, details: ContactDetails | None = None) -> str:
    """Return the hash of what a revision holds now, to be compared with the one it had when it was written."""
    if kind == EntryKind.CONTACT:
        return details_hash(title, details_of(details)) if details is not None else ""
    return _hash_of(title, summary, body)


@lru_cache(maxsize=1 << 12)
def _hash_of(title: str, summary: str, body: str) -> str:
    """Hash a text with what it refers to; most texts are the same as at the last load."""
    return text_hash(title=title, summary=summary, body=body, references=tuple(map(str, references_in(body))))


def details_of(row: object) -> dict[str, object]:
    """Return the details of a contact revision as they are hashed."""
    names = (column.key for column in ContactDetails.__table__.columns if column.key not in NOT_DETAILS)
    return {name: getattr(row, name) for name in names}


def _of(published: Published) -> bytes:
    return _exact(*published[:-1], published.published_from.astimezone(UTC).isoformat())


def _exact(*parts: object) -> bytes:
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
