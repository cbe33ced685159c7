"""Keeping the stand-in's state in a folder: update ids ahead of their use, the rest at most once a second."""

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

IDS_RESERVED = 10_000
SAVE_AFTER_SECONDS = 1.0


class Store:
    """A folder, or none: then files live in memory and nothing is kept."""

    def __init__(self, folder: Path | None, dump: Callable[[], dict[str, Any]]) -> None:
        self._folder = folder
        self._dump = dump
        self._files: dict[str, bytes] = {}
        self._due: asyncio.TimerHandle | None = None
        self.first_update_id = 1
        self._reserved = 0
        if folder is not None:
            (folder / "files").mkdir(parents=True, exist_ok=True)
            ids = folder / "next_update_id"
            self.first_update_id = int(ids.read_text()) if ids.exists() else 1
            self._reserved = self.first_update_id

    def reserve(self, next_update_id: int) -> None:
        """Note that ids may be used up to here, before they are: after a crash they begin behind that."""
        if self._folder is not None and next_update_id >= self._reserved:
            self._reserved = next_update_id + IDS_RESERVED
            _write(self._folder / "next_update_id", str(self._reserved).encode())

    def changed(self) -> None:
        """Save within a second."""
        if self._folder is None or self._due is not None:
            return
        try:
            self._due = asyncio.get_running_loop().call_later(SAVE_AFTER_SECONDS, self._save)
        except RuntimeError:  # outside a loop, as when the demo's people are made
            self._save()

    def close(self) -> None:
        """Save what is not saved yet."""
        if self._due is not None:
            self._due.cancel()
            self._save()

    def load(self) -> dict[str, Any] | None:
        """Return what was saved last; a file that cannot be read counts as none."""
        path = self._folder / "state.json" if self._folder else None
        if path is None or not path.exists():
            return None
        try:
            stored: dict[str, Any] = json.loads(path.read_text())
        except ValueError:
            return None
        return stored

    def write_file(self, file_id: str, content: bytes) -> None:
        """Keep a file's bytes."""
        if self._folder is None:
            self._files[file_id] = content
        else:
            _write(self._folder / "files" / file_id, content)

    def read_file(self, file_id: str) -> bytes | None:
        """Return a file's bytes, or None."""
        if self._folder is None:
            return self._files.get(file_id)
        path = self._folder / "files" / file_id
        return path.read_bytes() if path.is_file() else None

    def _save(self) -> None:
        self._due = None
        if self._folder is not None:
            _write(self._folder / "state.json", json.dumps(self._dump()).encode())


def _write(path: Path, content: bytes) -> None:
    """Write a whole file or nothing."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)
