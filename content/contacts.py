"""Contacts: whom to call. They live once and texts refer to them: {{contact:slug}}."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypedDict

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from content.revisions import text_hash
from core.columns import BIG
from core.db import Base
from core.i18n import fallbacks

PerLanguage = dict[str, str]
HOME_COUNTRY = "ID"


class Phone(TypedDict):
    """A number: `type` is e164, local (dialled inside the country) or sms; `reach` says from where it works."""

    number: str
    type: str
    reach: str
    free: bool
    publishable: bool
    label: PerLanguage
    hours: PerLanguage


class ContactDetails(Base):
    """One revision of a contact. Its entry gives the slug, its revision the official name."""

    __tablename__ = "contact_details"

    revision_id: Mapped[int] = mapped_column(BIG, ForeignKey("revision.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str]
    country: Mapped[str]
    province: Mapped[str | None]
    city: Mapped[str | None]
    names: Mapped[PerLanguage] = mapped_column(JSON)
    phones: Mapped[list[Phone]] = mapped_column(JSON)
    whatsapp: Mapped[list[str]] = mapped_column(JSON)
    email: Mapped[list[str]] = mapped_column(JSON)
    web: Mapped[list[str]] = mapped_column(JSON)
    address: Mapped[str | None]
    languages: Mapped[list[str]] = mapped_column(JSON)
    publishable: Mapped[bool]
    seen_on: Mapped[date | None]
    seen_precision: Mapped[str] = mapped_column(server_default="day")
    position: Mapped[int] = mapped_column(server_default="50")
    note: Mapped[str | None]


@dataclass(frozen=True, slots=True)
class LiveContact:
    """What is shown of a contact: its phones are those that may be. `source` is who printed it last.

    `position` tells whom to call first in a country. Writing it out is in content/contact_lines.py.
    """

    slug: str
    kind: str
    names: PerLanguage
    country: str
    position: int
    phones: tuple[Phone, ...]
    whatsapp: tuple[str, ...]
    email: tuple[str, ...]
    web: tuple[str, ...]
    source: str
    seen_on: date | None
    seen_precision: str
    rung_on: date | None = None
    is_confirmed: bool = False

    def from_abroad(self) -> "LiveContact":
        """Return the contact with only the numbers that work from everywhere."""
        return replace(self, phones=tuple(phone for phone in self.phones if phone["reach"] == "everywhere"))

    @property
    def is_reachable(self) -> bool:
        """Tell whether there is a number to call or write to."""
        return bool(self.phones or self.whatsapp)

    @property
    def is_reached_from_everywhere(self) -> bool:
        """Tell whether an Indonesian office answers this number wherever one calls from."""
        return self.country == HOME_COUNTRY and any(phone["reach"] == "everywhere" for phone in self.phones)


def details_hash(official_name: str, details: Mapping[str, object]) -> str:
    """Return the hash of a contact revision: of its name and of all details, as JSON with sorted keys."""
    exact = json.dumps(details, ensure_ascii=False, sort_keys=True, default=str)
    return text_hash(title=official_name, summary="", body=exact)


def in_language(values: PerLanguage, language: str) -> str:
    """Return the value in the language, or along its fallbacks, or any there is, or nothing."""
    found = next((values[code] for code in fallbacks(language) if code in values), None)
    return found if found is not None else next(iter(values.values()), "")
