"""The control address: what people do reaches the bot and their phones; nonsense is told in JSON, never a fault."""

from typing import Any

import pytest

from tests.simulator.desk import Desk


async def only_update(desk: Desk) -> dict[str, Any]:
    (update,) = await desk.bot("getUpdates")
    return dict(update)


async def test_a_person_is_added_changed_and_listed(desk: Desk) -> None:
    number = await desk.person("Sari", last_name="Dewi", username="sari", language_code="id", id=77)
    await desk.ask("PATCH", "/people/77", {"language_code": "en"})

    (person,) = await desk.ask("GET", "/people")

    assert number == 77
    assert person == {
        "id": 77, "first_name": "Sari", "last_name": "Dewi", "username": "sari", "language_code": "en",
        "blocked": False,
    }  # fmt: skip


async def test_a_persons_new_language_stands_in_what_she_writes(desk: Desk, sari: int) -> None:
    await desk.ask("PATCH", f"/people/{sari}", {"language_code": "jv"})
    await desk.write(sari, "hai")

    assert (await only_update(desk))["message"]["from"]["language_code"] == "jv"


async def test_a_command_comes_with_its_payload_and_its_entity(desk: Desk, sari: int) -> None:
    await desk.write(sari, " /start a-slug ")

    message = (await only_update(desk))["message"]

    assert (message["text"], message["chat"]["id"], message["from"]["id"]) == ("/start a-slug", sari, sari)
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


@pytest.mark.parametrize(("text", "lengths"), [("a" * 4097, [4096, 1]), ("😀" * 2049, [2048, 1])])
async def test_a_long_text_comes_as_several_messages(desk: Desk, sari: int, text: str, lengths: list[int]) -> None:
    await desk.write(sari, text)

    updates = await desk.bot("getUpdates")

    assert [len(update["message"]["text"]) for update in updates] == lengths


async def test_a_reply_carries_what_it_replies_to(desk: Desk, sari: int) -> None:
    asked = await desk.say(sari, "Apa?")
    await desk.do(sari, "text", text="Ini", reply_to_message_id=asked)

    assert (await only_update(desk))["message"]["reply_to_message"]["text"] == "Apa?"


async def test_ones_own_contact_tells_whose_it_is_and_anothers_does_not(desk: Desk, sari: int) -> None:
    own = (await desk.do(sari, "contact"))["contact"]
    other = (await desk.do(sari, "contact", phone_number="+886912", first_name="Dewi"))["contact"]

    assert (own["user_id"], own["first_name"]) == (sari, "Sari")
    assert other == {"phone_number": "+886912", "first_name": "Dewi"}


async def test_a_place_is_shared(desk: Desk, sari: int) -> None:
    await desk.do(sari, "location", latitude=25.03, longitude=121.5)

    assert (await only_update(desk))["message"]["location"] == {"latitude": 25.03, "longitude": 121.5}


async def test_an_edited_message_comes_as_an_update_of_its_own(desk: Desk, sari: int) -> None:
    number = await desk.write(sari, "hai")
    await desk.do(sari, "edit", message_id=number, text="/menu")

    _, update = await desk.bot("getUpdates")

    edited = update["edited_message"]
    assert (edited["message_id"], edited["text"], "edit_date" in edited) == (number, "/menu", True)
    assert edited["entities"] == [{"type": "bot_command", "offset": 0, "length": 5}]


async def test_nobody_tells_the_bot_of_a_deleted_message(desk: Desk, sari: int) -> None:
    number = await desk.say(sari)
    await desk.do(sari, "delete", message_ids=[number, number, 99])

    assert await desk.messages(sari) == []
    assert await desk.bot("getUpdates") == []


async def test_blocking_and_letting_in_again_tell_the_bot_once(desk: Desk, sari: int) -> None:
    for what in ("block", "block", "unblock"):
        await desk.do(sari, what)

    updates = await desk.bot("getUpdates")

    changes = [update["my_chat_member"] for update in updates]
    statuses = [(change["old_chat_member"]["status"], change["new_chat_member"]["status"]) for change in changes]
    assert statuses == [("member", "kicked"), ("kicked", "member")]


async def test_a_phone_hears_what_happened_since(desk: Desk, sari: int) -> None:
    after = (await desk.ask("GET", f"/people/{sari}/chat"))["last_event"]
    await desk.say(sari, "satu")
    first = await desk.next_event(sari, after)
    await desk.write(sari, "dua")

    second = await desk.next_event(sari, after + 1)

    assert (first[0], first[1]["mine"], first[1]["message"]["text"]) == ("message", False, "satu")
    assert (second[0], second[1]["mine"], second[1]["message"]["text"]) == ("message", True, "dua")


@pytest.mark.parametrize("name", ["edited", "deleted", "chat_action", "reply_keyboard", "person"])
async def test_a_phone_hears_of_every_change(desk: Desk, sari: int, name: str) -> None:
    number = await desk.say(sari)
    after = (await desk.ask("GET", f"/people/{sari}/chat"))["last_event"]
    if name == "edited":
        await desk.bot("editMessageText", chat_id=sari, message_id=number, text="baru")
    elif name == "deleted":
        await desk.bot("deleteMessage", chat_id=sari, message_id=number)
    elif name == "chat_action":
        await desk.bot("sendChatAction", chat_id=sari, action="typing")
    elif name == "reply_keyboard":
        await desk.say(sari, reply_markup={"remove_keyboard": True})
        after += 1
    else:
        await desk.do(sari, "block")

    assert (await desk.next_event(sari, after))[0] == name


async def test_a_reset_forgets_all_but_the_ids(desk: Desk, sari: int) -> None:
    await desk.write(sari, "hai")
    await desk.faults({"kind": "error"})
    before = await desk.ask("GET", "/updates")

    await desk.ask("POST", "/reset")

    assert await desk.ask("GET", "/people") == []
    assert await desk.ask("GET", "/faults") == []
    assert await desk.ask("GET", "/updates") == {**before, "pending": 0}


PERSON = "/people/5000001"


@pytest.mark.parametrize(
    ("verb", "path", "status", "body"),
    [
        ("GET", "/nonsense", 404, None),
        ("GET", "/people/sari/chat", 404, None),
        ("DELETE", "/people", 405, None),
        ("GET", "/people/1/chat", 404, None),
        ("GET", "/people/1/events", 404, None),
        ("GET", "/files/nonsense", 404, None),
        ("GET", "/calls?after=x", 422, None),
        ("POST", "/people", 422, {}),
        ("POST", "/people", 422, {"first_name": " "}),
        ("POST", "/people", 422, {"first_name": 5}),
        ("POST", "/people", 422, {"first_name": "A", "id": 0}),
        ("POST", "/people", 422, {"first_name": "A", "id": "1"}),
        ("POST", "/people", 422, {"first_name": "A", "id": 5000001}),
        ("POST", "/people", 422, {"first_name": "A", "language_code": []}),
        ("POST", "/people", 422, []),
        ("PATCH", PERSON, 422, {"first_name": None}),
        ("PATCH", PERSON, 422, {"language_code": 1}),
        ("POST", f"{PERSON}/text", 422, {}),
        ("POST", f"{PERSON}/text", 422, {"text": " \n"}),
        ("POST", f"{PERSON}/text", 422, {"text": "\ud83d"}),
        ("POST", f"{PERSON}/text", 404, {"text": "A", "reply_to_message_id": 99}),
        ("POST", f"{PERSON}/tap", 404, {"message_id": 99, "data": "a"}),
        ("POST", f"{PERSON}/tap", 404, {"data": "a"}),
        ("POST", f"{PERSON}/tap", 422, {"message_id": 1}),
        ("POST", f"{PERSON}/contact", 422, {"phone_number": 5}),
        ("POST", f"{PERSON}/location", 422, {"latitude": "north", "longitude": 0}),
        ("POST", f"{PERSON}/location", 422, {"latitude": float("nan"), "longitude": 0}),
        ("POST", f"{PERSON}/location", 422, {"latitude": 91, "longitude": 0}),
        ("POST", f"{PERSON}/edit", 422, {"message_id": 1, "text": "not mine"}),
        ("POST", f"{PERSON}/edit", 404, {"message_id": 99, "text": "a"}),
        ("POST", f"{PERSON}/delete", 422, {"message_ids": 1}),
        ("POST", f"{PERSON}/delete", 422, {"message_ids": [[]]}),
        ("POST", f"{PERSON}/photo", 422, {"file": "a"}),
        ("POST", "/updates", 422, {"update_id": 1}),
    ],
)
async def test_nonsense_is_told_and_changes_nothing(
    desk: Desk, sari: int, verb: str, path: str, status: int, body: Any
) -> None:
    await desk.say(sari, "Halo")

    code, answer = await desk.control(verb, path, json=body)

    assert (code, list(answer)) == (status, ["error"])
    assert [message["text"] for message in await desk.messages(sari)] == ["Halo"]
    assert await desk.bot("getUpdates") == []


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b"\xff", b'"text"'])
@pytest.mark.parametrize("path", [f"{PERSON}/text", "/updates", "/people"])
async def test_what_is_no_json_is_told(desk: Desk, sari: int, path: str, body: bytes) -> None:
    status, answer = await desk.control("POST", path, data=body)

    assert (status, list(answer)) == (422, ["error"])


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=a"])
async def test_a_broken_form_is_told(desk: Desk, sari: int, kind: str) -> None:
    headers = {"Content-Type": kind}

    status, answer = await desk.control("POST", f"{PERSON}/photo", data=b"--a\r\nnonsense", headers=headers)

    assert (status, list(answer)) == (422, ["error"])
