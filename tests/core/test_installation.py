"""A database belongs to one bot and one data key."""

import pytest

from core import installation
from core.crypto import Vault
from core.db import Database
from core.errors import SettingsError

VAULT, OTHER = Vault([bytes(32)]), Vault([bytes(range(32))])


async def prove(database: Database, vault: Vault, bot_id: int | None) -> None:
    async with database.session() as session:
        await installation.prove(session, vault=vault, bot_id=bot_id)


async def test_the_same_bot_and_key_are_welcome_again(database: Database) -> None:
    await prove(database, VAULT, None)
    await prove(database, VAULT, 7)
    await prove(database, VAULT, 7)
    await prove(database, VAULT, None)


async def test_another_bot_is_told_to_go_elsewhere(database: Database) -> None:
    await prove(database, VAULT, 7)

    with pytest.raises(SettingsError, match="belongs to the bot 7"):
        await prove(database, VAULT, 8)


async def test_another_key_is_told_to_be_restored(database: Database) -> None:
    await prove(database, VAULT, 7)

    with pytest.raises(SettingsError, match="not the one that sealed this database"):
        await prove(database, OTHER, 7)
