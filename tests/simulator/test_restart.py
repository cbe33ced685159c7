"""A stand-in with a folder, stopped and started again: it forgets nothing, and gives no id twice."""

from pathlib import Path
from typing import Any

import pytest

from simulator.simulator import Simulator
from tests.processes import TOKEN
from tests.simulator.desk import Clock, Desk, buttons, opened


async def taken_ids(folder: Path, count: int = 1) -> list[int]:
    """Start, take in updates, and be killed: nothing is saved but what must be."""
    async with opened(Simulator(token=TOKEN, folder=folder)) as desk:
        ids: list[int] = (await desk.ask("POST", "/updates", [{}] * count))["update_ids"]
        (folder / "state.json").unlink(missing_ok=True)
    (folder / "state.json").unlink(missing_ok=True)
    return ids


async def test_update_ids_rise_over_restarts_and_kills(tmp_path: Path) -> None:
    ids = [number for _ in range(3) for number in await taken_ids(tmp_path, count=2)]

    assert ids == sorted(set(ids))


async def test_an_id_that_a_test_gave_is_not_given_again_after_a_restart(tmp_path: Path) -> None:
    async with opened(Simulator(token=TOKEN, folder=tmp_path)) as desk:
        await desk.ask("POST", "/updates", [{"update_id": 50_000}])

    assert await taken_ids(tmp_path) > [50_000]


async def test_people_messages_keyboards_and_profile_are_kept(tmp_path: Path) -> None:
    async def seen(simulator: Simulator) -> Any:
        async with opened(simulator) as desk:
            people = await desk.ask("GET", "/people")
            return [await desk.ask("GET", f"/people/{p['id']}/chat") for p in people], await desk.ask("GET", "/bot")

    async with opened(Simulator(token=TOKEN, folder=tmp_path)) as desk:
        person = await desk.person("Sari", language_code="id")
        await desk.say(person, "😀 <b>Halo</b>", parse_mode="HTML", reply_markup={"keyboard": [["Ya"]]})
        await desk.do(person, "block")
        await desk.bot("setMyDescription", description="Bekal")
    first = await seen(Simulator(token=TOKEN, folder=tmp_path))

    assert await seen(Simulator(token=TOKEN, folder=tmp_path)) == first
    (chat,), bot = first
    assert (chat["person"]["blocked"], chat["messages"][0]["text"]) == (True, "😀 Halo")
    assert (chat["reply_keyboard"], bot["description"]) == ({"keyboard": [[{"text": "Ya"}]]}, "Bekal")


async def test_groups_chats_of_two_and_what_was_emptied_are_kept(tmp_path: Path) -> None:
    async def seen(desk: Desk, person: int) -> list[Any]:
        chats = await desk.ask("GET", f"/people/{person}/chats")
        return [await desk.ask("GET", f"/people/{person}/chats/{chat['id']}/chat") for chat in chats]

    async with opened(Simulator(token=TOKEN, folder=tmp_path)) as desk:
        sari, dewi = await desk.person("Sari"), await desk.person("Dewi")
        group = (await desk.do(sari, "groups", title="Keluarga", people=[dewi]))["id"]
        await desk.do(sari, f"chats/{group}/add_bot")
        await desk.say(group, "Halo")
        await desk.do(sari, "forward", message_id=await desk.say(sari, reply_markup={"keyboard": [["Ya"]]}), to=dewi)
        await desk.do(dewi, f"chats/{group}/clear")
        before = await seen(desk, sari), await seen(desk, dewi)
    async with opened(Simulator(token=TOKEN, folder=tmp_path)) as desk:
        after = await seen(desk, sari), await seen(desk, dewi)
        assert await desk.refused("editMessageText", chat_id=sari, message_id=1, text="a") == "message can't be edited"
        assert await desk.say(group, "Halo lagi")

    assert after == before
    assert [[len(chat["messages"]) for chat in chats] for chats in after] == [[1, 2, 1], [0, 0, 1]]


async def test_message_ids_go_on_where_they_were(tmp_path: Path) -> None:
    async with opened(Simulator(token=TOKEN, folder=tmp_path)) as desk:
        person = await desk.person()
        before = await desk.say(person)
        await desk.bot("deleteMessage", chat_id=person, message_id=before)
    async with opened(Simulator(token=TOKEN, folder=tmp_path)) as desk:
        assert await desk.say(person) > before


async def test_updates_that_wait_go_on_waiting_and_are_confirmed_as_before(tmp_path: Path) -> None:
    async with opened(Simulator(token=TOKEN, folder=tmp_path)) as desk:
        person = await desk.person()
        await desk.write(person, "satu")
        await desk.write(person, "dua")
        shown = await desk.bot("getUpdates")
    async with opened(Simulator(token=TOKEN, folder=tmp_path)) as desk:
        assert await desk.bot("getUpdates") == shown
    async with opened(Simulator(token=TOKEN, folder=tmp_path)) as desk:
        assert await desk.bot("getUpdates", offset=shown[1]["update_id"]) == shown[1:]


async def test_strange_updates_are_kept_every_one(tmp_path: Path) -> None:
    strange: list[Any] = [{"update_id": "x"}, {"update_id": None}, {"update_id": -1}, 7, {"message": "\ud83d"}]
    async with opened(Simulator(token=TOKEN, folder=tmp_path)) as desk:
        await desk.ask("POST", "/updates", strange)
        shown = await desk.bot("getUpdates")
    async with opened(Simulator(token=TOKEN, folder=tmp_path)) as desk:
        assert await desk.bot("getUpdates") == shown
        assert len(shown) == len(strange)


async def test_a_tap_before_a_restart_can_be_answered_after_it(tmp_path: Path, clock: Clock) -> None:
    async with opened(Simulator(token=TOKEN, folder=tmp_path, now=clock)) as desk:
        person = await desk.person()
        tap = await desk.tap(person, await desk.say(person, reply_markup=buttons("a")))
    async with opened(Simulator(token=TOKEN, folder=tmp_path, now=clock)) as desk:
        assert await desk.bot("answerCallbackQuery", callback_query_id=tap)


async def test_files_are_kept(tmp_path: Path) -> None:
    async with opened(Simulator(token=TOKEN, folder=tmp_path)) as desk:
        person = await desk.person()
        photo = await desk.bot_upload("sendPhoto", "photo", chat_id=person, content=b"kept")
    async with opened(Simulator(token=TOKEN, folder=tmp_path)) as desk:
        file_id = photo["photo"][0]["file_id"]
        path = (await desk.bot("getFile", file_id=file_id))["file_path"]
        async with desk.http.get(f"{desk.url}/file/bot{TOKEN}/{path}") as answer:
            assert await answer.read() == b"kept"


@pytest.mark.parametrize("content", ["", "{", "not JSON"])
async def test_a_broken_state_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "state.json").write_text(content)

    async with opened(Simulator(token=TOKEN, folder=tmp_path)) as desk:
        assert await desk.ask("GET", "/people") == []


async def test_the_demos_people_are_added_once(tmp_path: Path) -> None:
    for _ in range(2):
        async with opened(Simulator(token=TOKEN, folder=tmp_path, demo_people=True)) as desk:
            people = await desk.ask("GET", "/people")

    assert [person["first_name"] for person in people] == ["Sari", "Dewi"]


async def test_what_was_confirmed_does_not_come_back(tmp_path: Path) -> None:
    async with opened(Simulator(token=TOKEN, folder=tmp_path)) as desk:
        (number,) = (await desk.ask("POST", "/updates", [{}]))["update_ids"]
    async with opened(Simulator(token=TOKEN, folder=tmp_path)) as desk:
        await desk.bot("getUpdates", offset=number + 1)
    async with opened(Simulator(token=TOKEN, folder=tmp_path)) as desk:
        assert await desk.bot("getUpdates") == []
