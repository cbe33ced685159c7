"""How the bot presents itself: name, descriptions, commands and menu button, by language."""

from typing import Any

import pytest

from tests.simulator.desk import Desk

START = {"command": "start", "description": "Mulai"}


async def test_the_bot_knows_itself(desk: Desk) -> None:
    me = await desk.bot("getMe")

    assert (me["id"], me["is_bot"], me["username"]) == (1000001, True, "bekal_bot")


@pytest.mark.parametrize(
    ("setter", "getter", "name", "longest"),
    [
        ("setMyName", "getMyName", "name", 64),
        ("setMyDescription", "getMyDescription", "description", 512),
        ("setMyShortDescription", "getMyShortDescription", "short_description", 120),
    ],
)
async def test_texts_are_kept_by_language_and_measured(
    desk: Desk, setter: str, getter: str, name: str, longest: int
) -> None:
    await desk.bot(setter, **{name: "umum"})
    await desk.bot(setter, **{name: "a" * longest}, language_code="en")

    too_long: dict[str, Any] = {name: "a" * (longest + 1)}
    words = await desk.refused(setter, **too_long)

    assert words == f"BOT_{name.upper()}_TOO_LONG"
    assert await desk.bot(getter, language_code="en") == {name: "a" * longest}
    assert await desk.bot(getter, language_code="id") == {name: "umum"}
    assert (await desk.ask("GET", "/bot?language_code=en"))[name] == "a" * longest


@pytest.mark.parametrize("code", ["eng", "EN", "1"])
async def test_an_unknown_language_is_refused(desk: Desk, code: str) -> None:
    assert await desk.refused("setMyName", name="Bekal", language_code=code) == "invalid language code specified"


async def test_commands_are_kept_by_scope_and_language(desk: Desk, sari: int) -> None:
    other, chat = {**START, "description": "Start"}, {"type": "chat", "chat_id": sari}

    await desk.bot("setMyCommands", commands=[{**START, "command": "/start"}])
    await desk.bot("setMyCommands", commands=[other], language_code="en")
    await desk.bot("setMyCommands", commands=[other], scope=chat)
    await desk.bot("deleteMyCommands", scope=chat)

    assert await desk.bot("getMyCommands") == [START]
    assert await desk.bot("getMyCommands", scope=chat) == []
    assert (await desk.ask("GET", "/bot?language_code=en"))["commands"] == [other]
    assert (await desk.ask("GET", "/bot?language_code=id"))["commands"] == [START]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ({"command": "Start"}, "BOT_COMMAND_INVALID"),
        ({"command": "mulai-lagi"}, "BOT_COMMAND_INVALID"),
        ({"command": ""}, "command must be non-empty"),
        ({"command": "a" * 33}, "command length must not exceed 32"),
        ({"description": " "}, "command description must be non-empty"),
        ({"description": "a" * 257}, "command description length must not exceed 256"),
    ],
)
async def test_a_bad_command_is_refused(desk: Desk, command: dict[str, str], words: str) -> None:
    assert await desk.refused("setMyCommands", commands=[START | command]) == words


async def test_too_many_commands_are_refused(desk: Desk) -> None:
    assert await desk.refused("setMyCommands", commands=[START] * 101) == "BOT_COMMANDS_TOO_MUCH"


async def test_the_menu_button_is_kept(desk: Desk) -> None:
    before = await desk.bot("getChatMenuButton")
    await desk.bot("setChatMenuButton", menu_button={"type": "commands"})

    assert (before, await desk.bot("getChatMenuButton")) == ({"type": "default"}, {"type": "commands"})


@pytest.mark.parametrize("button", [{"type": "party"}, {"type": "commands", "colour": "red"}])
async def test_a_menu_button_of_no_kind_is_refused(desk: Desk, button: dict[str, Any]) -> None:
    assert await desk.refused("setChatMenuButton", menu_button=button)


async def test_members_of_a_chat_are_the_person_and_the_bot(desk: Desk, sari: int) -> None:
    person = await desk.bot("getChatMember", chat_id=sari, user_id=sari)

    assert (person["user"]["first_name"], person["status"]) == ("Sari", "member")
    assert await desk.refused("getChatMember", chat_id=sari, user_id=1) == "user not found"
