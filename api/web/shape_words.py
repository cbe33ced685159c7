"""What is wrong with the shape of a field, as a person says it: pydantic's kinds of errors in the desk's words."""

from collections.abc import Iterable, Mapping
from typing import Any

from api.web.labels import field_names
from core.i18n import Words

# https://docs.pydantic.dev/latest/errors/validation_errors/: where a kind of error tells its limit.
LIMITS = ("min_length", "max_length", "ge", "gt", "le", "lt")


def faults(errors: Iterable[Mapping[str, Any]], words: Words) -> list[str]:
    """Say what each field takes, under its name on the page where it has one; each sentence stands once."""
    names, sentences = field_names(words), dict[str, None]()
    for error in errors:
        field = str(error["loc"][1]) if error["loc"][1:] else ""
        sentence = _told(error["type"], error.get("ctx", {}), words)
        sentences[f"{names[field]}: {sentence}" if field in names else sentence] = None
    return list(sentences)


def _told(kind: str, limits: Mapping[str, Any], words: Words) -> str:
    """Say what a field takes, by the kind of its error and the limits that the error tells."""
    _ = words.gettext
    sentences = {
        "missing": _("Fill this in, or choose something."),
        "string_too_short": _("Write at least {limit} letters."),
        "string_too_long": _("Write at most {limit} letters."),
        "too_short": _("Choose at least {limit}."), "too_long": _("Choose at most {limit}."),
        "greater_than_equal": _("The lowest number is {limit}."),
        "less_than_equal": _("The highest number is {limit}."),
        "greater_than": _("Write a number above {limit}."), "less_than": _("Write a number below {limit}."),
        "int_parsing": _("Write a whole number, in digits."), "enum": _("Choose one of what the page offers."),
        "literal_error": _("Choose one of what the page offers."),
    }  # fmt: skip
    sentence = sentences.get(kind, _("This is not written as it should be."))
    limit = next((limits[name] for name in LIMITS if name in limits), "")
    return sentence.format(limit=words.number(limit) if isinstance(limit, int | float) else limit)
