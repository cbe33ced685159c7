"""Groups, and what people hand on to one another."""

from typing import Any

from simulator.chats import Group, Message, Person, Room
from simulator.simulator import Simulator

OWN = frozenset({"message_id", "from", "chat", "date", "edit_date", "reply_to_message"})


def add_group(simulator: Simulator, title: str, *, kind: str, members: list[Person]) -> Group:
    """Let the first of some people make a group of them; the bot is not in it yet."""
    group = simulator.chats.add_group(title, kind=kind, members=members)
    _tell_chat_list(simulator, group)
    simulator.store.changed()
    return group


def set_bot_status(simulator: Simulator, group: Group, status: str, *, by: Person) -> None:
    """Let a member add the bot to a group ("member") or put it out ("kicked")."""
    old, group.bot_status, group.is_known_to_bot = group.bot_status, status, True
    if old == status:
        return
    simulator.bring_membership(group, by=by, status=(old, status))
    told = {"new_chat_members": [simulator.bot]} if status == "member" else {"left_chat_member": simulator.bot}
    simulator.receive(group, by=by, **told)
    if status == "kicked" and group.reply_keyboard is not None:
        simulator.set_reply_keyboard(group, None)
    _tell_chat_list(simulator, group)


def forward(simulator: Simulator, message: Message, *, by: Person, to: Person) -> Message:
    """Let a person hand a message on to another; the bot hears nothing of it."""
    pair, is_new = simulator.chats.pair(by, to)
    if is_new:
        _tell_chat_list(simulator, pair)
    origin = {"type": "user", "sender_user": message["from"], "date": message["date"]}
    content: dict[str, Any] = {"forward_origin": origin} | {k: v for k, v in message.items() if k not in OWN}
    if "reply_markup" in content and not _is_all_links(content["reply_markup"]):
        del content["reply_markup"]
    return simulator.receive(pair, by=by, **content)


def _tell_chat_list(simulator: Simulator, room: Room) -> None:
    for person in room.people:
        simulator.phones.tell(person.id, "chat_list")


def _is_all_links(markup: dict[str, Any]) -> bool:
    """Tell whether an inline keyboard goes along with a forward: buttons that ask the bot do nothing elsewhere."""
    return all("url" in button for row in markup["inline_keyboard"] for button in row)
