"""What Bekal says in a chat, as plain data. Turning it into calls of the Bot API is in bot/telegram/."""

from dataclasses import dataclass
from enum import StrEnum

MAX_TEXT_UTF16_UNITS = 4096  # https://core.telegram.org/bots/api#sendmessage
MAX_TARGET_BYTES = 64  # callback_data: https://core.telegram.org/bots/api#inlinekeyboardbutton
MAX_LABEL_CHARACTERS = 40  # ours: a longer label is cut off on a phone 360 px wide


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of a text that is bold, a link and so on; offset and length in UTF-16 units, as Telegram counts."""

    type: str
    offset: int
    length: int
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text with its entities, ready to be sent as it is: no markup is left in it."""

    text: str
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: either `target` (what a tap asks for, at most 64 bytes) or `url`."""

    label: str
    target: str = ""
    url: str = ""


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the keyboard below the chat: pressing it writes its label, or shares where she is, or her own number."""

    label: str
    asks_location: bool = False
    asks_contact: bool = False


Keys = tuple[tuple[Key, ...], ...]


class Clearing(StrEnum):
    """What goes before a reply is sent.

    LAST: what the person has just sent, and the screen before it. CHAT: what both sides wrote here. PERSON: all that is
    known of her, too.
    """

    NOTHING = ""
    LAST = "last"
    CHAT = "chat"
    PERSON = "person"


class FileKind(StrEnum):
    """What a phone makes of a file."""

    PHOTO = "photo"
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class File:
    """A file that a message brings, by the SHA-256 of its bytes, which lie in content/media_files.py."""

    kind: FileKind
    sha256: str
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to one person. A tap's first reply edits the tapped message; everything else is sent as new.

    A reply has either buttons (`rows`) or `keys`: Telegram takes one of them. `keys` replaces the keyboard below the
    chat, and no keys at all, (), takes it away. A reply that clears, or is `below`, is sent as new after a tap too.
    With a `file` the body is its caption, of at most 1,024 units.
    """

    body: Formatted
    rows: Rows = ()
    keys: Keys | None = None
    clearing: Clearing = Clearing.NOTHING
    below: bool = False
    file: File | None = None


def utf16_length(text: str) -> int:
    """Return the length of `text` in UTF-16 units, which is how Telegram counts offsets and limits."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def plain(text: str) -> Formatted:
    """Wrap a text that has no formatting."""
    return Formatted(text)


def joined(*parts: Formatted | str, separator: str = "") -> Formatted:
    """Join formatted and plain parts into one, shifting the entities to where their text now stands."""
    text, entities = "", list[Entity]()
    for index, part in enumerate(parts):
        text += separator if index else ""
        shift = utf16_length(text)
        piece = part if isinstance(part, Formatted) else Formatted(part)
        entities += (Entity(e.type, e.offset + shift, e.length, e.url) for e in piece.entities)
        text += piece.text
    return Formatted(text, tuple(entities))


def bold(text: str) -> Formatted:
    """Wrap a text in bold."""
    return Formatted(text, (Entity("bold", 0, utf16_length(text)),))


def italic(text: str) -> Formatted:
    """Wrap a text in italics."""
    return Formatted(text, (Entity("italic", 0, utf16_length(text)),))
