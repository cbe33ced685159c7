"""A running stand-in as its tests hold it: the bot's side, people's side, a clock to turn and a webhook to receive."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from simulator.server import running
from simulator.simulator import Simulator
from tests.processes import TOKEN

HOUR = 3600
PATIENCE_SECONDS = 30  # far more than it needs: the machine may be busy with other tests
A_WHILE_SECONDS = 0.1  # long enough to see that something does not come


@dataclass
class Clock:
    """The stand-in's time, turned by hand."""

    seconds: float = 1_795_500_000.0

    def __call__(self) -> float:
        return self.seconds

    def turn(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass
class Desk:
    """A stand-in over HTTP."""

    url: str
    http: aiohttp.ClientSession
    token: str = TOKEN

    async def post(self, method: str, **options: Any) -> tuple[int, Any]:
        """Call the Bot API with whatever body; return the status and the answer's JSON."""
        async with self.http.post(f"{self.url}/bot{self.token}/{method}", **options) as answer:
            return answer.status, await answer.json()

    async def bot(self, method: str, **parameters: Any) -> Any:
        """Call the Bot API; return the result."""
        status, answer = await self.post(method, json=parameters)
        assert (status, answer["ok"]) == (200, True), answer
        return answer["result"]

    async def bot_upload(self, method: str, kind: str, *, content: bytes = b"bytes", **parameters: Any) -> Any:
        """Send a file as the bot, by multipart; return the result."""
        form = aiohttp.FormData({name: str(value) for name, value in parameters.items()})
        form.add_field(kind, content, filename=f"{kind}.bin", content_type="application/octet-stream")
        status, answer = await self.post(method, data=form)
        assert status == 200, answer
        return answer["result"]

    async def refused(self, method: str, *, status: int = 400, **parameters: Any) -> str:
        """Call the Bot API and be refused; return Telegram's words."""
        code, answer = await self.post(method, json=parameters)
        assert (code, answer["ok"], answer["error_code"]) == (status, False, status), answer
        return str(answer["description"]).removeprefix("Bad Request: ")

    async def say(self, person: int, text: str = "Halo", **parameters: Any) -> int:
        """Send a text as the bot; return the message's id."""
        return int((await self.bot("sendMessage", chat_id=person, text=text, **parameters))["message_id"])

    async def control(self, verb: str, path: str, **options: Any) -> tuple[int, Any]:
        """Call the control address; return the status and the answer's JSON."""
        async with self.http.request(verb, f"{self.url}/simulator{path}", **options) as answer:
            return answer.status, await answer.json()

    async def ask(self, verb: str, path: str, body: Any = None) -> Any:
        """Call the control address and be answered."""
        status, answer = await self.control(verb, path, json=body)
        assert status == 200, (path, answer)
        return answer

    async def person(self, name: str = "Sari", **fields: Any) -> int:
        """Add a person; return the id."""
        return int((await self.ask("POST", "/people", {"first_name": name, **fields}))["id"])

    async def do(self, person: int, what: str, **body: Any) -> Any:
        """Do something on a person's phone."""
        return await self.ask("POST", f"/people/{person}/{what}", body)

    async def write(self, person: int, text: str) -> int:
        """Type a text as a person; return the message's id."""
        return int((await self.do(person, "text", text=text))["message_id"])

    async def tap(self, person: int, message_id: int, target: str = "a") -> str:
        """Tap a button; return the id of the callback query."""
        return str((await self.do(person, "tap", message_id=message_id, data=target))["callback_query_id"])

    async def bot_until(self, method: str, holds: Callable[[Any], bool]) -> Any:
        """Call a method until its result fulfils a condition."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not holds(result := await self.bot(method)):  # noqa: ASYNC110  it tells nobody
                await asyncio.sleep(0.01)
        return result

    async def next_event(self, person: int, after: int) -> tuple[str, dict[str, Any]]:
        """Return the name and body of the first event of a phone after a number."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            async with self.http.get(f"{self.url}/simulator/people/{person}/events?after={after}") as stream:
                name = ""
                async for line in stream.content:
                    key, _, value = line.decode().rstrip("\n").partition(": ")
                    name = value if key == "event" else name
                    if key == "data":
                        return name, json.loads(value)
        raise AssertionError("the stream ended")

    async def messages(self, person: int) -> list[dict[str, Any]]:
        return list((await self.ask("GET", f"/people/{person}/chat"))["messages"])

    async def faults(self, *faults: dict[str, Any]) -> None:
        await self.ask("PUT", "/faults", list(faults))


@asynccontextmanager
async def opened(simulator: Simulator) -> AsyncIterator[Desk]:
    """Serve a stand-in."""
    async with running(simulator) as server, aiohttp.ClientSession() as http:
        yield Desk(server.url, http)


@dataclass
class Receiver:
    """A webhook: notes what is brought, and answers with the statuses it was told, then with 200."""

    statuses: list[int] = field(default_factory=list)
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    brought: asyncio.Queue[tuple[dict[str, Any], dict[str, str]]] = field(default_factory=asyncio.Queue)
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.brought.put_nowait((update, dict(request.headers)))
        await self.hold.wait()
        status = self.statuses.pop(0) if self.statuses else 200
        return web.Response(status=status, headers={"Location": self.url} if status in {301, 302} else {})

    async def next(self) -> dict[str, Any]:
        """Return the next update that is brought."""
        return (await self.next_with_headers())[0]

    async def next_with_headers(self) -> tuple[dict[str, Any], dict[str, str]]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.brought.get()

    async def texts(self, count: int) -> list[str]:
        """Return the texts of the next messages."""
        return [(await self.next())["message"]["text"] for _ in range(count)]

    async def hears_nothing(self) -> bool:
        await asyncio.sleep(A_WHILE_SECONDS)
        return self.brought.empty()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Serve a webhook."""
    receiver = Receiver()
    receiver.hold.set()
    app = web.Application()
    app.router.add_post("/hook", receiver.answer)
    async with TestServer(app) as server:
        receiver.url = str(server.make_url("/hook"))
        yield receiver


def buttons(*targets: str) -> dict[str, Any]:
    """Return an inline keyboard, one button a row."""
    return {"inline_keyboard": [[{"text": f"Button {n}", "callback_data": t}] for n, t in enumerate(targets)]}
