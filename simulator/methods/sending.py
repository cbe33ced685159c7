"""Sending: text, files, places, contacts; copies and forwards; the sign that the bot is typing."""

import re
from typing import Any

from simulator.chats import MOST_EAST, MOST_NORTH, Chat, Message, Room
from simulator.errors import bad_request
from simulator.methods.content import caption_of, inline_keyboard_of, reply_keyboard_of, text_of
from simulator.parameters import Upload
from simulator.simulator import Simulator

Parameters = dict[str, Any]
CHAT_ACTIONS = frozenset(
    {"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
     "choose_sticker", "find_location", "record_video_note", "upload_video_note"}
)  # fmt: skip
FILE_TYPES = {
    "photo": "Photo", "voice": "VoiceNote", "audio": "Audio", "document": "Document", "sticker": "Sticker",
    "video": "Video",
}  # fmt: skip
PHONE = re.compile(r"\+?[\d ()-]{3,20}")


def _new(simulator: Simulator, parameters: Parameters, content: dict[str, Any]) -> Message:
    """Add a message of the bot to a chat and show it on the phone."""
    chat = simulator.chats.for_bot(parameters["chat_id"])
    keyboard = inline_keyboard_of(parameters)
    changes, reply_keyboard = reply_keyboard_of(parameters, is_private=isinstance(chat, Chat))
    reply = _replied_to(chat, parameters)
    if simulator.flood is not None:
        simulator.flood.check(chat.id)
    message: Message = {
        "message_id": 0,
        "from": simulator.bot,
        "chat": chat.describe(),
        "date": int(simulator.now()),
        **content,
    }
    if keyboard:
        message["reply_markup"] = keyboard
    if reply:
        message["reply_to_message"] = reply
    if parameters.get("protect_content"):
        message["has_protected_content"] = True
    chat.add(message)
    chat.chat_action = None
    simulator.show(chat, message)
    if changes:
        chat.fixed.add(message["message_id"])
        simulator.set_reply_keyboard(chat, reply_keyboard, message_id=message["message_id"])
    simulator.store.changed()
    return message


def _replied_to(chat: Room, parameters: Parameters) -> Message | None:
    reply = parameters.get("reply_parameters")
    if not reply:
        return None
    message = chat.messages.get(reply["message_id"])
    if message is None and not reply.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return {key: value for key, value in message.items() if key != "reply_to_message"} if message else None


def send_message(simulator: Simulator, parameters: Parameters) -> Message:
    """sendMessage."""
    simulator.chats.for_bot(parameters["chat_id"])
    return _new(simulator, parameters, text_of(parameters))


def _file(simulator: Simulator, value: object, kind: str) -> dict[str, Any]:
    """Return the File that a parameter uploads or names."""
    if isinstance(value, Upload):
        if not value.content:
            raise bad_request("file must be non-empty")
        return simulator.add_file(value.content, name=value.filename, mime_type=value.content_type, kind=kind)
    known = simulator.files.get(str(value))
    if known is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    stored = known["file_path"].partition("/")[0]
    if (stored == "photo") != (kind == "photo"):  # of all others Telegram lets one pass for another
        raise bad_request(f"can't use file of type {FILE_TYPES[stored]} as {FILE_TYPES[kind]}")
    return known


def _public(file: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {key: file[key] for key in ("file_id", "file_unique_id", "file_size")} | more


def send_photo(simulator: Simulator, parameters: Parameters) -> Message:
    """sendPhoto."""
    simulator.chats.for_bot(parameters["chat_id"])
    file = _file(simulator, parameters["photo"], "photo")
    return _new(simulator, parameters, {"photo": [_public(file, width=800, height=600)], **caption_of(parameters)})


def _media(kind: str) -> Any:
    def send(simulator: Simulator, parameters: Parameters) -> Message:
        simulator.chats.for_bot(parameters["chat_id"])
        file = _file(simulator, parameters[kind], kind)
        more: dict[str, Any] = {"mime_type": file["mime_type"]}
        if kind != "document":
            more["duration"] = parameters.get("duration", 0)
        if kind == "video":
            more |= {"width": parameters.get("width", 0), "height": parameters.get("height", 0)}
        if kind in {"document", "audio", "video"}:
            more["file_name"] = file["name"]
        return _new(simulator, parameters, {kind: _public(file, **more), **caption_of(parameters)})

    return send


def send_location(simulator: Simulator, parameters: Parameters) -> Message:
    """sendLocation."""
    latitude, longitude = parameters["latitude"], parameters["longitude"]
    if not (abs(latitude) <= MOST_NORTH and abs(longitude) <= MOST_EAST):
        raise bad_request("wrong latitude or longitude specified")
    return _new(simulator, parameters, {"location": {"latitude": latitude, "longitude": longitude}})


def send_contact(simulator: Simulator, parameters: Parameters) -> Message:
    """sendContact."""
    if not PHONE.fullmatch(parameters["phone_number"]):
        raise bad_request("phone number is invalid")
    contact = {key: parameters[key] for key in ("phone_number", "first_name", "last_name") if parameters.get(key)}
    return _new(simulator, parameters, {"contact": contact})


def send_chat_action(simulator: Simulator, parameters: Parameters) -> bool:
    """sendChatAction."""
    chat = simulator.chats.for_bot(parameters["chat_id"])
    if parameters["action"] not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.chat_action = parameters["action"]
    simulator.tell(chat, "chat_action", action=parameters["action"])
    return True


def _original(simulator: Simulator, parameters: Parameters, what: str) -> Message:
    source = simulator.chats.for_bot(parameters["from_chat_id"])
    message = source.messages.get(parameters["message_id"])
    if message is None:
        raise bad_request(f"message to {what} not found")
    own = {"message_id", "from", "chat", "date", "reply_markup", "edit_date", "reply_to_message"}
    return {key: value for key, value in message.items() if key not in own}


def copy_message(simulator: Simulator, parameters: Parameters) -> dict[str, int]:
    """copyMessage."""
    content = _original(simulator, parameters, "copy") | caption_of(parameters)
    return {"message_id": _new(simulator, parameters, content)["message_id"]}


def forward_message(simulator: Simulator, parameters: Parameters) -> Message:
    """forwardMessage."""
    content = _original(simulator, parameters, "forward")
    origin = {"type": "user", "sender_user": simulator.bot, "date": int(simulator.now())}
    return _new(simulator, parameters, {**content, "forward_origin": origin})


METHODS: dict[str, Any] = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendVoice": _media("voice"),
    "sendAudio": _media("audio"),
    "sendDocument": _media("document"),
    "sendVideo": _media("video"),
    "sendLocation": send_location,
    "sendContact": send_contact,
    "sendChatAction": send_chat_action,
    "copyMessage": copy_message,
    "forwardMessage": forward_message,
}
