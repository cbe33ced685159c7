"""Which steps of the paths through the library somebody has ticked off. Nothing else of what she reads is kept."""

from functools import cache
from typing import Any

from sqlalchemy import ForeignKey, String, bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class StepDone(Base):
    """A person has ticked an article off, on whatever path it stands."""

    __tablename__ = "step_done"

    person_id: Mapped[str] = mapped_column(String(32), ForeignKey("person.id"), primary_key=True)
    article: Mapped[str] = mapped_column(String(40), primary_key=True)


@cache
def _done() -> Any:
    return select(StepDone.article).where(StepDone.person_id == bindparam("person"))


async def done(connection: AsyncConnection, *, person_id: str) -> frozenset[str]:
    """Return the articles that a person has ticked off."""
    return frozenset((await connection.execute(_done(), {"person": person_id})).scalars())


async def note(session: AsyncSession, *, person_id: str, article: str, is_done: bool) -> None:
    """Tick an article off, or take the tick away; a second time changes nothing. Her chat is locked meanwhile."""
    await session.execute(delete(StepDone).where(StepDone.person_id == person_id, StepDone.article == article))
    if is_done:
        await session.execute(insert(StepDone).values(person_id=person_id, article=article))
