"""Looking up what a typed text may be asking for, before the turn's transaction begins: the search runs in a thread."""

import asyncio

from bot import conversations
from bot.events import Text
from content.cache import CatalogueCache
from content.finding import Library
from content.search import Hit
from core import i18n
from core.db import Database
from core.words import letters

LONGEST_QUESTION = 500  # characters: what is longer is refused anyhow


class Finder:
    """Finds what the live content has on a question, in the person's language."""

    def __init__(self, database: Database, catalogue: CatalogueCache) -> None:
        self._database = database
        self._catalogue = catalogue
        self._library = Library()

    async def find(self, event: Text) -> tuple[Hit, ...]:
        """Return the nearest items, best first; none for a number or an empty text. Raises DatabaseAway."""
        if len(event.text) > LONGEST_QUESTION or not any(letter.isalpha() for letter in letters(event.text)):
            return ()
        async with self._database.reading() as connection:
            language, _ = await conversations.language_and_country(connection, chat_id=event.chat_id)
            content = await self._catalogue.current(connection)
        spoken = language or i18n.nearest(event.language_code)
        return await asyncio.to_thread(self._library.find, content, spoken, event.text)
