"""Recording how deliveries ended, and the upkeep of the outbox: leases, shared pause, taking over, forgetting."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import conversations, files
from bot.leases import Leases
from core import outbox
from core.clock import Clock
from core.crypto import Vault
from core.db import Database
from core.group_commit import CommitLane
from core.messages import Clearing
from core.outbox import Delivery, OutboxRow, SendPause, Settled
from registrations import erasing, notices, people

LOOK_EVERY_SECONDS = 1.0
LOOK_SOON_SECONDS = 0.05
FORGET_EVERY = timedelta(hours=1)


async def settle(connection: AsyncConnection, settled: list[Settled]) -> list[None]:
    """Record how deliveries ended: the row goes or fails, the message is noted, the screen is the newest one.

    Where the reply told a person that all is erased, it is erased here: every row of the chat before it has been sent.
    """
    to_erase = [result.delivery for result in settled if erases(result)]
    screens = {r.delivery.chat_id: r.screen_message_id for r in settled if r.screen_message_id is not None}
    if to_erase:  # all that is locked below, in the order in which turns lock
        await conversations.lock(connection, {*screens, *(delivery.chat_id for delivery in to_erase)})
    await outbox.clear(connection, settled)
    ours = [_message_row(result, number) for result in settled for number in result.sent_message_ids]
    known = await conversations.known_chats(connection, {row["chat_id"] for row in ours}) if ours else set()
    if noted := [row for row in ours if row["chat_id"] in known]:  # who was erased meanwhile leaves no trace
        await conversations.note_messages(connection, noted)
    for result in settled:
        if result.cleared_message_ids:
            chat = {"bot_id": result.delivery.bot_id, "chat_id": result.delivery.chat_id}
            await conversations.forget_messages(connection, **chat, message_ids=result.cleared_message_ids)
    if screens:
        await conversations.note_screens(connection, screens)
    await files.note_file_ids(connection, settled)
    await notices.settle(connection, settled)
    if blocked := [r.delivery.chat_id for r in settled if r.is_blocked]:
        await people.note_blocked(connection, chat_ids=blocked, blocked_at=max(r.at for r in settled))
    # last: whatever else this commit noted of these chats goes too
    for delivery in to_erase:
        await conversations.erase_chat(connection, chat_id=delivery.chat_id, until_row=delivery.id)
        await erasing.erase(connection, chat_id=delivery.chat_id, now=max(result.at for result in settled))
    return [None] * len(settled)


def erases(result: Settled) -> bool:
    """Tell whether a delivery told a person that all about her is erased."""
    return result.delivery.outgoing.reply.clearing is Clearing.PERSON


def _message_row(result: Settled, message_id: int) -> dict[str, Any]:
    return {
        "bot_id": result.delivery.bot_id,
        "chat_id": result.delivery.chat_id,
        "message_id": message_id,
        "is_ours": True,
        "purpose": "screen" if result.screen_message_id else "notice",
        "sent_at": result.at,
    }


@dataclass(frozen=True, slots=True)
class Silence:
    """Telegram asked for it, and for how long."""

    asked_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Chore:
    """What one look found to do. `pause`: share that Telegram asked for silence."""

    take_over: bool = False
    renew: bool = False
    forget: bool = False
    pause: Silence | None = None


@dataclass(slots=True)
class Outlook:
    """What a look at the database saw."""

    unattended: bool = False
    silence: Silence | None = None
    oldest_waiting_at: datetime | None = None


class Upkeep:
    """Looks once a second, or sooner when kicked: renews, takes over what nobody sends, hears of pauses, forgets."""

    def __init__(self, *, bot_id: int, database: Database, leases: Leases, vault: Vault, clock: Clock) -> None:
        self._bot_id = bot_id
        self._database = database
        self._leases = leases
        self._vault = vault
        self._clock = clock
        self._forgot_at: datetime | None = None
        self._unshared: Silence | None = None
        self._erasures = 1  # for all we know: the process before this one may have been killed
        self._erasures_out_of_log = 0
        self._kicked = asyncio.Event()
        self.outlook = Outlook()

    def kick(self) -> None:
        """Look soon: something was queued that another worker may be about to leave."""
        self._kicked.set()

    def note_erasure(self) -> None:
        """Note that a person was erased: what the database's log still holds of her is to go too."""
        self._erasures += 1
        self.kick()

    async def empty_log(self) -> None:
        """Empty the database's log if it may hold somebody who was erased, as soon as nobody needs it."""
        erasures = self._erasures  # who is erased meanwhile is left to the next time
        if self._erasures_out_of_log < erasures and await self._database.empty_log():
            self._erasures_out_of_log = erasures

    def share_pause(self, seconds: float) -> None:
        """Let the other workers know soon that Telegram asked for silence."""
        now = self._clock()
        self._unshared = Silence(now, now + timedelta(seconds=seconds))
        self.kick()

    def note_done(self, chore: Chore) -> None:
        """Note that a chore is committed; a pause that was asked for since is still to be shared."""
        if self._unshared == chore.pause:
            self._unshared = None

    async def wait(self) -> None:
        """Wait until the next look is due."""
        if self._kicked.is_set():
            self._kicked.clear()
            await asyncio.sleep(LOOK_SOON_SECONDS)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY_SECONDS):  # wait_for loses a cancellation that comes with the kick
                await self._kicked.wait()

    async def look(self, *, is_busy: bool) -> Chore | None:
        """Read what there is to do; None if nothing. Raises DatabaseAway."""
        now = self._clock()
        forget = self._forgot_at is None or now - self._forgot_at > FORGET_EVERY
        self.outlook = await self._outlook(now)
        renew = is_busy or self._leases.are_given_up
        chore = Chore(self.outlook.unattended, renew=renew, forget=forget, pause=self._unshared)
        return chore if chore != Chore() else None

    async def _outlook(self, now: datetime) -> Outlook:
        async with self._database.reading() as connection:
            pause = select(SendPause.asked_at, SendPause.paused_until).where(SendPause.bot_id == self._bot_id)
            silence = (await connection.execute(pause)).one_or_none()
            oldest = select(func.min(OutboxRow.created_at)).where(OutboxRow.failure.is_(None))
            return Outlook(
                unattended=await self._leases.sees_unattended(connection, now=now),
                silence=Silence(*silence) if silence else None,
                oldest_waiting_at=(await connection.execute(oldest)).scalar_one_or_none(),
            )

    async def apply(self, connection: AsyncConnection, chores: list[Chore]) -> list[list[Delivery]]:
        """Do the chores, in a shared transaction; each gives the deliveries that it took over."""
        return [await self._apply_one(connection, chore) for chore in chores]

    async def _apply_one(self, connection: AsyncConnection, chore: Chore) -> list[Delivery]:
        now = self._clock()
        if chore.pause is not None:
            await _share_pause(connection, self._bot_id, chore.pause)
        if chore.renew:
            await self._leases.renew_if_due(connection, now=now)
        if chore.forget:
            is_more = await conversations.forget_old(connection, now=now)
            await outbox.forget_old_failures(connection, now=now)
            await self._leases.forget_dead(connection, now=now)
            self._forgot_at = None if is_more else now
        return await self._leases.take_over(connection, self._vault, now=now) if chore.take_over else []


async def _share_pause(connection: AsyncConnection, bot_id: int, silence: Silence) -> None:
    insert = sqlite_insert if connection.dialect.name == "sqlite" else postgres_insert
    row = insert(SendPause).values(bot_id=bot_id, asked_at=silence.asked_at, paused_until=silence.until)
    newer = {"asked_at": row.excluded.asked_at, "paused_until": row.excluded.paused_until}
    is_longer = SendPause.paused_until < row.excluded.paused_until
    was_set_back = SendPause.asked_at > row.excluded.asked_at  # the clock: what stands there means another time
    statement = row.on_conflict_do_update(index_elements=["bot_id"], set_=newer, where=is_longer | was_set_back)
    await connection.execute(statement)


ChoreLane = CommitLane[Chore, list[Delivery]]
