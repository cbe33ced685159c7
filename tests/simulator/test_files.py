"""Files both ways: sent by people or by the bot, sent again by their id, and fetched."""

from io import BytesIO
from typing import Any

import aiohttp
import pytest

from tests.processes import TOKEN
from tests.simulator.desk import Desk

KINDS = ["photo", "voice", "document", "video"]


def file_id(message: dict[str, Any], kind: str) -> str:
    media = message[kind]
    return str((media[-1] if kind == "photo" else media)["file_id"])


async def fetched(desk: Desk, path: str) -> tuple[int, bytes]:
    async with desk.http.get(f"{desk.url}{path}") as answer:
        return answer.status, await answer.read()


async def from_person(desk: Desk, person: int, kind: str, content: bytes = b"bytes") -> dict[str, Any]:
    form = aiohttp.FormData({"caption": "ini"})
    form.add_field("file", BytesIO(content), filename="a.bin", content_type="application/x-test")
    status, message = await desk.control("POST", f"/people/{person}/{kind}", data=form)
    assert status == 200
    return dict(message)


@pytest.mark.parametrize("kind", [*KINDS, "sticker"])
async def test_a_persons_file_comes_as_an_update_and_can_be_fetched(desk: Desk, sari: int, kind: str) -> None:
    sent = await from_person(desk, sari, kind, b"from a phone")

    (update,) = await desk.bot("getUpdates")
    file = await desk.bot("getFile", file_id=file_id(update["message"], kind))

    assert update["message"] == sent
    assert (sent["caption"], file["file_size"]) == ("ini", 12)
    assert await fetched(desk, f"/file/bot{TOKEN}/{file['file_path']}") == (200, b"from a phone")
    assert await fetched(desk, f"/simulator/files/{file['file_id']}") == (200, b"from a phone")


@pytest.mark.parametrize("kind", [*KINDS, "audio"])
async def test_the_bots_file_can_be_sent_again_by_its_id(desk: Desk, sari: int, kind: str) -> None:
    method = f"send{kind.capitalize()}"
    first = await desk.bot_upload(method, kind, chat_id=sari, content=b"from the bot")

    again = await desk.bot(method, chat_id=sari, **{kind: file_id(first, kind)})

    assert file_id(again, kind) == file_id(first, kind)
    assert await fetched(desk, f"/simulator/files/{file_id(again, kind)}") == (200, b"from the bot")


async def test_a_file_does_not_pass_for_one_of_another_kind(desk: Desk, sari: int) -> None:
    voice = file_id(await from_person(desk, sari, "voice"), "voice")
    photo = file_id(await from_person(desk, sari, "photo"), "photo")

    assert await desk.refused("sendPhoto", chat_id=sari, photo=voice) == "can't use file of type VoiceNote as Photo"
    assert await desk.refused("sendVoice", chat_id=sari, voice=photo) == "can't use file of type Photo as VoiceNote"


async def test_an_unknown_or_empty_file_is_refused(desk: Desk, sari: int) -> None:
    form = aiohttp.FormData({"chat_id": str(sari)})
    form.add_field("photo", b"", filename="a.jpg")

    empty = await desk.post("sendPhoto", data=form)

    assert empty[1]["description"] == "Bad Request: file must be non-empty"
    words = await desk.refused("sendPhoto", chat_id=sari, photo="nonsense")
    assert words == "wrong file identifier/HTTP URL specified"
    assert await desk.refused("getFile", file_id="nonsense") == "invalid file_id"


async def test_a_file_of_more_than_20_megabytes_cannot_be_fetched(desk: Desk, sari: int) -> None:
    sent = await from_person(desk, sari, "document", bytes(20 * 1024 * 1024 + 1))

    assert await desk.refused("getFile", file_id=file_id(sent, "document")) == "file is too big"


@pytest.mark.parametrize("name", ["x" * 5000, "..", "", "%00", "..%2F..%2Fetc%2Fpasswd"])
async def test_a_path_that_is_no_file_is_not_found(desk: Desk, name: str) -> None:
    assert await fetched(desk, f"/file/bot{TOKEN}/{name}") == (404, b"Not Found")


async def test_a_file_is_fetched_with_the_right_token_and_path_only(desk: Desk, sari: int) -> None:
    number = file_id(await from_person(desk, sari, "photo"), "photo")

    assert (await fetched(desk, f"/file/bot{TOKEN}x/photo/{number}"))[0] == 404
    assert (await fetched(desk, f"/file/bot{TOKEN}/voice/{number}"))[0] == 404


async def test_uploads_are_logged_by_their_size(desk: Desk, sari: int) -> None:
    await desk.bot_upload("sendPhoto", "photo", chat_id=sari, content=b"123")

    (call,) = await desk.ask("GET", "/calls")
    assert call["parameters"] == {"chat_id": sari, "photo": "<3 bytes>"}
