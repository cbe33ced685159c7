"""The errors of the desk: each is a rule that somebody broke, told in the words of the person who reads it."""

from core.errors import RuleBroken


class NotThere(RuleBroken):
    """There is no such text, fact, contact or topic, or the person may not see it."""


class Conflict(RuleBroken):
    """Somebody else saved meanwhile. `newest_id` is that revision; what was typed is the caller's to keep.

    What has no revisions has no `newest_id`, and a message of its own: content/desk/fingerprints.py.
    """

    def __init__(self, newest_id: int | None, message: str = "") -> None:
        if message:
            super().__init__(message)
        else:
            super().__init__("Somebody else saved this text while you wrote. Your text is kept: compare the two below.")
        self.newest_id = newest_id


class NotReady(RuleBroken):
    """A text breaks rules and cannot be handed in. `faults` tells each, with its field and line."""

    def __init__(self, faults: "tuple[Fault, ...]") -> None:
        super().__init__("This text cannot be handed in yet: see the notes at its fields.")
        self.faults = faults


class Fault(RuleBroken):
    """One broken rule of a text: in which field, and in which line counted from 1 (0: the whole field)."""

    def __init__(self, field: str, message: str, *, line: int = 0, **values: object) -> None:
        super().__init__(message, line=line, **values)
        self.field = field
        self.line = line


class WrongState(RuleBroken):
    """The text has moved on: it is not in the state that this step begins with."""


class OwnText(RuleBroken):
    """Nobody approves what she wrote."""


class TooNew(RuleBroken):
    """A verifier does not approve what the person who made her one wrote, for a day."""


class Altered(RuleBroken):
    """What the database holds is not what was saved."""
