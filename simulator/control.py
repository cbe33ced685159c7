"""The control address /simulator/…: people and their phones, faults, the log of calls: docs/simulator.md."""

import json
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from simulator.chats import MOST_EAST, MOST_NORTH, Chat, Message, Person
from simulator.entities import found_in
from simulator.errors import ApiError
from simulator.parameters import read_json
from simulator.simulator import Simulator, person_json

Endpoint = Callable[[Request], Awaitable[Response]]
KINDS = {"photo": "image/jpeg", "voice": "audio/ogg", "document": "", "sticker": "image/webp", "video": "video/mp4"}


class Control:
    """The endpoints of one stand-in."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def app(self) -> Starlette:
        """Return the app of every route; it answers in JSON whatever is asked."""
        return Starlette(routes=self._routes(), exception_handlers={HTTPException: _refused})

    def _routes(self) -> list[Route]:
        person = "/simulator/people/{person:int}"
        table: list[tuple[str, str, Endpoint]] = [
            ("GET", "/simulator/bot", self.bot),
            ("GET", "/simulator/people", self.people),
            ("POST", "/simulator/people", self.add_person),
            ("PATCH", person, self.change_person),
            ("GET", f"{person}/chat", self.chat),
            ("GET", f"{person}/events", self.events),
            ("POST", f"{person}/text", self.text),
            ("POST", f"{person}/tap", self.tap),
            ("POST", f"{person}/contact", self.contact),
            ("POST", f"{person}/location", self.location),
            ("POST", f"{person}/edit", self.edit),
            ("POST", f"{person}/delete", self.delete),
            ("POST", f"{person}/block", self.block),
            ("POST", f"{person}/unblock", self.unblock),
            *(("POST", f"{person}/{kind}", self.file(kind)) for kind in KINDS),
            ("GET", "/simulator/files/{file_id}", self.read_file),
            ("POST", "/simulator/updates", self.add_updates),
            ("GET", "/simulator/updates", self.updates),
            ("GET", "/simulator/calls", self.calls),
            ("DELETE", "/simulator/calls", self.forget_calls),
            ("GET", "/simulator/faults", self.faults),
            ("PUT", "/simulator/faults", self.put_faults),
            ("DELETE", "/simulator/faults", self.no_faults),
            ("POST", "/simulator/reset", self.reset),
        ]
        return [Route(path, _told(endpoint), methods=[method]) for method, path, endpoint in table]

    # The bot and people

    async def bot(self, request: Request) -> Response:
        """Show how the bot presents itself in a language."""
        language, profile = request.query_params.get("language_code", "")[:2], self._simulator.profile
        commands = profile.commands.get(f"default//{language}") or profile.commands.get("default//", [])
        return JSONResponse(
            {
                "id": self._simulator.bot["id"],
                "username": self._simulator.bot["username"],
                "name": _in(profile.names, language) or self._simulator.bot["first_name"],
                "description": _in(profile.descriptions, language),
                "short_description": _in(profile.short_descriptions, language),
                "commands": commands,
                "menu_button": profile.menu_button,
            }
        )

    async def people(self, _request: Request) -> Response:
        """List people."""
        return JSONResponse([person_json(chat.person) for chat in self._simulator.chats])

    async def add_person(self, request: Request) -> Response:
        """Add a person."""
        body = await _object(request)
        if not body.get("first_name"):
            raise ApiError(422, "first_name is missing")
        _check_names(body)
        number = body.get("id", self._simulator.chats.new_id())
        if type(number) is not int or number <= 0:
            raise ApiError(422, "id is a whole number above 0")
        person = Person(
            number, body["first_name"], body.get("last_name"), body.get("username"), body.get("language_code")
        )
        self._simulator.chats.add(person)
        self._simulator.store.changed()
        return JSONResponse(person_json(person))

    async def change_person(self, request: Request) -> Response:
        """Change a person's language or name."""
        person, body = self._chat(request).person, await _object(request)
        _check_names(body)
        person.language_code = body.get("language_code", person.language_code)
        person.first_name = body.get("first_name", person.first_name)
        self._simulator.phones.tell(person.id, "person", person=person_json(person))
        self._simulator.store.changed()
        return JSONResponse(person_json(person))

    async def chat(self, request: Request) -> Response:
        """Show a whole chat."""
        chat = self._chat(request)
        self._simulator.phones.watch(chat.person.id)
        return JSONResponse(
            {
                "person": person_json(chat.person),
                "messages": list(chat.messages.values()),
                "reply_keyboard": chat.reply_keyboard,
                "chat_action": chat.chat_action,
                "last_event": self._simulator.phones.last_event,
            }
        )

    async def events(self, request: Request) -> Response:
        """Stream what happens on a phone."""
        chat = self._chat(request)
        after = request.headers.get("last-event-id") or request.query_params.get("after", "0")
        stream = self._simulator.phones.events(chat.person.id, int(after) if after.isdigit() else 0)
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    # What people do

    async def text(self, request: Request) -> Response:
        """Type a text."""
        chat, body = self._chat(request), await _object(request)
        if not isinstance(body.get("text"), str):
            raise ApiError(422, "text is missing")
        extra = {}
        if body.get("reply_to_message_id"):
            extra["reply_to_message"] = self._message(chat, body["reply_to_message_id"])
        return JSONResponse(self._simulator.type(chat, body["text"], **extra))

    async def tap(self, request: Request) -> Response:
        """Tap a button; any data may be claimed, as a forged app could."""
        chat, body = self._chat(request), await _object(request)
        message = self._message(chat, body.get("message_id"))
        target = body.get("data")
        if not isinstance(target, str):
            raise ApiError(422, "data is missing")
        return JSONResponse({"callback_query_id": self._simulator.tap(chat, message, target)})

    async def contact(self, request: Request) -> Response:
        """Share a contact, one's own by default."""
        chat, body = self._chat(request), await _object(request)
        _check_strings(body, "phone_number", "first_name")
        contact = {
            "phone_number": body.get("phone_number") or f"+62812{chat.person.id % 10**8:08d}",
            "first_name": body.get("first_name") or chat.person.first_name,
        }
        if not body.get("phone_number"):
            contact["user_id"] = chat.person.id
        return JSONResponse(self._simulator.receive(chat, contact=contact))

    async def location(self, request: Request) -> Response:
        """Share a place."""
        chat, body = self._chat(request), await _object(request)
        try:
            place = {"latitude": float(body["latitude"]), "longitude": float(body["longitude"])}
        except (KeyError, TypeError, ValueError):
            raise ApiError(422, "latitude and longitude are numbers") from None
        if not (abs(place["latitude"]) <= MOST_NORTH and abs(place["longitude"]) <= MOST_EAST):
            raise ApiError(422, "that place is not on Earth")
        return JSONResponse(self._simulator.receive(chat, location=place))

    def file(self, kind: str) -> Endpoint:
        """Return the endpoint that sends a file of a kind."""

        async def send(request: Request) -> Response:
            chat = self._chat(request)
            async with request.form() as form:
                upload = form.get("file")
                if upload is None or isinstance(upload, str):
                    raise ApiError(422, "file is missing")
                content, name = await upload.read(), upload.filename or kind
                mime_type = upload.content_type or KINDS[kind] or "application/octet-stream"
                caption = form.get("caption")
            stored = self._simulator.add_file(content, name=name, mime_type=mime_type, kind=kind)
            media = _media(kind, stored)
            extra = {"caption": caption} if isinstance(caption, str) and caption else {}
            return JSONResponse(self._simulator.receive(chat, **{kind: media}, **extra))

        return send

    async def edit(self, request: Request) -> Response:
        """Edit one's own message."""
        chat, body = self._chat(request), await _object(request)
        message = self._message(chat, body.get("message_id"))
        if message["from"]["is_bot"] or not isinstance(body.get("text"), str) or not body["text"].strip():
            raise ApiError(422, "only one's own text can be edited, and not to nothing")
        edited = {**message, "text": body["text"].strip(), "edit_date": int(self._simulator.now())}
        edited.pop("entities", None)
        edited |= {"entities": entities} if (entities := found_in(edited["text"])) else {}
        chat.messages[message["message_id"]] = edited
        self._simulator.phones.tell(chat.person.id, "edited", message=edited)
        self._simulator.bring("edited_message", edited)
        return JSONResponse(edited)

    async def delete(self, request: Request) -> Response:
        """Delete messages on this phone and the bot's side; nobody tells the bot."""
        chat, body = self._chat(request), await _object(request)
        numbers = body.get("message_ids")
        if not isinstance(numbers, list) or not all(type(number) is int for number in numbers):
            raise ApiError(422, "message_ids is a list of whole numbers")
        numbers = [number for number in dict.fromkeys(numbers) if number in chat.messages]
        for number in numbers:
            del chat.messages[number]
        self._simulator.phones.tell(chat.person.id, "deleted", message_ids=numbers)
        self._simulator.store.changed()
        return JSONResponse({})

    async def block(self, request: Request) -> Response:
        """Block the bot."""
        self._simulator.block(self._chat(request), blocked=True)
        return JSONResponse({})

    async def unblock(self, request: Request) -> Response:
        """Let the bot in again."""
        self._simulator.block(self._chat(request), blocked=False)
        return JSONResponse({})

    async def read_file(self, request: Request) -> Response:
        """Give a file's bytes to the phone page."""
        file_id = request.path_params["file_id"]
        file = self._simulator.files.get(file_id)
        content = self._simulator.store.read_file(file_id) if file else None
        if file is None or content is None:
            raise ApiError(404, "no such file")
        headers = {"x-content-type-options": "nosniff", "content-security-policy": "sandbox"}
        return Response(content, media_type=file["mime_type"], headers=headers)

    # For tests

    async def add_updates(self, request: Request) -> Response:
        """Queue updates of any shape."""
        body = json.loads(await request.body())
        if not isinstance(body, list):
            raise ApiError(422, "a list of updates is expected")
        return JSONResponse({"update_ids": [self._simulator.updates.add(update) for update in body]})

    async def updates(self, _request: Request) -> Response:
        """Show how the queue stands."""
        queue, webhook = self._simulator.updates.queue, self._simulator.updates.webhook
        return JSONResponse(
            {
                "pending": len(queue),
                "next_update_id": queue.next_update_id,
                "delivered": queue.delivered,
                "webhook": webhook.url if webhook else None,
            }
        )

    async def calls(self, request: Request) -> Response:
        """Show the log of calls."""
        after, method = int(request.query_params.get("after", "0")), request.query_params.get("method")
        calls = [c for c in self._simulator.calls if c["n"] > after and (not method or c["method"] == method)]
        return JSONResponse(calls)

    async def forget_calls(self, _request: Request) -> Response:
        """Empty the log of calls."""
        self._simulator.calls.clear()
        return JSONResponse({})

    async def faults(self, _request: Request) -> Response:
        """Show the faults in force."""
        return JSONResponse(self._simulator.faults.as_json())

    async def put_faults(self, request: Request) -> Response:
        """Put faults in force."""
        self._simulator.faults.put(read_json(await request.body()))
        return await self.faults(request)

    async def no_faults(self, request: Request) -> Response:
        """Let all go well again."""
        self._simulator.faults.put([])
        return await self.faults(request)

    async def reset(self, _request: Request) -> Response:
        """Begin anew."""
        await self._simulator.reset()
        return JSONResponse({})

    def _chat(self, request: Request) -> Chat:
        chat = self._simulator.chats.find(request.path_params["person"])
        if chat is None:
            raise ApiError(404, "no such person")
        return chat

    def _message(self, chat: Chat, number: Any) -> Message:
        message = chat.messages.get(number) if type(number) is int else None
        if message is None:
            raise ApiError(404, "no such message")
        return message


def _told(endpoint: Endpoint) -> Endpoint:
    """Turn a refusal into its JSON answer."""

    @wraps(endpoint)
    async def told(request: Request) -> Response:
        try:
            return await endpoint(request)
        except ApiError as error:
            return JSONResponse({"error": error.description}, status_code=error.code)
        except HTTPException as error:
            return JSONResponse({"error": error.detail}, status_code=422)
        except (ValueError, RecursionError):
            return JSONResponse({"error": "what was sent cannot be read"}, status_code=422)

    return told


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, status_code=error.status_code)


async def _object(request: Request) -> dict[str, Any]:
    body = await request.body()
    content = read_json(body) if body else {}
    if not isinstance(content, dict):
        raise ApiError(422, "an object is expected")
    return content


def _check_names(body: dict[str, Any]) -> None:
    _check_strings(body, "first_name", "last_name", "username", "language_code")
    if "first_name" in body and not (body["first_name"] or "").strip():
        raise ApiError(422, "first_name is empty")


def _check_strings(body: dict[str, Any], *names: str) -> None:
    for name in names:
        if body.get(name) is not None and not isinstance(body[name], str):
            raise ApiError(422, f"{name} is a text")


def _in(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or texts.get("", "")


def _media(kind: str, file: dict[str, Any]) -> Any:
    public = {key: file[key] for key in ("file_id", "file_unique_id", "file_size")}
    if kind == "photo":
        return [{**public, "width": 800, "height": 600}]
    if kind == "sticker":
        return {**public, "width": 512, "height": 512, "type": "regular", "is_animated": False, "is_video": False}
    if kind == "video":
        return {**public, "width": 640, "height": 480, "duration": 1, "mime_type": file["mime_type"]}
    if kind == "voice":
        return {**public, "duration": 1, "mime_type": file["mime_type"]}
    return {**public, "file_name": file["name"], "mime_type": file["mime_type"]}
