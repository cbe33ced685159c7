"""One update = one effect: claim, lock, handle, queue the replies, commit.

The turns of many people share a transaction; each handler that writes has its own savepoint in it.

    submit(event) --> what may it ask for? (a search, before the transaction)
                   \\-> claimed before?  yes -> nothing to do
                   \\-> lock the chat -> handler -> replies -> outbox, leased to this worker -> commit -> sender
                                       \\-> a bug: undo, park the update, apologise
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from bot import conversations, metrics, routes
from bot.conversations import Chat, ParkedUpdate
from bot.events import (
    AnyEvent,
    Event,
    Ignored,
    Incoming,
    JoinedGroup,
    Membership,
    Private,
    Tap,
)
from bot.finder import Finder
from bot.leases import Leases
from bot.turn import Noted, Turn
from content.cache import CatalogueCache
from content.catalogue import Catalogue
from content.search import Hit
from core import i18n, outbox
from core.clock import Clock
from core.crypto import Vault
from core.db import DatabaseAway, is_passing
from core.errors import RuleBroken
from core.group_commit import CommitLane, GroupCommit
from core.i18n import words
from core.log import log, place_of
from core.messages import Reply, plain
from core.outbox import Delivery, Outgoing
from registrations import people, screens

ORDER_PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Asked:
    """An event, what it asks in words, and what of the content that may mean."""

    event: AnyEvent
    question: str = ""
    found: tuple[Hit, ...] = ()


@dataclass(slots=True)
class Effect:
    """What one update led to: deliveries, and what is to be counted. Nothing where it had been claimed before."""

    deliveries: list[Delivery]
    parked: ParkedUpdate | None = None
    noted: Sequence[Noted] = ()


class Turns:
    """Runs turns. `submit` returns once the turn is committed; `on_queued` and `on_noted` get what it led to."""

    def __init__(
        self,
        *,
        bot_id: int,
        commits: GroupCommit,
        catalogue: CatalogueCache,
        finder: Finder,
        vault: Vault,
        leases: Leases,
        clock: Clock,
        on_queued: Callable[[Sequence[Delivery]], None],
        on_noted: Callable[[Sequence[Noted]], None],
        pages_url: str,
    ) -> None:
        self._bot_id = bot_id
        self.bot_name: str | None = None  # as Telegram tells it at the start
        self._pages_url = pages_url
        self._catalogue = catalogue
        self._finder = finder
        self._vault = vault
        self._leases = leases
        self._clock = clock
        self._on_queued = on_queued
        self._on_noted = on_noted
        self._on_the_way: dict[int, tuple[asyncio.Event, ...]] = {}  # by chat, in order: what is not handed in yet
        self._turns: CommitLane[Asked, Effect] = commits.lane(self._apply)
        self._parked: CommitLane[ParkedUpdate, Effect] = commits.lane(self._park)

    async def submit(self, event: AnyEvent) -> None:
        """Run the turn of one update; raise DatabaseAway if the database cannot be written just now."""
        try:
            effect = await (await self._hand_in(event))
        except DatabaseAway:
            raise
        except Exception as error:  # this very turn fails, and would again: not Telegram's to repeat
            await self._parked.submit(self._parking(event, error))
            return
        self._on_queued(effect.deliveries)
        self._on_noted(effect.noted)

    async def _hand_in(self, event: AnyEvent) -> asyncio.Future[Effect]:
        """Look up what an event asks in words, and hand it in behind what came before it from the same chat.

        Polling brings many updates at once: what needs no search would overtake a text that does. Nothing waits for a
        search that hangs longer than ORDER_PATIENCE_SECONDS from when it came: a call for help may stand behind it.
        """
        question = routes.question_of(event)
        if not isinstance(event, Event):
            return self._turns.hand_in(Asked(event))
        before = self._on_the_way.get(event.chat_id, ())
        if not question and not before:
            return self._turns.hand_in(Asked(event))
        patience_ends = asyncio.get_running_loop().time() + ORDER_PATIENCE_SECONDS
        handed_in = asyncio.Event()
        self._on_the_way[event.chat_id] = (*before, handed_in)
        try:
            found = await self._finder.find(event, question) if question else ()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(patience_ends):
                    for earlier in before:
                        await earlier.wait()
            return self._turns.hand_in(Asked(event, question, found))
        finally:
            handed_in.set()
            left = tuple(each for each in self._on_the_way.pop(event.chat_id) if each is not handed_in)
            if left:
                self._on_the_way[event.chat_id] = left

    async def _apply(self, connection: AsyncConnection, asked: list[Asked]) -> list[Effect]:
        now, events = self._clock(), [one.event for one in asked]
        claimed = await conversations.claim(
            connection, bot_id=self._bot_id, update_ids=[event.update_id for event in events], now=now
        )
        await self._leases.renew_if_due(connection, now=now)  # before any row is leased to this worker
        fresh = _first_of_each(asked, claimed)
        private = [one.event for one in fresh if not isinstance(one.event, Ignored | JoinedGroup)]
        chats = await self._lock_chats(connection, private, now) if private else {}
        content = await self._catalogue.current(connection)
        effects: dict[int, Effect] = {}
        for one in fresh:
            if isinstance(one.event, JoinedGroup):
                effects[id(one)] = self._explain_in_group(one.event, now)
            elif not isinstance(one.event, Ignored) and one.event.chat_id in chats:
                effects[id(one)] = await self._handle(
                    connection, one, chat=chats[one.event.chat_id], content=content, now=now
                )
        await self._save(connection, list(effects.values()), private, chats, now)
        return [effects.get(id(one), Effect([])) for one in asked]

    def _explain_in_group(self, event: JoinedGroup, now: datetime) -> Effect:
        """A group has no conversation: it is told once, when the bot joins, that answers come in private."""
        reply = screens.in_group(words=words(i18n.nearest(event.language_code)), bot_name=self.bot_name)
        return Effect([self._delivery(event, 0, Outgoing(reply), self._leases.worker_id, now)])

    async def _lock_chats(
        self, connection: AsyncConnection, events: Sequence[Private], now: datetime
    ) -> dict[int, Chat]:
        """Lock the chats of these events, adding people who were never here and now write or tap.

        Who only blocks the bot, or lets it in again, is not made known by that: she may have erased herself.
        """
        wanted = {event.chat_id: event.language_code for event in events}
        worker = self._leases.worker_id
        chats = await conversations.lock_chats(connection, chat_ids=wanted, worker=worker)
        missing = {event.chat_id for event in events if not isinstance(event, Membership)} - chats.keys()
        if not missing:
            return chats
        new = await conversations.add_conversations(connection, missing)
        if new:
            newcomers = [(chat, uuid4().hex, i18n.nearest(wanted[chat])) for chat in sorted(new)]
            await people.add_people(connection, chats=newcomers, now=now)
        return chats | await conversations.lock_chats(connection, chat_ids=missing, worker=worker)

    async def _handle(
        self,
        connection: AsyncConnection,
        asked: Asked,
        *,
        chat: Chat,
        content: Catalogue,
        now: datetime,
    ) -> Effect:
        """Run the handler. A broken rule or a bug undoes what it wrote and set; a bug also parks the update.

        Longer than a function should be: what each failure puts back stands beside what the turn was given.
        """
        event, step, language = asked.event, chat.step, chat.language
        assert not isinstance(event, Ignored | JoinedGroup)
        parked = None
        stack = AsyncExitStack()
        opener = _session_opener(connection, stack)
        turn = Turn(
            event, chat, content, now, self._vault, self._bot_id, connection, opener, asked.question, asked.found,
            self.bot_name, self._pages_url,
        )  # fmt: skip
        try:
            async with stack:
                replies = await routes.handle(turn)
        except RuleBroken as broken:
            chat.step = step
            turn.noted.clear()
            turn.speak(language)
            replies = routes.refuse(turn, broken)
        except Exception as error:  # the one catch-all of this edge
            if isinstance(error, DBAPIError) and is_passing(error):
                raise
            chat.step, chat.language = step, language
            turn.noted.clear()
            replies = _apology(event, language)
            parked = self._parking(event, error)
        chat.version += 1
        return Effect(self._deliveries(event, chat, replies, now), parked, turn.noted)

    def _deliveries(self, event: Private, chat: Chat, replies: Sequence[Reply], now: datetime) -> list[Delivery]:
        leased_by = None if chat.is_sent_elsewhere else self._leases.worker_id
        deliveries = []
        for index, reply in enumerate(replies):
            tap = event if isinstance(event, Tap) and not index else None
            outgoing = Outgoing(
                reply=reply,
                edits_message_id=tap.message_id if tap and not reply.below and not reply.clearing else None,
                acknowledges_tap=tap.tap_id if tap else None,
                previous_screen_id=chat.screen_message_id,
                answers_message_id=event.message_id if isinstance(event, Incoming) else None,
            )
            deliveries.append(self._delivery(event, index, outgoing, leased_by, now))
        return deliveries

    def _delivery(
        self, event: Private | JoinedGroup, index: int, outgoing: Outgoing, leased_by: str | None, now: datetime
    ) -> Delivery:
        return Delivery(
            key=f"update.{self._bot_id}.{event.update_id}.{index}",
            bot_id=self._bot_id,
            chat_id=event.chat_id,
            outgoing=outgoing,
            created_at=now,
            leased_by=leased_by,
        )

    async def _save(
        self,
        connection: AsyncConnection,
        effects: Sequence[Effect],
        events: Sequence[Private],
        chats: dict[int, Chat],
        now: datetime,
    ) -> None:
        deliveries = [delivery for effect in effects for delivery in effect.deliveries]
        await outbox.put(connection, deliveries, self._vault)
        if chats:
            await conversations.save_chats(connection, list(chats.values()))
        theirs = [_message_row(self._bot_id, event) for event in events if _is_message(event)]
        if theirs:
            await conversations.note_messages(connection, theirs)
        for event in events:
            if isinstance(event, Membership):
                blocked_at = event.at if event.is_blocked else None
                await people.note_blocked(connection, chat_ids=[event.chat_id], blocked_at=blocked_at)
        await self._park(connection, [effect.parked for effect in effects if effect.parked])

    async def _park(self, connection: AsyncConnection, parked: Sequence[ParkedUpdate]) -> list[Effect]:
        """Mark updates as seen and put them aside, for a person to look at."""
        for update in parked:
            columns = {"bot_id": update.bot_id, "update_id": update.update_id}
            await conversations.claim(
                connection, bot_id=update.bot_id, update_ids=[update.update_id], now=update.parked_at
            )
            await connection.execute(
                conversations.insert_or_keep(connection, ParkedUpdate).values(
                    **columns, error=update.error, place=update.place, parked_at=update.parked_at
                )
            )
        return [Effect([]) for _ in parked]

    def _parking(self, event: AnyEvent, error: Exception) -> ParkedUpdate:
        place, name = place_of(error), type(error).__name__
        metrics.PARKED_UPDATES.inc()
        log.error("update parked", update_id=event.update_id, error=name, place=place)
        return ParkedUpdate(
            bot_id=self._bot_id, update_id=event.update_id, error=name, place=place[:200], parked_at=self._clock()
        )


def _first_of_each(asked: Sequence[Asked], claimed: set[int]) -> list[Asked]:
    """Return each claimed event once, though a batch may hold the same update twice."""
    left = set(claimed)
    fresh = []
    for one in asked:
        if one.event.update_id in left:
            left.discard(one.event.update_id)
            fresh.append(one)
    return fresh


def _session_opener(connection: AsyncConnection, stack: AsyncExitStack) -> Callable[[], Awaitable[AsyncSession]]:
    """Return what opens the turn's session, once: a savepoint that is kept only if the handler returns."""
    opened: list[AsyncSession] = []

    async def open_session() -> AsyncSession:
        if not opened:
            session = AsyncSession(bind=connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
            opened.append(await stack.enter_async_context(_kept_on_success(session)))
        return opened[0]

    return open_session


@asynccontextmanager
async def _kept_on_success(session: AsyncSession) -> AsyncIterator[AsyncSession]:
    async with session:
        yield session
        await session.commit()  # releases the savepoint; the transaction around it goes on


def _apology(event: Private, language: str) -> list[Reply]:
    if isinstance(event, Membership):
        return []
    _ = words(language).gettext
    return [Reply(plain(_("Sorry, something went wrong on our side. Please try again, or type /menu.")))]


def _is_message(event: Private) -> bool:
    return isinstance(event, Incoming)


def _message_row(bot_id: int, event: Private) -> dict[str, object]:
    assert isinstance(event, Incoming)
    return {
        "bot_id": bot_id,
        "chat_id": event.chat_id,
        "message_id": event.message_id,
        "is_ours": False,
        "purpose": "typed",
        "sent_at": event.sent_at,
    }
