"""Answering a cry for help while the database cannot be written: from memory, with nothing kept.

Telegram brings every other update again until it can be kept; whom to call cannot wait for that.
"""

import asyncio
from collections import OrderedDict
from contextlib import suppress

from bot import conversations, metrics, screen
from bot.events import AnyEvent, Command, SharedLocation, Tap, Text
from bot.telegram.client import NOT_MODIFIED, Refused, TelegramClient, TelegramFault
from content import contact_screens, countries, targets
from content.cache import CatalogueCache
from content.trouble import Trouble, is_despair, trouble_in
from core import i18n
from core.clock import Clock
from core.db import Database, DatabaseAway
from core.i18n import words
from core.log import log
from core.messages import Reply

COMMANDS = frozenset({"kontak", "contacts", "darurat", "sos"})
REMEMBERED = 10_000  # ids of updates that were answered: Telegram brings an update again if our answer to it is lost
PATIENCE_SECONDS = 1.0  # for asking a sick database which language a person speaks

Wanted = str  # a country's code, or nothing: the question which country


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
        wanted = _wanted(event, content.countries) if content else None
        if wanted is None:
            return False
        assert isinstance(event, Command | Tap | Text | SharedLocation)
        if event.update_id in self._answered:
            return True
        try:
            await self._send(event, await self._reply(event, wanted))
        except TelegramFault as fault:
            log.warning("first aid not delivered", error=type(fault).__name__)
            return False
        self._remember(event.update_id)
        metrics.FIRST_AID.inc()
        return True

    async def _reply(self, event: Command | Tap | Text | SharedLocation, wanted: Wanted) -> Reply:
        content = self._catalogue.held
        assert content is not None
        language, country = await self._known_of(event.chat_id)
        spoken = words(language or i18n.nearest(event.language_code))
        is_question = isinstance(event, Tap) and event.target == targets.CONTACTS
        code = wanted or (None if is_question else country)
        if isinstance(event, Tap) and event.target == targets.OTHER_COUNTRIES:
            return contact_screens.other_countries(content, words=spoken)
        page = screen.page_number(event.target.split(":")[-1]) if isinstance(event, Tap) else 1
        shown = (
            contact_screens.country(content, code, page, words=spoken)
            if code
            else contact_screens.contacts(content, words=spoken)
        )
        if isinstance(event, Text) and is_despair(event.text):
            return contact_screens.below(contact_screens.who_listens(content, code, words=spoken), shown)
        return shown

    async def _known_of(self, chat_id: int) -> tuple[str | None, str | None]:
        """Ask the database for language and country, if it can still be read."""
        with suppress(DatabaseAway, TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS), self._database.reading() as connection:
                return await conversations.language_and_country(connection, chat_id=chat_id)
        return None, None

    async def _send(self, event: Command | Tap | Text | SharedLocation, reply: Reply) -> None:
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


def _wanted(event: AnyEvent, among: frozenset[str]) -> Wanted | None:
    """Return the country whose contacts an event asks for, "" if it names none, None if it asks for something else."""
    if isinstance(event, Command):
        return (countries.named(event.payload) or "") if event.name in COMMANDS else None
    if isinstance(event, SharedLocation):
        return countries.at(event.latitude, event.longitude) or ""
    if isinstance(event, Tap):
        kind, _, rest = event.target.partition(":")
        code = rest.partition(":")[0]
        return None if kind != targets.CONTACTS else code if code in countries.all_codes() else ""
    return _wanted_by_text(event.text, among) if isinstance(event, Text) else None


def _wanted_by_text(text: str, among: frozenset[str]) -> Wanted | None:
    """A country's name alone counts: it is the answer to the question which country."""
    country = countries.named(text)
    if country or screen.typed_key(text) == targets.CONTACTS:
        return country or ""
    return (countries.mentioned(text, among=among) or "") if trouble_in(text) is not Trouble.NONE else None
