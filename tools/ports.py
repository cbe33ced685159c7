"""A port for a server that is started in a process of its own."""

import os
import random
import socket
from itertools import count

FIRST, EACH = 20_000, 750  # below 32768: from there on Linux gives ports to whoever asks for any
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")  # several processes of one test run draw at once
LOWEST = FIRST + int(WORKER.removeprefix("gw")) % 16 * EACH
DRAWN = count(random.randrange(EACH))  # noqa: S311  another run at the same time begins elsewhere


def free_port() -> int:
    """Return a port that nobody uses now, nor is given while the server starts or is killed and started again."""
    while not is_free(port := LOWEST + next(DRAWN) % EACH):
        pass
    return port


def is_free(port: int) -> bool:
    """Tell whether nobody listens there."""
    with socket.socket() as sock:
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
