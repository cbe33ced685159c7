"""What the script of the editor says, and the values of the facts and contacts that a text shows."""

from content.bodies import MEDIA, Reference, references_in
from content.catalogue import Catalogue
from content.revisions import EntryKind
from core.i18n import SOURCE_LANGUAGE, Words


def editor_words(words: Words) -> dict[str, str]:
    """Return the sentences of the editor's script."""
    _ = words.gettext
    return {
        "saving": _("Saving …"), "saved": _("Saved as a draft."),
        "failed": _("Not saved yet: no line to the desk. Your text is kept in this browser."),
        "signedOut": _("You have been signed out. Sign in again: your text is kept."),
        "restored": _("Your unsaved text is back."),
        "restoredOther": _("Your unsaved text is back. Somebody else has saved meanwhile: compare the two."),
        "fact": _("Fact"), "contact": _("Contact"),
        # Translators: a picture or a voice note that a text shows.
        "media": _("Media"),
        "nothing": _("Nothing found."),
        "stays": _("This text is written in a way that the formatted editor would change: it stays plain."),
    }  # fmt: skip


def shown_values(live: Catalogue, body: str, language: str) -> dict[str, str]:
    """Return what readers see for each reference of a text, as far as it is live."""
    found = {reference: value_of(live, reference, language) for reference in references_in(body)}
    return {str(reference): value for reference, value in found.items() if value}


def value_of(live: Catalogue, reference: Reference, language: str) -> str:
    """Return what readers see of a reference; nothing if it is not live."""
    if reference.kind == EntryKind.CONTACT:
        contact = live.contacts.get(reference.slug)
        return (contact.names.get(language) or contact.names.get(SOURCE_LANGUAGE, "")) if contact else ""
    if reference.kind == MEDIA:
        media = live.shelf.media.get(reference.slug)
        return media.alt if media else ""
    values = live.shelf.revisions.get((reference.kind, reference.slug), {})
    shown = values.get(language) or values.get(SOURCE_LANGUAGE)
    return shown.body if shown else ""
