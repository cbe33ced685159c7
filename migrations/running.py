"""Bringing a database to the newest shape."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

FOLDER = Path(__file__).resolve().parent


def config(database_url: str) -> Config:
    """Return Alembic's configuration for a database."""
    configuration = Config()
    configuration.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    configuration.attributes["database_url"] = database_url
    return configuration


def migrate(database_url: str) -> None:
    """Run every migration that is missing. Starts its own event loop: call it before one runs."""
    command.upgrade(config(database_url), "head")


def known_migrations() -> frozenset[str]:
    """Return the names of the migrations that this version of Bekal has."""
    return frozenset(each.revision for each in ScriptDirectory(str(FOLDER)).walk_revisions())
