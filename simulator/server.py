"""Serving the stand-in inside the running event loop: for tests, and for `python -m simulator`."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

from simulator.app import create_app
from simulator.simulator import Simulator

KEEP_ALIVE_SECONDS = 75  # as nginx does: one that closes early meets a request that is on its way


@dataclass(frozen=True, slots=True)
class RunningSimulator:
    """A stand-in that answers at `url`."""

    simulator: Simulator
    url: str


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to whoever runs the loop."""
        yield


@asynccontextmanager
async def serving(app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve any app inside the running event loop; gives its address."""
    sock = socket.socket(proto=socket.IPPROTO_TCP)  # named, or asyncio would let answers wait 40 ms for one another
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_level="critical",
        access_log=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[sock]))
    try:
        while not server.started:  # noqa: ASYNC110  the server tells it no other way
            await asyncio.sleep(0.005)
        yield f"http://{host}:{sock.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        sock.close()


@asynccontextmanager
async def running(simulator: Simulator, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[RunningSimulator]:
    """Serve a stand-in; on leaving, end its streams and keep its state."""
    async with serving(create_app(simulator), host=host, port=port) as url:
        try:
            yield RunningSimulator(simulator, url)
        finally:
            await simulator.close()
