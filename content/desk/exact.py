"""What a person writes at the desk, as plain data: an article's text, a fact's value, or a contact's card."""

from dataclasses import dataclass
from typing import Any

from content.contacts import details_hash
from content.pack_shapes import ContactModel
from content.revisions import EntryKind
from content.seals import exact_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """One exact text. `details` only for a contact, as content.contacts.ContactDetails holds them."""

    kind: EntryKind
    title: str = ""
    summary: str = ""
    body: str = ""
    details: dict[str, Any] | None = None

    @property
    def hash(self) -> str:
        """The hash that an approval is bound to."""
        if self.kind is EntryKind.CONTACT:
            return details_hash(self.title, self.details or {})
        return exact_hash(self.kind, title=self.title, summary=self.summary, body=self.body)


def article(*, title: str, summary: str, body: str) -> Exact:
    """Return an article's text, with the line ends and outer spaces that a browser adds taken away."""
    return Exact(
        kind=EntryKind.ARTICLE,
        title=title.strip(),
        summary=summary.strip(),
        body=body.replace("\r\n", "\n").strip("\n"),
    )


def fact(value: str) -> Exact:
    """Return a fact's value."""
    return Exact(kind=EntryKind.FACT, body=value.strip())


def contact(card: ContactModel) -> Exact:
    """Return a contact's card; its sources and months of review are no part of the text."""
    details = card.model_dump(mode="python", exclude={"official_name", "sources", "review_months", "seen_on"})
    seen = card.seen_on
    details |= {"seen_on": seen.first_day if seen else None, "seen_precision": seen.precision if seen else "day"}
    return Exact(kind=EntryKind.CONTACT, title=card.official_name, details=details)
