"""A contact's card as a form: what the browser sends becomes a card, and every fault is told at its field."""

from typing import Any, get_args

from pydantic import ValidationError
from starlette.datastructures import FormData

from content.pack_shapes import ContactKind, ContactModel
from core.i18n import LANGUAGES, Words

KINDS = get_args(ContactKind)
SPARE_PHONES = 3  # empty blocks at the end, for who has no script
LINES = ("whatsapp", "email", "web", "languages")
ONE_LINE = ("official_name", "kind", "country", "province", "city", "address", "note", "seen_on")


def read(form: FormData, *, sources: tuple[str, ...]) -> dict[str, Any]:
    """Return what a form says of a contact, in the shape of ContactModel; nothing is checked yet."""
    card: dict[str, Any] = {name: _text(form, name) or None for name in ONE_LINE}
    card |= {name: tuple(_text(form, name).split()) for name in LINES}
    card["names"] = _per_language(form, "names")
    card["position"] = _text(form, "position") or "50"
    card["publishable"] = _text(form, "publishable") == "yes"
    card["sources"] = sources
    count = int(_text(form, "phone_count")) if _text(form, "phone_count").isdigit() else 0
    phones = [_phone(form, index) for index in range(min(count, 20))]
    card["phones"] = tuple(phone for phone in phones if phone["number"])
    return card


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _per_language(form: FormData, name: str) -> dict[str, str]:
    texts = {code: _text(form, f"{name}.{code}") for code in LANGUAGES}
    return {code: text for code, text in texts.items() if text}


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
        return None, {_field(found["loc"]): _told(found["type"], words) for found in error.errors()}


def _field(place: tuple[int | str, ...]) -> str:
    """Return the name of the form's field that a fault is about; lists are one field."""
    if place and place[0] in LINES:
        return str(place[0])
    return ".".join(map(str, place))


def _told(kind: str, words: Words) -> str:
    _ = words.gettext
    if kind in {"missing", "string_type", "none_required"}:
        return _("This is needed.")
    if kind in {"string_too_long", "too_long"}:
        return _("This is too long.")
    return _("This is not written as it should be.")


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
