"""What the JSON API gives: plain shapes, and how they are made of what the domain returns.

Longer than a file should be: the OpenAPI document names each shape once, and they refer to each other.
"""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from content.desk import fingerprints
from content.desk.differences import Difference as DomainDifference
from content.desk.differences import Piece as DomainPiece
from content.desk.links import Listed as ListedLink
from content.desk.listing import Listed
from content.desk.translations import TextState
from content.desk.usage import Use
from content.sources import Source
from content.synonyms import Synonym
from staff.accounts import StaffAccount
from staff.actors import Grant
from staff.api_tokens import ApiToken
from staff.audit import AuditEntry
from staff.sessions import StaffSession


class Output(BaseModel):
    """What all answers share: they are read from the domain's own objects."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Standing(Output):
    """Where a text stands in one language. `planned_for`: when what was written last becomes live, once approved so."""

    language: str
    standing: str
    newest_id: int | None
    live_id: int | None
    is_approved: bool
    has_newer_draft: bool
    planned_for: datetime | None


class EntryRow(Output):
    """One line of a list. `place` is an article's topic, a fact's kind, a contact's country."""

    slug: str
    title: str
    place: str
    due_on: date | None
    is_live: bool
    is_verified: bool
    is_shown: bool
    texts: list[Standing]


class ArticleDetail(Output):
    """An article without its texts, and where each of those stands."""

    slug: str
    topic: str
    position: int
    stages: list[str]
    countries: list[str]
    provinces: list[str]
    tags: dict[str, list[str]]
    related: list[str]
    sensitivity: str
    owner: str
    review_months: int
    retired_at: datetime | None
    texts: list[Standing]


class Note(Output):
    """What a reviewer wrote to a text."""

    written_by: str
    written_at: datetime
    text: str


class Planned(Output):
    """What is to happen to a text at a moment: it becomes live, or ends. None: that is not planned."""

    live_from: datetime | None
    live_until: datetime | None


class Text(Output):
    """One revision. `body` is an article's text or a fact's value, `card` a contact's.

    `planned` is of the text in this language, whichever revision is to become live or to end.
    """

    revision_id: int
    kind: str
    slug: str
    language: str
    title: str
    summary: str
    body: str
    card: dict[str, Any] | None
    text_hash: str
    state: str
    origin: str
    is_major: bool
    is_correction: bool
    derived_from_id: int | None
    sources: list[str]
    evidence: list[str]
    authors: list[str]
    notes: list[Note]
    is_live: bool
    planned: Planned | None
    created_at: datetime
    review_due_on: date


class TextRow(Output):
    """One line of a text's history."""

    revision_id: int
    state: str
    origin: str
    title: str
    is_major: bool
    is_correction: bool
    created_at: datetime


class Piece(Output):
    """A stretch of text, and what became of it: same, gone or new."""

    change: str
    text: str


class FieldDifference(Output):
    """What changed in one field."""

    field: str
    is_changed: bool
    pieces: list[Piece]


class Difference(Output):
    """What changed between two texts; `critical` are the numbers, links and references that went or came."""

    from_id: int | None
    to_id: int
    is_changed: bool
    critical: list[Piece]
    fields: list[FieldDifference]


class MarkupFault(Output):
    """What is not right in a text's markup, and in which line."""

    line: int
    what: str


class Preview(Output):
    """A text as a phone will show it, as messages of Telegram's Bot API; none where its markup is not right."""

    messages: list[dict[str, Any]]
    fault: MarkupFault | None


class Usage(Output):
    """A live text that shows a fact or a contact."""

    slug: str
    language: str
    title: str


class FactDetail(Output):
    """A fact, where its values stand, and what shows it."""

    slug: str
    kind: str
    review_months: int
    texts: list[Standing]
    used_in: list[Usage]


class ContactDetail(Output):
    """A contact: what is live, what was written last, and what shows it."""

    slug: str
    review_months: int
    live: Text | None
    newest: Text | None
    used_in: list[Usage]


class TopicDetail(Output):
    """A topic; `parent` makes the tree. `articles` are those not retired, in order."""

    slug: str
    parent: str | None
    position: int
    icon: str
    titles: dict[str, str]
    articles: list[str]
    retired_at: datetime | None


class WaitingText(Output):
    """A text that waits for a verifier."""

    revision_id: int
    kind: str
    slug: str
    language: str
    title: str
    is_live: bool


class SourceDetail(Output):
    """Where a statement was read."""

    slug: str
    title: str
    publisher: str
    url: str
    published_on: date | None
    seen_on: date | None
    seen_precision: str
    checked_on: date | None
    confidence: str


class SynonymDetail(Output):
    """What a word also means. `etag` is what a write that changes it wants as If-Match."""

    id: int
    language: str
    word: str
    meanings: list[str]
    etag: str


class LinkPlace(Output):
    """A live text that uses an address; by citing `source`, where that is not empty."""

    kind: str
    slug: str
    language: str
    source: str


class LinkDetail(Output):
    """A web address of live content, and what asking it found. `state` and `reason`: as at content.links."""

    id: int
    url: str
    state: str
    reason: str
    is_broken: bool
    http_status: int | None
    final_url: str | None
    checked_at: datetime | None
    due_at: datetime
    failing_since: datetime | None
    failed_days: int
    used_in: list[LinkPlace]


class GrantDetail(Output):
    """A role that an account has."""

    id: int
    role: str
    language: str | None
    programme: str | None
    province: str | None
    granted_by: str
    granted_at: datetime


class MemberDetail(Output):
    """An account of the staff."""

    id: str
    email: str
    name: str
    language: str
    has_password: bool
    has_code: bool
    is_demo: bool
    created_at: datetime
    disabled_at: datetime | None
    roles: list[str]


class Invited(Output):
    """A member and the link with which she sets her password. It is shown only here."""

    member: MemberDetail
    link: str


class Link(Output):
    """A link with which a member sets a new password. It is shown only here."""

    link: str


class PolicyDetail(Output):
    """What is asked of everybody who signs in."""

    must_have_code: bool


class AuditRow(Output):
    """What somebody did. `sealed_number` is its place in the chain, once it is sealed."""

    id: int
    at: datetime
    actor_id: str
    actor_name: str
    action: str
    subject: str
    details: dict[str, Any]
    sealed_number: int | None
    seal: str | None


class Me(Output):
    """Whoever asks. `scopes` are the roles that an API token is limited to, null in a browser; see NewToken."""

    id: str
    name: str
    language: str
    grants: list[GrantDetail]
    scopes: list[str] | None


class SessionDetail(Output):
    """One sign-in that is still good."""

    id: str
    device: str
    created_at: datetime
    last_seen_at: datetime


class TokenDetail(Output):
    """An API token, without itself."""

    id: int
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime


class TokenMade(Output):
    """A fresh token. It is shown only here."""

    token: str


def standings(states: dict[str, TextState]) -> list[Standing]:
    """Return where an entry's texts stand."""
    return [Standing.model_validate(state) for state in states.values()]


def entry_row(row: Listed) -> EntryRow:
    """Return a line of a list."""
    return EntryRow(
        slug=row.entry.slug, title=row.title, place=row.place,
        due_on=row.due_on if isinstance(row.due_on, date) else None, is_live=row.is_live, is_verified=row.is_verified,
        is_shown=row.is_shown, texts=standings(row.states),
    )  # fmt: skip


def difference(found: DomainDifference, *, from_id: int | None, to_id: int) -> Difference:
    """Return a difference between two revisions."""
    fields = [
        FieldDifference(field=part.field, is_changed=part.is_changed, pieces=_pieces(part.pieces))
        for part in found.fields
    ]
    return Difference(
        from_id=from_id, to_id=to_id, is_changed=found.is_changed, critical=_pieces(found.critical), fields=fields
    )


def _pieces(pieces: tuple[DomainPiece, ...]) -> list[Piece]:
    return [Piece(change=piece.change, text=piece.text) for piece in pieces]


def usages(found: list[Use]) -> list[Usage]:
    """Return what shows a fact or a contact."""
    return [Usage.model_validate(use) for use in found]


def source(row: Source) -> SourceDetail:
    """Return a source."""
    return SourceDetail.model_validate(row)


def synonym(row: Synonym) -> SynonymDetail:
    """Return a synonym."""
    etag = f'"{fingerprints.of_meanings(row.meanings)}"'
    return SynonymDetail(id=row.id, language=row.language, word=row.word, meanings=row.meanings, etag=etag)


def link(one: ListedLink) -> LinkDetail:
    """Return a link with where it is used."""
    columns = {name: getattr(one.link, name) for name in LinkDetail.model_fields if name != "used_in"}
    return LinkDetail(**columns, used_in=[LinkPlace.model_validate(place) for place in one.places])


def grant(held: Grant) -> GrantDetail:
    """Return a role."""
    return GrantDetail.model_validate(held)


def member(account: StaffAccount, roles: tuple[str, ...]) -> MemberDetail:
    """Return an account of the staff."""
    return MemberDetail(
        id=account.id, email=account.email, name=account.name, language=account.language,
        has_password=account.password_hash is not None, has_code=account.totp_secret is not None,
        is_demo=account.is_demo, created_at=account.created_at, disabled_at=account.disabled_at, roles=list(roles),
    )  # fmt: skip


def audit_row(row: AuditEntry) -> AuditRow:
    """Return a line of the audit log."""
    return AuditRow.model_validate(row)


def session(row: StaffSession) -> SessionDetail:
    """Return a sign-in."""
    return SessionDetail.model_validate(row)


def token(row: ApiToken) -> TokenDetail:
    """Return a token without itself."""
    return TokenDetail.model_validate(row)
