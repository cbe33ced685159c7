"""The Bot API's door: tokens, methods, the ways to pass parameters, and parameters that are none."""

import json
from typing import Any

import aiohttp
import pytest

from tests.processes import TOKEN
from tests.simulator.desk import Desk, buttons

HALO = {"type": "bold", "offset": 0, "length": 4}
LONE_SURROGATE = b'{"chat_id": 1, "text": "\\ud83d"}'


async def get(desk: Desk, path: str) -> tuple[int, Any]:
    async with desk.http.get(f"{desk.url}{path}") as answer:
        return answer.status, await answer.json()


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        (f"/bot{TOKEN}x/getMe", 401, "Unauthorized"),
        (f"/bot{TOKEN[:-1]}/getMe", 401, "Unauthorized"),
        ("/bot1000002:AAother/noSuchMethod", 401, "Unauthorized"),
        ("/botsecret/getMe", 404, "Not Found"),
        ("/bot1000001/getMe", 404, "Not Found"),
        ("/bot1000001:/getMe", 404, "Not Found"),
        ("/bot/getMe", 404, "Not Found"),
        (f"/bot{TOKEN}/noSuchMethod", 404, "Not Found: method not found"),
        (f"/bot{TOKEN}/", 404, "Not Found: method not found"),
        (f"/bot{TOKEN}", 404, "Not Found: method not found"),
    ],
)
async def test_a_wrong_token_or_method_is_refused(desk: Desk, path: str, status: int, words: str) -> None:
    answer = {"ok": False, "error_code": status, "description": words}

    assert await get(desk, path) == (status, answer)


async def test_a_method_is_found_in_any_case(desk: Desk) -> None:
    assert (await desk.bot("GETME"))["username"] == "bekal_bot"


async def test_parameters_may_come_as_json_form_multipart_and_query(desk: Desk, sari: int) -> None:
    parameters = {"chat_id": sari, "text": "Halo", "entities": [HALO], "reply_markup": buttons("a")}
    strings = {"chat_id": str(sari), "text": "Halo"}
    strings |= {name: json.dumps(parameters[name]) for name in ("entities", "reply_markup")}
    multipart = aiohttp.FormData(strings, default_to_multipart=True)

    answers = [
        await desk.post("sendMessage", json=parameters),
        await desk.post("sendMessage", json=strings),
        await desk.post("sendMessage", data=strings),
        await desk.post("sendMessage", data=multipart),
        await desk.post("sendMessage", params=strings),
    ]

    assert [status for status, _ in answers] == [200] * 5
    messages = [{**answer["result"], "message_id": 0} for _, answer in answers]
    assert messages == [messages[0]] * 5
    assert messages[0]["reply_markup"] == buttons("a")


async def test_emoji_arrive_whole_however_they_are_written(desk: Desk, sari: int) -> None:
    for body in (json.dumps({"chat_id": sari, "text": "😀"}), f'{{"chat_id": {sari}, "text": "😀"}}'):
        headers = {"Content-Type": "application/json"}
        _, answer = await desk.post("sendMessage", data=body.encode(), headers=headers)
        assert answer["result"]["text"] == "😀"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "can't parse JSON object"),
        (b"chat_id=1", "can't parse JSON object"),
        (b"[" * 100_000, "can't parse JSON object"),
        (b'{"chat_id": ' + b"[" * 100_000, "can't parse JSON object"),
        (b"[1]", "JSON object expected"),
        (b"null", "JSON object expected"),
        (LONE_SURROGATE, "strings must be encoded in UTF-8"),
        (LONE_SURROGATE.replace(b"ud83d", b"uD83D"), "strings must be encoded in UTF-8"),
        (b'{"text": "\xff"}', "strings must be encoded in UTF-8"),
    ],
)
async def test_a_broken_body_is_refused(desk: Desk, body: bytes, words: str) -> None:
    status, answer = await desk.post("sendMessage", data=body, headers={"Content-Type": "application/json"})

    assert (status, answer["description"]) == (400, f"Bad Request: {words}")


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=a", "multipart/form-data; boundary="]
)
async def test_a_broken_form_is_refused(desk: Desk, kind: str) -> None:
    status, answer = await desk.post("sendMessage", data=b"--a\r\nnonsense", headers={"Content-Type": kind})

    assert (status, answer["ok"]) == (400, False)


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("reply_markup", "{", "reply keyboard markup"),
        ("entities", "nonsense", "entities"),
        ("entities", "[" * 100_000, "entities"),
        ("link_preview_options", "{", "link preview options"),
        ("reply_parameters", '{"quote": "\\ud83d"}', "reply parameters"),
    ],
)
async def test_broken_json_in_a_string_is_refused(desk: Desk, sari: int, name: str, value: str, what: str) -> None:
    parameters: dict[str, Any] = {"chat_id": sari, "text": "Halo", name: value}

    words = await desk.refused("sendMessage", **parameters)

    assert words == f"can't parse {what} JSON object"


async def test_a_parameter_that_telegram_does_not_know_is_refused(desk: Desk, sari: int) -> None:
    words = await desk.refused("sendMessage", chat_id=sari, text="Halo", colour="red")

    assert words == 'parameter "colour" is not known to sendMessage'


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text", 5),
        ("text", None),
        ("chat_id", True),
        ("chat_id", [1]),
        ("protect_content", "perhaps"),
        ("entities", {"type": "bold"}),
        ("entities", [{"type": "bold", "offset": 0}]),
        ("entities", [{**HALO, "weight": 700}]),
        ("reply_markup", {"inline_keyboard": [{"text": "A", "callback_data": "a"}]}),
        ("reply_markup", {"inline_keyboard": [[{"text": "A", "callback_data": 1}]]}),
        ("reply_markup", {"inline_keyboard": [["A"]]}),
        ("reply_markup", {"buttons": []}),
        ("reply_markup", []),
        ("reply_parameters", {"message_id": "first"}),
    ],
)
async def test_an_ill_typed_parameter_is_refused(desk: Desk, sari: int, name: str, value: Any) -> None:
    words = await desk.refused("sendMessage", **{"chat_id": sari, "text": "Halo", name: value})

    assert words == f'parameter "{name}" of sendMessage is ill-typed'
    assert await desk.messages(sari) == []


@pytest.mark.parametrize("value", ["²", "--5", "5.0", "0x5", "9" * 30, "五", "5_0"])
async def test_a_number_that_is_none_is_refused(desk: Desk, sari: int, value: str) -> None:
    words = await desk.refused("deleteMessage", chat_id=sari, message_id=value)

    assert words == 'parameter "message_id" of deleteMessage is ill-typed'


@pytest.mark.parametrize(
    ("method", "parameters", "words"),
    [
        ("answerCallbackQuery", {}, 'parameter "callback_query_id" is required'),
        ("deleteMessage", {"chat_id": 1}, "message identifier is not specified"),
        ("deleteMessages", {"chat_id": 1}, "message identifiers are not specified"),
        ("sendPhoto", {"chat_id": 1}, "there is no photo in the request"),
        ("getFile", {}, "file_id not specified"),
        ("sendContact", {"chat_id": 1, "phone_number": "+62812"}, 'parameter "first_name" is required'),
    ],
)
async def test_a_missing_parameter_is_refused(desk: Desk, method: str, parameters: dict[str, Any], words: str) -> None:
    assert await desk.refused(method, **parameters) == words


async def test_every_call_but_polling_is_logged_with_its_outcome(desk: Desk, sari: int) -> None:
    await desk.say(sari)
    await desk.refused("sendMessage", chat_id=sari, text="")
    await desk.bot("getUpdates")

    calls = await desk.ask("GET", "/calls")

    assert [(call["n"], call["method"], call["status"]) for call in calls] == [
        (1, "sendMessage", 200),
        (2, "sendMessage", 400),
    ]
    assert calls[1]["parameters"] == {"chat_id": sari, "text": ""}
    assert calls[1]["result_or_description"] == "Bad Request: message text is empty"


async def test_the_log_is_read_in_part_and_forgotten(desk: Desk, sari: int) -> None:
    await desk.say(sari)
    await desk.bot("getMe")
    await desk.say(sari)

    assert [call["n"] for call in await desk.ask("GET", "/calls?after=1")] == [2, 3]
    assert [call["n"] for call in await desk.ask("GET", "/calls?method=sendMessage")] == [1, 3]
    await desk.ask("DELETE", "/calls")
    assert await desk.ask("GET", "/calls") == []
