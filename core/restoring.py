"""That a restore is under way, or was cut off: until its end somebody who was erased may be in the database.

In the data directory, from the first change to the end, lies the mark `restoring`; while the restore runs, it holds a
lock on the file beside it, which ends with the process.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

from pydantic import BaseModel, ValidationError

from core.backups import Unchanged, write_whole
from core.errors import SettingsError

MARK, LOCK = "restoring", "restoring.lock"
LOOKS = 10
UNDER_WAY = "A restore is under way: wait for its end."


class Mark(BaseModel):
    """What a restore does, and all that doing it again needs: the folder that it was begun from may be gone by then."""

    backup: Path
    database: str  # as backups.address_of tells it
    ledger: list[str]


@contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """Let no other restore begin meanwhile; raise SettingsError while one is under way."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / LOCK).open("w") as lock:
        for _ in range(LOOKS):  # whoever starts just now looks at the lock for a moment
            if _lock(lock, fcntl.LOCK_EX):
                break
            time.sleep(0.1)
        else:
            raise SettingsError(UNDER_WAY)
        yield


@contextmanager
def marked(data_dir: Path, mark: Mark) -> Iterator[None]:
    """Mark what is restored: where that is cut off, `require_finished` lets nobody begin."""
    file, before = data_dir / MARK, begun(data_dir)
    write_whole(file, mark.model_dump_json())
    try:
        yield
    except Unchanged:
        if before:
            write_whole(file, before.model_dump_json())
        else:
            file.unlink()
        raise
    file.unlink()


def begun(data_dir: Path) -> Mark | None:
    """Return the restore that has not come to its end; None if there is none."""
    file = data_dir / MARK
    try:
        return Mark.model_validate_json(file.read_bytes()) if file.exists() else None
    except ValidationError:
        raise SettingsError(f"{file} is of another Bekal: finish the restore with that one, then upgrade.") from None


def unfinished(data_dir: Path) -> str | None:
    """Return the sentence that tells what to do about a restore before its end; None if there is none.

    One that has marked nothing yet counts: what is written now, after its own first backup, would be lost.
    """
    if _is_under_way(data_dir):
        return UNDER_WAY
    mark = begun(data_dir)
    if mark is None:
        return None
    return f"A restore was cut off: run `./bekal restore {mark.backup} --replace` again, to its end."


def require_finished(data_dir: Path) -> None:
    """Raise SettingsError before the end of a restore: who was erased since the backup may be in the database."""
    if sentence := unfinished(data_dir):
        raise SettingsError(sentence)


def _is_under_way(data_dir: Path) -> bool:
    file = data_dir / LOCK
    if not file.exists():
        return False
    with file.open() as lock:
        return not _lock(lock, fcntl.LOCK_SH)


def _lock(file: TextIOWrapper, how: int) -> bool:
    """Lock a file until it is closed, and tell whether that was possible at once."""
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
