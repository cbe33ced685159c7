"""The Bot API's door: /bot<token>/<method> in JSON, form, multipart or query, as pure ASGI for speed."""

import asyncio
import inspect
import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from simulator.errors import ApiError, bad_request
from simulator.faults import Fault
from simulator.flood import too_many_requests
from simulator.methods import METHODS
from simulator.parameters import Upload, check, decode, read_json
from simulator.simulator import Simulator

BY_NAME = {name.lower(): name for name in METHODS}  # Telegram reads method names in any case
JSON_HEADERS = [(b"content-type", b"application/json")]
NOT_LOGGED = frozenset({"getUpdates"})


class Dropped(Exception):  # noqa: N818  it names what happens
    """The connection is to be closed without an answer."""


class BotApi:
    """An ASGI app for every method."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        try:
            status, answer = await self._answer(scope, receive)
        except Dropped:
            await _drop(send)
            return
        body = _encoded(answer)
        headers = [*JSON_HEADERS, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, dict[str, Any]]:
        token, _, method = scope["path"].removeprefix("/bot").partition("/")
        name = method
        parameters: dict[str, Any] = {}
        try:
            self._check_token(token)
            raw, is_json = await _read(scope, receive)
            name = _known(method)
            parameters = decode(name, raw, is_json=is_json)
            result = await self._call(name, parameters)
        except ApiError as error:
            self._log(name, parameters, error.code, error.description)
            return error.code, _refusal(error)
        self._log(name, parameters, 200, result)
        return 200, {"ok": True, "result": result}

    async def _call(self, name: str, parameters: dict[str, Any]) -> Any:
        check(name, parameters)
        fault = self._simulator.faults.for_call(name)
        if fault is not None:
            await self._suffer(name, parameters, fault)
        result = METHODS[name](self._simulator, parameters)
        if inspect.isawaitable(result):
            result = await result
        if fault is not None and fault.kind == "drop_after":
            self._log(name, parameters, 200, result)
            raise Dropped
        return result

    async def _suffer(self, name: str, parameters: dict[str, Any], fault: Fault) -> None:
        if fault.kind == "error":
            raise ApiError(fault.status, fault.description)
        if fault.kind == "too_many_requests":
            raise too_many_requests(fault.retry_after)
        if fault.kind in {"slow", "time_out"}:
            await asyncio.sleep(fault.seconds)
        if fault.kind in {"drop_before", "time_out"}:
            self._log(name, parameters, 0, fault.kind)
            raise Dropped

    def _check_token(self, token: str) -> None:
        number, _, secret = token.partition(":")
        if not number.isdecimal() or not secret:
            raise ApiError(404, "Not Found")
        if token != self._simulator.token:
            raise ApiError(401, "Unauthorized")

    def _log(self, name: str, parameters: dict[str, Any], status: int, result: Any) -> None:
        if name not in NOT_LOGGED or status != 200:  # noqa: PLR2004  HTTP's OK
            shown = {k: f"<{len(v.content)} bytes>" if isinstance(v, Upload) else v for k, v in parameters.items()}
            self._simulator.log_call(name, shown, status, result)


def _known(method: str) -> str:
    name = BY_NAME.get(method.lower())
    if name is None:
        raise ApiError(404, "Not Found: method not found")
    return name


def _refusal(error: ApiError) -> dict[str, Any]:
    answer: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
    if error.retry_after is not None:
        answer["parameters"] = {"retry_after": error.retry_after}
    return answer


def _encoded(answer: dict[str, Any]) -> bytes:
    try:
        return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # an update that a test made holds half a character
        return json.dumps(answer).encode()


async def _read(scope: Scope, receive: Receive) -> tuple[dict[str, Any], bool]:
    """Return the raw parameters, and whether they came as JSON."""
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"").decode("latin-1")
    query = (
        dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        if scope["query_string"]
        else {}
    )
    if kind.startswith("multipart/form-data"):
        return {**query, **await _multipart(scope, receive)}, False
    body = await _body(receive)
    if kind.startswith("application/json") and body:
        try:
            sent = read_json(body)
        except UnicodeError:
            raise bad_request("strings must be encoded in UTF-8") from None
        except ValueError:
            raise bad_request("can't parse JSON object") from None
        if not isinstance(sent, dict):
            raise bad_request("JSON object expected")
        return {**query, **sent}, True
    return {**query, **dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))}, False


async def _multipart(scope: Scope, receive: Receive) -> dict[str, Any]:
    sent: dict[str, Any] = {}
    try:
        async with Request(scope, receive).form() as form:
            for name, value in form.multi_items():
                if isinstance(value, str):
                    sent[name] = value
                else:
                    kind = value.content_type or "application/octet-stream"
                    sent[name] = Upload(value.filename or name, kind, await value.read())
    except (MultiPartException, HTTPException):
        raise bad_request("can't parse form data headers") from None
    return sent


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def _drop(send: Send) -> None:
    """Promise more than is sent: the server closes the connection, and the caller sees a broken answer."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
    await send({"type": "http.response.body", "body": b""})
