"""The errors that people are meant to meet.

RuleBroken        a rule of the domain was broken; each edge renders it in the person's language
SettingsError     a setting is missing or wrong; the start ends with its one sentence
"""


class RuleBroken(Exception):  # noqa: N818  it names what happened, not a fault of the program
    """A rule was broken by what a person asked. Carries a message key and its values, never a text for people.

    `message` is a msgid of the catalogues; `values` are the named values that its translation takes.
    """

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values


class SettingsError(Exception):
    """A setting is missing or wrong. Its text is one sentence that says how to mend it."""
