"""People, and what a chat of any kind holds. A message is a Bot API Message as a dict. All of them: directory.py."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from simulator.errors import ApiError, bad_request

Message = dict[str, Any]
DELETABLE_SECONDS = 48 * 3600
MOST_MESSAGES = 2000
MOST_NORTH, MOST_EAST = 90, 180
SERVICE = frozenset({"new_chat_members", "left_chat_member"})


@dataclass(slots=True)
class Person:
    """Someone with a phone. The id is also that of the private chat."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    blocked: bool = False

    def user(self) -> dict[str, Any]:
        """Return the person as a Bot API User."""
        return {"id": self.id, "is_bot": False, **self._names(), **_present(language_code=self.language_code)}

    def chat(self) -> dict[str, Any]:
        """Return the private chat as a Bot API Chat."""
        return {"id": self.id, "type": "private", **self._names()}

    def _names(self) -> dict[str, Any]:
        return _present(first_name=self.first_name, last_name=self.last_name, username=self.username)


@dataclass(slots=True, kw_only=True)
class Room(ABC):
    """What every chat has: its messages by id, in order, the reply keyboard shown, and what people cleared."""

    messages: dict[int, Message] = field(default_factory=dict)
    next_message_id: int = 1
    reply_keyboard: dict[str, Any] | None = None
    keyboard_message_id: int = 0
    fixed: set[int] = field(default_factory=set)  # what came with a reply keyboard, or took one away, is never edited
    chat_action: str | None = None
    cleared: dict[int, int] = field(default_factory=dict)  # by person: the last message that the person sees no more

    @property
    @abstractmethod
    def id(self) -> int:
        """Return the id that the bot knows it by."""

    @property
    @abstractmethod
    def people(self) -> list[Person]:
        """Return everybody whose phone shows it."""

    def id_for(self, _person: Person) -> int:
        """Return the id that a person's phone knows it by."""
        return self.id

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """Return it as a Bot API Chat."""

    def hears(self, _message: Message, _bot: dict[str, Any]) -> bool:
        """Tell whether the bot is told of a message."""
        return True

    @abstractmethod
    def check_writable(self) -> None:
        """Refuse the bot to write where it is not let in."""

    def check_own(self, message: Message) -> None:  # noqa: B027  in private there is nothing to refuse
        """Refuse the bot to delete what it has no right to, however young."""

    def add(self, message: Message) -> Message:
        """Give a message its id and keep it."""
        message["message_id"] = self.next_message_id
        self.next_message_id += 1
        self.messages[message["message_id"]] = message
        if len(self.messages) > MOST_MESSAGES:
            del self.messages[next(iter(self.messages))]
        return message

    def seen_by(self, person: Person) -> list[Message]:
        """Return the messages that a person's phone shows."""
        if person.id not in self.cleared:
            return list(self.messages.values())
        return [message for number, message in self.messages.items() if number > self.cleared[person.id]]

    def viewers(self, message_id: int) -> Iterator[Person]:
        """Return everybody whose phone still shows a message."""
        return (person for person in self.people if message_id > self.cleared.get(person.id, 0))

    def edited(self, message_id: int, *, what: str = "edit") -> Message:
        """Return a message of the bot that is to be edited; refuse what is not there or is not the bot's."""
        message = self.messages.get(message_id)
        if message is None:
            raise bad_request(f"message to {what} not found")
        if not message["from"]["is_bot"] or message_id in self.fixed:
            raise bad_request("message can't be edited")
        return message

    def check_deletable(self, message_id: int, *, now: float) -> None:
        """Refuse the bot to delete a message that is not there, is not its to delete, or is older than 48 hours."""
        message = self.messages.get(message_id)
        if message is None:
            raise bad_request("message to delete not found")
        self.check_own(message)
        if now - message["date"] > DELETABLE_SECONDS:
            raise bad_request("message can't be deleted for everyone")


@dataclass(slots=True)
class Chat(Room):
    """One person's private chat with the bot."""

    person: Person

    @property
    def id(self) -> int:
        """Return the person's id."""
        return self.person.id

    @property
    def people(self) -> list[Person]:
        """Return the person."""
        return [self.person]

    def describe(self) -> dict[str, Any]:
        """Return it as a Bot API Chat."""
        return self.person.chat()

    def check_writable(self) -> None:
        """Refuse the bot to write to somebody who blocked it."""
        if self.person.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")


@dataclass(slots=True)
class Group(Room):
    """A group of people. The bot is told of little there: its privacy mode is on, as it is for every new bot.

    https://core.telegram.org/bots/features#privacy-mode
    """

    number: int
    title: str
    kind: str  # group or supergroup
    members: list[Person]
    bot_status: str = "left"
    is_known_to_bot: bool = False

    @property
    def id(self) -> int:
        """Return its id, which is below zero."""
        return self.number

    @property
    def people(self) -> list[Person]:
        """Return its members, the one who made it first."""
        return self.members

    def describe(self) -> dict[str, Any]:
        """Return it as a Bot API Chat."""
        return {"id": self.number, "type": self.kind, "title": self.title}

    def hears(self, message: Message, bot: dict[str, Any]) -> bool:
        """Tell whether the bot is told: of commands that are not another bot's, of replies to it, of what changed."""
        if self.bot_status != "member":
            return False
        if SERVICE & message.keys() or message.get("reply_to_message", {}).get("from", {}).get("id") == bot["id"]:
            return True
        command = next((e for e in message.get("entities", []) if e["type"] == "bot_command"), None)
        if command is None or command["offset"]:
            return False
        name = message["text"][: command["length"]].partition("@")[2].lower()
        return name in {"", str(bot["username"]).lower()}

    def check_writable(self) -> None:
        """Refuse the bot to write where it was put out or went."""
        if self.bot_status == "kicked":
            raise ApiError(403, f"Forbidden: bot was kicked from the {self.kind} chat")
        if self.bot_status == "left":
            raise ApiError(403, f"Forbidden: bot is not a member of the {self.kind} chat")

    def check_own(self, message: Message) -> None:
        """Refuse the bot, who is no administrator, to delete what others wrote."""
        if not message["from"]["is_bot"]:
            whom = " for everyone" if self.kind == "group" else ""
            raise bad_request(f"message can't be deleted{whom}")


@dataclass(slots=True)
class Pair(Room):
    """A chat of two people, of which the bot knows nothing: for what one hands on to another."""

    both: list[Person]

    @property
    def id(self) -> int:
        """Return no id: the bot knows none."""
        return 0

    @property
    def people(self) -> list[Person]:
        """Return the two."""
        return self.both

    def id_for(self, person: Person) -> int:
        """Return the other one's id."""
        return self.other(person).id

    def other(self, person: Person) -> Person:
        """Return the one whom a person writes to."""
        return self.both[1] if self.both[0] is person else self.both[0]

    def describe(self) -> dict[str, Any]:
        """Return it as a Bot API Chat, with no id of its own."""
        return {"id": self.id, "type": "private"}

    def check_writable(self) -> None:
        """Refuse the bot, as it would be if it could name this chat."""
        raise bad_request("chat not found")

    def hears(self, _message: Message, _bot: dict[str, Any]) -> bool:
        """Tell the bot nothing."""
        return False


def _present(**fields: object) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
