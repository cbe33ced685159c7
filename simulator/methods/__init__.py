"""What each method of the Bot API does, one file per subject. METHODS holds them by name."""

from collections.abc import Awaitable, Callable
from typing import Any

from simulator.methods import bot, editing, files, sending, updating
from simulator.simulator import Simulator

Method = Callable[[Simulator, dict[str, Any]], Any | Awaitable[Any]]

METHODS: dict[str, Method] = {**bot.METHODS, **editing.METHODS, **files.METHODS, **sending.METHODS, **updating.METHODS}
