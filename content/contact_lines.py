"""A contact as lines of Telegram's HTML subset: in texts that refer to it, and in the lists of important contacts."""

from html import escape

from content.contacts import LiveContact, Phone, in_language
from content.countries import country_name
from core.i18n import Words

LISTENS = "counselling"  # its page often has a chat too, which works where the number does not


def markup(contact: LiveContact, words: Words) -> str:
    """Write a contact: name, numbers with what a caller must know of each, and when and where they were last seen."""
    lines = [f"<b>{_escaped(in_language(contact.names, words.language))}</b>"]
    lines += (_phone_line(phone, contact.country, words) for phone in contact.phones)
    lines += (f"WhatsApp: {_escaped(number)}" for number in contact.whatsapp)
    if not contact.is_reachable or contact.kind == LISTENS:
        lines += (_escaped(place) for place in (*contact.email, *contact.web))
    return "\n".join([*lines, f"<i>{_escaped(_provenance(contact, words))}</i>"])


def _phone_line(phone: Phone, country: str, words: Words) -> str:
    remarks = filter(None, _remarks(phone, country, words))
    return _escaped(" · ".join([phone["number"], *remarks]))


def _remarks(phone: Phone, country: str, words: Words) -> list[str]:
    _ = words.gettext
    remarks = ["SMS"] if phone["type"] == "sms" else []
    if phone["free"]:
        # Translators: beside a phone number: calling it costs nothing.
        remarks.append(_("free"))
    if phone["reach"] == "inside":
        # Translators: beside a phone number that works in that country only, such as 1955 in Taiwan.
        remarks.append(_("only inside {country}").format(country=country_name(country, words.language)))
    return [*remarks, in_language(phone["label"], words.language), in_language(phone["hours"], words.language)]


def _provenance(contact: LiveContact, words: Words) -> str:
    _ = words.gettext
    if contact.seen_on is None:
        # Translators: under a phone number; {source} is who printed it, such as Antara.
        seen = _("Seen in {source}.").format(source=contact.source)
    else:
        day = contact.seen_on
        date = str(day.year) if contact.seen_precision == "year" else words.month(day)
        # Translators: under a phone number; {source} is who printed it, {date} is such as April 2025 or 2025.
        seen = _("Seen in {source}, {date}.").format(source=contact.source, date=date)
    if contact.rung_on is not None:
        # Translators: under a phone number: somebody of the institution called it; {month} is such as April 2025.
        seen = _("Called and right, {month}.").format(month=words.month(contact.rung_on))
    not_confirmed = _("Not yet confirmed by the institution.")
    return seen if contact.is_confirmed else f"{seen} {not_confirmed}"


def _escaped(text: str) -> str:
    return escape(text, quote=False)
