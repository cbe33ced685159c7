"""One turn of a conversation, as a handler sees it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversations import Chat
from bot.events import Attachment, Command, Membership, Tap, Text
from content.catalogue import Catalogue
from core.i18n import Words, words
from core.messages import Reply

HandledEvent = Text | Command | Attachment | Tap | Membership


@dataclass(slots=True)
class Turn:
    """An event, the chat it came from (locked), and what the handler needs. No network, no commit.

    `open_session` opens a session inside the turn's own savepoint: if the handler raises, what it wrote there is
    undone and other people's turns in the same transaction stay. `content` is what readers may see at this moment.
    """

    event: HandledEvent
    chat: Chat
    content: Catalogue
    now: datetime
    open_session: Callable[[], Awaitable[AsyncSession]]
    words: Words = field(init=False)

    def __post_init__(self) -> None:
        self.words = words(self.chat.language)

    def go_to(self, step: str) -> None:
        """Set the screen that the chat stands at from now on, by its target."""
        self.chat.step = step

    def speak(self, language: str) -> None:
        """Use another language from this reply on."""
        self.chat.language = language
        self.words = words(language)


Handler = Callable[[Turn], Awaitable[list[Reply]]]
