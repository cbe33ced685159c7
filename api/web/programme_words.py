"""What the fields of a programme and of a question are called, and what of them two people say differently."""

from collections.abc import Mapping
from typing import Any

from api.web import labels
from api.web.meanwhile import Differing, differing
from core.i18n import LANGUAGES, Words
from registrations import provinces

Choices = Mapping[str, list[tuple[str, str]]]


def fields(words: Words) -> dict[str, str]:
    """Return what each field of a programme is called, in the order of the page."""
    _ = words.gettext
    return {
        "slug": _("Short name, for addresses and files"),
        "article": _("Its article"),
        "form": _("Form"),
        "opens_on": _("Open from"),
        "closes_on": _("Open until, that day included"),
        "admits": _("Who gets a place"),
        "places": _("Places"),
        "places_by_province": _("Places of their own for some provinces"),
        "places_question": _("Or places by the answers to a question: its code"),
        "places_by_answer": _("Places of their own for some of its answers"),
        "waitlist": _("When all places are taken"),
        "stages": _("For whom"),
        "provinces": _("Only in some provinces"),
        "least_age": _("From what age"),
        "most_age": _("Up to what age"),
        "sex": _("For women or men only, where the law lets that be"),
        "returned_within_months": _("Only for who came back within so many months"),
        "discreet": _("Who holds the phone may learn of it"),
        "contact": _("Whom to ask"),
        "position": _("Place in the list"),
        "keep_months": _("For how many months registrations are kept after their last change"),
    }


def choices(words: Words) -> Choices:
    """Return what can be chosen in the fields of a programme that are one of a few."""
    _ = words.gettext
    return {
        "admits": [("after_review", _("those whom staff give one")), ("at_once", _("who comes first, at once"))],
        "waitlist": [("yes", _("people can join a queue")), ("no", _("nobody can sign up"))],
        "sex": [("", _("for both")), ("female", _("women")), ("male", _("men"))],
        "discreet": [("no", _("yes, it is an ordinary programme")), ("yes", _("no, it is discreet"))],
    }


def programmes_differ(theirs: Mapping[str, Any], yours: Mapping[str, Any], words: Words) -> list[Differing]:
    """Return what saving a programme would change of what somebody else saved; both as its form holds them."""
    return differing(
        Differing(label, _told(name, theirs[name], words), _told(name, yours[name], words))
        for name, label in fields(words).items()
        if name in theirs
    )


def _told(name: str, held: Any, words: Words) -> str:
    """Tell what a field holds: of several in the order of their names, since in which they were ticked says nothing."""
    if name in {"stages", "provinces"}:
        names = labels.stages(words) if name == "stages" else provinces.all_names()
        return ", ".join(told for code, told in names.items() if code in held)
    return dict(choices(words).get(name, ())).get(held, str(held))


def types(words: Words) -> dict[str, str]:
    """Return what each kind of question is called."""
    _ = words.gettext
    return {
        # Translators: the kinds of questions that a form can ask.
        "consent": _("Consent"), "short_text": _("Short text"), "long_text": _("Long text"), "number": _("A figure"),
        "date": _("Date"), "phone": _("Phone number"), "choice": _("One of several"),
        "choices": _("Several of several"), "yes_no": _("Yes or no"), "province": _("Province"),
        "regency": _("Kabupaten or kota"), "country": _("Country"),
    }  # fmt: skip


def texts(words: Words) -> dict[str, str]:
    """Return what each text of a question is called."""
    _ = words.gettext
    return {
        "question": _("Question"), "help": _("Help below it"), "why": _("Why it is asked"),
        "error": _("What is said to a wrong answer"),
    }  # fmt: skip


def questions_differ(theirs: dict[str, str], yours: dict[str, str], words: Words) -> list[Differing]:
    """Return what saving a question would change of the one that stands at its place; both are as its form holds them.

    A field that one of them lacks is empty there.
    """
    hers, mine = _in_words(theirs, words), _in_words(yours, words)
    names = _question_fields(words) | {name: _answer(name, words) for name in hers | mine if "option." in name}
    return differing(
        Differing(label, hers.get(name, ""), mine.get(name, ""), _language(name)) for name, label in names.items()
    )


def _in_words(typed: dict[str, str], words: Words) -> dict[str, str]:
    _ = words.gettext
    told = {"yes": _("yes"), "no": _("no")}
    chosen = {name: told[typed[name]] for name in ("required", "sensitive")}
    return typed | chosen | {"type": types(words)[typed["type"]]}


def _question_fields(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        "code": _("Code"),
        "type": _("Kind"),
        "required": _("It has to be answered"),
        "sensitive": _("It is sensitive: never repeated, and in no file without names"),
        **{
            f"text.{name}.{code}": f"{label}, {language.name}"
            for code, language in LANGUAGES.items()
            for name, label in texts(words).items()
        },
        "least": _("at least"),
        "most": _("at most"),
        "shown_if.question": _("Code of an earlier question"),
        "shown_if.is": _("Codes of its answers, with commas between them"),
    }


def _answer(name: str, words: Words) -> str:
    """Name one field of an answer to choose from, such as option.0.id, as its form does."""
    _ = words.gettext
    number, part = name.split(".")[1:]
    answer = _("Answer {number}").format(number=int(number) + 1)
    told = _("Code") if part == "code" else LANGUAGES[part].name
    return f"{answer}, {told}"


def _language(name: str) -> str:
    last = name.rpartition(".")[2]
    return last if last in LANGUAGES else ""
