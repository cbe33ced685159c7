"""What was typed into the fields of a form: see registrations/form_fields.py."""

from collections.abc import Sequence

from starlette.datastructures import FormData

from registrations.form_fields import PREFIX


def typed_in(form: FormData) -> dict[str, str]:
    """Return what was typed, by the codes of the questions; several choices with commas between them."""
    names = {name for name in form if name.startswith(PREFIX)}
    return {name.removeprefix(PREFIX): ",".join(_texts(form.getlist(name))) for name in names}


def _texts(values: Sequence[object]) -> list[str]:
    return [value.replace("\x00", "") for value in values if isinstance(value, str) and value]
