"""The shipped pack at every start: brought in only if it is another one than the start before found.

So a start with nothing new is quick, and does not undo what `./bekal content import` brought in since.
"""

import hashlib
from datetime import datetime
from pathlib import Path

from sqlalchemy import String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from content.importing import LOCK_KEY, import_pack
from content.pack import LIBRARY, read_pack
from content.pack_models import Pack
from content.publishing import ImportReport
from content.seals import Seals
from core.db import Base, one_at_a_time

THE_ROW = 1


class ShippedPack(Base):
    """The only row holds the fingerprint of the shipped pack as it was last found.

    A migration that needs the pack to be imported anew deletes it.
    """

    __tablename__ = "shipped_pack"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fingerprint: Mapped[str] = mapped_column(String(64))


async def bring_shipped(session: AsyncSession, *, now: datetime, seals: Seals, folder: Path = LIBRARY) -> ImportReport:
    """Import the shipped pack if it has changed since it was found last."""
    if not await _is_new(session, folder):
        return ImportReport()
    return await import_pack(session, read_pack(folder), now=now, seals=seals)


async def bring_another(
    session: AsyncSession, pack: Pack, *, now: datetime, seals: Seals, shipped: Path = LIBRARY
) -> ImportReport:
    """Import a pack that somebody chose: the next start keeps it, until a newer shipped one comes."""
    await _is_new(session, shipped)
    return await import_pack(session, pack, now=now, seals=seals)


async def _is_new(session: AsyncSession, folder: Path) -> bool:
    """Tell whether the shipped pack has changed since it was found last, and note that it was found."""
    await one_at_a_time(await session.connection(), LOCK_KEY)
    found = await session.get(ShippedPack, THE_ROW)
    fingerprint = _fingerprint(folder)
    if found is None:
        session.add(ShippedPack(id=THE_ROW, fingerprint=fingerprint))
    elif found.fingerprint == fingerprint:
        return False
    else:
        found.fingerprint = fingerprint
    return True


def _fingerprint(folder: Path) -> str:
    """Return the SHA-256 of every file of a pack with its path."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
