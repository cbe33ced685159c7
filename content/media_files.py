"""The bytes of pictures and voice notes, on disk by their SHA-256: <data>/media/ab/cdef…. A file is never changed."""

import hashlib
import os
import re
from pathlib import Path
from uuid import uuid4

from core.log import log

SHA256 = re.compile(r"[0-9a-f]{64}")


class MediaFiles:
    """The files in one folder, which all processes share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def store(self, content: bytes) -> str:
        """Keep bytes and return their SHA-256. After a power cut there is the whole file or none."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        if self.read(sha256) is not None:
            return sha256
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"{path.name}.{uuid4().hex}")
        try:
            with unfinished.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        for folder in (path.parent, self._folder):  # a name lasts once its folder is written
            _write_through(folder)
        return sha256

    def read(self, sha256: str) -> bytes | None:
        """Return the bytes of a hash; None, with an alarm, where the file holds others, and None where it is gone."""
        if not SHA256.fullmatch(sha256):
            return None
        try:
            content = self._path(sha256).read_bytes()
        except FileNotFoundError:
            return None
        if hashlib.sha256(content).hexdigest() != sha256:
            log.error("a media file was altered and is not shown", sha256=sha256)
            return None
        return content

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256[2:]


def _write_through(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
