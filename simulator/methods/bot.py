"""The bot itself: who it is, its commands, names, descriptions and menu button; chats and their members."""

import re
from collections.abc import Callable
from typing import Any

from simulator.chats import Group
from simulator.errors import bad_request
from simulator.simulator import Simulator

Parameters = dict[str, Any]
COMMAND = re.compile(r"[a-z0-9_]+")
LANGUAGE = re.compile(r"([a-z]{2})?")
MENU_BUTTONS = frozenset({"default", "commands", "web_app"})
MOST_COMMANDS = 100
LONGEST = {"name": 64, "description": 512, "short_description": 120}
LONGEST_COMMAND, LONGEST_COMMAND_DESCRIPTION = 32, 256


def get_me(simulator: Simulator, _parameters: Parameters) -> dict[str, Any]:
    """getMe."""
    rights = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
    return {**simulator.bot, **rights, "can_connect_to_business": False, "has_main_web_app": False}


def nothing(_simulator: Simulator, _parameters: Parameters) -> bool:
    """logOut and close: nothing to do here."""
    return True


def _language(parameters: Parameters) -> str:
    code = str(parameters.get("language_code", ""))
    if not LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code


def _commands_key(parameters: Parameters) -> str:
    scope = parameters.get("scope") or {"type": "default"}
    return f"{scope['type']}/{scope.get('chat_id', '')}/{_language(parameters)}"


def set_commands(simulator: Simulator, parameters: Parameters) -> bool:
    """setMyCommands."""
    commands = parameters["commands"]
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    simulator.profile.commands[_commands_key(parameters)] = [_checked(command) for command in commands]
    simulator.store.changed()
    return True


def _checked(command: dict[str, Any]) -> dict[str, Any]:
    name, description = command["command"].strip().removeprefix("/"), command["description"].strip()
    if not name:
        raise bad_request("command must be non-empty")
    if len(name) > LONGEST_COMMAND:
        raise bad_request(f"command length must not exceed {LONGEST_COMMAND}")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > LONGEST_COMMAND_DESCRIPTION:
        raise bad_request(f"command description length must not exceed {LONGEST_COMMAND_DESCRIPTION}")
    if not COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    return {**command, "command": name, "description": description}


def get_commands(simulator: Simulator, parameters: Parameters) -> list[dict[str, str]]:
    """getMyCommands."""
    return simulator.profile.commands.get(_commands_key(parameters), [])


def delete_commands(simulator: Simulator, parameters: Parameters) -> bool:
    """deleteMyCommands."""
    simulator.profile.commands.pop(_commands_key(parameters), None)
    simulator.store.changed()
    return True


def _texts(simulator: Simulator, name: str) -> dict[str, str]:
    profile = simulator.profile
    return {
        "name": profile.names, "description": profile.descriptions, "short_description": profile.short_descriptions,
    }[name]  # fmt: skip


def _setter(name: str) -> Callable[[Simulator, Parameters], bool]:
    def set_text(simulator: Simulator, parameters: Parameters) -> bool:
        text = parameters.get(name, "")
        if len(text) > LONGEST[name]:
            raise bad_request(f"BOT_{name.upper()}_TOO_LONG")
        _texts(simulator, name)[_language(parameters)] = text
        simulator.store.changed()
        return True

    return set_text


def _getter(name: str) -> Callable[[Simulator, Parameters], dict[str, str]]:
    def get_text(simulator: Simulator, parameters: Parameters) -> dict[str, str]:
        texts = _texts(simulator, name)
        default = simulator.bot["first_name"] if name == "name" else ""
        return {name: texts.get(_language(parameters)) or texts.get("") or str(default)}

    return get_text


def set_menu_button(simulator: Simulator, parameters: Parameters) -> bool:
    """setChatMenuButton."""
    button = parameters.get("menu_button") or {"type": "default"}
    if button["type"] not in MENU_BUTTONS:
        raise bad_request("can't parse menu button: MenuButton has unsupported type")
    simulator.profile.menu_button = button
    simulator.store.changed()
    return True


def get_menu_button(simulator: Simulator, _parameters: Parameters) -> dict[str, Any]:
    """getChatMenuButton."""
    return simulator.profile.menu_button


def get_chat(simulator: Simulator, parameters: Parameters) -> dict[str, Any]:
    """getChat."""
    room = simulator.chats.known(parameters["chat_id"])
    return {**room.describe(), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": {}}


def get_chat_member(simulator: Simulator, parameters: Parameters) -> dict[str, Any]:
    """getChatMember."""
    room, number = simulator.chats.known(parameters["chat_id"]), parameters["user_id"]
    if number == simulator.bot["id"]:
        return {"user": simulator.bot, "status": room.bot_status if isinstance(room, Group) else "member"}
    person = next((person for person in room.people if person.id == number), None)
    if person is None:
        raise bad_request("user not found")
    is_creator = isinstance(room, Group) and person is room.people[0]
    return {"user": person.user(), "status": "creator" if is_creator else "member"}


METHODS: dict[str, Any] = {
    "getMe": get_me,
    "logOut": nothing,
    "close": nothing,
    "setMyCommands": set_commands,
    "getMyCommands": get_commands,
    "deleteMyCommands": delete_commands,
    "setMyName": _setter("name"),
    "getMyName": _getter("name"),
    "setMyDescription": _setter("description"),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description"),
    "getMyShortDescription": _getter("short_description"),
    "setChatMenuButton": set_menu_button,
    "getChatMenuButton": get_menu_button,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
}
