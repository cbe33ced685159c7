"""One update = one effect: claim, lock, handle, queue the replies, commit.

The turns of many people share a transaction; each handler that writes has its own savepoint in it.

    submit(event) --> claimed before?  yes -> nothing to do
                   \\-> lock the chat -> handler -> replies -> outbox, leased to this worker -> commit -> sender
                                       \\-> a bug: undo, park the update, apologise
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from bot import conversations, metrics, routes, screen
from bot.conversations import Chat, ParkedUpdate
from bot.events import AnyEvent, Attachment, Command, Ignored, Membership, Tap, Text
from bot.leases import Leases
from bot.turn import HandledEvent, Turn
from content.cache import CatalogueCache
from content.catalogue import Catalogue
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
from registrations import people


@dataclass(slots=True)
class Effect:
    """What one update led to: the deliveries it queued. None of them where it had been claimed before."""

    deliveries: list[Delivery]
    parked: ParkedUpdate | None = None


class Turns:
    """Runs turns. `submit` returns once the turn is committed; what it queued goes to `on_queued`."""

    def __init__(
        self,
        *,
        bot_id: int,
        commits: GroupCommit,
        catalogue: CatalogueCache,
        vault: Vault,
        leases: Leases,
        clock: Clock,
        on_queued: Callable[[Sequence[Delivery]], None],
    ) -> None:
        self._bot_id = bot_id
        self._catalogue = catalogue
        self._vault = vault
        self._leases = leases
        self._clock = clock
        self._on_queued = on_queued
        self._turns: CommitLane[AnyEvent, Effect] = commits.lane(self._apply)
        self._parked: CommitLane[ParkedUpdate, Effect] = commits.lane(self._park)

    async def submit(self, event: AnyEvent) -> None:
        """Run the turn of one update; raise DatabaseAway if the database cannot be written just now."""
        try:
            effect = await self._turns.submit(event)
        except DatabaseAway:
            raise
        except Exception as error:  # this very turn fails, and would again: not Telegram's to repeat
            await self._parked.submit(self._parking(event, error))
            return
        self._on_queued(effect.deliveries)

    async def _apply(self, connection: AsyncConnection, events: list[AnyEvent]) -> list[Effect]:
        now = self._clock()
        claimed = await conversations.claim(
            connection, bot_id=self._bot_id, update_ids=[event.update_id for event in events], now=now
        )
        await self._leases.renew_if_due(connection, now=now)  # before any row is leased to this worker
        fresh = _first_of_each(events, claimed)
        handled = [event for event in fresh if not isinstance(event, Ignored)]
        chats = await self._lock_chats(connection, handled, now) if handled else {}
        content = await self._catalogue.current(connection)
        effects: dict[int, Effect] = {}
        for event in handled:
            effects[id(event)] = await self._handle(
                connection, event, chat=chats[event.chat_id], content=content, now=now
            )
        await self._save(connection, list(effects.values()), handled, chats, now)
        return [effects.get(id(event), Effect([])) for event in events]

    async def _lock_chats(
        self, connection: AsyncConnection, events: Sequence[HandledEvent], now: datetime
    ) -> dict[int, Chat]:
        """Lock the chats of these events, adding people who were never here."""
        wanted = {event.chat_id: event.language_code for event in events}
        worker = self._leases.worker_id
        chats = await conversations.lock_chats(connection, chat_ids=wanted, worker=worker)
        missing = wanted.keys() - chats.keys()
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
        event: HandledEvent,
        *,
        chat: Chat,
        content: Catalogue,
        now: datetime,
    ) -> Effect:
        """Run the handler. A broken rule or a bug undoes what it wrote and set; a bug also parks the update."""
        step, language = chat.step, chat.language
        parked = None
        stack = AsyncExitStack()
        turn = Turn(event, chat, content, now, _session_opener(connection, stack))
        try:
            async with stack:
                replies = await routes.handler_for(turn)(turn)
        except RuleBroken as broken:
            chat.step = step
            turn.speak(language)
            replies = [screen.refusal(turn, broken)]
        except Exception as error:  # the one catch-all of this edge
            if isinstance(error, DBAPIError) and is_passing(error):
                raise
            chat.step, chat.language = step, language
            replies = _apology(event, language)
            parked = self._parking(event, error)
        chat.version += 1
        return Effect(self._deliveries(event, chat, replies, now), parked)

    def _deliveries(self, event: HandledEvent, chat: Chat, replies: Sequence[Reply], now: datetime) -> list[Delivery]:
        leased_by = None if chat.is_sent_elsewhere else self._leases.worker_id
        return [
            Delivery(
                key=f"update.{self._bot_id}.{event.update_id}.{index}",
                bot_id=self._bot_id,
                chat_id=chat.chat_id,
                outgoing=Outgoing(
                    reply=reply,
                    edits_message_id=event.message_id if isinstance(event, Tap) and not index else None,
                    acknowledges_tap=event.tap_id if isinstance(event, Tap) and not index else None,
                    previous_screen_id=chat.screen_message_id,
                ),
                created_at=now,
                leased_by=leased_by,
            )
            for index, reply in enumerate(replies)
        ]

    async def _save(
        self,
        connection: AsyncConnection,
        effects: Sequence[Effect],
        events: Sequence[HandledEvent],
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


def _first_of_each(events: Sequence[AnyEvent], claimed: set[int]) -> list[AnyEvent]:
    """Return each claimed event once, though a batch may hold the same update twice."""
    left = set(claimed)
    fresh = []
    for event in events:
        if event.update_id in left:
            left.discard(event.update_id)
            fresh.append(event)
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


def _apology(event: HandledEvent, language: str) -> list[Reply]:
    if isinstance(event, Membership):
        return []
    _ = words(language).gettext
    return [Reply(plain(_("Sorry, something went wrong on our side. Please try again, or type /menu.")))]


def _is_message(event: HandledEvent) -> bool:
    return isinstance(event, Text | Command | Attachment)


def _message_row(bot_id: int, event: HandledEvent) -> dict[str, object]:
    assert isinstance(event, Text | Command | Attachment)
    return {
        "bot_id": bot_id,
        "chat_id": event.chat_id,
        "message_id": event.message_id,
        "is_ours": False,
        "purpose": "typed",
        "sent_at": event.sent_at,
    }
