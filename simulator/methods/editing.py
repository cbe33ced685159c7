"""Editing and deleting messages, pinning, reacting, and answering taps."""

from collections.abc import Callable
from typing import Any

from simulator.chats import Message
from simulator.errors import bad_request
from simulator.methods.content import caption_of, only_inline_keyboard_of, same, text_of
from simulator.pending import TAP_LIVES_SECONDS
from simulator.simulator import Simulator

Parameters = dict[str, Any]
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
MEDIA = frozenset({"photo", "voice", "audio", "document", "video"})
LONGEST_ANSWER = 200
MOST_DELETED = 100


def _edit(
    simulator: Simulator, parameters: Parameters, *, replaces: tuple[str, ...], content: Callable[[], dict[str, Any]]
) -> Message:
    """Put content and keyboard in the place of what a message of the bot holds."""
    if "chat_id" not in parameters or "message_id" not in parameters:
        raise bad_request("message identifier is not specified")
    chat = simulator.chats.for_bot(parameters["chat_id"])
    message = chat.edited(parameters["message_id"])
    if replaces and replaces[0] == "text" and "text" not in message:
        raise bad_request("there is no text in the message to edit")
    if replaces and replaces[0] == "caption" and not MEDIA & message.keys():
        raise bad_request("there is no caption in the message to edit")
    kept = {key: value for key, value in message.items() if key not in {*replaces, "reply_markup"}}
    keyboard = only_inline_keyboard_of(parameters)
    edited = {**kept, **content(), **({"reply_markup": keyboard} if keyboard else {})}
    if same(edited, message):
        raise bad_request(NOT_MODIFIED)
    if replaces:
        edited["edit_date"] = int(simulator.now())
    simulator.replace(chat, edited)
    return edited


def edit_text(simulator: Simulator, parameters: Parameters) -> Message:
    """editMessageText."""
    return _edit(simulator, parameters, replaces=("text", "entities"), content=lambda: text_of(parameters))


def edit_caption(simulator: Simulator, parameters: Parameters) -> Message:
    """editMessageCaption."""
    return _edit(
        simulator, parameters, replaces=("caption", "caption_entities"), content=lambda: caption_of(parameters)
    )


def edit_keyboard(simulator: Simulator, parameters: Parameters) -> Message:
    """editMessageReplyMarkup."""
    return _edit(simulator, parameters, replaces=(), content=dict)


def delete_one(simulator: Simulator, parameters: Parameters) -> bool:
    """deleteMessage."""
    chat = simulator.chats.for_bot(parameters["chat_id"])
    chat.check_deletable(parameters["message_id"], now=simulator.now())
    simulator.delete(chat, [parameters["message_id"]])
    return True


def delete_many(simulator: Simulator, parameters: Parameters) -> bool:
    """deleteMessages: what is not there is passed over; one that is too old refuses the whole call."""
    chat, numbers = simulator.chats.for_bot(parameters["chat_id"]), parameters["message_ids"]
    if len(numbers) > MOST_DELETED:
        raise bad_request("too many message identifiers specified")
    if not numbers:
        raise bad_request("message identifiers are not specified")
    if min(numbers) <= 0:
        raise bad_request("invalid message identifier specified")
    deleted = [number for number in dict.fromkeys(numbers) if number in chat.messages]
    for number in deleted:
        chat.check_deletable(number, now=simulator.now())
    simulator.delete(chat, deleted)
    return True


def answer_tap(simulator: Simulator, parameters: Parameters) -> bool:
    """answerCallbackQuery: once, and within its life."""
    tap = simulator.taps.get(parameters["callback_query_id"])
    if tap is None or tap.answered or simulator.now() - tap.at > TAP_LIVES_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if len(parameters.get("text", "")) > LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    tap.answered = True
    simulator.store.changed()
    simulator.phones.tell(
        tap.person_id,
        "answer",
        callback_query_id=parameters["callback_query_id"],
        text=parameters.get("text", ""),
        show_alert=bool(parameters.get("show_alert")),
        url=parameters.get("url", ""),
    )
    return True


def pin(simulator: Simulator, parameters: Parameters) -> bool:
    """pinChatMessage."""
    chat = simulator.chats.for_bot(parameters["chat_id"])
    if parameters["message_id"] not in chat.messages:
        raise bad_request("message to pin not found")
    return True


def unpin(simulator: Simulator, parameters: Parameters) -> bool:
    """unpinChatMessage."""
    simulator.chats.for_bot(parameters["chat_id"])
    return True


def react(simulator: Simulator, parameters: Parameters) -> bool:
    """setMessageReaction."""
    chat = simulator.chats.for_bot(parameters["chat_id"])
    if parameters["message_id"] not in chat.messages:
        raise bad_request("message to react not found")
    return True


METHODS: dict[str, Any] = {
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageReplyMarkup": edit_keyboard,
    "deleteMessage": delete_one,
    "deleteMessages": delete_many,
    "answerCallbackQuery": answer_tap,
    "pinChatMessage": pin,
    "unpinChatMessage": unpin,
    "setMessageReaction": react,
}
