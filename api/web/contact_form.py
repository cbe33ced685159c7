"""A contact's card as a form: what the browser sends becomes a card, and every fault is told at its field."""

import re
from typing import Any

from pydantic import ValidationError
from starlette.datastructures import FormData

from content.pack_shapes import ContactModel
from core.i18n import LANGUAGES, Words

SPARE_PHONES = 3  # empty blocks at the end, for who has no script
MOST_PHONES = 40  # that are read: more than may be kept, so that who typed too many is told so and loses none
LINES = ("whatsapp", "email", "web", "languages")
ONE_LINE = ("official_name", "kind", "country", "province", "city", "address", "note", "seen_on")
BETWEEN_DIGITS = re.compile(r"(?<=\d)[ .-]+(?=\d)")


def read(form: FormData, *, sources: tuple[str, ...]) -> dict[str, Any]:
    """Return what a form says of a contact, in the shape of ContactModel; nothing is checked yet."""
    card: dict[str, Any] = {name: _text(form, name) or None for name in ONE_LINE}
    card |= {name: tuple(filter(None, map(str.strip, _text(form, name).splitlines()))) for name in LINES}
    card["whatsapp"] = tuple(BETWEEN_DIGITS.sub("", number) for number in card["whatsapp"])
    card["country"] = _text(form, "country").upper() or None
    card["names"] = _per_language(form, "names")
    card["position"] = _text(form, "position") or "50"
    card["publishable"] = _text(form, "publishable") == "yes"
    card["sources"] = sources
    count = int(_text(form, "phone_count")) if re.fullmatch("[0-9]{1,4}", _text(form, "phone_count")) else 0
    kept = [index for index in range(min(count, MOST_PHONES)) if _is_kept(form, index)]
    card["phones"] = tuple(_phone(form, index) for index in kept)
    return card


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _per_language(form: FormData, name: str) -> dict[str, str]:
    texts = {code: _text(form, f"{name}.{code}") for code in LANGUAGES}
    return {code: text for code, text in texts.items() if text}


def _is_kept(form: FormData, index: int) -> bool:
    """Tell whether a block is a number: not one that is to go, nor one in which nothing was written."""
    here = f"phones.{index}"
    if _text(form, f"{here}.remove") == "yes":
        return False
    return bool(
        _text(form, f"{here}.number") or _per_language(form, f"{here}.label") or _per_language(form, f"{here}.hours")
    )


def _phone(form: FormData, index: int) -> dict[str, Any]:
    return {
        "number": _text(form, f"phones.{index}.number"),
        "type": _text(form, f"phones.{index}.type"),
        "reach": _text(form, f"phones.{index}.reach"),
        "free": _text(form, f"phones.{index}.free") == "yes",
        "publishable": _text(form, f"phones.{index}.publishable") == "yes",
        "label": _per_language(form, f"phones.{index}.label"),
        "hours": _per_language(form, f"phones.{index}.hours"),
    }


def check(card: dict[str, Any], words: Words) -> tuple[ContactModel | None, dict[str, str]]:
    """Return the card, or what is wrong in which field."""
    try:
        return ContactModel.model_validate(card), {}
    except ValidationError as error:
        faults: dict[str, str] = {}
        for found in error.errors():
            field = _field(found["loc"])
            faults.setdefault(field, _told(field, found["type"], _is_empty(found["input"]), words))
        return None, faults


def _field(place: tuple[int | str, ...]) -> str:
    """Return the name of the form's field that a fault is about; lists are one field."""
    if place and place[0] in LINES:
        return str(place[0])
    return ".".join(map(str, place))


def _is_empty(written: object) -> bool:
    return written is None or written == ""


def _told(field: str, kind: str, is_empty: bool, words: Words) -> str:
    _ = words.gettext
    if is_empty:
        return _("This is needed.")
    if kind in {"string_too_long", "too_long"}:
        return _("These are too many: at most 8.") if field == "phones" else _("This is too long.")
    wrong = {
        "number": _("Write a number as it is dialled: digits, spaces and -, with + before the country."),
        "country": _("Write the two letters of a country, such as ID, MY or TW."),
        "position": _("Write a number from 1 to 99."),
        "whatsapp": _("Write each number with + and the country, such as +628111234567."),
        "web": _("Write each address from https:// on."),
        "seen_on": _("Write a date as 2025-04-10, 2025-04 or 2025."),
    }
    return wrong.get(field.rpartition(".")[2], _("This is not written as it should be."))


def of_details(official_name: str, details: dict[str, Any] | None) -> dict[str, Any]:
    """Return the values of a form for a contact as it is stored."""
    held = details or {}
    card: dict[str, Any] = {name: held.get(name) or "" for name in ONE_LINE}
    card |= {name: "\n".join(held.get(name, ())) for name in LINES}
    seen, precision = held.get("seen_on"), held.get("seen_precision", "day")
    card["seen_on"] = str(seen)[: {"year": 4, "month": 7}.get(precision, 10)] if seen else ""
    return card | {
        "official_name": official_name, "names": held.get("names", {}), "position": held.get("position", 50),
        "publishable": held.get("publishable", False), "phones": [dict(phone) for phone in held.get("phones", ())],
    }  # fmt: skip


def as_typed(card: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a form as they were typed, to be shown again beside what is wrong."""
    return (
        card | {name: "\n".join(card[name]) for name in LINES} | {"phones": [dict(phone) for phone in card["phones"]]}
    )
