"""Checking what a bot sends against the Bot API's own data: names, types, nesting. Compiled once, at import.

Telegram passes over parameters it does not know; the stand-in refuses them, since in a test they are a slip.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.errors import bad_request
from simulator.spec import TRIMMED

Check = Callable[[Any], bool]
EMPTY_WORDS = {
    "text": "message text is empty", "chat_id": "chat_id is empty", "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified", "file_id": "file_id not specified",
    **{kind: f"there is no {kind} in the request" for kind in ("photo", "voice", "audio", "document", "video")},
}  # fmt: skip
JSON_WORDS = {"reply_markup": "reply keyboard markup", "message_ids": "message_ids"}
MAY_BE_TEXT = frozenset({"KeyboardButton"})  # as its description says, but not its type
MAY_BE_EMPTY = frozenset({("setWebhook", "url")})
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,19}")
TRUE_WORDS = frozenset({"true", "True", "1", "yes"})
FALSE_WORDS = frozenset({"false", "False", "0", "no", ""})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came by multipart."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Method:
    checks: Mapping[str, Check]
    required: tuple[str, ...]
    types: Mapping[str, tuple[str, ...]]


_SPEC: dict[str, Any] = json.loads(TRIMMED.read_text())
_OBJECTS: dict[str, Check] = {}


def check(method: str, parameters: dict[str, Any]) -> None:
    """Refuse unknown, missing and ill-typed parameters."""
    known = _METHODS[method]
    for name in known.required:
        if name not in parameters or parameters[name] == "":
            raise bad_request(EMPTY_WORDS.get(name, f'parameter "{name}" is required'))
    for name, value in parameters.items():
        fits = known.checks.get(name)
        if fits is None:
            raise bad_request(f'parameter "{name}" is not known to {method}')
        if not fits(value):
            raise bad_request(f'parameter "{name}" of {method} is ill-typed')


def read_json(text: bytes) -> Any:
    """Read JSON; raise ValueError for what is none, is nested too deep, or holds half a character."""
    try:
        content = json.loads(text)
        if b"\\ud" in text or b"\\uD" in text:  # half a character, or, far more often, both
            json.dumps(content, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deep") from None
    return content


def decode(method: str, raw: Mapping[str, Any], *, is_json: bool) -> dict[str, Any]:
    """Give values the types that the method declares: forms carry only strings, and JSON may carry JSON in strings."""
    types = _METHODS[method].types
    return {name: _decoded(name, value, types.get(name, ()), is_json=is_json) for name, value in raw.items()}


def _decoded(name: str, value: Any, types: tuple[str, ...], *, is_json: bool) -> Any:
    if not isinstance(value, str) or ("String" in types and "Integer" not in types):
        return value
    if "Integer" in types:
        return int(value) if WHOLE_NUMBER.fullmatch(value) else value
    if "Boolean" in types or "True" in types:
        return True if value in TRUE_WORDS else False if value in FALSE_WORDS else value
    if "Float" in types:
        return _number(value)
    if "InputFile" in types or not types:
        return value
    try:
        return read_json(value.encode())
    except ValueError:
        what = JSON_WORDS.get(name, name.replace("_", " "))
        raise bad_request(f"can't parse {what} JSON object") from None


def _number(value: str) -> Any:
    try:
        return float(value)
    except ValueError:
        return value


def _compiled(types: tuple[str, ...]) -> Check:
    checks = [_one(name) for name in types]
    if len(checks) == 1:
        return checks[0]
    return lambda value: any(fits(value) for fits in checks)


def _one(name: str) -> Check:
    if name.startswith("Array of "):
        inner = _one(name.removeprefix("Array of "))
        return lambda value: isinstance(value, list) and all(map(inner, value))
    primitive = _PRIMITIVES.get(name)
    return primitive if primitive is not None else _object(name)


def _object(name: str) -> Check:
    """Compile a type. It is looked up when used, so that types may hold themselves."""

    def look_up(value: Any) -> bool:
        return _OBJECTS[name](value)

    if name not in _OBJECTS:
        _OBJECTS[name] = look_up
        described = _SPEC["types"][name]
        if "subtypes" in described:
            _OBJECTS[name] = _compiled(tuple(described["subtypes"]))
        else:
            _OBJECTS[name] = _fields_check(described["fields"])
    if name in MAY_BE_TEXT:
        return lambda value: isinstance(value, str) or look_up(value)
    return look_up


def _fields_check(fields: dict[str, Any]) -> Check:
    checks = {name: _compiled(tuple(field["types"])) for name, field in fields.items()}
    required = frozenset(name for name, field in fields.items() if field["required"])

    def fits(value: Any) -> bool:
        if not isinstance(value, dict) or not required <= value.keys():
            return False
        return all((field := checks.get(name)) is not None and field(inner) for name, inner in value.items())

    return fits


_PRIMITIVES: dict[str, Check] = {
    "Integer": lambda value: type(value) is int,
    "Float": lambda value: type(value) in {int, float},
    "String": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    "True": lambda value: value is True,
    "InputFile": lambda value: isinstance(value, Upload),
}
_ANY_MARKUP = _SPEC["methods"]["sendMessage"]["reply_markup"][
    "types"
]  # an edit that brings a wrong one has its own words
_METHODS = {
    name: _Method(
        checks={
            field: _compiled(tuple(_ANY_MARKUP if field == "reply_markup" else described["types"]))
            for field, described in fields.items()
        },
        required=tuple(
            field for field, described in fields.items() if described["required"] and (name, field) not in MAY_BE_EMPTY
        ),
        types={field: tuple(described["types"]) for field, described in fields.items()},
    )
    for name, fields in _SPEC["methods"].items()
}
