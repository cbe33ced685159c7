"""Phones for tests: people who write to the bot through the stand-in's control address, over HTTP."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import aiohttp

PATIENCE_SECONDS = 30  # far more than an answer needs: the machine may be busy with other tests


class Telegram:
    """The stand-in, as a test holds it."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self._session = session

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        async with self._session.request(method, f"{self.url}/simulator{path}", json=body) as answer:
            content = await answer.json()
            assert answer.status < 400, (method, path, answer.status, content)
            return content

    async def upload(self, path: str, content: bytes, *, name: str, caption: str = "") -> Any:
        form = aiohttp.FormData({"caption": caption} if caption else ())
        form.add_field("file", content, filename=name)
        async with self._session.post(f"{self.url}/simulator{path}", data=form) as answer:
            assert answer.status < 400, (path, answer.status)
            return await answer.json()

    async def person(self, name: str = "Sari", language: str = "id") -> "Phone":
        made = await self.ask("POST", "/people", {"first_name": name, "language_code": language})
        return Phone(self, int(made["id"]))

    async def updates(self, updates: list[dict[str, Any]]) -> list[int]:
        answer = await self.ask("POST", "/updates", updates)
        return list(answer["update_ids"])

    async def pending(self) -> int:
        return int((await self.ask("GET", "/updates"))["pending"])

    async def calls(self, method: str = "") -> list[dict[str, Any]]:
        return list(await self.ask("GET", f"/calls?method={method}" if method else "/calls"))

    async def faults(self, *faults: dict[str, Any]) -> None:
        await self.ask("PUT", "/faults", list(faults))

    async def no_faults(self) -> None:
        await self.ask("DELETE", "/faults")


class Phone:
    """One person's private chat with the bot."""

    def __init__(self, telegram: Telegram, person_id: int) -> None:
        self._telegram = telegram
        self.id = person_id

    async def do(self, what: str, body: Any = None) -> Any:
        return await self._telegram.ask("POST", f"/people/{self.id}/{what}", body or {})

    async def write(self, text: str) -> None:
        await self.do("text", {"text": text})

    async def send_file(self, kind: str, content: bytes = b"bytes of a file", *, caption: str = "") -> dict[str, Any]:
        """Send a photo, a voice note, a sticker or a document, and return the message."""
        path = f"/people/{self.id}/{kind}"
        return dict(await self._telegram.upload(path, content, name=kind, caption=caption))

    async def tap(self, label: str) -> None:
        """Tap a button of the newest message that has one with this label, or part of it."""
        for message in reversed(await self.bot_messages()):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if label in button["text"]:
                        await self.tap_target(message["message_id"], button["callback_data"])
                        return
        raise AssertionError(f"no button {label!r}")

    async def tap_target(self, message_id: int, target: str) -> None:
        await self.do("tap", {"message_id": message_id, "data": target})

    async def messages(self) -> list[dict[str, Any]]:
        chat = await self._telegram.ask("GET", f"/people/{self.id}/chat")
        return list(chat["messages"])

    async def keys(self) -> list[dict[str, Any]]:
        """Return the keys below the chat."""
        chat = await self._telegram.ask("GET", f"/people/{self.id}/chat")
        return [key for row in (chat["reply_keyboard"] or {"keyboard": []})["keyboard"] for key in row]

    async def bot_messages(self) -> list[dict[str, Any]]:
        return [message for message in await self.messages() if message["from"]["is_bot"]]

    async def met(self, language: str) -> dict[str, Any]:
        """Go through the first meeting, and return the menu in this language."""
        await self.write("/start")
        asked = await self.sees("Bekal")
        await self.tap_target(asked["message_id"], f"l:{language}")
        await self.sees(lambda messages: len(messages) > 1)  # the keys stand below the menu
        return await self.screen()

    async def screen(self) -> dict[str, Any]:
        """Return the newest message that has buttons."""
        return next(message for message in reversed(await self.bot_messages()) if labels(message))

    async def shows(self, expected: str, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """Wait until any message of the bot holds a text, and return the newest that does."""
        holding: list[dict[str, Any]] = []  # of one look: by the next one the message may be another

        def is_there(messages: list[dict[str, Any]]) -> bool:
            holding[:] = [message for message in messages if expected in message["text"]]
            return bool(holding)

        await self.sees(is_there, seconds)
        return holding[-1]

    async def sees(
        self, expected: str | Callable[[list[dict[str, Any]]], bool], seconds: float = PATIENCE_SECONDS
    ) -> dict[str, Any]:
        """Wait until the newest message of the bot holds a text, or its messages fulfil a condition."""
        messages: list[dict[str, Any]] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    messages = await self.bot_messages()
                    if messages and (expected(messages) if callable(expected) else expected in messages[-1]["text"]):
                        return messages[-1]
                    await asyncio.sleep(0.02)
        shown = [message.get("text") for message in messages]
        raise AssertionError(f"never saw {expected!r}; the bot wrote {shown}")


def labels(message: dict[str, Any]) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]
