"""What a person hands on to another, and a chat that is emptied on one phone only."""

from typing import Any

import pytest
import pytest_asyncio

from tests.simulator.desk import Desk, buttons

LINK: dict[str, Any] = {"inline_keyboard": [[{"text": "Buka", "url": "https://t.me/bekal_bot?start=a"}]]}


@pytest_asyncio.fixture(loop_scope="session")
async def dewi(desk: Desk, sari: int) -> int:
    return await desk.person("Dewi")


async def handed_on(desk: Desk, sari: int, dewi: int, message_id: int) -> dict[str, Any]:
    """Let Sari hand a message on; return what Dewi has from her."""
    await desk.do(sari, "forward", message_id=message_id, to=dewi)
    (message,) = (await desk.ask("GET", f"/people/{dewi}/chats/{sari}/chat"))["messages"]
    return dict(message)


async def test_a_card_arrives_with_its_links_and_where_it_comes_from(desk: Desk, sari: int, dewi: int) -> None:
    html = '<a href="https://t.me/bekal_bot?start=a">Baca</a>'
    card = await desk.bot("sendMessage", chat_id=sari, text=html, parse_mode="HTML", reply_markup=LINK)

    message = await handed_on(desk, sari, dewi, card["message_id"])

    assert (message["text"], message["entities"]) == (card["text"], card["entities"])
    assert (message["from"]["id"], message["forward_origin"]["sender_user"]["is_bot"]) == (sari, True)
    assert message["reply_markup"] == LINK


async def test_buttons_that_ask_the_bot_stay_behind(desk: Desk, sari: int, dewi: int) -> None:
    card = await desk.say(sari, "Kartu", reply_markup=buttons("a"))

    assert "reply_markup" not in await handed_on(desk, sari, dewi, card)


async def test_the_bot_hears_nothing_of_it(desk: Desk, sari: int, dewi: int) -> None:
    await handed_on(desk, sari, dewi, await desk.say(sari, "Kartu"))
    await desk.do(dewi, f"chats/{sari}/text", text="/start")

    assert await desk.bot("getUpdates") == []
    assert await desk.messages(dewi) == []


async def test_both_phones_list_the_chat_once(desk: Desk, sari: int, dewi: int) -> None:
    card = await desk.say(sari, "Kartu")
    for _ in range(2):
        await desk.do(sari, "forward", message_id=card, to=dewi)

    chats = [await desk.ask("GET", f"/people/{person}/chats") for person in (sari, dewi)]

    assert [[(chat["id"], chat["type"], chat["title"]) for chat in there[1:]] for there in chats] == [
        [(dewi, "person", "Dewi")],
        [(sari, "person", "Sari")],
    ]


async def test_it_can_only_go_to_somebody_else(desk: Desk, sari: int) -> None:
    card = await desk.say(sari, "Kartu")

    for to, expected in ((sari, 422), (99, 404), (None, 404)):
        status, _ = await desk.control("POST", f"/people/{sari}/forward", json={"message_id": card, "to": to})
        assert status == expected


async def test_a_chat_is_emptied_on_one_phone_and_goes_on_for_the_bot(desk: Desk, sari: int) -> None:
    old = await desk.say(sari, "lama", reply_markup=buttons("a"))
    await desk.say(sari, "menu", reply_markup={"keyboard": [["Menu"]]})
    await desk.do(sari, "clear")

    await desk.bot("editMessageText", chat_id=sari, message_id=old, text="diubah")
    await desk.say(sari, "baru")

    chat = await desk.ask("GET", f"/people/{sari}/chat")
    assert [message["text"] for message in chat["messages"]] == ["baru"]
    assert chat["reply_keyboard"] is None
    assert await desk.bot("getUpdates") == []
    assert await desk.bot("deleteMessage", chat_id=sari, message_id=old) is True


async def test_a_phone_hears_no_edit_of_what_it_shows_no_more(desk: Desk, sari: int) -> None:
    old = await desk.say(sari, "lama")
    await desk.do(sari, "clear")
    after = (await desk.ask("GET", f"/people/{sari}/chat"))["last_event"]

    await desk.bot("editMessageText", chat_id=sari, message_id=old, text="diubah")
    await desk.say(sari, "baru")

    assert (await desk.next_event(sari, after))[1]["message"]["text"] == "baru"


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_emptying_a_group_leaves_it_to_the_others(desk: Desk, sari: int, dewi: int, kind: str) -> None:
    group = (await desk.do(sari, "groups", title="Keluarga", people=[dewi], type=kind))["id"]
    await desk.do(sari, f"chats/{group}/text", text="Hai")
    await desk.do(sari, f"chats/{group}/clear")

    seen = [await desk.ask("GET", f"/people/{person}/chats/{group}/chat") for person in (sari, dewi)]

    assert [len(chat["messages"]) for chat in seen] == [0, 1]
