"""The bot as one running thing: its parts put together, started and stopped in order."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import conversations, metrics
from bot.counting import Counting
from bot.events import Ignored, MalformedUpdate, parse
from bot.finder import Finder
from bot.first_aid import FirstAid
from bot.leases import Leases
from bot.settling import ChoreLane, Silence, Upkeep, erases, settle
from bot.telegram.client import TelegramClient, TelegramFault, TokenRefused
from bot.telegram.files import FileSender
from bot.telegram.limits import SendLimits
from bot.telegram.polling import Poller
from bot.telegram.profile import introduce
from bot.telegram.sender import Sender
from bot.telegram.webhook import Webhook, WebhookWatch
from bot.turn import Noted
from bot.turns import Turns
from content.cache import CatalogueCache
from content.catalogue import Catalogue
from content.media_files import MediaFiles
from content.seals import Seals
from core.clock import Clock, utc_now
from core.crypto import Vault
from core.db import Database, DatabaseAway
from core.errors import SettingsError
from core.group_commit import GroupCommit
from core.log import log, place_of
from core.outbox import Delivery, Settled

STOP_PATIENCE_SECONDS = 2.0
COMMIT_PATIENCE_SECONDS = 1.0
PATIENCE_AT_START_SECONDS = 5.0


class BotService:
    """The bot. `start`, then feed it by `poll` or `webhook`; `stop` leaves what is unsent to the next start."""

    def __init__(
        self,
        *,
        client: TelegramClient,
        database: Database,
        vault: Vault,
        media: MediaFiles,
        send_per_second: float,
        show_unverified: bool,
        pages_url: str = "",
        clock: Clock = utc_now,
    ) -> None:
        # Longer than a function should be: the parts of the bot are put together here, in the order they need.
        self._client = client
        self._clock = clock
        self._leases = Leases(client.bot_id, clock)
        self._commits = GroupCommit(database, on_end=self._leases.hear)
        self._limits = SendLimits(send_per_second, client.pause)
        self.upkeep = Upkeep(bot_id=client.bot_id, database=database, leases=self._leases, vault=vault, clock=clock)
        catalogue = CatalogueCache(clock=clock, show_unverified=show_unverified, seals=Seals(vault))
        self._catalogue = catalogue
        self._first_aid = FirstAid(client, database, catalogue, clock)
        self._finder = Finder(database, catalogue)
        # Lanes are served in this order: room in the window first, then people, then upkeep and counts.
        settled = self._commits.lane(self._settle)
        self._turns = Turns(
            bot_id=client.bot_id, commits=self._commits, vault=vault, leases=self._leases, clock=clock,
            catalogue=catalogue, finder=self._finder, on_queued=self._queued,
            on_noted=self._noted, pages_url=pages_url,
        )  # fmt: skip
        self._chores: ChoreLane = self._commits.lane(self.upkeep.apply)
        self._counting = Counting(self._commits, vault)
        self._database = database
        self._sender = Sender(
            client, limits=self._limits, leases=self._leases, settle=settled, messages_in=self._messages_in,
            files=FileSender(client, database, media), clock=clock,
        )  # fmt: skip
        client.on_pause = self._share_pause
        self.username: str | None = None  # as Telegram tells it at the start
        self._watch: WebhookWatch | None = None
        self._heard_of: Silence | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Open the connections and begin to send what waits from before. Raises SettingsError for a wrong token."""
        await self._client.open()
        await self._prove_token()
        with suppress(DatabaseAway):  # held from now on, for the time when the database is away
            async with self._database.reading() as connection:
                await self._catalogue.current(connection)
        self._commits.start()
        self._tasks.append(asyncio.create_task(self._look_after(), name="upkeep"))

    async def _prove_token(self) -> None:
        """If Telegram cannot be reached, later calls go on trying."""
        try:
            me = await self._client.call("getMe", {}, timeout_seconds=PATIENCE_AT_START_SECONDS)
            self.username = self._turns.bot_name = me["username"]
        except TokenRefused:
            raise SettingsError(
                "Telegram does not know the bot of BEKAL_TELEGRAM_TOKEN (was it revoked?): "
                "copy the token from @BotFather."
            ) from None
        except TelegramFault as fault:
            log.warning("telegram not reached at start", error=type(fault).__name__)

    def start_polling(self) -> None:
        """Ask Telegram for updates until stopped. A webhook that is set is removed: the two exclude each other."""
        self._tasks.append(asyncio.create_task(Poller(self._client, self.take).run(), name="polling"))

    def start_webhook(self, address: str, secret: str) -> None:
        """Tell Telegram where to deliver, and watch that it can."""
        self._watch = WebhookWatch(self._client, address, secret, self._clock)
        self._tasks.append(asyncio.create_task(self._watch.run(), name="webhook"))

    def state(self) -> dict[str, Any]:
        """Tell how the bot is doing: age of the oldest unsent message, how updates come, what is wrong with it."""
        oldest = self.upkeep.outlook.oldest_waiting_at
        age = (self._clock() - oldest).total_seconds() if oldest else 0.0
        return {
            "outbox_age_seconds": max(0.0, age),
            "updates_by": "polling" if self._watch is None else "webhook",
            "webhook_error": self._watch.error if self._watch else None,
        }

    def start_introducing(self) -> None:
        """Set commands and descriptions, in the background and as often as it takes."""
        self._tasks.append(asyncio.create_task(self._introduce(), name="introducing"))

    def start_preparing(self) -> None:
        """Get ready for the first question in the background."""
        self._tasks.append(asyncio.create_task(self._finder.prepare(), name="preparing"))

    def webhook(self, secret: str) -> Webhook:
        """Return the ASGI app that takes updates by webhook."""
        return Webhook(secret, self.take)

    async def stop(self) -> None:
        """Stop taking updates, let what is on its way arrive, close."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(
            self._sender.stop(STOP_PATIENCE_SECONDS), self._counting.stop(COMMIT_PATIENCE_SECONDS)
        )  # at once: with the server's grace a stop takes 4 s at most
        await self._commits.stop(COMMIT_PATIENCE_SECONDS)
        await self._client.close()

    async def take(self, raw: Any) -> bool:
        """Take one update in; tell whether it is dealt with. A database that is away says no, but to cries for help."""
        try:
            event = parse(raw)
        except MalformedUpdate as fault:
            metrics.UPDATES.labels("malformed").inc()
            log.warning("malformed update", update_id=fault.update_id)
            return True  # it would be no better next time
        if self._first_aid.has_answered(event):
            event = Ignored(event.update_id)  # claimed, and no more
        try:
            await self._turns.submit(event)
        except DatabaseAway as error:
            log.error("the database cannot be written", error=str(error), update_id=event.update_id)
            is_helped = await self._first_aid.answer(event)
            metrics.UPDATES.labels("helped" if is_helped else "postponed").inc()
            return is_helped
        except Exception as error:  # not even parking it worked: told, and brought again
            metrics.UPDATES.labels("failed").inc()
            log.error("turn failed", error=type(error).__name__, place=place_of(error))
            return False
        metrics.UPDATES.labels("taken").inc()
        await self._first_aid.save()
        return True

    @property
    def content(self) -> Catalogue | None:
        """What readers may see, as this worker saw it last."""
        return self._catalogue.held

    @property
    def is_busy(self) -> bool:
        """Tell whether messages are on their way."""
        return self._sender.is_busy

    async def _messages_in(self, chat_id: int) -> list[int]:
        """Return what can be deleted of a chat, once the database can be asked."""
        while True:
            try:
                async with self._database.reading() as connection:
                    return await conversations.messages_in(
                        connection, bot_id=self._client.bot_id, chat_id=chat_id, now=self._clock()
                    )
            except DatabaseAway as error:
                log.error("the database is away", error=str(error))
                await asyncio.sleep(1)

    def _queued(self, deliveries: Sequence[Delivery]) -> None:
        self._sender.hand_over(deliveries)
        if any(delivery.leased_by is None for delivery in deliveries):
            self.upkeep.kick()

    def _noted(self, noted: Sequence[Noted]) -> None:
        self._counting.add(noted)

    def _share_pause(self, seconds: float) -> None:
        self.upkeep.share_pause(seconds)

    async def _look_after(self) -> None:
        while True:
            try:
                await self._look_once()
                await self._counting.write_if_due()
            except DatabaseAway as error:
                log.error("the database is away", error=str(error))
            except Exception as error:  # the catch-all of this edge: without upkeep nothing is taken over
                log.error("upkeep failed", error=type(error).__name__, place=place_of(error))
            await self.upkeep.wait()

    async def _settle(self, connection: AsyncConnection, settled: list[Settled]) -> list[None]:
        if any(map(erases, settled)):
            self.upkeep.note_erasure()
        return await settle(connection, settled)

    async def _look_once(self) -> None:
        await self.upkeep.empty_log()
        chore = await self.upkeep.look(is_busy=self._sender.is_busy)
        self._hear_of(self.upkeep.outlook.silence)
        if chore is None:
            return
        self._sender.hand_over(await self._chores.submit(chore))
        self.upkeep.note_done(chore)
        if chore.take_over:
            self.upkeep.kick()

    def _hear_of(self, silence: Silence | None) -> None:
        """Keep a silence that another worker was asked for; once, and no longer than was asked, whatever clocks say."""
        if silence is None or silence == self._heard_of:
            return
        self._heard_of = silence
        left = min(silence.until - self._clock(), silence.until - silence.asked_at)
        if left > timedelta():
            self._client.pause.impose(left.total_seconds())

    async def _introduce(self) -> None:
        wait = 1.0
        while True:
            try:
                if self.username is None:
                    await self._prove_token()
                await introduce(self._client)
            except Exception as error:  # the catch-all of this edge: an unknown answer is no reason to give up
                log.warning("introduction waits", error=type(error).__name__, seconds=wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, 300.0)
            else:
                return
