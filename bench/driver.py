"""The stand-in with its people, in a process of its own: everybody walks the standard journey again and again.

/start, a topic, a topic in it, an article, back, a typed word: two texts and four taps. A person does the next thing
once the answer to the last is on the phone, so the number of people is the number of updates on their way. Speaks JSON
lines: {"url"} when it listens; reads a line to begin; {"warm"} when measuring begins; the figures at the end. Warming
up begins when everybody has had a first answer, and measuring ends no sooner than everybody had one more: a slow start
is no figure.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import uvloop

from simulator.chats import Chat, Message, Person
from simulator.phones import Phones
from simulator.server import running
from simulator.simulator import Simulator

TOKEN = "1000001:AAbekal_benchmark_token_0123456789abcd"
TAPPED, TYPED = "tapped", "typed"
TOPIC, ARTICLE = "t", "a"  # how the targets of these buttons begin, of every contestant
FAR_SECONDS = 0.04
STUCK_SECONDS = 60.0


@dataclass
class Watch:
    """Who waits for which message of the bot: a new one (0), or the edit of one (its id)."""

    waiting: dict[int, tuple[int, asyncio.Future[Message]]] = field(default_factory=dict)

    def see(self, person: int, name: str, body: dict[str, Any]) -> None:
        if person not in self.waiting or name not in {"message", "edited"} or body.get("mine"):
            return
        wanted, answer = self.waiting[person]
        message = body["message"]
        if wanted == (message["message_id"] if name == "edited" else 0) and not answer.done():
            answer.set_result(message)

    def expect(self, person: int, wanted: int) -> asyncio.Future[Message]:
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self.waiting[person] = (wanted, answer)
        return answer


class WatchedPhones(Phones):
    """Phones that also tell the people of the benchmark what they see."""

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self.watched = watch

    def tell(self, person_id: int, name: str, **body: Any) -> None:
        super().tell(person_id, name, **body)
        self.watched.see(person_id, name, body)


@dataclass
class Crowd:
    """The people, and how long each of their answers took while it was measured: after a tap, after what was typed."""

    simulator: Simulator
    watch: Watch
    seconds: dict[str, list[float]] = field(default_factory=lambda: {TAPPED: [], TYPED: []})
    is_measured: bool = False
    answered: set[int] = field(default_factory=set)
    everybody_answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def served(self, walks: list[asyncio.Task[None]], seconds: float) -> set[asyncio.Task[None]]:
        """Wait for an answer to everybody, then so many seconds; return the walks that ended, which is an error."""
        self.answered.clear()
        self.everybody_answered.clear()
        whole_round = asyncio.create_task(self.everybody_answered.wait())
        await asyncio.wait([whole_round, *walks], return_when=asyncio.FIRST_COMPLETED)
        whole_round.cancel()
        ended, _ = await asyncio.wait(walks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
        return ended

    async def walk(self, chat: Chat) -> None:
        """Walk the journey until cancelled."""
        await self.write(chat, "/start")  # a greeting in several languages, the first time
        while True:
            shown = await self.write(chat, "/start")
            for kind in (TOPIC, TOPIC, ARTICLE):
                shown = await self.tap(chat, shown, first(shown, kind))
            await self.tap(chat, shown, shown["reply_markup"]["inline_keyboard"][-1][0]["callback_data"])
            await self.write(chat, "terima kasih")

    async def write(self, chat: Chat, text: str) -> Message:
        return await self.timed(chat, 0, lambda: self.simulator.type(chat, text))

    async def tap(self, chat: Chat, shown: Message, target: str) -> Message:
        return await self.timed(chat, shown["message_id"], lambda: self.simulator.tap(chat, shown, target))

    async def timed(self, chat: Chat, wanted: int, act: Callable[[], object]) -> Message:
        answer, began = self.watch.expect(chat.person.id, wanted), time.perf_counter()
        act()
        async with asyncio.timeout(STUCK_SECONDS):
            message = await answer
        if self.is_measured:
            self.seconds[TAPPED if wanted else TYPED].append(time.perf_counter() - began)
        self.answered.add(chat.person.id)
        if self.answered == self.watch.waiting.keys():
            self.everybody_answered.set()
        return message


def first(shown: Message, kind: str) -> str:
    """Return the target of the first button of a kind; raise LookupError where a screen has none."""
    buttons = (button for row in shown["reply_markup"]["inline_keyboard"] for button in row)
    target = next((button["callback_data"] for button in buttons if button["callback_data"].startswith(kind)), None)
    if target is None:
        raise LookupError(f"no button {kind!r} on this screen: {shown['text'][:60]}")
    return str(target)


async def drive(options: argparse.Namespace) -> None:
    watch = Watch()
    simulator = Simulator(token=TOKEN)
    simulator.phones = WatchedPhones(watch)
    if options.far:
        simulator.faults.put([{"kind": "slow", "seconds": FAR_SECONDS}])
    crowd = Crowd(simulator, watch)
    chats = [
        simulator.chats.add(Person(simulator.chats.new_id(), f"P{n}", language_code="id"))
        for n in range(options.people)
    ]
    async with running(simulator) as server:
        say(url=server.url)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
        walks = [asyncio.create_task(crowd.walk(chat)) for chat in chats]
        ended = await crowd.served(walks, options.warm_up)
        say(warm=True)
        crowd.is_measured, began, calls = True, time.perf_counter(), simulator.call_count
        ended |= await crowd.served(walks, options.seconds)
        lasted, calls = time.perf_counter() - began, simulator.call_count - calls
        updates = sum(map(len, crowd.seconds.values()))
        times = {kind: percentiles(seconds) for kind, seconds in crowd.seconds.items()}
        say(updates=updates, calls=calls, lasted=lasted, **times)
        for walk in ended:
            walk.result()
        for walk in walks:
            walk.cancel()


def percentiles(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds) or [0.0]
    return {f"p{p}": 1000 * ordered[min(len(ordered) - 1, len(ordered) * p // 100)] for p in (50, 99)}


def say(**fields: object) -> None:
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--warm-up", type=float, required=True)
    parser.add_argument("--far", action="store_true")
    uvloop.run(drive(parser.parse_args()))
