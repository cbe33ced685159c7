"""One turn of a conversation, as a handler sees it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from bot.conversations import Chat
from bot.events import Private, Tap
from content.catalogue import Catalogue
from content.counts import Count, What
from content.readers import Reader
from content.search import Hit
from content.unanswered import AskedInVain, words_in
from core.crypto import Vault
from core.i18n import Words, words
from core.messages import Reply
from registrations.sign_up import Offer, SignUp

Noted = Count | AskedInVain


@dataclass(slots=True)
class Turn:
    """An event, the chat it came from (locked), and what the handler needs. No network, no commit.

    `open_session` opens a session inside the turn's own savepoint: if the handler raises, what it wrote there is
    undone and other people's turns in the same transaction stay. `connection` is for one quick look without a
    savepoint, which makes three statements of one; never for writing. `content` is what readers may see at this moment,
    `text` is what the person asks in words, `found` what of the content that may mean, `target` what she tapped, or
    typed instead of tapping, `bot_name` the bot's own, once Telegram has told it, `pages_url` where pages of ours are,
    if anywhere. `noted` is counted after the commit. `offer`, `offers` and `sign_up` are what a screen of a programme,
    of all, or of a form shows; `steps_done` the articles she has ticked off, where a path is shown.
    """

    event: Private
    chat: Chat
    content: Catalogue
    now: datetime
    vault: Vault
    bot_id: int
    connection: AsyncConnection
    open_session: Callable[[], Awaitable[AsyncSession]]
    text: str = ""
    found: tuple[Hit, ...] = ()
    bot_name: str | None = None
    pages_url: str = ""
    target: str = field(init=False)
    words: Words = field(init=False)
    offer: Offer | None = field(init=False, default=None)
    offers: tuple[Offer, ...] = field(init=False, default=())
    sign_up: SignUp | None = field(init=False, default=None)
    steps_done: frozenset[str] = field(init=False, default=frozenset())
    noted: list[Noted] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.target = self.event.target if isinstance(self.event, Tap) else ""
        self.words = words(self.chat.language)

    @property
    def reader(self) -> Reader:
        """What the person said of herself."""
        return Reader(self.chat.stage, self.chat.country, self.chat.province)

    def go_to(self, step: str) -> None:
        """Set the screen that the chat stands at from now on, by its target."""
        self.chat.step = step

    def count(self, what: What, subject: str = "") -> None:
        """Count something, without the person: only what she said of language, country and stage goes along."""
        chat = self.chat
        place = (chat.language, chat.country or "", chat.stage or "")
        self.noted.append(Count(self.now.date(), what, subject, *place))

    def note_unanswered(self) -> None:
        """Count a search that found nothing, and its words."""
        self.count(What.SEARCH_NONE)
        self.noted += [AskedInVain(self.now.date(), self.chat.language, word) for word in words_in(self.text)]

    def speak(self, language: str) -> None:
        """Use another language from this reply on."""
        self.chat.language = language
        self.words = words(language)


Handler = Callable[[Turn], Awaitable[list[Reply]]]
