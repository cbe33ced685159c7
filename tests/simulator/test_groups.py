"""Groups: the bot is added and put out, hears only what privacy mode lets through, and writes to everybody."""

from typing import Any

import pytest
import pytest_asyncio

from tests.simulator.desk import Desk, buttons

OUT = "Forbidden: bot was kicked from the group chat"


@pytest_asyncio.fixture(loop_scope="session")
async def dewi(desk: Desk, sari: int) -> int:
    return await desk.person("Dewi")


@pytest_asyncio.fixture(loop_scope="session")
async def family(desk: Desk, sari: int, dewi: int) -> int:
    """A group of Sari and Dewi with the bot in it; what that told the bot is confirmed."""
    group = int((await desk.do(sari, "groups", title="Keluarga", people=[dewi]))["id"])
    await desk.do(sari, f"chats/{group}/add_bot")
    await heard(desk)
    return group


async def heard(desk: Desk) -> list[dict[str, Any]]:
    """Return what the bot hears, and confirm it."""
    updates = list(await desk.bot("getUpdates"))
    if updates:
        await desk.bot("getUpdates", offset=updates[-1]["update_id"] + 1)
    return updates


async def seen(desk: Desk, person: int, group: int) -> list[dict[str, Any]]:
    return list((await desk.ask("GET", f"/people/{person}/chats/{group}/chat"))["messages"])


@pytest.mark.parametrize(("kind", "start"), [("group", "-4"), ("supergroup", "-100")])
async def test_adding_the_bot_tells_it_where_it_is(desk: Desk, sari: int, kind: str, start: str) -> None:
    group = await desk.do(sari, "groups", title="Keluarga", type=kind)
    before = await heard(desk)

    await desk.do(sari, f"chats/{group['id']}/add_bot")

    change, service = await heard(desk)
    assert before == []
    assert str(group["id"]).startswith(start)
    assert change["my_chat_member"]["chat"] == {"id": group["id"], "type": kind, "title": "Keluarga"}
    assert change["my_chat_member"]["from"]["id"] == sari
    assert change["my_chat_member"]["old_chat_member"]["status"] == "left"
    assert change["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert service["message"]["new_chat_members"] == [change["my_chat_member"]["new_chat_member"]["user"]]


@pytest.mark.parametrize("text", ["/start", "/menu@bekal_bot ya", "/menu@Bekal_Bot"])
async def test_the_bot_hears_commands_that_may_be_its_own(desk: Desk, sari: int, family: int, text: str) -> None:
    await desk.do(sari, f"chats/{family}/text", text=text)

    (update,) = await heard(desk)

    assert (update["message"]["text"], update["message"]["chat"]["id"]) == (text, family)
    assert update["message"]["from"]["id"] == sari


@pytest.mark.parametrize("text", ["Gaji saya ditahan", "lihat /menu", "/menu@other_bot", "halo @bekal_bot"])
async def test_the_bot_does_not_hear_the_rest(desk: Desk, sari: int, family: int, text: str) -> None:
    number = (await desk.do(sari, f"chats/{family}/text", text=text))["message_id"]
    await desk.do(sari, f"chats/{family}/edit", message_id=number, text=f"{text}!")

    assert await heard(desk) == []


async def test_the_bot_hears_replies_to_it_only(desk: Desk, sari: int, dewi: int, family: int) -> None:
    asked = await desk.say(family, "Apa?")
    await desk.do(sari, f"chats/{family}/text", text="Ini", reply_to_message_id=asked)
    others = (await desk.do(sari, f"chats/{family}/text", text="Hai"))["message_id"]
    await desk.do(dewi, f"chats/{family}/text", text="Hai juga", reply_to_message_id=others)

    assert [update["message"]["text"] for update in await heard(desk)] == ["Ini"]


async def test_what_the_bot_sends_is_on_every_members_phone_and_no_other(
    desk: Desk, sari: int, dewi: int, family: int
) -> None:
    message = await desk.bot("sendMessage", chat_id=family, text="Halo semua")

    assert message["chat"] == {"id": family, "type": "group", "title": "Keluarga"}
    for person in (sari, dewi):
        assert (await seen(desk, person, family))[-1] == message
        assert await desk.messages(person) == []


async def test_a_member_taps_in_the_group(desk: Desk, dewi: int, family: int) -> None:
    shown = await desk.say(family, reply_markup=buttons("a"))
    await desk.do(dewi, f"chats/{family}/tap", message_id=shown, data="a")

    (update,) = await heard(desk)

    query = update["callback_query"]
    assert (query["from"]["id"], query["message"]["chat"]["id"], query["data"]) == (dewi, family, "a")


async def test_a_phone_hears_of_the_group(desk: Desk, dewi: int, family: int) -> None:
    after = (await desk.ask("GET", f"/people/{dewi}/chat"))["last_event"]
    await desk.say(family, "Halo")

    name, body = await desk.next_event(dewi, after)

    assert (name, body["chat_id"], body["mine"]) == ("message", family, False)


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [("group", "message can't be deleted for everyone"), ("supergroup", "message can't be deleted")],
)
async def test_the_bot_deletes_its_own_messages_only(desk: Desk, sari: int, kind: str, refusal: str) -> None:
    group = (await desk.do(sari, "groups", title="Keluarga", type=kind))["id"]
    await desk.do(sari, f"chats/{group}/add_bot")
    own = await desk.say(group, "Halo")
    others = (await desk.do(sari, f"chats/{group}/text", text="/start"))["message_id"]

    assert await desk.bot("deleteMessage", chat_id=group, message_id=own) is True
    assert await desk.refused("deleteMessage", chat_id=group, message_id=others) == refusal
    assert await desk.refused("deleteMessages", chat_id=group, message_ids=[others]) == refusal


async def test_put_out_the_bot_is_told_and_can_do_nothing(desk: Desk, sari: int, family: int) -> None:
    await desk.do(sari, f"chats/{family}/remove_bot")

    (update,) = await heard(desk)

    change = update["my_chat_member"]
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == ("member", "kicked")
    assert await desk.refused("sendMessage", status=403, chat_id=family, text="Halo") == OUT
    await desk.do(sari, f"chats/{family}/text", text="/start")
    assert await heard(desk) == []


async def test_a_group_that_the_bot_was_never_in_is_unknown_to_it(desk: Desk, sari: int) -> None:
    group = (await desk.do(sari, "groups", title="Tanpa bot"))["id"]

    assert await desk.refused("sendMessage", chat_id=group, text="Halo") == "chat not found"


@pytest.mark.parametrize(
    ("ask", "words"),
    [("request_location", "location can be"), ("request_contact", "phone number can be")],
)
async def test_a_group_gives_no_place_and_no_number(desk: Desk, family: int, ask: str, words: str) -> None:
    keys = {"keyboard": [[{"text": "A", ask: True}]]}

    refusal = await desk.refused("sendMessage", chat_id=family, text="Halo", reply_markup=keys)

    assert refusal == f"{words} requested in private chats only"


async def test_the_bot_looks_up_the_group_and_its_members(desk: Desk, sari: int, dewi: int, family: int) -> None:
    bot = (await desk.bot("getMe"))["id"]
    statuses = [
        (await desk.bot("getChatMember", chat_id=family, user_id=number))["status"] for number in (bot, sari, dewi)
    ]

    assert (await desk.bot("getChat", chat_id=family))["title"] == "Keluarga"
    assert statuses == ["member", "creator", "member"]
    assert await desk.refused("getChatMember", chat_id=family, user_id=1) == "user not found"


async def test_a_phone_lists_its_chats(desk: Desk, sari: int, dewi: int, family: int) -> None:
    chats = await desk.ask("GET", f"/people/{dewi}/chats")
    stranger = await desk.person("Budi")

    assert [(chat["id"], chat["type"], chat["has_bot"]) for chat in chats] == [
        (dewi, "bot", True),
        (family, "group", True),
    ]
    assert len(await desk.ask("GET", f"/people/{stranger}/chats")) == 1


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("groups", 422, {}),
        ("groups", 422, {"title": " "}),
        ("groups", 422, {"title": 5}),
        ("groups", 422, {"title": "A", "type": "channel"}),
        ("groups", 422, {"title": "A", "people": 5}),
        ("groups", 404, {"title": "A", "people": [99]}),
        ("groups", 404, {"title": "A", "people": [[]]}),
        ("chats/-1/text", 404, {"text": "A"}),
        ("chats/x/text", 422, {"text": "A"}),
        ("add_bot", 422, {}),
        ("remove_bot", 422, {}),
    ],
)
async def test_nonsense_is_told(desk: Desk, sari: int, path: str, status: int, body: Any) -> None:
    code, answer = await desk.control("POST", f"/people/{sari}/{path}", json=body)

    assert (code, list(answer)) == (status, ["error"])
    assert await desk.bot("getUpdates") == []


async def test_somebody_outside_cannot_write_into_a_group(desk: Desk, family: int) -> None:
    stranger = await desk.person("Budi")

    status, _ = await desk.control("POST", f"/people/{stranger}/chats/{family}/text", json={"text": "/start"})

    assert status == 404
