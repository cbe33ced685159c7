"""People, their private chats with the bot, and the messages in them. A message is a Bot API Message as a dict."""

from dataclasses import asdict, dataclass, field
from typing import Any

from simulator.errors import ApiError, bad_request

Message = dict[str, Any]
DELETABLE_SECONDS = 48 * 3600
MOST_MESSAGES = 2000
MOST_NORTH, MOST_EAST = 90, 180


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


@dataclass(slots=True)
class Chat:
    """One private chat: its messages by id, in order, and the reply keyboard shown."""

    person: Person
    messages: dict[int, Message] = field(default_factory=dict)
    next_message_id: int = 1
    reply_keyboard: dict[str, Any] | None = None
    chat_action: str | None = None

    def add(self, message: Message) -> Message:
        """Give a message its id and keep it."""
        message["message_id"] = self.next_message_id
        self.next_message_id += 1
        self.messages[message["message_id"]] = message
        if len(self.messages) > MOST_MESSAGES:
            del self.messages[next(iter(self.messages))]
        return message

    def edited(self, message_id: int, *, what: str = "edit") -> Message:
        """Return a message of the bot that is to be edited; refuse what is not there or is not the bot's."""
        message = self.messages.get(message_id)
        if message is None:
            raise bad_request(f"message to {what} not found")
        if not message["from"]["is_bot"]:
            raise bad_request("message can't be edited")
        return message

    def check_deletable(self, message_id: int, *, now: float) -> None:
        """Refuse to delete a message, of either side, that is not there or is older than 48 hours."""
        message = self.messages.get(message_id)
        if message is None:
            raise bad_request("message to delete not found")
        if now - message["date"] > DELETABLE_SECONDS:
            raise bad_request("message can't be deleted for everyone")


class Chats:
    """All people and their chats."""

    def __init__(self) -> None:
        self._chats: dict[int, Chat] = {}
        self._next_person_id = 5000001

    def __iter__(self) -> Any:
        return iter(self._chats.values())

    def add(self, person: Person) -> Chat:
        """Add a person; an id that is taken is refused."""
        if person.id in self._chats:
            raise ApiError(422, "that id is taken")
        self._chats[person.id] = Chat(person)
        return self._chats[person.id]

    def new_id(self) -> int:
        """Return an id that nobody has."""
        while self._next_person_id in self._chats:
            self._next_person_id += 1
        return self._next_person_id

    def find(self, person_id: int) -> Chat | None:
        """Return a chat, or None."""
        return self._chats.get(person_id)

    def known(self, chat_id: object) -> Chat:
        """Return the chat that the bot asks about, blocked or not; refuse an unknown one."""
        try:
            chat = self._chats.get(int(str(chat_id)))
        except ValueError:
            chat = None
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def for_bot(self, chat_id: object) -> Chat:
        """Return the chat that the bot writes to; refuse one whose person blocked the bot."""
        chat = self.known(chat_id)
        if chat.person.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        return chat

    def dump(self) -> list[dict[str, Any]]:
        """Return everything as JSON."""
        return [
            {
                "person": asdict(chat.person),
                "messages": list(chat.messages.values()),
                "next_message_id": chat.next_message_id,
                "reply_keyboard": chat.reply_keyboard,
            }
            for chat in self
        ]

    def load(self, stored: list[dict[str, Any]]) -> None:
        """Take back what dump gave."""
        for row in stored:
            chat = self.add(Person(**row["person"]))
            chat.messages = {message["message_id"]: message for message in row["messages"]}
            chat.next_message_id = row["next_message_id"]
            chat.reply_keyboard = row["reply_keyboard"]


def _present(**fields: object) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
