"""Contacts: whom to call. They live once and texts refer to them: {{contact:slug}}."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import TypedDict

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from content.columns import BIG
from content.revisions import text_hash
from core.db import Base
from core.i18n import Words, fallbacks

PerLanguage = dict[str, str]
HOME_COUNTRY = "ID"


class Phone(TypedDict):
    """A number: `type` is e164, local (dialled inside the country) or sms; `reach` says from where it works."""

    number: str
    type: str
    label: PerLanguage
    hours: PerLanguage
    reach: str


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
    seen_on: Mapped[date]


@dataclass(frozen=True, slots=True)
class LiveContact:
    """What a text shows of a contact."""

    names: PerLanguage
    country: str
    phones: tuple[Phone, ...]
    whatsapp: tuple[str, ...]
    seen_on: date

    @property
    def is_reached_from_everywhere(self) -> bool:
        """Tell whether an Indonesian office answers this number wherever one calls from."""
        return self.country == HOME_COUNTRY and any(phone["reach"] == "everywhere" for phone in self.phones)

    def markup(self, words: Words) -> str:
        """Write the contact as lines of Telegram's HTML subset, with the month its numbers were last seen."""
        _ = words.gettext
        name = escape(in_language(self.names, words.language), quote=False)
        lines = [f"<b>{name}</b>", *(_phone_line(phone, words.language) for phone in self.phones)]
        lines += (f"WhatsApp: {escape(number, quote=False)}" for number in self.whatsapp)
        # Translators: under a phone number; the month is that of the newest source that printed the number.
        lines.append(_("Number last seen in {month}.").format(month=words.month(self.seen_on)))
        return "\n".join(lines)


def details_hash(official_name: str, details: Mapping[str, object]) -> str:
    """Return the hash of a contact revision: of its name and of all details, as JSON with sorted keys."""
    exact = json.dumps(details, ensure_ascii=False, sort_keys=True, default=str)
    return text_hash(title=official_name, summary="", body=exact)


def in_language(values: PerLanguage, language: str) -> str:
    """Return the value in the language, or along its fallbacks, or any there is, or nothing."""
    found = next((values[code] for code in fallbacks(language) if code in values), None)
    return found if found is not None else next(iter(values.values()), "")


def _phone_line(phone: Phone, language: str) -> str:
    remarks = [in_language(phone[part], language) for part in ("label", "hours")]
    remark = ", ".join(filter(None, remarks))
    line = f"{phone['number']} ({remark})" if remark else phone["number"]
    return escape(line, quote=False)
