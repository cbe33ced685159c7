"""What every route works with: made once at the start, handed to the app."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from content.cache import CatalogueCache
from content.media_files import MediaFiles
from content.seals import Seals
from core.clock import Clock
from core.crypto import Vault
from core.db import Database
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class BotState:
    """How the bot is doing: the age of its oldest unsent message, and whether Telegram delivers to us."""

    outbox_age_seconds: float
    updates_by: str
    webhook_error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The parts of a running Bekal that the desk needs.

    `allows_demo`: the demo accounts may sign in, in the simulator only. `is_secure`: the desk is reached by https,
    so its cookie is sent by nothing else. `look` is the folder with the script and style that draw a phone's messages.
    `settings` are told to administrators, without their secrets.
    """

    database: Database
    vault: Vault
    seals: Seals
    catalogue: CatalogueCache
    clock: Clock
    bot_state: Callable[[], BotState]
    look: Path
    public_url: str
    allows_demo: bool
    is_secure: bool
    settings: Settings
    # argon2id takes 64 MiB and a processor for each password that is checked
    password_checks: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    # and a large picture, while it is made small, up to 200 MB
    media_making: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    @property
    def media(self) -> MediaFiles:
        """The files of pictures and voice notes."""
        return MediaFiles(self.settings.media_dir)
