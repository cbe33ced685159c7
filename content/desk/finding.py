"""Finding in long lists: a word in texts, whether its letters are large or small, and one page of what was found."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, String, func, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

Key = TypeVar("Key", int, str)


class _Small(FunctionElement[str]):
    """A text with A to Z made small, as SQLite does it: PostgreSQL takes ten times as long for every other alphabet."""

    type = String()
    inherit_cache = True


@compiles(_Small)
def _by_letters(element: _Small, compiler: Any, **options: Any) -> str:
    return f"lower({compiler.process(element.clauses, **options)})"


@compiles(_Small, "postgresql")
def _by_bytes(element: _Small, compiler: Any, **options: Any) -> str:
    return f'lower(({compiler.process(element.clauses, **options)}) COLLATE "C")'


def holds(search: str, *fields: Any) -> ColumnElement[bool]:
    """Tell whether one of the fields holds what is searched for, anywhere in it.

    Letters beyond A to Z (é) are found as they were typed, and all small or all large.
    """
    ways = {_ascii_small(search), search.lower(), _ascii_small(search.upper())}
    return or_(*(_Small(field).contains(way, autoescape=True) for field in fields for way in sorted(ways)))


def _ascii_small(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


async def page_of(
    session: AsyncSession, ids: Select[Key], order: Sequence[Any], *, limit: int, offset: int
) -> tuple[list[Key], int]:
    """Return the ids of one page of a list, and how long the whole list is: both from one pass over it."""
    page = ids.add_columns(func.count().over()).order_by(*order).limit(limit).offset(offset)
    rows = list(await session.execute(page))
    if offset and not rows:  # beyond the last page
        counted = ids.with_only_columns(func.count(), maintain_column_froms=True)
        return [], (await session.execute(counted)).scalar_one()
    return [row[0] for row in rows], rows[0][1] if rows else 0
