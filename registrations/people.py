"""People, and the Telegram accounts they speak through. A person keeps a random id; the account can be erased."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base

STAGES = ("planning", "abroad", "returned", "family")


class Person(Base):
    """Someone who reads Bekal. Language, stage, country and province are plain by design; nothing else is kept."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    language: Mapped[str] = mapped_column(String(8))
    stage: Mapped[str | None] = mapped_column(String(16))
    country: Mapped[str | None] = mapped_column(String(2))
    province: Mapped[str | None] = mapped_column(String(8))
    created_at: Mapped[datetime]


class TelegramAccount(Base):
    """The private chat through which a person is reached. `blocked_at`: since when she wants no messages."""

    __tablename__ = "telegram_account"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    blocked_at: Mapped[datetime | None]


async def add_people(connection: AsyncConnection, *, chats: Collection[tuple[int, str, str]], now: datetime) -> None:
    """Add people by (chat id, new person id, language)."""
    people = [{"id": person, "language": language, "created_at": now} for _, person, language in chats]
    await connection.execute(insert(Person), people)
    accounts = [{"chat_id": chat, "person_id": person} for chat, person, _ in chats]
    await connection.execute(insert(TelegramAccount), accounts)


async def has_chat(session: AsyncSession, person_id: str | None) -> bool:
    """Tell whether a person can be written to; who was entered by staff, or has erased herself, cannot."""
    hers = select(TelegramAccount.chat_id).where(TelegramAccount.person_id == person_id)
    return (await session.scalars(hers)).first() is not None


async def language_of(session: AsyncSession, person_id: str | None) -> str | None:
    """Return the language that a person has chosen; None for who was entered by staff, or has erased herself."""
    return await session.scalar(select(Person.language).where(Person.id == person_id))


async def set_language(session: AsyncSession, *, person_id: str, language: str) -> None:
    """Remember the language a person chose."""
    await session.execute(update(Person).where(Person.id == person_id).values(language=language))


async def set_profile(
    session: AsyncSession, *, person_id: str, stage: str | None, country: str | None, province: str | None
) -> None:
    """Remember what a person says of herself; None forgets it."""
    values = {"stage": stage, "country": country, "province": province}
    await session.execute(update(Person).where(Person.id == person_id).values(values))


async def note_blocked(connection: AsyncConnection, *, chat_ids: Collection[int], blocked_at: datetime | None) -> None:
    """Note since when people block the bot, or with None that they no longer do."""
    accounts = update(TelegramAccount).where(TelegramAccount.chat_id.in_(chat_ids))
    await connection.execute(accounts.values(blocked_at=blocked_at))
