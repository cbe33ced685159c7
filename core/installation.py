"""What a database belongs to: one bot, and one data key. Proved at every start, before anything is read or sent."""

from sqlalchemy import BigInteger, LargeBinary
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import Vault, WrongSeal
from core.db import Base
from core.errors import SettingsError

THE_ROW = 1
KEY_PLACE = "installation.key_check.1"


class Installation(Base):
    """The only row. `key_check` is sealed with the data key; `bot_id` is known once a token is."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    bot_id: Mapped[int | None] = mapped_column(BigInteger)
    key_check: Mapped[bytes] = mapped_column(LargeBinary)


async def find(session: AsyncSession) -> Installation | None:
    """Return what this database belongs to; None if it is new."""
    return await session.get(Installation, THE_ROW)


async def bot_id(session: AsyncSession) -> int | None:
    """Return the bot of this database; None while no bot has ever run on it."""
    found = await find(session)
    return found.bot_id if found else None


async def prove(session: AsyncSession, *, vault: Vault, bot_id: int | None) -> None:
    """Note key and bot of a new database; raise SettingsError if an old one was used with others.

    Chats, outbox rows and claims of two bots in one database would be taken for each other's.
    """
    found = await find(session)
    if found is None:
        session.add(Installation(id=THE_ROW, bot_id=bot_id, key_check=vault.seal(b"bekal", place=KEY_PLACE)))
        return
    require_ours(found.key_check, found.bot_id, vault=vault, bot_id=bot_id)
    if found.bot_id is None:
        found.bot_id = bot_id


def require_ours(key_check: bytes, its_bot: int | None, *, vault: Vault, bot_id: int | None) -> None:
    """Raise SettingsError if a database, or a backup of one, is of another key or bot."""
    try:
        vault.open(key_check, place=KEY_PLACE)
    except WrongSeal:
        raise SettingsError(
            "The data key is not the one that sealed this database: restore data.key, or BEKAL_DATA_KEY, from its copy."
        ) from None
    if None not in {bot_id, its_bot} and its_bot != bot_id:
        raise SettingsError(
            f"This database belongs to the bot {its_bot}, and BEKAL_TELEGRAM_TOKEN to the bot {bot_id}: "
            "give each bot its own BEKAL_DATA_DIR or BEKAL_DATABASE_URL."
        )
