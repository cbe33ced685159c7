"""Synonyms: what people type, and what it also means, per language. They are content; search widens words by them."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import JSON, String, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from content.columns import RowOrigin
from core.columns import Id
from core.db import Base

Synonyms = Mapping[str, Mapping[str, tuple[str, ...]]]  # by language, by word


class Synonym(Base):
    """A word or phrase in a language, in lower case, and the words it also means."""

    __tablename__ = "synonym"
    __table_args__ = (UniqueConstraint("language", "word"),)

    id: Mapped[Id]
    language: Mapped[str] = mapped_column(String(8))
    word: Mapped[str] = mapped_column(String(40))
    meanings: Mapped[list[str]] = mapped_column(JSON)
    origin: Mapped[RowOrigin]


async def load_synonyms(connection: AsyncConnection) -> Synonyms:
    """Return all synonyms by language and word."""
    found: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for row in await connection.execute(select(Synonym)):
        if row.meanings:  # the desk empties what it takes away
            found[row.language][row.word] = tuple(row.meanings)
    return found
