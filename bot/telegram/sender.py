"""Sends what the outbox holds: one chat's rows in sequence, many chats at once, answers before everything else.

    hand_over(rows) --> per chat: tap acknowledged, chat cleared, message edited or sent, old buttons gone --> settled
                        429: everybody waits | no answer: again, later | 400, 403: an outcome, never again

A new message that was sent but not settled when the process dies is sent again by whoever takes over. REPEAT_WINDOW
bounds how many: no more than that are ever between "on its way" and "settled". Edits repeat without harm.
"""

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from datetime import timedelta
from typing import TypeVar

from bot import metrics
from bot.leases import Leases
from bot.telegram.client import (
    NOT_MODIFIED,
    Blocked,
    MustWait,
    Refused,
    Sent,
    TelegramClient,
    TelegramFault,
    TokenRefused,
    Unreachable,
)
from bot.telegram.files import FileSender
from bot.telegram.limits import SendLimits, Window
from core.clock import Clock
from core.group_commit import CommitLane
from core.log import log, place_of
from core.messages import Clearing
from core.outbox import Delivery, Lane, Settled

REPEAT_WINDOW = 8
GIVE_UP_AFTER = timedelta(hours=24)
FIRST_RETRY_SECONDS = 0.5
LONGEST_RETRY_SECONDS = 30.0
MOST_BUGS = 3
CANNOT_EDIT = ("message to edit not found", "message can't be edited", "message_id_invalid")

Answer = TypeVar("Answer")


class LeaseLost(Exception):  # noqa: N818  it names what happened
    """This worker's leases ran out: another may be sending these rows."""


class Sender:
    """Sends deliveries. `settle` records how they ended; `messages_in` tells what can be deleted of a chat."""

    def __init__(
        self,
        client: TelegramClient,
        *,
        limits: SendLimits,
        leases: Leases,
        settle: CommitLane[Settled, None],
        messages_in: Callable[[int], Awaitable[Sequence[int]]],
        files: FileSender,
        clock: Clock,
    ) -> None:
        self._client = client
        self._limits = limits
        self._leases = leases
        self._settle = settle
        self._messages_in = messages_in
        self._files = files
        self._clock = clock
        self._window = Window(REPEAT_WINDOW)
        self._queues: dict[int, deque[Delivery]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._screens: dict[int, int] = {}
        self._unsettled: dict[int, Settled] = {}  # by outbox id: what has ended but is not recorded yet

    @property
    def is_busy(self) -> bool:
        """Tell whether anything is in this worker's hands."""
        return bool(self._tasks)

    def hand_over(self, deliveries: Sequence[Delivery]) -> None:
        """Take rows that are committed and leased to this worker; other rows are left to whoever leases them."""
        for delivery in deliveries:
            if delivery.leased_by != self._leases.worker_id:
                continue
            metrics.WAITING_DELIVERIES.inc()
            if (queue := self._queues.get(delivery.chat_id)) is not None:
                queue.append(delivery)
                continue
            self._queues[delivery.chat_id] = deque([delivery])
            self._start(self._serve(delivery.chat_id))

    async def stop(self, patience_seconds: float) -> None:
        """Let what is on its way arrive; what remains is for the next start."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=patience_seconds)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, chat_id: int) -> None:
        """Send one chat's rows, one after the other, until none is left."""
        queue, sent = self._queues[chat_id], set[int]()
        try:
            while queue:
                # A row that was sent under leases that ran out meanwhile may have been taken over by this very worker.
                if queue[0].id not in sent | self._unsettled.keys() and await self._is_dealt_with(queue[0]):
                    sent.add(queue[0].id)
                queue.popleft()
                metrics.WAITING_DELIVERIES.dec()
        finally:
            metrics.WAITING_DELIVERIES.dec(len(queue))
            self._queues.pop(chat_id, None)
            self._forget_screen(chat_id)

    async def _is_dealt_with(self, delivery: Delivery) -> bool:
        """Deliver; tell whether the row's end is known. What a bug of ours holds up is kept as failed in the end."""
        for attempt in range(1, MOST_BUGS + 1):
            try:
                await self._deliver(delivery)
            except LeaseLost:
                log.warning("leases ran out", worker=delivery.leased_by)
                if delivery.leased_by == self._leases.worker_id:
                    self._leases.give_up()
                return False
            except Exception as error:  # the catch-all of this edge
                log.error("sending failed", error=type(error).__name__, place=place_of(error), attempt=attempt)
                await asyncio.sleep(attempt)
            else:
                return True
        self._settle_failed(delivery, Refused("a fault of Bekal itself: see the log"))
        return True

    async def _deliver(self, delivery: Delivery) -> None:
        outgoing = delivery.outgoing
        if outgoing.acknowledges_tap:
            self._start(self._acknowledge(outgoing.acknowledges_tap))
        try:
            if outgoing.reply.clearing:
                await self._send_new(delivery, cleared=await self._clear(delivery))
            elif outgoing.edits_message_id is not None and await self._edited(delivery, outgoing.edits_message_id):
                self._settle_later(delivery, screen=outgoing.edits_message_id)
            else:
                await self._send_new(delivery)
        except TelegramFault as fault:
            self._settle_failed(delivery, fault)

    async def _edited(self, delivery: Delivery, message_id: int) -> bool:
        """Edit the tapped message; tell whether that was possible."""
        try:
            await self._persist(
                delivery, lambda: self._client.edit(delivery.chat_id, message_id, delivery.outgoing.reply)
            )
        except Refused as refusal:
            description = str(refusal).lower()
            if any(reason in description for reason in CANNOT_EDIT):
                return False
            if NOT_MODIFIED not in description:
                raise
        self._screens[delivery.chat_id] = message_id
        return True

    async def _clear(self, delivery: Delivery) -> tuple[int, ...]:
        """Delete what goes before a reply, and return which messages that were. Repeating it does no harm."""
        chat_id, outgoing = delivery.chat_id, delivery.outgoing
        if outgoing.reply.clearing is Clearing.LAST:
            last = (outgoing.answers_message_id, self._screens.get(chat_id, outgoing.previous_screen_id))
            return await self._delete(delivery, [number for number in last if number is not None])
        # First what is not recorded yet: by the time the database is asked, it may be recorded there.
        just_ended = [result for result in self._unsettled.values() if result.delivery.chat_id == chat_id]
        noted = await self._messages_in(chat_id)
        ids = sorted({*noted, *(number for result in just_ended for number in result.sent_message_ids)})
        return await self._delete(delivery, ids)

    async def _delete(self, delivery: Delivery, ids: Sequence[int]) -> tuple[int, ...]:
        gone = await self._persist(delivery, lambda: self._client.delete(delivery.chat_id, ids))
        self._screens.pop(delivery.chat_id, None)
        return tuple(gone)

    async def _send_new(self, delivery: Delivery, *, cleared: tuple[int, ...] = ()) -> None:
        """Send a new message and take the buttons off the screen before it."""
        await self._limits.turn(delivery.lane, delivery.chat_id)
        sent = await self._persist(delivery, lambda: self._send(delivery), in_window=True)
        outgoing, message_id = delivery.outgoing, sent.message_id
        previous = self._screens.get(delivery.chat_id, outgoing.previous_screen_id)
        if outgoing.reply.rows:
            self._screens[delivery.chat_id] = message_id
        screen = message_id if outgoing.reply.rows else None
        self._settle_later(delivery, sent=sent, screen=screen, cleared=cleared, leave_window=True)
        if previous is not None and previous != message_id and not outgoing.reply.clearing and screen:
            with suppress(TelegramFault):  # an old screen that is gone, or keeps its buttons, still works
                await self._client.remove_buttons(delivery.chat_id, previous)

    async def _send(self, delivery: Delivery) -> Sent:
        reply = delivery.outgoing.reply
        if reply.file is not None:
            return await self._files.send(delivery.chat_id, reply, reply.file)
        return Sent(await self._client.send(delivery.chat_id, reply))

    async def _acknowledge(self, tap_id: str) -> None:
        while True:
            try:
                return await self._client.acknowledge(tap_id)
            except MustWait:
                continue  # the client keeps the pause
            except TelegramFault:
                return None  # too old, or answered by the worker before: the edit shows the answer

    async def _persist(
        self, delivery: Delivery, call: Callable[[], Awaitable[Answer]], *, in_window: bool = False
    ) -> Answer:
        """Make a call until Telegram has answered it for good. Within the window, its place is kept on return."""
        attempt = 0
        while True:
            attempt += 1
            await self._client.pause.over()
            try:
                async with self._place(delivery.lane) if in_window else nullcontext():
                    self._check_lease(delivery)
                    return await call()
            except MustWait:
                continue  # the client keeps the pause
            except (Unreachable, TokenRefused):
                if self._clock() - delivery.created_at > GIVE_UP_AFTER:
                    raise
                longest = min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** min(attempt, 10))
                await asyncio.sleep(random.uniform(longest / 2, longest))  # noqa: S311  spreading, not secrecy

    @asynccontextmanager
    async def _place(self, lane: Lane) -> AsyncIterator[None]:
        """Take a place in the window, and give it back if the call fails: whoever waits to try again holds none."""
        await self._window.enter(lane)
        try:
            yield
        except BaseException:
            self._window.leave()
            raise

    def _check_lease(self, delivery: Delivery) -> None:
        if not self._leases.hold(self._clock()) or delivery.leased_by != self._leases.worker_id:
            raise LeaseLost

    def _settle_failed(self, delivery: Delivery, fault: TelegramFault) -> None:
        is_blocked = isinstance(fault, Blocked)
        failure = f"{type(fault).__name__}: {fault}"
        metrics.DELIVERIES.labels("blocked" if is_blocked else "refused").inc()
        log.warning("message not delivered", outbox_id=delivery.id, error=type(fault).__name__)
        self._record(Settled(delivery, self._clock(), failure=failure, is_blocked=is_blocked), leave=False)

    def _settle_later(
        self,
        delivery: Delivery,
        *,
        screen: int | None,
        sent: Sent | None = None,
        cleared: tuple[int, ...] = (),
        leave_window: bool = False,
    ) -> None:
        metrics.DELIVERIES.labels("edited" if sent is None else "sent").inc()
        result = Settled(
            delivery, self._clock(), sent_message_ids=() if sent is None else (sent.message_id,),
            cleared_message_ids=cleared, screen_message_id=screen, file_id=sent.file_id if sent else None,
        )  # fmt: skip
        self._record(result, leave=leave_window)

    def _record(self, result: Settled, *, leave: bool) -> None:
        self._unsettled[result.delivery.id] = result
        self._start(self._settled(result, leave=leave))

    async def _settled(self, result: Settled, *, leave: bool) -> None:
        """Record an ending. Until it is recorded the message holds its place in the window."""
        while True:
            try:
                await self._settle.submit(result)
                break
            except Exception as error:  # the database is away: it holds the row, so wait for it
                log.error("delivery not recorded", error=type(error).__name__, outbox_id=result.delivery.id)
                await asyncio.sleep(1)
        self._unsettled.pop(result.delivery.id)
        if leave:
            self._window.leave()
        self._forget_screen(result.delivery.chat_id)

    def _forget_screen(self, chat_id: int) -> None:
        """Forget a chat's screen once the database knows it: the next turn reads it there."""
        if chat_id not in self._queues and all(r.delivery.chat_id != chat_id for r in self._unsettled.values()):
            self._screens.pop(chat_id, None)
