"""Looking up what a typed text may be asking for, before the turn's transaction begins: the search runs in a thread."""

import asyncio

from bot import conversations
from bot.events import Event
from content.cache import CatalogueCache
from content.finding import Library
from content.search import Hit
from content.trouble import trouble_in
from core import i18n
from core.db import Database
from core.log import log, place_of
from core.words import letters


class Finder:
    """Finds what the live content has on a question, in the person's language."""

    def __init__(self, database: Database, catalogue: CatalogueCache) -> None:
        self._database = database
        self._catalogue = catalogue
        self._library = Library()

    async def prepare(self) -> None:
        """Read what the first question would wait for: the phrases of trouble, and the index of every language."""
        await asyncio.to_thread(trouble_in, "")
        if content := self._catalogue.held:
            for language in i18n.LANGUAGES:
                await asyncio.to_thread(self._library.find, content, language, "bekal")

    async def find(self, event: Event, question: str) -> tuple[Hit, ...]:
        """Return the nearest items, best first; none for an empty question. Raises DatabaseAway.

        If the search itself fails, nothing is found, with an alarm: the person is answered all the same.
        """
        if not letters(question):
            return ()
        async with self._database.reading() as connection:
            language, _ = await conversations.language_and_country(connection, chat_id=event.chat_id)
            content = await self._catalogue.current(connection)
        spoken = language or i18n.nearest(event.language_code)
        try:
            return await asyncio.to_thread(self._library.find, content, spoken, question)
        except Exception as error:  # the search must not cost anybody an answer
            log.error("search failed", error=type(error).__name__, place=place_of(error))
            return ()
