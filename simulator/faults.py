"""Faults on request: what goes wrong between a bot and Telegram, in stated shares. The shapes: docs/simulator.md."""

import random
from dataclasses import dataclass, field
from types import NoneType
from typing import Any

from simulator.errors import ApiError

KINDS = frozenset(
    {"error", "too_many_requests", "drop_before", "drop_after", "time_out", "slow", "duplicate_updates",
     "shuffle_updates"}
)  # fmt: skip
TYPES: dict[str, Any] = {
    "kind": str, "methods": list, "share": (int, float), "times": (int, NoneType), "status": int, "description": str,
    "retry_after": int, "seconds": (int, float), "seed": (int, NoneType),
}  # fmt: skip
OF_UPDATES = frozenset({"duplicate_updates", "shuffle_updates"})


@dataclass(slots=True)
class Fault:
    """One rule. `times` counts down; None has no end."""

    kind: str
    methods: frozenset[str] = frozenset()
    share: float = 1.0
    times: int | None = None
    status: int = 500
    description: str = "Internal Server Error"
    retry_after: int = 1
    seconds: float = 1.0
    seed: int | None = None
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311  a test's dice

    def strikes(self) -> bool:
        """Throw the dice, and count."""
        if self.times == 0 or (self.share < 1 and self.dice.random() >= self.share):
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def as_json(self) -> dict[str, Any]:
        """Return the rule as it was put."""
        return {
            "kind": self.kind, "methods": sorted(self.methods), "share": self.share, "times": self.times,
            "status": self.status, "description": self.description, "retry_after": self.retry_after,
            "seconds": self.seconds, "seed": self.seed,
        }  # fmt: skip


class Faults:
    """The rules in force."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def put(self, rules: Any) -> None:
        """Put rules in force instead of those before; refuse what is no rule."""
        if not isinstance(rules, list):
            raise ApiError(422, "a list of faults is expected")
        self._faults = [_fault(rule) for rule in rules]

    def as_json(self) -> list[dict[str, Any]]:
        """Return the rules in force."""
        return [fault.as_json() for fault in self._faults]

    def for_call(self, method: str) -> Fault | None:
        """Return the fault that strikes a call, if any."""
        for fault in self._faults:
            if fault.kind not in OF_UPDATES and (not fault.methods or method in fault.methods) and fault.strikes():
                return fault
        return None

    def strikes(self, kind: str) -> bool:
        """Tell whether a fault of the updates' way strikes."""
        return any(fault.kind == kind and fault.strikes() for fault in self._faults)


def _fault(rule: Any) -> Fault:
    if not isinstance(rule, dict) or rule.get("kind") not in tuple(KINDS):
        raise ApiError(422, f"the kind of a fault is one of {', '.join(sorted(KINDS))}")
    for name, value in rule.items():
        if not isinstance(value, TYPES.get(name, ())) or isinstance(value, bool):
            raise ApiError(422, f"{name} of a fault is unknown or ill-typed")
    if not all(isinstance(method, str) for method in rule.get("methods", [])):
        raise ApiError(422, "methods of a fault are names")
    return Fault(**{**rule, "methods": frozenset(rule.get("methods", ()))})
