"""Words that several pages of the desk share: names of fields, standings, kinds of change."""

from typing import Any

from core.i18n import Words
from staff.actors import Role


def field_names(words: Words) -> dict[str, str]:
    """Return what each field of a text is called."""
    _ = words.gettext
    return {
        "title": _("Title"), "summary": _("Summary"), "body": _("Text"), "official_name": _("Official name"),
        "names": _("Names"), "kind": _("Kind"), "country": _("Country"), "province": _("Province"), "city": _("City"),
        "phones": _("Phone numbers"), "whatsapp": "WhatsApp", "email": _("E-mail"), "web": _("Web pages"),
        "address": _("Address"), "languages": _("Languages"), "publishable": _("May be shown"), "seen_on": _("Seen on"),
        "seen_precision": _("How exact the date is"), "position": _("Position"), "note": _("Note for staff"),
        "sources": _("Sources"),
    }  # fmt: skip


def difference_labels(words: Words) -> dict[str, Any]:
    """Return the words around a difference."""
    _ = words.gettext
    return {
        # Translators: above the numbers, links and references that changed in a text.
        "critical": _("Numbers, links and references that changed"),
        # Translators: read aloud before a piece of text that is no longer there.
        "gone": _("gone"),
        # Translators: read aloud before a piece of text that was not there before.
        "new": _("new"),
        "unchanged": _("No word has changed."),
        "fields": field_names(words),
    }


def standings(words: Words) -> dict[str, str]:
    """Return what each standing of a text is called."""
    _ = words.gettext
    return {
        "missing": _("missing"), "draft": _("draft"), "submitted": _("in review"), "outdated": _("outdated"),
        "current": _("current"),
    }  # fmt: skip


def role_names(words: Words) -> dict[str, str]:
    """Return what each role is called."""
    _ = words.gettext
    return {
        Role.EDITOR: _("Editor"), Role.TRANSLATOR: _("Translator"), Role.VERIFIER: _("Verifier"),
        # Translators: the role of who looks after registrations for programmes.
        Role.REGISTRAR: _("Registrar"),
        # Translators: the role of who sends messages to many readers.
        Role.OUTREACH: _("Outreach"), Role.ADMINISTRATOR: _("Administrator"),
    }  # fmt: skip
