"""The stand-in's state: one bot, people, chats, updates, files, the log of calls. What calls do is in methods/."""

import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from simulator.chats import Chat, Message, Person, Room
from simulator.directory import Chats
from simulator.entities import found_in, pieces, trimmed
from simulator.errors import ApiError
from simulator.faults import Faults
from simulator.flood import FloodControl
from simulator.pending import TAP_LIVES_SECONDS
from simulator.phones import Phones
from simulator.store import Store
from simulator.updates import Updates

CALLS_KEPT = 100_000
LONGEST_TEXT_UNITS = 4096
DEMO_PEOPLE = (("Sari", "id"), ("Dewi", "en"))


@dataclass(slots=True)
class TappedButton:
    """A tap that waits for its answer."""

    person_id: int
    at: float
    answered: bool = False


@dataclass(slots=True)
class Profile:
    """What the bot says of itself, by language code ("" for all others)."""

    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    menu_button: dict[str, Any] = field(default_factory=lambda: {"type": "default"})


class Simulator:
    """Telegram for one bot. `folder` keeps its state across restarts; `limits` turns on flood control."""

    def __init__(
        self,
        *,
        token: str,
        folder: Path | None = None,
        limits: bool = False,
        demo_people: bool = False,
        retry_seconds: float = 0.2,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.token = token
        self.now = now
        self.bot = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Bekal", "username": "bekal_bot"}
        self.store = Store(folder, self._dump)
        self._limits = limits
        self._retry_seconds = retry_seconds
        self._begin()
        self._load()
        if demo_people and not list(self.chats):
            for name, language in DEMO_PEOPLE:
                self.chats.add(Person(self.chats.new_id(), name, language_code=language))

    def _begin(self) -> None:
        self.chats = Chats()
        self.faults = Faults()
        self.phones = Phones()
        self.flood = FloodControl(self.now) if self._limits else None
        self.profile = Profile()
        self.taps: dict[str, TappedButton] = {}
        self.calls: deque[dict[str, Any]] = deque(maxlen=CALLS_KEPT)
        self.call_count = 0
        self.files: dict[str, dict[str, Any]] = {}
        self.updates = Updates(faults=self.faults, now=self.now, store=self.store, retry_seconds=self._retry_seconds)

    async def reset(self) -> None:
        """Begin anew; the ids of updates and of the phones' events go on rising."""
        updates, phones = self.updates, self.phones
        self._begin()
        self.updates.queue.next_update_id = updates.queue.next_update_id
        self.phones.last_event = phones.last_event
        self.store.changed()
        phones.close()
        await updates.close()

    async def close(self) -> None:
        """End every stream and poll, and keep the state."""
        self.phones.close()
        await self.updates.close()
        self.store.close()

    # What phones see

    def tell(self, room: Room, name: str, **body: Any) -> None:
        """Show something on every phone that has a chat."""
        for person in room.people:
            self.phones.tell(person.id, name, chat_id=room.id_for(person), **body)

    def show(self, room: Room, message: Message) -> None:
        """Show a new message to everybody in a chat."""
        for person in room.people:
            mine = message["from"]["id"] == person.id
            self.phones.tell(person.id, "message", chat_id=room.id_for(person), message=message, mine=mine)

    def replace(self, room: Room, message: Message) -> None:
        """Put an edited message in the place of the old one, for everybody who still sees that."""
        room.messages[message["message_id"]] = message
        for person in room.viewers(message["message_id"]):
            self.phones.tell(person.id, "edited", chat_id=room.id_for(person), message=message)
        self.store.changed()

    def delete(self, room: Room, numbers: list[int]) -> None:
        """Take messages away from everybody; a reply keyboard goes with the message that brought it."""
        for number in numbers:
            del room.messages[number]
        self.tell(room, "deleted", message_ids=numbers)
        if room.keyboard_message_id in numbers:
            self.set_reply_keyboard(room, None)
        self.store.changed()

    def set_reply_keyboard(self, room: Room, markup: dict[str, Any] | None, *, message_id: int = 0) -> None:
        """Show the reply keyboard that a message brought, or none."""
        room.reply_keyboard, room.keyboard_message_id = markup, message_id
        self.tell(room, "reply_keyboard", markup=markup)

    # What people do

    def receive(self, room: Room, *, by: Person | None = None, **content: Any) -> Message:
        """Take in what a person wrote (in private: whose chat it is), and bring it to the bot, if it is told."""
        message: Message = {
            "message_id": 0,
            "from": (by or room.people[0]).user(),
            "chat": room.describe(),
            "date": int(self.now()),
            **content,
        }
        room.add(message)
        self.show(room, message)
        if room.hears(message, self.bot):
            self.bring("message", message)
        self.store.changed()
        return message

    def type(self, room: Room, text: str, *, by: Person | None = None, **content: Any) -> Message:
        """Take in typed text; a long one becomes several messages, as in Telegram's own apps."""
        messages = []
        for piece in pieces(text, LONGEST_TEXT_UNITS):
            clean, _ = trimmed(piece, [])
            if clean:
                entities = found_in(clean)
                extra = {"entities": entities} if entities else {}
                messages.append(self.receive(room, by=by, text=clean, **extra, **content))
        if not messages:
            raise ApiError(422, "an empty message cannot be sent")
        return messages[-1]

    def edit(self, room: Room, message: Message, text: str) -> Message:
        """Take in a person's edit of her own text."""
        edited = {**message, "text": text, "edit_date": int(self.now())}
        edited.pop("entities", None)
        edited |= {"entities": entities} if (entities := found_in(text)) else {}
        self.replace(room, edited)
        if room.hears(edited, self.bot):
            self.bring("edited_message", edited)
        return edited

    def clear(self, room: Room, person: Person) -> None:
        """Empty a chat on one person's phone only; nobody else is told."""
        room.cleared[person.id] = room.next_message_id - 1
        self.phones.tell(person.id, "cleared", chat_id=room.id_for(person))
        if isinstance(room, Chat):
            self.set_reply_keyboard(room, None)
        self.store.changed()

    def tap(self, room: Room, message: Message, target: str, *, by: Person | None = None) -> str:
        """Take in a tap on a button, and return the id of its callback query."""
        self._forget_old_taps()
        person = by or room.people[0]
        tap_id = str(secrets.randbits(62))
        self.taps[tap_id] = TappedButton(person.id, self.now())
        query = {
            "id": tap_id,
            "from": person.user(),
            "message": message,
            "chat_instance": str(room.id),
            "data": target,
        }
        self.bring("callback_query", query)
        return tap_id

    def _forget_old_taps(self) -> None:
        while self.taps:
            oldest = next(iter(self.taps))
            if self.now() - self.taps[oldest].at <= TAP_LIVES_SECONDS:
                return
            del self.taps[oldest]

    def block(self, chat: Chat, *, blocked: bool) -> None:
        """Let a person block the bot, or let it in again."""
        if chat.person.blocked == blocked:
            return
        chat.person.blocked = blocked
        self.phones.tell(chat.person.id, "person", person=person_json(chat.person))
        status = ("member", "kicked") if blocked else ("kicked", "member")
        self.bring_membership(chat, by=chat.person, status=status)

    def bring_membership(self, room: Room, *, by: Person, status: tuple[str, str]) -> None:
        """Tell the bot how it stands in a chat, before and now."""
        old, new = [{"user": self.bot, "status": s, **({"until_date": 0} if s == "kicked" else {})} for s in status]
        change = {
            "chat": room.describe(),
            "from": by.user(),
            "date": int(self.now()),
            "old_chat_member": old,
            "new_chat_member": new,
        }
        self.bring("my_chat_member", change)

    def bring(self, kind: str, content: dict[str, Any]) -> None:
        """Queue an update, if the bot asked for its kind."""
        if self.updates.wants(kind):
            self.updates.add({kind: content})
        self.store.changed()

    # What is kept

    def add_file(self, content: bytes, *, name: str, mime_type: str, kind: str) -> dict[str, Any]:
        """Keep a file and return its File object."""
        file_id = f"{kind}-{secrets.token_urlsafe(18)}"
        self.store.write_file(file_id, content)
        self.files[file_id] = {
            "file_id": file_id,
            "file_unique_id": file_id[-12:],
            "file_size": len(content),
            "file_path": f"{kind}/{file_id}",
            "name": name,
            "mime_type": mime_type,
        }
        return self.files[file_id]

    def log_call(self, method: str, parameters: dict[str, Any], status: int, result: Any) -> None:
        """Note a call of the bot."""
        self.call_count += 1
        self.calls.append(
            {
                "n": self.call_count,
                "at": self.now(),
                "method": method,
                "parameters": parameters,
                "status": status,
                "result_or_description": result,
            }
        )

    def _dump(self) -> dict[str, Any]:
        profile = self.profile
        return {
            **self.chats.dump(),
            "files": self.files,
            "profile": {
                "commands": profile.commands, "names": profile.names, "descriptions": profile.descriptions,
                "short_descriptions": profile.short_descriptions, "menu_button": profile.menu_button,
            },
            "last_event": self.phones.last_event,
            "taps": {tap_id: asdict(tap) for tap_id, tap in self.taps.items()},
            "pending": self.updates.queue.dump(),
        }  # fmt: skip

    def _load(self) -> None:
        self.updates.queue.next_update_id = self.store.first_update_id
        stored = self.store.load()
        if stored:
            self.chats.load(stored)
            self.files = stored["files"]
            self.profile = Profile(**stored["profile"])
            self.phones.last_event = stored["last_event"]
            self.taps = {tap_id: TappedButton(**tap) for tap_id, tap in stored.get("taps", {}).items()}
            self.updates.queue.load(stored["pending"])


def person_json(person: Person) -> dict[str, Any]:
    """Return a person as the control address shows them."""
    return {
        "id": person.id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "username": person.username,
        "language_code": person.language_code,
        "blocked": person.blocked,
    }
