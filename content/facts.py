"""Facts: values that change, like a fee or a deadline. They live once and texts refer to them: {{fact:slug}}."""

from collections.abc import Mapping

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from content.columns import RowOrigin
from content.contacts import LiveContact
from core.columns import BIG
from core.db import Base
from core.i18n import Words

# Once overdue. An old fee misleads; an old phone number may still be answered, and a past event stays as it was.
STEPS_ASIDE = frozenset({"fee", "rule"})
ASKED = "id-kp2mi-callcentre"


class Fact(Base):
    """What kind of value a fact is: amount, date, duration, example, fee, phone or rule. It stands in the revisions."""

    __tablename__ = "fact"

    id: Mapped[int] = mapped_column(BIG, ForeignKey("entry.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str]
    origin: Mapped[RowOrigin]


def whom_to_ask(contacts: Mapping[str, LiveContact], words: Words) -> str:
    """Return what stands in a text instead of a fee or rule that was not looked at in time."""
    _ = words.gettext
    asked = contacts.get(ASKED)
    number = next((p["number"] for p in asked.phones if p["reach"] == "everywhere"), None) if asked else None
    if number is None:
        # Translators: within a sentence, instead of an amount or a rule that may be out of date.
        return _("(may have changed: ask KP2MI)")
    # Translators: within a sentence, instead of an amount or a rule that may be out of date.
    return _("(may have changed: ask KP2MI, {number})").format(number=number)
