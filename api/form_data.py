"""What was typed into the fields of a form: see registrations/form_fields.py."""

from collections.abc import Sequence

from starlette.datastructures import FormData

from registrations.form_fields import PREFIX

MOST_LETTERS = 2000  # more than any answer may hold


def typed_in(form: FormData) -> dict[str, str]:
    """Return what was typed, by the codes of the questions; several choices with commas between them.

    A route that calls this has a field of its own in the form: then FastAPI reads the body before it opens a session,
    and no slow line holds a lock.
    """
    names = {name for name in form if name.startswith(PREFIX)}
    return {name.removeprefix(PREFIX): ",".join(_texts(form.getlist(name)))[:MOST_LETTERS] for name in names}


def _texts(values: Sequence[object]) -> list[str]:
    return [value.replace("\x00", "") for value in values if isinstance(value, str) and value]
