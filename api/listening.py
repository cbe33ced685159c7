"""Serving an app on an address until a signal says stop."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

from core.errors import SettingsError

GRACE_SECONDS = 1  # for open streams and long polls; a person waits for Ctrl-C
KEEP_ALIVE_SECONDS = 75  # as nginx does: one that closes early meets a request that is on its way


@asynccontextmanager
async def listening(app: ASGIApp, host: str, port: int) -> AsyncIterator[asyncio.Future[None]]:
    """Serve an app; the future that is given ends when a signal asks us to stop."""

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield  # ours are below: uvicorn's own would end the process before the bot has put things down

    sock = bound_socket(host, port)
    config = uvicorn.Config(
        app, lifespan="off", log_level="error", access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS, timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )  # fmt: skip
    server = Server(config)
    stopped: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, _stop, stopped)
    serving = asyncio.create_task(server.serve(sockets=[sock]))
    try:
        yield stopped
    finally:
        server.should_exit = True
        await serving


def _stop(stopped: asyncio.Future[None]) -> None:
    if not stopped.done():
        stopped.set_result(None)


def bound_socket(host: str, port: int) -> socket.socket:
    """Take an address; raise SettingsError if another program has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise SettingsError(
            f"Cannot listen on {host}:{port} ({error.strerror}): stop what runs there, "
            "or choose another address with BEKAL_BIND=127.0.0.1:8081."
        ) from None
    return sock
