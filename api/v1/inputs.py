"""What the JSON API takes: no unknown field, nothing without a limit, no control character (PostgreSQL keeps no NUL).

What may be said in a field beyond its shape, the domain decides when a text is handed in.
"""

import re
from typing import Annotated, Any, Literal

from fastapi import Body, Path
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from content.bodies import SLUG
from content.pack_shapes import Confidence, ContactKind, PartialDate, partial_date
from core.i18n import LANGUAGES
from staff.actors import Role
from staff.api_tokens import NAMES

LARGEST = 2**53  # beyond it JavaScript counts wrongly
ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
MANY_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"  # tabs and ends of lines are text
TELLING = r"^[^\s\x00-\x1f\x7f-\x9f\u2028\u2029][^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
OF_OURS = "|".join(LANGUAGES)
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})")
MONTH_AND_DAY = r"((0[1-9]|1[0-2])-(0[1-9]|[12][0-9])|(0[13-9]|1[0-2])-30|(0[13578]|1[02])-31)"
DAY = rf"^[12][0-9]{{3}}-{MONTH_AND_DAY}$"
DAY_OR_NONE = rf"^([12][0-9]{{3}}-{MONTH_AND_DAY})?$"
DAY_MONTH_OR_YEAR = rf"^[12][0-9]{{3}}(-(0[1-9]|1[0-2])|-{MONTH_AND_DAY})?$"

Slug = Annotated[str, StringConstraints(pattern=rf"^{SLUG}$", max_length=40)]
Language = Annotated[str, StringConstraints(pattern=f"^({OF_OURS})$", max_length=8)]
Line = Annotated[str, StringConstraints(pattern=ONE_LINE, max_length=300)]
Reason = Annotated[str, StringConstraints(pattern=TELLING, max_length=300)]
Name = Annotated[str, StringConstraints(pattern=TELLING, max_length=200)]
Word = Annotated[str, StringConstraints(pattern=TELLING, max_length=60)]
LongText = Annotated[str, StringConstraints(pattern=MANY_LINES, max_length=20000)]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$", max_length=64)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$", max_length=2)]
Province = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$", max_length=2)]
Https = Annotated[str, StringConstraints(pattern=r"^https://[a-zA-Z0-9][^\s\x00-\x1f\x7f-\x9f]*$", max_length=500)]
Email = Annotated[str, StringConstraints(pattern=ONE_LINE, max_length=254)]
Sources = Annotated[list[Slug], Field(max_length=20)]


def _digits(given: Any) -> Any:
    """Refuse what Python reads as a number and nobody else, 1_000 or +1; in JSON's eyes 1.0 is a whole number."""
    if not isinstance(given, str):
        return given
    if not (found := re.fullmatch(r"([0-9]{1,16})(\.0+)?", given, re.ASCII)):
        raise ValueError("write a whole number in digits")
    return int(found[1])


def _whole(given: Any) -> Any:
    return int(given) if isinstance(given, float) and given.is_integer() else given


WholeInJson = BeforeValidator(_whole)


def moment_only(given: Any) -> Any:
    """Refuse what is no moment with a zone as RFC 3339 writes it: numbers would be read as seconds."""
    if given is not None and (not isinstance(given, str) or not MOMENT.fullmatch(given)):
        raise ValueError("write a moment with its zone: 2026-12-01T08:00:00+07:00")
    return given


def _seen(given: str) -> str:
    partial_date(given)  # the 29th of February, in most years
    return given


Number = Annotated[int, Field(ge=1, le=LARGEST), WholeInJson]
WholeNumber = BeforeValidator(_digits)
PER_LANGUAGE = {"additionalProperties": False}  # a language that is not ours is refused
Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(moment_only)]
SeenOn = Annotated[str, StringConstraints(pattern=DAY_MONTH_OR_YEAR, max_length=10), AfterValidator(_seen)]
Day = Annotated[str, StringConstraints(pattern=DAY, max_length=10), AfterValidator(_seen)]

SlugPath = Annotated[str, Path(pattern=rf"^{SLUG}$", max_length=40)]
LanguagePath = Annotated[str, Path(pattern=f"^({OF_OURS})$", max_length=8)]
NumberPath = Annotated[int, Path(ge=1, le=LARGEST), WholeNumber]
RegistrationPath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", max_length=32)]
AccountPath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", max_length=32)]


class Input(BaseModel):
    """What all bodies share: a field that is not named here is refused, and nothing is guessed from another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class NoFields(Input):
    """The body of a write that needs none: empty, or left out."""


Nothing = Annotated[NoFields | None, Body(title="Nothing", openapi_examples={"nothing": {"value": {}}})]


class NewArticle(Input):
    """An article to be: its name and its topic. Its texts are saved afterwards."""

    slug: Slug
    topic: Slug


class Audience(Input):
    """Whom an article is for; an empty list means everybody. `tags` per language, `related` is read next.

    `sensitivity`: left out, it stays as it is.
    """

    stages: Annotated[list[Literal["planning", "abroad", "returned", "family"]], Field(max_length=4)]
    countries: Annotated[list[Country], Field(max_length=250)]
    provinces: Annotated[list[Province], Field(max_length=50)]
    tags: Annotated[
        dict[Language, Annotated[list[Word], Field(max_length=50)]],
        Field(max_length=len(LANGUAGES), json_schema_extra=PER_LANGUAGE),
    ]
    related: Annotated[list[Slug], Field(max_length=2)]
    sensitivity: Literal["ordinary", "sensitive"] | None = None


class Place(Input):
    """Where an article goes: into a topic, before another article or to the end."""

    topic: Slug
    before: Slug | None = None


class Order(Input):
    """Where a topic goes: before another one, or to the end."""

    before: Slug | None = None


class ArticleText(Input):
    """A text of an article; `sources` are names, in the order in which they are shown. Left out, they stay.

    `made_from_id`: the live Indonesian revision that a translation was written beside. It counts while that one is
    live; left out, the translation stays as far behind its source as it was.
    """

    title: Line
    summary: Line
    body: LongText
    sources: Sources | None = None
    made_from_id: Number | None = None


class HandIn(Input):
    """How large a change is: a small one outdates no translation, a correction makes outdated ones step aside."""

    is_major: bool = True
    is_correction: bool = False


class Kept(Input):
    """The live Indonesian revision beside which a translation was read and found right as it is."""

    made_from_id: Number


class GiveBack(Input):
    """Why a text goes back to its writers."""

    reason: Annotated[str, StringConstraints(pattern=MANY_LINES, min_length=1, max_length=1000)]


class Approve(Input):
    """The hash of the text that was read. `live_from` and `live_until`: live later, or for a time."""

    text_hash: Hash
    live_from: Moment | None = None
    live_until: Moment | None = None


class Why(Input):
    """Why something is taken away from readers."""

    reason: Reason


class StillRight(Input):
    """Which live text was read again, or which number was rung, and is right."""

    revision_id: Number


class NewFact(Input):
    """A fact to be: its name and kind."""

    slug: Slug
    kind: Literal["amount", "date", "duration", "example", "fee", "phone", "rule"]


class FactValue(Input):
    """A fact's value in one language."""

    value: Line
    sources: Sources | None = None


class NewContact(Input):
    """A contact to be: its name. Its card is proposed afterwards."""

    slug: Slug


class Phone(Input):
    """A number; `reach` says from where it works."""

    number: Annotated[
        str, StringConstraints(pattern=r"^[+*#0-9A-Z]([-*#0-9A-Z ]{0,18}[*#0-9A-Z])$", max_length=20)
    ]  # 800SAVE is dialled by its letters
    type: Literal["e164", "local", "sms"]
    reach: Literal["everywhere", "inside"]
    free: bool = False
    publishable: bool = True
    label: Annotated[dict[Language, Word], Field(max_length=len(LANGUAGES), json_schema_extra=PER_LANGUAGE)] = {}
    hours: Annotated[dict[Language, Word], Field(max_length=len(LANGUAGES), json_schema_extra=PER_LANGUAGE)] = {}


class Card(Input):
    """A contact's card, as content.pack_shapes.ContactModel. `seen_on` is a day, a month or a year."""

    official_name: Name
    names: Annotated[dict[Language, Word], Field(max_length=len(LANGUAGES), json_schema_extra=PER_LANGUAGE)]
    kind: ContactKind
    country: Country
    province: Province | None = None
    city: Name | None = None
    position: Annotated[int, Field(ge=1, le=99), WholeInJson] = 50
    phones: Annotated[list[Phone], Field(max_length=8)] = []
    whatsapp: Annotated[
        list[Annotated[str, StringConstraints(pattern=r"^\+[0-9]{6,15}$", max_length=16)]], Field(max_length=8)
    ] = []
    email: Annotated[list[Name], Field(max_length=8)] = []
    web: Annotated[list[Annotated[Https, Field(max_length=300)]], Field(max_length=8)] = []
    address: Name | None = None
    languages: Annotated[
        list[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$", max_length=3)]], Field(max_length=20)
    ] = []
    publishable: bool
    seen_on: SeenOn | None = None
    note: Annotated[str, StringConstraints(pattern=TELLING, max_length=1000)] | None = None
    sources: Sources = []


class TopicTitles(Input):
    """A topic's icon, and its title in each language named."""

    icon: Annotated[str, StringConstraints(pattern=r"^[^\s\x00-\x1f\x7f-\x9f]+$", max_length=4)]
    titles: Annotated[
        dict[Language, Annotated[str, StringConstraints(pattern=TELLING, max_length=35)]],
        Field(min_length=1, max_length=len(LANGUAGES), json_schema_extra=PER_LANGUAGE),
    ]


class Invitation(Input):
    """Whom to invite; `language` is that of the desk."""

    email: Email
    name: Annotated[str, StringConstraints(pattern=TELLING, max_length=80)]
    language: Literal["id", "en"] = "id"


class NewGrant(Input):
    """A role; translators and verifiers have it for one language."""

    role: Literal["editor", "translator", "verifier", "registrar", "outreach", "administrator"]
    language: Language | None = None
    programme: Slug | None = None
    province: Province | None = None

    @property
    def as_role(self) -> Role:
        """The role as the domain names it."""
        return Role(self.role)


class Policy(Input):
    """What is asked of everybody who signs in."""

    must_have_code: bool


class DeskLanguage(Input):
    """In which language the desk speaks."""

    language: Literal["id", "en"]


class NewToken(Input):
    """A token to be: what it is for, the roles it may act in, and for how many days.

    `export_names` among the scopes: with registrar, it may export names and all answers.
    """

    name: Annotated[str, StringConstraints(pattern=TELLING, max_length=80)]
    scopes: Annotated[
        list[Literal["editor", "translator", "verifier", "registrar", "outreach", "administrator", "export_names"]],
        Field(min_length=1, max_length=7),
    ]
    days: Annotated[int, Field(ge=1, le=366), WholeInJson]

    @property
    def roles(self) -> frozenset[Role]:
        """The roles among the scopes, as the domain names them."""
        return frozenset(Role(scope) for scope in self.scopes if scope != NAMES)

    @property
    def exports_names(self) -> bool:
        """Tell whether the token is to export names."""
        return NAMES in self.scopes


class SourceFields(Input):
    """What is known of a source; `url` is left out where the full address is not known."""

    title: Name
    publisher: Word
    url: Https | None = None
    published_on: Day | None = None
    seen_on: SeenOn | None = None
    confidence: Confidence


class NewSource(SourceFields):
    """A source to be, with its name."""

    slug: Slug


class SynonymWords(Input):
    """What a word in a language also means to whoever searches."""

    language: Language
    word: Annotated[str, StringConstraints(pattern=TELLING, max_length=40)]
    meanings: Annotated[
        list[Annotated[str, StringConstraints(pattern=TELLING, max_length=40)]], Field(min_length=1, max_length=30)
    ]


def seen(given: str | None) -> PartialDate | None:
    """Return the day of a card or a source as the domain keeps it."""
    return PartialDate.model_validate(partial_date(given)) if given else None
