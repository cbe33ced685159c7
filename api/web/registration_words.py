"""Registrations in words: where one stands, what can be decided, what answers are read for, and the answers."""

from collections.abc import Callable
from datetime import date

from content.countries import country_name
from content.form_shapes import QuestionModel
from core.i18n import Words
from registrations import provinces, regencies
from registrations.answers import YES
from registrations.desk.opening import Purpose
from registrations.desk.showing import Step
from registrations.forms import label_of
from registrations.registrations import BEKAL, PERSON, Status


def statuses(words: Words) -> dict[str, str]:
    """Return what it is called where a registration stands, in the order of the steps; nobody sees what is begun."""
    _ = words.gettext
    return {
        # Translators: where a registration stands: it was sent, and nobody of the staff has looked at it.
        Status.APPLIED: _("Applied"),
        # Translators: where a registration stands: somebody of the staff reads it.
        Status.IN_REVIEW: _("Being read"),
        Status.ACCEPTED: _("Has a place"), Status.WAITLISTED: _("In the queue"), Status.OFFERED: _("Place offered"),
        # Translators: where a registration stands: the staff gave no place.
        Status.DECLINED: _("Declined"),
        # Translators: where a registration stands: the person took it back, or let an offer run out.
        Status.WITHDRAWN: _("Withdrawn"),
        # Translators: where a registration stands: the person came to the course.
        Status.ATTENDED: _("Attended"),
        # Translators: where a registration stands: the person completed the course.
        Status.COMPLETED: _("Completed"),
    }  # fmt: skip


def decisions(words: Words) -> dict[str, str]:
    """Return what each decision is called on a button, in the order in which a form offers them."""
    _ = words.gettext
    return {
        Status.IN_REVIEW: _("Begin to read it"), Status.ACCEPTED: _("Give a place"),
        Status.WAITLISTED: _("Put into the queue"), Status.ATTENDED: _("The person was there"),
        Status.COMPLETED: _("The person has completed it"), Status.DECLINED: _("Decline"),
    }  # fmt: skip


def purposes(words: Words) -> dict[str, str]:
    """Return what answers may be read for."""
    _ = words.gettext
    return {
        Purpose.DECIDE: _("To decide on the application"), Purpose.CONTACT: _("To contact the person"),
        Purpose.CORRECT: _("To correct a mistake"), Purpose.PREPARE: _("To prepare the course"),
    }  # fmt: skip


def actor(step: Step, words: Words) -> str:
    """Return who took a step."""
    _ = words.gettext
    # Translators: who took a step of a registration: the one who signed up, not the staff.
    return {PERSON: _("the person"), BEKAL: _("Bekal by itself")}.get(step.actor, step.name)


def province(code: str | None) -> str:
    """Return the name of a province; nothing where none is known."""
    return provinces.all_names().get(code or "", code or "")


def answer(question: QuestionModel, value: str, words: Words) -> str:
    """Return an answer as it was meant: of a code its name. An empty one: the question was left out."""
    _ = words.gettext
    if not value:
        return _("left out")
    labels = {option.code: label_of(option.labels, words.language) for option in question.options}
    tell: dict[str, Callable[[], str]] = {
        "yes_no": lambda: _("yes") if value == YES else _("no"),
        "consent": lambda: _("agreed") if value == YES else _("not agreed"),
        "country": lambda: country_name(value, words.language),
        "province": lambda: province(value),
        "regency": lambda: regencies.all_names().get(value, value),
        "date": lambda: words.day(date.fromisoformat(value)),
        "choice": lambda: labels.get(value, value),
        "choices": lambda: ", ".join(labels.get(code, code) for code in value.split(" ")),
    }
    return tell[question.type]() if question.type in tell else value
