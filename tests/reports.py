"""The figures of a deep run: collected by the tests, written to docs/ with their date."""

from dataclasses import dataclass, field


@dataclass
class Report:
    """What one test measured."""

    test: str
    figures: dict[str, object] = field(default_factory=dict)

    def note(self, **figures: object) -> None:
        self.figures.update(figures)
