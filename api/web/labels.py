"""Words that several pages of the desk share: names of fields, standings, kinds of change."""

from datetime import datetime
from typing import Any

from content.bodies import MEDIA
from content.desk.ended import Became
from content.desk.listing import Listed
from content.desk.translations import Standing, TextState
from content.desk.work import MOST_COUNTED
from content.revisions import Change, EntryKind, RevisionState
from core.clock import WIB
from core.i18n import LANGUAGES, Words
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
        "sources": _("Sources"), "name": _("Name"), "scopes": _("Roles it may act in"), "days": _("Days until it ends"),
        "slug": _("Short name"), "reason": _("Reason"),
    }  # fmt: skip


def counted(count: int, words: Words) -> str:
    """Write how long a list is: from where nobody counts on, with a plus."""
    return words.number(count) + ("+" if count >= MOST_COUNTED else "")


def contact_kinds(words: Words) -> dict[str, str]:
    """Return what each kind of contact is called, in the order in which a form offers them."""
    _ = words.gettext
    return {
        # Translators: a kind of contact: an embassy or consulate of Indonesia.
        "mission": _("Embassy or consulate"),
        "ministry": _("Ministry"),
        # Translators: a kind of contact: a number that an institution answers for everybody.
        "hotline": _("Hotline"),
        "emergency": _("Emergency number"), "police": _("Police"), "ambulance": _("Ambulance"),
        "fire": _("Fire brigade"), "health": _("Health service"), "labour-office": _("Labour office"),
        "labour-hotline": _("Labour hotline"),
        # Translators: a kind of contact: who listens to people in distress.
        "counselling": _("Counselling"),
        "women-and-children": _("For women and children"), "ngo": _("Organisation (NGO, union)"),
        # Translators: a kind of contact: an authority that watches over banks, agents and the like.
        "regulator": _("Supervising authority"),
        "shelter": _("Shelter"),
    }  # fmt: skip


def fact_kinds(words: Words) -> dict[str, str]:
    """Return what each kind of fact is called, in the order in which a form offers them."""
    _ = words.gettext
    return {
        # Translators: a kind of fact: a sum or a quantity.
        "amount": _("Amount"),
        # Translators: a kind of fact: a day or a year.
        "date": _("Date"),
        "duration": _("Duration"),
        # Translators: a kind of fact: a figure that only makes an example.
        "example": _("Example"),
        # Translators: a kind of fact: what an office or an agency asks.
        "fee": _("Fee"),
        # Translators: a kind of fact: a phone number within a sentence.
        "phone": _("Phone number"),
        "rule": _("Rule"),
    }


def card_words(words: Words) -> dict[str, str]:
    """Return the words for a contact's details and their codes, as a difference shows them."""
    _ = words.gettext
    return contact_kinds(words) | {code: language.name for code, language in LANGUAGES.items()} | {
        "type": _("Kind"), "e164": _("from anywhere (+…)"), "local": _("dialled inside the country"), "sms": "SMS",
        "reach": _("Works"), "everywhere": _("from everywhere"), "inside": _("only inside the country"),
        "free": _("Costs nothing"), "publishable": _("May be shown"), "label": _("Label"), "hours": _("Hours"),
        "True": _("yes"), "False": _("no"),
    }  # fmt: skip


def stage(row: Listed, words: Words) -> str:
    """Return where a fact or a contact stands: is it live, and is there more than readers see."""
    _ = words.gettext
    if row.newest_state is None:
        # Translators: where a fact or contact stands: it was added, and nothing is written yet.
        return _("empty")
    now = _("live") if row.is_live else ""
    return " · ".join(filter(None, (now, _waits(row, words) if row.has_draft else "")))


def _waits(row: Listed, words: Words) -> str:
    if row.planned_for:
        return planned_for(row.planned_for, words)
    if row.became:
        return standings(words)[row.became]
    return standings(words)["submitted" if row.newest_state == RevisionState.SUBMITTED else "draft"]


def planned_for(moment: datetime, words: Words) -> str:
    """Return where a text stands that is approved and becomes live at a moment."""
    # Translators: where a text stands: it is approved and goes live on that day.
    return words.gettext("planned for {day}").format(day=words.day(moment.astimezone(WIB).date()))


def standing(state: TextState, words: Words) -> str:
    """Return where a text of a language stands: as readers have it, or what becomes of what they do not have yet."""
    if state.planned_for and state.live_id is None:
        return planned_for(state.planned_for, words)
    return standings(words)[state.became or state.standing]


def newer(state: TextState, words: Words) -> str:
    """Return where stands what was written since a text went live; nothing where a standing says that already."""
    if not state.has_newer_draft or state.live_id is None or state.standing == Standing.SUBMITTED:
        return ""
    return planned_for(state.planned_for, words) if state.planned_for else standings(words)["draft"]


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


def format_names(words: Words) -> dict[str, str]:
    """Return what each format of Telegram's is called, as a difference names one that came or went."""
    _ = words.gettext
    return {
        # Translators: a format of a text, as in "bold from here".
        "bold": _("bold"), "italic": _("italics"), "underline": _("underlined"), "strikethrough": _("struck out"),
        # Translators: a format of a text: letters of equal width, as in "as code from here".
        "code": _("as code"),
        "pre": _("columns of equal width"), "blockquote": _("quotation"), "spoiler": _("hidden until tapped"),
        # Translators: a format of a text, as in "link from here".
        "text_link": _("link"),
    }  # fmt: skip


def reference_names(words: Words) -> dict[str, str]:
    """Return what a reference in a text leads to."""
    _ = words.gettext
    return {EntryKind.FACT: _("Fact"), EntryKind.CONTACT: _("Contact"), MEDIA: _("Media")}


def standings(words: Words) -> dict[str, str]:
    """Return what each standing of a text is called."""
    _ = words.gettext
    return {
        "missing": _("missing"), "draft": _("draft"), "submitted": _("in review"), "outdated": _("outdated"),
        "current": _("current"),
        # Translators: where a text stands: it was live and somebody took it away from readers.
        Became.TAKEN_AWAY: _("taken away"),
        # Translators: where a text stands: the moment came at which it was to end.
        Became.OVER: _("no longer live"),
    }  # fmt: skip


def revision_states(words: Words) -> dict[str, str]:
    """Return how far a revision came, as a history says it: its state, or what became of a released one."""
    _ = words.gettext
    return {
        RevisionState.DRAFT: _("draft"), RevisionState.SUBMITTED: _("in review"),
        # Translators: in the history of a text: this version became live.
        RevisionState.RELEASED: _("released"),
        # Translators: in the history of a text: this version is approved and becomes live at its moment.
        "planned": _("planned"),
        Became.TAKEN_AWAY: _("taken away"),
        # Translators: in the history of a text: the moment came at which this version was to end.
        Became.OVER: _("no longer live"),
    }  # fmt: skip


def entry_kinds(words: Words) -> dict[str, str]:
    """Return what each kind of entry is called."""
    _ = words.gettext
    return {EntryKind.ARTICLE: _("Article"), EntryKind.FACT: _("Fact"), EntryKind.CONTACT: _("Contact")}


def confidences(words: Words) -> dict[str, str]:
    """Return how sure a dossier is of what it says."""
    _ = words.gettext
    return {
        # Translators: how sure a dossier is of a statement: high, medium or low confidence.
        "high": _("quite sure"), "medium": _("fairly sure"), "low": _("not sure"),
    }  # fmt: skip


def changes(words: Words) -> dict[str, str]:
    """Return the kinds of change that a writer chooses from, with what each does to translations."""
    _ = words.gettext
    return {
        Change.SMALL: _("Small: spelling, style. Translations stay as they are."),
        Change.MAJOR: _("Larger: translations are to be looked at."),
        Change.CORRECTION: _("Correction: something was wrong. Older translations are not shown any more."),
    }


def stages(words: Words) -> dict[str, str]:
    """Return what each stage of a journey is called, in its order."""
    _ = words.gettext
    return {
        # Translators: whom an article is for: people who think of working abroad.
        "planning": _("Planning to go"),
        # Translators: whom an article is for: people who work abroad.
        "abroad": _("Abroad"),
        # Translators: whom an article is for: people who came home.
        "returned": _("Back home"),
        # Translators: whom an article is for: families of people who work abroad.
        "family": _("Family"),
    }


def sensitivities(words: Words) -> dict[str, str]:
    """Return what each degree of sensitivity is called."""
    _ = words.gettext
    return {"ordinary": _("ordinary"), "sensitive": _("sensitive: who reads it may be in danger")}


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
