"""The figures of a deep run: collected by the tests, written to docs/ with their date."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Report:
    """What one test measured: it goes with the test's own properties to the process that writes the page."""

    properties: list[tuple[str, object]]

    def note(self, **figures: object) -> None:
        self.properties.extend(figures.items())
