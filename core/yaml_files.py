"""Reading YAML quickly: libyaml's reader is ten times as quick as the one in Python, and not every wheel has it."""

from pathlib import Path
from typing import Any

import yaml

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_yaml(source: str | Path) -> Any:
    """Return the values of a text, or of a file that ships with Bekal; raise yaml.YAMLError."""
    return yaml.load(source.read_text(encoding="utf-8") if isinstance(source, Path) else source, LOADER)  # noqa: S506
