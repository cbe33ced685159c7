"""The product as its users start it: `main.py` in a process of its own, killed or stopped by a test."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import aiohttp

from tools.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "1000001:AAbekal_simulator_token_0123456789abc"
STARTED: list[asyncio.subprocess.Process] = []  # by the test that runs: tests/conftest.py ends what it leaves behind
END_SECONDS = 60  # far more than it needs: the machine may be busy with other tests
SECRET = "Zk3xv9Qm1B7cT5rYw8LdNf2hGj4KpSa6UeXo0Ii-_Vb"


class Product:
    """One process of Bekal: `poll`, `serve` or `run`."""

    def __init__(self, command: str, folder: Path, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = command
        self._folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BEKAL_")}
        mine = {"BEKAL_DATA_DIR": str(folder / "data"), "BEKAL_BIND": f"127.0.0.1:{self.port}"}
        kept.pop("PYTHONDONTWRITEBYTECODE", None)  # or every start compiles every library anew
        self.environment = kept | mine | settings
        self.process: asyncio.subprocess.Process | None = None

    async def start(self, *, wait_seconds: float = 60) -> None:
        """Start and wait until it answers."""
        with (self._folder / "log.txt").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, str(ROOT / "main.py"), self._command,
                cwd=self._folder, env=self.environment, stdout=log, stderr=log,
            )  # fmt: skip
        STARTED.append(self.process)
        async with aiohttp.ClientSession() as session, asyncio.timeout(wait_seconds):
            while True:
                assert self.process.returncode is None, self.log()
                try:
                    async with session.get(f"{self.url}/healthz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def interrupt(self) -> int:
        """Ctrl-C; returns the exit code. One that does not end is killed, and raises TimeoutError."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGINT)
        try:
            async with asyncio.timeout(END_SECONDS):
                return await self.process.wait()
        except TimeoutError:
            await self.kill()
            raise

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
        process = await self._begin(arguments)
        while not moment():
            assert process.returncode is None, "the moment never came"
            await asyncio.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        await process.wait()

    async def _run(self, arguments: tuple[str, ...]) -> tuple[int | None, str]:
        process = await self._begin(arguments)
        async with asyncio.timeout(END_SECONDS):  # one that should have been refused may serve for ever
            printed, _ = await process.communicate()
        return process.returncode, printed.decode()

    async def _begin(self, arguments: tuple[str, ...]) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(ROOT / "main.py"), *arguments, cwd=self._folder, env=self.environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        STARTED.append(process)
        return process

    def log(self) -> str:
        return (self._folder / "log.txt").read_text()


def telegram_settings(api_url: str, database_url: str) -> dict[str, str]:
    return {
        "BEKAL_TELEGRAM_TOKEN": TOKEN,
        "BEKAL_TELEGRAM_API_URL": api_url,
        "BEKAL_DATABASE_URL": database_url,
        "BEKAL_DATA_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "BEKAL_WEBHOOK_SECRET": SECRET,
        "BEKAL_SHOW_UNVERIFIED": "yes",
    }
