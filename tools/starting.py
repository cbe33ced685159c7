"""Starting Bekal in a process of its own, as its users do."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

MAIN = Path(__file__).resolve().parent.parent / "main.py"


class Running(Protocol):
    """A process; its methods are those of subprocess.Popen."""

    def poll(self) -> int | None:
        """Return the exit code, or minus the signal that ended it, or None while it runs."""

    def wait(self) -> int | None:
        """Wait until it has ended; return what `poll` does."""

    def send_signal(self, number: int, /) -> None:
        """Send it a signal, if it still runs."""

    def kill(self) -> None:
        """End it at once: SIGKILL."""


class Begin(Protocol):
    """Begins a command of Bekal."""

    def __call__(
        self, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str], output: Path
    ) -> Running:
        """Begin a command in a folder; what it prints is added to a file."""


def from_nothing(
    arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str], output: Path
) -> subprocess.Popen[bytes]:
    """Begin a command as its users do."""
    with output.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, str(MAIN), *arguments], cwd=folder, env=environment, stdout=file, stderr=file
        )
