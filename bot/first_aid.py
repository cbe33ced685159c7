"""Answering a cry for help while the database cannot be written: from memory, with nothing kept.

Telegram brings every other update again until it can be kept; whom to call cannot wait for that.
"""

import asyncio
from collections import OrderedDict
from contextlib import suppress

from bot import conversations, metrics, routes, screen
from bot.events import AnyEvent, Command, SharedLocation, Tap, Text
from bot.handlers.contacts import show_contacts
from bot.telegram.client import NOT_MODIFIED, Refused, TelegramClient, TelegramFault
from content import contact_screens, countries, cries, targets
from content.cache import CatalogueCache
from content.catalogue import Catalogue
from content.trouble import Trouble, trouble_in
from core import i18n
from core.clock import Clock
from core.db import Database, DatabaseAway
from core.i18n import Words, words
from core.log import log
from core.messages import Reply

COMMANDS = frozenset(name for name, handler in routes.COMMANDS.items() if handler is show_contacts)
REMEMBERED = 10_000  # ids of updates that were answered: Telegram brings an update again if our answer to it is lost
PATIENCE_SECONDS = 1.0  # for asking a sick database which language a person speaks

Asking = Command | Tap | Text | SharedLocation


class FirstAid:
    """Gives the important contacts without the database."""

    def __init__(self, client: TelegramClient, database: Database, catalogue: CatalogueCache, clock: Clock) -> None:
        self._clock = clock
        self._unsaved: list[dict[str, object]] = []
        self._client = client
        self._database = database
        self._catalogue = catalogue
        self._answered: OrderedDict[int, None] = OrderedDict()

    async def answer(self, event: AnyEvent) -> bool:
        """Answer if the event asks for help; tell whether it is dealt with. Never raises."""
        content = self._catalogue.held
        if content is None or not isinstance(event, Command | Tap | Text | SharedLocation) or not _asks_for_help(event):
            return False
        if self.has_answered(event):
            return True
        try:
            await self._send(event, await self._reply(event, content))
        except TelegramFault as fault:
            log.warning("first aid not delivered", error=type(fault).__name__)
            return False
        self._remember(event.update_id)
        metrics.FIRST_AID.inc()
        return True

    def has_answered(self, event: AnyEvent) -> bool:
        """Tell whether an event was answered from memory, though Telegram brings it again."""
        return event.update_id in self._answered

    async def _reply(self, event: Asking, content: Catalogue) -> Reply:
        language, known = await self._known_of(event.chat_id)
        spoken = words(language or i18n.nearest(event.language_code))
        if isinstance(event, Tap):
            return _tapped(event.target, content, known, spoken)
        if isinstance(event, SharedLocation):
            return _contacts(content, countries.at(event.latitude, event.longitude), spoken)
        code = contact_screens.country_of(_text_of(event), content, known)
        return _contacts(content, code, spoken, cries.heard(_text_of(event), content))

    async def _known_of(self, chat_id: int) -> tuple[str | None, str | None]:
        """Ask the database for language and country, if it can still be read."""
        with suppress(DatabaseAway, TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS), self._database.reading() as connection:
                return await conversations.language_and_country(connection, chat_id=chat_id)
        return None, None

    async def _send(self, event: Asking, reply: Reply) -> None:
        if not isinstance(event, Tap):
            sent = await self._client.send(event.chat_id, reply)
            self._note(event.chat_id, event.message_id, is_ours=False, purpose="typed")
            self._note(event.chat_id, sent, is_ours=True, purpose="screen")
            return
        with suppress(TelegramFault):
            await self._client.acknowledge(event.tap_id)
        try:
            await self._client.edit(event.chat_id, event.message_id, reply)
        except Refused as refusal:
            if NOT_MODIFIED not in str(refusal).lower():
                sent = await self._client.send(event.chat_id, reply)
                self._note(event.chat_id, sent, is_ours=True, purpose="screen")

    def _note(self, chat_id: int, message_id: int, *, is_ours: bool, purpose: str) -> None:
        row = {"bot_id": self._client.bot_id, "chat_id": chat_id, "message_id": message_id}
        self._unsaved.append(row | {"is_ours": is_ours, "purpose": purpose, "sent_at": self._clock()})

    async def save(self) -> None:
        """Note what was written meanwhile, once the database is back: so that clearing the chat removes it too."""
        if self._unsaved:
            rows, self._unsaved = self._unsaved, []
            try:
                async with self._database.writing() as connection:
                    await conversations.note_messages(connection, rows)
            except DatabaseAway:
                self._unsaved = rows + self._unsaved

    def _remember(self, update_id: int) -> None:
        self._answered[update_id] = None
        if len(self._answered) > REMEMBERED:
            self._answered.popitem(last=False)


def _asks_for_help(event: Asking) -> bool:
    """Tell whether an event asks whom to call. A country's name alone does: it answers the question which country."""
    if isinstance(event, Tap):
        return event.target.partition(":")[0] == targets.CONTACTS
    if isinstance(event, SharedLocation) or (isinstance(event, Command) and event.name in COMMANDS):
        return True
    text = _text_of(event)
    if isinstance(event, Text) and (countries.named(text) or screen.typed_key(text) == targets.CONTACTS):
        return True
    return trouble_in(text) is not Trouble.NONE


def _text_of(event: Command | Text) -> str:
    return event.payload if isinstance(event, Command) and event.name in COMMANDS else routes.question_of(event)


def _tapped(target: str, content: Catalogue, known: str | None, spoken: Words) -> Reply:
    asked = targets.contacts(known) if known and target == targets.CONTACTS else target
    shown = screen.contacts_at(content, asked.partition(":")[2], words=spoken)
    return shown or _contacts(content, None, spoken)


def _contacts(content: Catalogue, code: str | None, spoken: Words, cry: cries.Cry = cries.NO_CRY) -> Reply:
    if code is None:
        return contact_screens.contacts(content, words=spoken, cry=cry)
    return contact_screens.country(content, code, words=spoken, cry=cry)
