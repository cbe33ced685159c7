"""The shape of the pack's files: every field with its type and its limits."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints, field_validator

from content.bodies import SLUG
from core.messages import MAX_LABEL_CHARACTERS

SlugText = Annotated[str, StringConstraints(pattern=rf"^{SLUG}$")]
ONE_LINE = r"^[^\s\p{Cc}][^\p{Cc}\u2028\u2029]*$"  # PostgreSQL keeps no NUL, Telegram no other control character
Line = Annotated[str, StringConstraints(pattern=ONE_LINE, max_length=200)]
Title = Annotated[str, StringConstraints(pattern=ONE_LINE, max_length=MAX_LABEL_CHARACTERS)]
Https = Annotated[str, StringConstraints(pattern=r"^https://[^\s/]+\S*$")]
Stage = Literal["planning", "abroad", "returned", "family"]
LOWER_CASE = r"^[^\s\p{Lu}\p{Cc}]([^\p{Lu}\p{Cc}]*[^\s\p{Lu}\p{Cc}])?$"
SynonymWord = Annotated[str, StringConstraints(pattern=LOWER_CASE, max_length=40)]
Position = Annotated[int, Field(ge=1, le=99)]
Remark = Annotated[str, StringConstraints(pattern=ONE_LINE, max_length=60)]
ContactKind = Literal[
    "mission", "ministry", "hotline", "emergency", "police", "ambulance", "fire", "health", "labour-office",
    "labour-hotline", "counselling", "women-and-children", "ngo", "regulator", "shelter",
]  # fmt: skip
Confidence = Literal["high", "medium", "low"]
PARTIAL_DATE = re.compile(r"([12][0-9]{3})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


class PartModel(BaseModel):
    """What all parts of the pack share: they never change, and an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PartialDate(PartModel):
    """A date of which the day, or the month too, may be unknown: 2025-04-10, 2025-04 or 2025."""

    first_day: date
    precision: Literal["day", "month", "year"]


def partial_date(written: object) -> object:
    """Read 2025-04-10, 2025-04 or 2025, as YAML gives them: a date, a text or a number."""
    found = PARTIAL_DATE.fullmatch(str(written))
    if not found:
        raise ValueError("write a date as 2025-04-10, 2025-04 or 2025")
    year, month, day = found.groups()
    precision = "day" if day else "month" if month else "year"
    return {"first_day": date(int(year), int(month or 1), int(day or 1)), "precision": precision}


class SourceModel(PartModel):
    """A source as readers are told of it. `url` only where the full address is known."""

    title: Line
    publisher: Annotated[Line, Field(max_length=60)]
    url: Https | None = None
    published_on: date | None = None
    seen_on: PartialDate | None = None
    confidence: Confidence

    @field_validator("seen_on", mode="before")
    @classmethod
    def _read_seen_on(cls, written: object) -> object:
        return written if written is None or isinstance(written, PartialDate | dict) else partial_date(written)


class EvidenceModel(PartModel):
    """One statement of the dossiers that texts rest on; `check`: its dossier says to look again."""

    claim: Line
    source: Line
    date: Line
    confidence: Confidence
    check: bool = False


class FactModel(PartModel):
    """A value that changes or repeats, per language."""

    kind: Literal["amount", "date", "duration", "example", "fee", "phone", "rule"]
    values: dict[str, Line]
    sources: tuple[str, ...] = Field(min_length=1)
    evidence: tuple[str, ...] = Field(min_length=1)
    review_months: int = Field(default=3, ge=1, le=24)


class PhoneModel(PartModel):
    """A phone number; `reach` says from where it works, `free` only where a source says so."""

    number: Annotated[
        str, StringConstraints(pattern=r"^[+*#0-9A-Z](?:[-*#0-9A-Z ]{0,18}[*#0-9A-Z])$")
    ]  # 800SAVE is dialled by its letters
    type: Literal["e164", "local", "sms"]
    reach: Literal["everywhere", "inside"]
    free: bool = False
    publishable: bool = True
    label: dict[str, Remark] = {}
    hours: dict[str, Remark] = {}


class ContactModel(PartModel):
    """Whom to call, `position` telling whom first in a country. Only what is `publishable` may be shown.

    `seen_on` is the newest day, month or year in which a source printed it; `note` is for staff.
    """

    official_name: Line
    names: dict[str, Annotated[Line, Field(max_length=60)]]
    kind: ContactKind
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    province: str | None = None
    city: str | None = None
    position: Position = 50
    phones: tuple[PhoneModel, ...] = Field(default=(), max_length=8)
    whatsapp: tuple[Annotated[str, StringConstraints(pattern=r"^\+[0-9]{6,15}$")], ...] = ()
    email: tuple[Line, ...] = ()
    web: tuple[Https, ...] = ()
    address: Line | None = None
    languages: tuple[str, ...] = ()
    publishable: bool
    seen_on: PartialDate | None = None
    sources: tuple[str, ...] = Field(min_length=1)
    note: Annotated[str, StringConstraints(pattern=ONE_LINE, max_length=1000)] | None = None
    review_months: int = Field(default=3, ge=1, le=24)

    @field_validator("seen_on", mode="before")
    @classmethod
    def _read_seen_on(cls, written: object) -> object:
        return written if written is None or isinstance(written, PartialDate | dict) else partial_date(written)


class TopicModel(PartModel):
    """A topic.yaml; the folder's name is the slug."""

    icon: Annotated[str, StringConstraints(pattern=r"^\S{1,4}$")]
    position: Position
    parent: SlugText | None = None
    titles: dict[str, Annotated[Title, Field(max_length=MAX_LABEL_CHARACTERS - 5)]]


class AudienceModel(PartModel):
    """Whom an article is for; an empty list means everybody."""

    stages: tuple[Stage, ...] = ()
    countries: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()


class TextModel(PartModel):
    """The front matter that every language of an article has."""

    title: Title
    summary: Line
    tags: tuple[Line, ...] = ()


class SourceTextModel(TextModel):
    """The front matter of the source language: it also says what all languages share."""

    sources: tuple[str, ...] = Field(min_length=1)
    evidence: tuple[str, ...] = ()
    related: tuple[SlugText, ...] = Field(default=(), max_length=2)
    position: Position
    audience: AudienceModel = AudienceModel()
    sensitivity: Literal["ordinary", "sensitive"] = "ordinary"
    owner: SlugText = "content"
    review_months: int = Field(default=12, ge=1, le=24)
    missing: tuple[str, ...] = ()


class TranslationModel(TextModel):
    """The front matter of a translation: the hash of the source text it was made from."""

    translated_from: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class SynonymsModel(RootModel[dict[SynonymWord, Annotated[tuple[SynonymWord, ...], Field(min_length=1)]]]):
    """The synonyms of one language: a word or phrase in lower case, and what it also means."""
