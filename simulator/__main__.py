"""`python -m simulator --port 8081 --token 1000001:…`: the stand-in in a process of its own, on 127.0.0.1 only."""

import argparse
import asyncio
import signal
from pathlib import Path

import uvloop

from simulator.server import running
from simulator.simulator import Simulator


async def serve(options: argparse.Namespace) -> None:
    """Serve until a signal says stop."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    simulator = Simulator(
        token=options.token, folder=options.folder, limits=options.limits, demo_people=options.demo_people
    )
    async with running(simulator, port=options.port):
        await stopped.wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description="A strict stand-in for the Bot API.")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", required=True)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--limits", action="store_true", help="refuse what Telegram's flood control would")
    parser.add_argument("--demo-people", action="store_true")
    uvloop.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
