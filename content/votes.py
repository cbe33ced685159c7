"""Whether articles helped: answers without any person, to be counted."""

from datetime import date

from sqlalchemy import Index, String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.columns import Id
from core.db import Base

REASONS = ("hard", "other", "wrong")  # hard to understand, not what was looked for, something in it is not right


class ArticleVote(Base):
    """One answer to "Was this helpful?": yes, no, or in a row of its own the reason that followed a no. Nobody's."""

    __tablename__ = "article_vote"
    __table_args__ = (Index(None, "article", "language", "voted_on", "answer"),)  # all that is counted

    id: Mapped[Id]
    article: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    answer: Mapped[str] = mapped_column(String(8))
    voted_on: Mapped[date]


async def give(session: AsyncSession, *, article: str, language: str, answer: str, today: date) -> None:
    """Count one answer on an article in the language in which it was read."""
    session.add(ArticleVote(article=article, language=language, answer=answer, voted_on=today))
    await session.flush()
