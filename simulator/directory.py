"""All people and all chats: who has which, and how the bot finds one."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from simulator.chats import Chat, Group, Pair, Person, Room
from simulator.errors import ApiError, bad_request

FIRST_GROUP, FIRST_SUPERGROUP = -4000001, -1002000000001  # as Telegram numbers them


class Chats:
    """Private chats by person, groups by id, and chats of two people."""

    def __init__(self) -> None:
        self._chats: dict[int, Chat] = {}
        self._groups: dict[int, Group] = {}
        self._pairs: dict[frozenset[int], Pair] = {}
        self._next_person_id = 5000001

    def __iter__(self) -> Iterator[Chat]:
        return iter(self._chats.values())

    def add(self, person: Person) -> Chat:
        """Add a person; an id that is taken is refused."""
        if person.id in self._chats:
            raise ApiError(422, "that id is taken")
        self._chats[person.id] = Chat(person)
        return self._chats[person.id]

    def add_group(self, title: str, *, kind: str, members: list[Person]) -> Group:
        """Add a group without the bot."""
        number = FIRST_GROUP if kind == "group" else FIRST_SUPERGROUP
        while number in self._groups:
            number -= 1
        self._groups[number] = Group(number, title, kind, members)
        return self._groups[number]

    def pair(self, one: Person, other: Person) -> tuple[Pair, bool]:
        """Return the chat of two people, and whether it is new."""
        key = frozenset({one.id, other.id})
        is_new = key not in self._pairs
        if is_new:
            self._pairs[key] = Pair([one, other])
        return self._pairs[key], is_new

    def new_id(self) -> int:
        """Return an id that nobody has."""
        while self._next_person_id in self._chats:
            self._next_person_id += 1
        return self._next_person_id

    def find(self, person_id: int) -> Chat | None:
        """Return a person's private chat, or None."""
        return self._chats.get(person_id)

    def of(self, person: Person) -> list[Room]:
        """Return what a person's phone lists: the bot, then groups, then people."""
        rooms = [*self._groups.values(), *self._pairs.values()]
        return [self._chats[person.id], *(room for room in rooms if person in room.people)]

    def find_for(self, person: Person, chat_id: int) -> Room | None:
        """Return the chat that a person's phone knows by an id, or None."""
        return next((room for room in self.of(person) if room.id_for(person) == chat_id), None)

    def known(self, chat_id: object) -> Room:
        """Return the chat that the bot asks about, let in or not; refuse one that it never heard of."""
        try:
            number = int(str(chat_id))
        except ValueError:
            raise bad_request("chat not found") from None
        group = self._groups.get(number)
        room = group if group is not None and group.is_known_to_bot else self._chats.get(number)
        if room is None:
            raise bad_request("chat not found")
        return room

    def for_bot(self, chat_id: object) -> Room:
        """Return the chat that the bot writes to; refuse one where it is not let in."""
        room = self.known(chat_id)
        room.check_writable()
        return room

    def dump(self) -> dict[str, Any]:
        """Return everything as JSON."""
        return {
            "chats": [{"person": asdict(chat.person), **_kept(chat)} for chat in self],
            "groups": [
                {
                    "number": group.number, "title": group.title, "kind": group.kind, "bot_status": group.bot_status,
                    "is_known_to_bot": group.is_known_to_bot, "members": [person.id for person in group.members],
                    **_kept(group),
                }
                for group in self._groups.values()
            ],
            "pairs": [{"both": [person.id for person in pair.both], **_kept(pair)} for pair in self._pairs.values()],
        }  # fmt: skip

    def load(self, stored: dict[str, Any]) -> None:
        """Take back what dump gave; before there were groups it gave none."""
        for row in stored["chats"]:
            _restore(self.add(Person(**row["person"])), row)
        for row in stored.get("groups", []):
            group = Group(row["number"], row["title"], row["kind"], self._people(row["members"]))
            group.bot_status, group.is_known_to_bot = row["bot_status"], row["is_known_to_bot"]
            self._groups[group.number] = group
            _restore(group, row)
        for row in stored.get("pairs", []):
            _restore(self.pair(*self._people(row["both"]))[0], row)

    def _people(self, numbers: list[int]) -> list[Person]:
        return [self._chats[number].person for number in numbers]


def _kept(room: Room) -> dict[str, Any]:
    return {
        "messages": list(room.messages.values()),
        "next_message_id": room.next_message_id,
        "reply_keyboard": room.reply_keyboard,
        "keyboard_message_id": room.keyboard_message_id,
        "fixed": list(room.fixed),
        "cleared": list(room.cleared.items()),
    }


def _restore(room: Room, row: dict[str, Any]) -> None:
    room.messages = {message["message_id"]: message for message in row["messages"]}
    room.next_message_id = row["next_message_id"]
    room.reply_keyboard = row["reply_keyboard"]
    room.keyboard_message_id = row.get("keyboard_message_id", 0)
    room.fixed = set(row.get("fixed", []))
    room.cleared = dict(row.get("cleared", []))
