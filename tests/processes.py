"""The product in a process of its own, killed or stopped by a test."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

import aiohttp

from tests.forks import Forked
from tools.ports import free_port
from tools.starting import Begin, Running

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "1000001:AAbekal_simulator_token_0123456789abc"
END_SECONDS = 60  # far more than it needs: the machine may be busy with other tests
LOOK_EVERY_SECONDS = 0.01
SECRET = "Zk3xv9Qm1B7cT5rYw8LdNf2hGj4KpSa6UeXo0Ii-_Vb"


STARTED: list[Running] = []  # by the test that runs: tests/conftest.py ends what it leaves behind


class Product:
    """One process of Bekal: `poll`, `serve` or `run`; a fork of one that is loaded, or begun from nothing."""

    def __init__(self, command: str, folder: Path, begin: Begin = Forked, /, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = command
        self._folder = folder
        self._begin_process = begin
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BEKAL_")}
        mine = {"BEKAL_DATA_DIR": str(folder / "data"), "BEKAL_BIND": f"127.0.0.1:{self.port}"}
        kept.pop("PYTHONDONTWRITEBYTECODE", None)  # or every start compiles every library anew
        self.environment = kept | mine | settings
        self.process: Running | None = None

    async def start(self, *, wait_seconds: float = 60) -> None:
        """Start and wait until it answers."""
        self.process = self._begin((self._command,), self._log)
        async with aiohttp.ClientSession() as session, asyncio.timeout(wait_seconds):
            while True:
                assert self.process.poll() is None, self.log()
                try:
                    async with session.get(f"{self.url}/healthz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        await _end_of(self.process)

    async def interrupt(self) -> int:
        """Ctrl-C; returns the exit code. One that does not end is killed, and raises TimeoutError."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        try:
            async with asyncio.timeout(END_SECONDS):
                return await _end_of(self.process)
        except TimeoutError:
            await self.kill()
            raise

    async def end(self) -> int:
        """Wait until it ends by itself; return the exit code."""
        assert self.process is not None
        return await _end_of(self.process)

    async def command(self, *arguments: str) -> str:
        """Run another command of Bekal on the same data; return what it prints."""
        code, printed = await self._run(arguments)
        assert code == 0, printed
        return printed

    async def refused(self, *arguments: str) -> str:
        """Run a command that ends with a failure; return what it prints, which is one sentence."""
        printed = await self.failed(*arguments)
        assert printed.count("\n") == 1, printed
        return printed

    async def failed(self, *arguments: str) -> str:
        """Run a command that ends with a failure, foreseen or not; return what it prints."""
        code, printed = await self._run(arguments)
        assert code == 1, printed
        return printed

    async def command_killed_at(self, moment: Callable[[], bool], *arguments: str) -> None:
        """Begin another command, and kill -9 it as soon as the moment has come."""
        process = self._begin(arguments, Path(os.devnull))
        while not moment():
            assert process.poll() is None, "the moment never came"
            await asyncio.sleep(0.001)
        process.kill()
        await _end_of(process)

    async def _run(self, arguments: tuple[str, ...]) -> tuple[int, str]:
        with NamedTemporaryFile("r", encoding="utf-8") as printed:
            process = self._begin(arguments, Path(printed.name))
            async with asyncio.timeout(END_SECONDS):  # one that should have been refused may serve for ever
                code = await _end_of(process)
            return code, printed.read()

    def _begin(self, arguments: tuple[str, ...], output: Path) -> Running:
        process = self._begin_process(arguments, folder=self._folder, environment=self.environment, output=output)
        STARTED.append(process)
        return process

    @property
    def _log(self) -> Path:
        return self._folder / "log.txt"

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")


async def _end_of(process: Running) -> int:
    while (code := process.poll()) is None:  # noqa: ASYNC110  a process tells nobody
        await asyncio.sleep(LOOK_EVERY_SECONDS)
    return code


def telegram_settings(api_url: str, database_url: str) -> dict[str, str]:
    return {
        "BEKAL_TELEGRAM_TOKEN": TOKEN,
        "BEKAL_TELEGRAM_API_URL": api_url,
        "BEKAL_DATABASE_URL": database_url,
        "BEKAL_DATA_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "BEKAL_WEBHOOK_SECRET": SECRET,
        "BEKAL_SHOW_UNVERIFIED": "yes",
    }
