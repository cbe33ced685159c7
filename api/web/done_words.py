"""What a page says was done, by the code in its address: a fixed vocabulary, so that an address tells of nobody."""

from core.i18n import Words


def told(words: Words) -> dict[str, str]:
    """Return the sentences by their codes, in the words of who reads the page."""
    _ = words.gettext
    return {
        "approved": _("Approved."),
        "assigned": _("It is noted who looks after it."),
        "called-off": _("Called off: what was planned does not happen."),
        "corrected": _("The answer is corrected."),
        "entered": _("Everybody in the list was entered."),
        "erased": _("Erased."),
        "given-back": _("Given back."),
        "handed-in": _("Saved and handed in: it waits for a verifier."),
        "handed-over": _("Handed over to the staff of the other province."),
        "password-saved": _("The new password is saved. All other sessions have ended."),
        "put-back": _("The older text is the newest draft now."),
        "question-saved": _("Saved in the draft: it is asked once you publish the form."),
        "retired": _("Retired: nobody reads this article any more."),
        "role-given": _("Role given."),
        "role-taken": _("Role taken away."),
        "saved": _("Saved."),
        "saved-live": _("Saved. It counts from now on."),
        "saved-draft": _("Saved as a draft: readers do not see it yet."),
        "taken-away": _("Taken away from readers."),
        "taken-back": _("Taken back: you can go on writing."),
    }
