"""Structured logs without personal data: a line may hold only the fields named here.

Chat ids, names, typed text and tokens are not among them, so no slip can log one: any other field is dropped and its
name noted.
"""

import logging
import sys
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog
from structlog.typing import EventDict, WrappedLogger

ALLOWED_FIELDS = frozenset(
    {
        "event", "level", "timestamp", "logger", "exception",
        "address", "attempt", "bot_id", "code", "command", "count", "database", "error", "kind", "language",
        "method", "mode", "outbox_id", "place", "revision", "seconds", "sha256", "state", "update_id", "version",
        "worker",
    }
)  # fmt: skip
# These print addresses that hold the bot's token, or whole requests, at their lower levels.
TALKATIVE = ("aiohttp", "telegram", "httpx", "httpcore", "aiosqlite", "sqlalchemy", "alembic", "asyncio", "uvicorn")


def keep_allowed_fields(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Drop every field that is not allowed, and say which."""
    dropped = sorted(set(event) - ALLOWED_FIELDS - {"exc_info", "dropped"})
    if dropped:
        event = {key: value for key, value in event.items() if key not in dropped}
        event["dropped"] = dropped
    return event


def place_of(error: BaseException) -> str:
    """Name where an error rose, as file:line:function, without its text (which may quote what a person typed)."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "unknown"
    code = trace.tb_frame.f_code
    return f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}:{code.co_name}"


class _StandardError:
    """Standard error as it is at each line. A log that cannot be written must not stop who writes it."""

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.write(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.flush()


def set_up_logging(level: str = "INFO") -> None:
    """Send one line a record to stderr: readable on a terminal, JSON elsewhere."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    last: Any = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_allowed_fields,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _StandardError())),
        cache_logger_on_first_use=False,
    )


log: Any = structlog.get_logger()
