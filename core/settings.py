"""Every setting, read once from the environment. docs/settings.md lists them; a test demands each one there."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import SettingsError

TELEGRAM_API_URL = "https://api.telegram.org"
PREFIX = "BEKAL_"
FOR_DEVELOPERS = ("BEKAL_TEST_", "BEKAL_CHROMIUM")  # read by tests and by what takes the pictures
SECRET_BYTES = 32
TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{20,}")
# Telegram takes 1 to 256 of these characters: https://core.telegram.org/bots/api#setwebhook
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
YES_OR_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": None}
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
MOST_A_SECOND = 1000
HEX = re.compile(r"[0-9a-fA-F]+")
SECRETS = frozenset({"telegram_token", "data_key", "webhook_secret", "database_url"})  # the last may hold a password


class Settings(BaseSettings):
    """What can be set. Each field is the environment variable BEKAL_<NAME>."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", hide_input_in_errors=True)

    telegram_token: SecretStr | None = None
    telegram_api_url: str = TELEGRAM_API_URL
    data_dir: Path = Path("data")
    database_url: str = ""
    data_key: SecretStr | None = None
    public_url: str = ""
    webhook_secret: SecretStr | None = None
    bind: str = "127.0.0.1:8080"
    show_unverified: bool | None = None
    check_links: bool | None = None
    send_per_second: float = 25
    log_level: str = "INFO"

    @field_validator("telegram_token")
    @classmethod
    def _token_looks_like_one(cls, token: SecretStr | None) -> SecretStr | None:
        if token is None or not token.get_secret_value().strip():
            return None
        if not TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("is not a bot token: copy it whole from @BotFather, like 123456789:AAH…")
        return token

    @field_validator("show_unverified", "check_links", mode="before")
    @classmethod
    def _is_yes_or_no(cls, word: object) -> object:
        if isinstance(word, str) and word.lower() not in YES_OR_NO:
            raise ValueError("must be yes or no")
        return YES_OR_NO[word.lower()] if isinstance(word, str) else word

    @field_validator("send_per_second", mode="before")
    @classmethod
    def _is_a_number(cls, written: object) -> object:
        try:
            number = float(str(written))
        except ValueError:
            number = -1
        if not 0 <= number <= MOST_A_SECOND:
            raise ValueError(f"must be a number from 0 to {MOST_A_SECOND}")
        return number

    @field_validator("log_level")
    @classmethod
    def _is_a_level(cls, level: str) -> str:
        if level not in LOG_LEVELS:
            raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}")
        return level

    @field_validator("telegram_api_url", "public_url")
    @classmethod
    def _address_is_whole(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError("is not an address: write it whole, like https://bekal.example.go.id")
        return url.rstrip("/")

    @field_validator("bind")
    @classmethod
    def _bind_has_a_port(cls, bind: str) -> str:
        host, _, port = bind.rpartition(":")
        if not host or not port.isdigit() or int(port) > 65535:  # noqa: PLR2004  the highest TCP port
            raise ValueError("must be host:port, like 127.0.0.1:8080")
        return bind

    @field_validator("database_url")
    @classmethod
    def _database_has_a_driver(cls, url: str) -> str:
        url = re.sub(r"^postgres(ql)?://", "postgresql+asyncpg://", url)
        url = re.sub(r"^sqlite://", "sqlite+aiosqlite://", url)
        if url and not url.startswith(("postgresql+asyncpg://", "sqlite+aiosqlite://")):
            raise ValueError("must begin with postgresql:// or sqlite:///")
        if ":memory:" in url or url == "sqlite+aiosqlite://":
            raise ValueError("names no file: a database in memory would lose everything")
        return url

    @model_validator(mode="after")
    def _webhook_is_secret(self) -> Self:
        if self.public_url and not self.secure_public_url and not self.public_url_is_loopback:
            raise ValueError("BEKAL_PUBLIC_URL must begin with https:// (Telegram delivers to nothing else)")
        if self.webhook_secret is not None:
            _check_webhook_secret(self.webhook_secret.get_secret_value())
        return self

    @property
    def bind_host(self) -> str:
        """Return the host part of BEKAL_BIND."""
        return self.bind.rpartition(":")[0].strip("[]")

    @property
    def bind_port(self) -> int:
        """Return the port part of BEKAL_BIND."""
        return int(self.bind.rpartition(":")[2])

    @property
    def secure_public_url(self) -> bool:
        """Tell whether the public address is https, which is when `run` takes updates by webhook."""
        return self.public_url.startswith("https://")

    @property
    def public_url_is_loopback(self) -> bool:
        """Tell whether the public address is this very machine, for the stand-in's webhook."""
        return _is_loopback(urlsplit(self.public_url).hostname or "")

    @property
    def database(self) -> str:
        """Return the database's address: the one set, else a SQLite file in the data directory."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir.resolve() / 'bekal.db'}"

    @property
    def media_dir(self) -> Path:
        """Return the folder of pictures and voice notes: beside the database's file, or shared by all processes."""
        return self.data_dir / "media"

    @property
    def checks_links(self) -> bool:
        """Tell whether other servers are asked for the links of live content: where nothing is set, on Telegram only.

        A stand-in of Telegram is a trial or a benchmark, and nobody wants their pages asked by those.
        """
        talks_to_telegram = self.telegram_token is not None and self.telegram_api_url == TELEGRAM_API_URL
        return talks_to_telegram if self.check_links is None else self.check_links

    @property
    def bot_id(self) -> int | None:
        """Return the number of the bot, which its token begins with."""
        return int(self.telegram_token.get_secret_value().partition(":")[0]) if self.telegram_token else None

    def required_token(self) -> str:
        """Return the bot's token; raise SettingsError where there is none."""
        if self.telegram_token is None:
            raise SettingsError(
                "BEKAL_TELEGRAM_TOKEN is not set: get one from @BotFather, or try ./bekal run without it."
            )
        return self.telegram_token.get_secret_value()

    def required_webhook_secret(self) -> str:
        """Return the webhook's secret; raise SettingsError where there is none."""
        if self.webhook_secret is None:
            raise SettingsError(
                "BEKAL_WEBHOOK_SECRET is not set: make one of 32 random bytes or more, "
                "for instance with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
            )
        return self.webhook_secret.get_secret_value()


@dataclass(frozen=True, slots=True)
class ToldSetting:
    """One setting as an administrator may see it: a secret only tells whether it is set."""

    name: str
    value: str
    is_secret: bool
    is_set: bool


def told(settings: Settings) -> list[ToldSetting]:
    """Return all settings that are in force, without their secrets; an address without a password in it."""
    found = []
    for name in Settings.model_fields:
        value = getattr(settings, name)
        is_secret = isinstance(value, SecretStr) or name in SECRETS
        written = ("no", "yes")[value] if isinstance(value, bool) else str(value)
        if isinstance(value, float):
            written = written.removesuffix(".0")
        shown = "" if is_secret or value is None else re.sub(r"//[^/@]*@", "//", written)
        found.append(ToldSetting(f"BEKAL_{name.upper()}", shown, is_secret, value not in (None, "")))
    return found


def load_settings() -> Settings:
    """Read the environment; raise SettingsError with one sentence if a name or a value is wrong."""
    _refuse_unknown(os.environ)
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"BEKAL_{first['loc'][0]} ".upper() if first["loc"] else ""
        reason = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{name}{reason}") from None


def _refuse_unknown(names: Iterable[str]) -> None:
    """Refuse a name of ours that is no setting: a slip of the pen would be left out without a word."""
    known = [field.upper() for field in Settings.model_fields]
    for name in sorted(names):
        bare = name.removeprefix(PREFIX)
        if bare != name and bare not in known and not name.startswith(FOR_DEVELOPERS):
            meant = " or ".join(f"{PREFIX}{near}" for near in get_close_matches(bare, known, n=2))
            hint = f"did you mean {meant}?" if meant else "docs/settings.md lists them all."
            raise SettingsError(f"{name} is no setting: {hint}")


def _check_webhook_secret(secret: str) -> None:
    """Refuse a secret of less than 32 random bytes: 64 hexadecimal digits or 43 letters of base64url."""
    if not WEBHOOK_SECRET.fullmatch(secret):
        raise ValueError("BEKAL_WEBHOOK_SECRET may hold only letters, digits, - and _, 256 at most")
    needed = SECRET_BYTES * 2 if HEX.fullmatch(secret) else 43
    enough_letters = 10  # 32 random bytes all but never show fewer different ones; "aaaa…" does
    if len(secret) < needed or len(set(secret)) < enough_letters:
        raise ValueError(
            "BEKAL_WEBHOOK_SECRET is too weak: make one of 32 random bytes or more, "
            "for instance with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
