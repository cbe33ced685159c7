"""The content version: one number that every change of live content raises, so that no cache can be stale."""

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class ContentVersion(Base):
    """The only row holds the number."""

    __tablename__ = "content_version"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]


THE_ROW = 1
THE_NUMBER = select(ContentVersion.number)  # built once: every turn asks


async def raise_version(session: AsyncSession) -> None:
    """Raise the number by one, in the transaction that changes what is live."""
    raising = update(ContentVersion).values(number=ContentVersion.number + 1).returning(ContentVersion.number)
    if (await session.execute(raising)).scalar_one_or_none() is None:
        await session.execute(insert(ContentVersion).values(id=THE_ROW, number=1))


async def current_version(connection: AsyncConnection) -> int:
    """Return the number; 0 before anything was ever published."""
    return (await connection.execute(THE_NUMBER)).scalar_one_or_none() or 0
