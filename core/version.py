"""Which version of Bekal this is."""

import tomllib
from functools import cache
from importlib.metadata import version as installed_version
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


@cache
def version() -> str:
    """Return the version of the checkout that runs, or of the package where it is installed."""
    if PROJECT.exists():
        return str(tomllib.loads(PROJECT.read_text())["project"]["version"])
    return installed_version("bekal")
