"""Synonyms: what people type, and what it also means, per language. They are content; search widens words by them."""

import json
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import JSON, String, Text, UniqueConstraint, cast, select
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
    query = select(Synonym.language, Synonym.word, cast(Synonym.meanings, Text))
    for language, word, written in (await connection.execute(query)).all():
        if meanings := _meanings(written):  # the desk empties what it takes away
            found[language][word] = meanings
    return found


@lru_cache(maxsize=1 << 14)
def _meanings(written: str) -> tuple[str, ...]:
    """Read the meanings of a word as the database keeps them; most are the same as at the last load."""
    return tuple(json.loads(written) or ())
