"""Pictures and voice notes that articles show: what is known of each. Its bytes are in content/media_files.py.

A text refers to one by its key, a hash of everything that readers get of it. So the hash of a text, and with it each
approval, covers the media: docs/decisions/0008-media.md. A row is never changed, only retired.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import Id
from core.db import Base
from core.log import log

KEY_DIGITS = 32
ANY_LANGUAGE = "*"


class MediaKind(StrEnum):
    """What readers get."""

    PICTURE = "picture"
    VOICE = "voice"


class Media(Base):
    """One picture or voice note with the words that stand under it. `sha256` is of the bytes that are sent.

    Width and height are a picture's, in pixels; `seconds` are a voice note's. `language` may be "*": none.
    """

    __tablename__ = "media"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(KEY_DIGITS), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(8))
    mime_type: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    alt: Mapped[str] = mapped_column(String(200))
    width: Mapped[int | None]
    height: Mapped[int | None]
    seconds: Mapped[int | None]
    size_bytes: Mapped[int]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(32))
    retired_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class ShownMedia:
    """A picture or voice note as readers get it."""

    key: str
    sha256: str
    kind: str
    alt: str
    seconds: int | None
    size_bytes: int


def key_of(*, sha256: str, kind: str, language: str, alt: str) -> str:
    """Return the key of media: other bytes or other words have another one. 128 bits: nobody finds two alike."""
    exact = json.dumps([sha256, kind, language, alt], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(exact.encode()).hexdigest()[:KEY_DIGITS]


async def load_media(connection: AsyncConnection) -> Mapping[str, ShownMedia]:
    """Return what texts may show, by key; what was altered behind the domain's back is left out, with an alarm."""
    columns = (Media.key, Media.sha256, Media.kind, Media.alt, Media.seconds, Media.size_bytes, Media.language)
    found: dict[str, ShownMedia] = {}
    for row in await connection.execute(select(*columns).where(Media.retired_at.is_(None))):
        if row.key == key_of(sha256=row.sha256, kind=row.kind, language=row.language, alt=row.alt):
            found[row.key] = ShownMedia(row.key, row.sha256, row.kind, row.alt, row.seconds, row.size_bytes)
        else:
            log.error("media were altered and are not shown", sha256=row.sha256)
    return found
