"""Which worker sends what. A worker's leases hold while it renews its row; only an expired lease is taken over.

Whatever changes who sends a chat's rows holds the lock on that chat's conversation, where there is one, and who takes
a chat over holds those on all of its rows too: so a chat's rows are never in two hands. Workers on several machines
compare moments: keep their clocks within a second (NTP).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Row, Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversations import Conversation, insert_or_keep, known_chats
from core.clock import Clock
from core.crypto import Vault
from core.group_commit import Ending
from core.log import log
from core.outbox import LEASE, Delivery, OutboxRow, Worker, read_row

RENEW_WHEN_LEFT = LEASE * 0.6
LONGEST_LEASE = LEASE * 2  # one that reaches further was given under a clock that has been set back since
MOST_CHATS_AT_ONCE = 100


class Leases:
    """This process's name as a sender, and until when its leases hold."""

    def __init__(self, bot_id: int, clock: Clock) -> None:
        self._bot_id = bot_id
        self._clock = clock
        self.start_over()

    def hold(self, now: datetime) -> bool:
        """Tell whether this worker's leases hold; before the first renewal there is nothing to lose."""
        return not self.are_given_up and (self._alive_until is None or now < self._alive_until)

    def start_over(self) -> None:
        """Take a new name: what was leased to the old one may be in other hands, or be taken over later by the new."""
        self.worker_id = uuid4().hex
        self.are_given_up = False
        self._alive_until: datetime | None = None
        self._proposed: datetime | None = None

    def give_up(self) -> None:
        """Give the leases up: a row was left unsent under them. The next renewal takes a new name, which finds it."""
        self.are_given_up = True

    async def renew_if_due(self, connection: AsyncConnection, *, now: datetime) -> None:
        """Prolong this worker's leases if less than three seconds are left; take a new name if they ran out."""
        if not self.hold(now):
            self.start_over()
        newest = self._proposed or self._alive_until
        if newest is not None and RENEW_WHEN_LEFT < newest - now <= LEASE:  # further ahead: the clock was set back
            return
        until = now + LEASE
        if self._alive_until is None:
            row = insert_or_keep(connection, Worker).values(id=self.worker_id, alive_until=until)
            await connection.execute(row)
        renewal = update(Worker).where(Worker.id == self.worker_id).values(alive_until=until)
        await connection.execute(renewal)
        self._proposed = until

    def hear(self, ending: Ending) -> None:
        """Hear how the transaction ended in which the leases may have been prolonged.

        Where nobody knows, rows may be leased to this worker that it will never hear of. Where the commit came after
        the leases had run out, rows may be in other hands. In both cases a new name is taken: under it the rows of the
        old one are found, and taken over once the old one has run out.
        """
        if ending is Ending.UNKNOWN or (ending is Ending.COMMITTED and self._proposed and not self.hold(self._clock())):
            self.start_over()
        elif ending is Ending.COMMITTED and self._proposed is not None:
            self._alive_until = self._proposed
        self._proposed = None

    async def sees_unattended(self, connection: AsyncConnection, *, now: datetime) -> bool:
        """Tell, without a lock, whether there is something to take over."""
        return bool((await connection.execute(self._unattended(now).limit(1))).first())

    async def forget_dead(self, connection: AsyncConnection, *, now: datetime) -> None:
        """Delete workers that ended long ago and hold nothing."""
        holds = select(OutboxRow.id).where(OutboxRow.leased_by == Worker.id).exists()
        await connection.execute(delete(Worker).where(Worker.alive_until < now - LEASE * 100, ~holds))

    async def take_over(self, connection: AsyncConnection, vault: Vault, *, now: datetime) -> list[Delivery]:
        """Lease every chat whose rows wait for nobody, and return the rows in the order they are to be sent.

        Chats that another worker is just dealing with are left for the next look.
        """
        chats = await self._unattended_chats(connection, now)
        if not chats:
            return []
        await self.renew_if_due(connection, now=now)
        # Not what this worker has leased already: that is in its hands, and would be sent twice.
        theirs = OutboxRow.leased_by.is_distinct_from(self.worker_id)
        unattended = OutboxRow.chat_id.in_(chats) & self._waiting & theirs & ~self._held_elsewhere(now)
        lease = update(OutboxRow).where(unattended).values(leased_by=self.worker_id)
        taken = (await connection.execute(lease.returning(OutboxRow.id))).scalars().all()
        screens = select(Conversation.chat_id, Conversation.screen_message_id)
        shown = dict((await connection.execute(screens.where(Conversation.chat_id.in_(chats)))).all())
        rows = select(OutboxRow.__table__).where(OutboxRow.id.in_(taken)).order_by(OutboxRow.id)
        return await _readable(connection, list(await connection.execute(rows)), vault, shown)

    async def _unattended_chats(self, connection: AsyncConnection, now: datetime) -> list[int]:
        waiting = self._unattended(now).limit(MOST_CHATS_AT_ONCE)
        candidates = list((await connection.execute(waiting)).scalars())
        if not candidates or connection.dialect.name == "sqlite":
            return candidates
        lock = select(Conversation.chat_id).where(Conversation.chat_id.in_(candidates))
        lock = lock.order_by(Conversation.chat_id).with_for_update(skip_locked=True)
        locked = set((await connection.execute(lock)).scalars())
        without = set(candidates) - await known_chats(connection, candidates)  # a group's, or an erased one's
        return await self._locked_whole(connection, locked | without)

    async def _locked_whole(self, connection: AsyncConnection, chats: Collection[int]) -> list[int]:
        """Lock the waiting rows of these chats and return the chats whose rows are all locked.

        So two workers exclude each other even where a chat gets a conversation between their looks.
        """
        if not chats:
            return []
        rows = select(OutboxRow.chat_id, OutboxRow.id).where(OutboxRow.chat_id.in_(chats), self._waiting)
        locked = (await connection.execute(rows.order_by(OutboxRow.id).with_for_update(skip_locked=True))).all()
        missed = set((await connection.execute(rows)).all()) - set(locked)
        return sorted({row.chat_id for row in locked} - {row.chat_id for row in missed})

    def _unattended(self, now: datetime) -> Select[int]:
        return (
            select(OutboxRow.chat_id)
            .where(self._waiting, ~self._held_elsewhere(now))
            .where(OutboxRow.leased_by.is_distinct_from(self.worker_id))
            .group_by(OutboxRow.chat_id)
            .order_by(func.min(OutboxRow.id))
        )

    @property
    def _waiting(self) -> ColumnElement[bool]:
        return (OutboxRow.bot_id == self._bot_id) & OutboxRow.failure.is_(None)

    def _held_elsewhere(self, now: datetime) -> ColumnElement[bool]:
        """Tell whether any row of the same chat is leased to another worker that is alive."""
        other = OutboxRow.__table__.alias("other")
        return (
            select(other.c.id)
            .join(Worker, Worker.id == other.c.leased_by)
            .where(other.c.chat_id == OutboxRow.chat_id, other.c.failure.is_(None))
            .where(Worker.id != self.worker_id, Worker.alive_until.between(now, now + LONGEST_LEASE))
            .exists()
        )


async def _readable(
    connection: AsyncConnection, rows: Sequence[Row[Any]], vault: Vault, shown: Mapping[int, int | None]
) -> list[Delivery]:
    """Read rows, each with the screen that its chat shows now. One that cannot be read is kept as failed."""
    deliveries = []
    for row in rows:
        try:
            delivery = read_row(row, vault)
        except Exception as error:  # sealed with a lost key, or written by a newer version: it must not hold up others
            log.error("message cannot be read", outbox_id=row.id, error=type(error).__name__)
            failed = {"failure": f"cannot be read: {type(error).__name__}", "payload": b"", "leased_by": None}
            await connection.execute(update(OutboxRow).where(OutboxRow.id == row.id).values(failed))
            continue
        delivery.outgoing = replace(delivery.outgoing, previous_screen_id=shown.get(row.chat_id))
        deliveries.append(delivery)
    return deliveries
