"""The Bot API as data: `python -m simulator.spec SPEC` trims the public specification to what the stand-in serves.

The specification is telegram-bot-api-spec by Paul Larsen (MIT, licence beside this file), Bot API 10.1.
"""

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TRIMMED = HERE / "bot_api.json"
SERVED = (
    "getMe", "logOut", "close", "getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo", "sendMessage",
    "sendPhoto", "sendVoice", "sendAudio", "sendDocument", "sendVideo", "sendLocation", "sendContact",
    "sendChatAction", "copyMessage", "forwardMessage", "editMessageText", "editMessageCaption",
    "editMessageReplyMarkup", "deleteMessage", "deleteMessages", "answerCallbackQuery", "getFile", "getChat",
    "getChatMember", "pinChatMessage", "unpinChatMessage", "setMessageReaction", "setMyCommands", "getMyCommands",
    "deleteMyCommands", "setMyName", "getMyName", "setMyDescription", "getMyDescription", "setMyShortDescription",
    "getMyShortDescription", "setChatMenuButton", "getChatMenuButton", "getUserProfilePhotos",
)  # fmt: skip
PRIMITIVE = frozenset({"Integer", "Float", "String", "Boolean", "True", "InputFile"})


def trim(full: dict[str, Any]) -> dict[str, Any]:
    """Keep the served methods and every type that their parameters reach."""
    methods = {name: _fields(full["methods"][name]) for name in SERVED}
    types: dict[str, Any] = {}
    wanted = {kind for fields in methods.values() for field in fields.values() for kind in field["types"]}
    while wanted:
        name = wanted.pop().removeprefix("Array of ").removeprefix("Array of ")
        if name in PRIMITIVE or name in types:
            continue
        described = full["types"][name]
        if "subtypes" in described:
            types[name] = {"subtypes": described["subtypes"]}
            wanted |= set(described["subtypes"])
        else:
            types[name] = {"fields": _fields(described)}
            wanted |= {kind for field in types[name]["fields"].values() for kind in field["types"]}
    return {"version": full["version"], "methods": methods, "types": types}


def _fields(described: dict[str, Any]) -> dict[str, Any]:
    return {
        field["name"]: {"types": field["types"], "required": field["required"]} for field in described.get("fields", [])
    }


def main(path: str) -> None:
    """Write the trimmed data, one method or type a line."""
    trimmed = trim(json.loads(Path(path).read_text()))
    lines = [f'"version": {json.dumps(trimmed["version"])}']
    for part in ("methods", "types"):
        rows = [
            f"{json.dumps(name)}: {json.dumps(trimmed[part][name], sort_keys=True)}" for name in sorted(trimmed[part])
        ]
        lines.append(f'"{part}": {{\n' + ",\n".join(rows) + "\n}")
    TRIMMED.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main(sys.argv[1])
