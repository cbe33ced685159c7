"""Bekal in processes that share what they load: a start takes a tenth of the processor time of one from nothing.

`multiprocessing`'s fork server loads Bekal once for a process of tests. Each fork of it then does all that `main.py`
does, in a process of its own with its own settings, files and end; only the reading of the code is shared.
tests/project/test_commands.py starts from nothing, as users do.
"""

import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

LOADED = (
    "api.app", "api.doctor", "api.jobs", "api.listening", "bot.service", "content.shipped", "main",
    "migrations.running", "simulator.app", "simulator.simulator", "staff.setting_up", "tests.warm", "uvloop",
)  # fmt: skip
_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload([*LOADED])


class Forked:
    """One process of Bekal, with the methods of a Popen that tests use."""

    def __init__(self, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str], output: Path) -> None:
        """Begin a command in a folder; what it prints is added to a file."""
        begin = (tuple(arguments), str(folder), dict(environment), str(output))
        self._process = _forking.Process(target=_run, args=begin, daemon=True)
        self._process.start()

    def poll(self) -> int | None:
        """Return the exit code, or minus the signal that ended it, or None while it runs."""
        return self._process.exitcode

    def wait(self) -> int | None:
        """Wait until it has ended; return what `poll` does."""
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self._process.exitcode is None and self._process.pid:
            os.kill(self._process.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _run(arguments: Sequence[str], folder: str, environment: Mapping[str, str], output: str) -> None:
    """Do what `main.py` does when it is started."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(file, stream.fileno())

    from main import GC_THRESHOLD, main

    gc.set_threshold(GC_THRESHOLD)
    sys.exit(main(arguments))
