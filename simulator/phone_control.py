"""What people do on their phones: the addresses below /simulator/people/{person}, docs/simulator.md."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from simulator.chats import MOST_EAST, MOST_NORTH, Chat, Group, Message, Person, Room
from simulator.errors import ApiError
from simulator.groups import add_group, forward, set_bot_status
from simulator.parameters import read_json
from simulator.simulator import Simulator, person_json

Endpoint = Callable[[Request], Awaitable[Response]]
RouteRow = tuple[str, str, Endpoint]
KINDS = {"photo": "image/jpeg", "voice": "audio/ogg", "document": "", "sticker": "image/webp", "video": "video/mp4"}
PERSON = "/simulator/people/{person:int}"


class PhoneControl:
    """The endpoints of every phone of one stand-in."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def routes(self) -> list[RouteRow]:
        """Return verb, address and endpoint of each; the private chat with the bot needs no id in its address."""
        return [
            ("GET", f"{PERSON}/events", self.events),
            ("GET", f"{PERSON}/chats", self.chats),
            ("POST", f"{PERSON}/groups", self.add_group),
            ("POST", f"{PERSON}/block", self.block),
            ("POST", f"{PERSON}/unblock", self.unblock),
            *self._chat_routes(PERSON),
            *self._chat_routes(f"{PERSON}/chats/{{chat}}"),
        ]

    def _chat_routes(self, chat: str) -> list[RouteRow]:
        """Return what a person can do in a chat, at the address of one."""
        return [
            ("GET", f"{chat}/chat", self.chat),
            ("POST", f"{chat}/text", self.text),
            ("POST", f"{chat}/tap", self.tap),
            ("POST", f"{chat}/contact", self.contact),
            ("POST", f"{chat}/location", self.location),
            ("POST", f"{chat}/edit", self.edit),
            ("POST", f"{chat}/delete", self.delete),
            ("POST", f"{chat}/forward", self.forward),
            ("POST", f"{chat}/clear", self.clear),
            ("POST", f"{chat}/add_bot", self.add_bot),
            ("POST", f"{chat}/remove_bot", self.remove_bot),
            *(("POST", f"{chat}/{kind}", self.file(kind)) for kind in KINDS),
        ]

    async def chat(self, request: Request) -> Response:
        """Show a whole chat, as far as the person still sees it."""
        person, chat = self._person(request), self._chat(request)
        self._simulator.phones.watch(person.id)
        return JSONResponse(
            {
                "person": person_json(person),
                "messages": chat.seen_by(person),
                "reply_keyboard": chat.reply_keyboard,
                "chat_action": chat.chat_action,
                "last_event": self._simulator.phones.last_event,
            }
        )

    async def events(self, request: Request) -> Response:
        """Stream what happens on a phone."""
        person = self._person(request)
        after = request.headers.get("last-event-id") or request.query_params.get("after", "0")
        stream = self._simulator.phones.events(person.id, int(after) if after.isdigit() else 0)
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    async def chats(self, request: Request) -> Response:
        """List the chats on a person's phone."""
        person = self._person(request)
        return JSONResponse([self._chat_json(room, person) for room in self._simulator.chats.of(person)])

    async def text(self, request: Request) -> Response:
        """Type a text."""
        person, chat, body = self._person(request), self._chat(request), await read_object(request)
        if not isinstance(body.get("text"), str):
            raise ApiError(422, "text is missing")
        extra = {}
        if body.get("reply_to_message_id"):
            extra["reply_to_message"] = self._message(chat, body["reply_to_message_id"])
        return JSONResponse(self._simulator.type(chat, body["text"], by=person, **extra))

    async def tap(self, request: Request) -> Response:
        """Tap a button; any data may be claimed, as a forged app could."""
        person, chat, body = self._person(request), self._chat(request), await read_object(request)
        message = self._message(chat, body.get("message_id"))
        target = body.get("data")
        if not isinstance(target, str):
            raise ApiError(422, "data is missing")
        return JSONResponse({"callback_query_id": self._simulator.tap(chat, message, target, by=person)})

    async def contact(self, request: Request) -> Response:
        """Share a contact, one's own by default."""
        person, body = self._person(request), await read_object(request)
        check_strings(body, "phone_number", "first_name")
        contact = {
            "phone_number": body.get("phone_number") or f"+62812{person.id % 10**8:08d}",
            "first_name": body.get("first_name") or person.first_name,
        }
        if not body.get("phone_number"):
            contact["user_id"] = person.id
        return JSONResponse(self._simulator.receive(self._chat(request), by=person, contact=contact))

    async def location(self, request: Request) -> Response:
        """Share a place."""
        body = await read_object(request)
        try:
            place = {"latitude": float(body["latitude"]), "longitude": float(body["longitude"])}
        except (KeyError, TypeError, ValueError):
            raise ApiError(422, "latitude and longitude are numbers") from None
        if not (abs(place["latitude"]) <= MOST_NORTH and abs(place["longitude"]) <= MOST_EAST):
            raise ApiError(422, "that place is not on Earth")
        return JSONResponse(self._simulator.receive(self._chat(request), by=self._person(request), location=place))

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
            return JSONResponse(self._simulator.receive(chat, by=self._person(request), **{kind: media}, **extra))

        return send

    async def edit(self, request: Request) -> Response:
        """Edit one's own message."""
        chat, body = self._chat(request), await read_object(request)
        message = self._message(chat, body.get("message_id"))
        if (
            message["from"]["id"] != request.path_params["person"]
            or not isinstance(body.get("text"), str)
            or not body["text"].strip()
        ):
            raise ApiError(422, "only one's own text can be edited, and not to nothing")
        return JSONResponse(self._simulator.edit(chat, message, body["text"].strip()))

    async def delete(self, request: Request) -> Response:
        """Delete messages on this phone and the bot's side; nobody tells the bot."""
        chat, body = self._chat(request), await read_object(request)
        numbers = body.get("message_ids")
        if not isinstance(numbers, list) or not all(type(number) is int for number in numbers):
            raise ApiError(422, "message_ids is a list of whole numbers")
        self._simulator.delete(chat, [number for number in dict.fromkeys(numbers) if number in chat.messages])
        return JSONResponse({})

    async def forward(self, request: Request) -> Response:
        """Hand a message on to another person."""
        person, chat, body = self._person(request), self._chat(request), await read_object(request)
        message = self._message(chat, body.get("message_id"))
        (to,) = self._people([body.get("to")])
        if to is person:
            raise ApiError(422, "to is somebody else")
        return JSONResponse(forward(self._simulator, message, by=person, to=to))

    async def clear(self, request: Request) -> Response:
        """Empty the chat on this phone only."""
        self._simulator.clear(self._chat(request), self._person(request))
        return JSONResponse({})

    async def add_group(self, request: Request) -> Response:
        """Make a group with other people; the bot is added by itself."""
        person, body = self._person(request), await read_object(request)
        check_strings(body, "title")
        others, kind = body.get("people", []), body.get("type", "group")
        if not (body.get("title") or "").strip() or kind not in {"group", "supergroup"} or not isinstance(others, list):
            raise ApiError(422, "a group has a title, people, and is a group or a supergroup")
        members = [person, *(other for other in self._people(others) if other is not person)]
        group = add_group(self._simulator, body["title"].strip(), kind=kind, members=members)
        return JSONResponse(self._chat_json(group, person))

    async def add_bot(self, request: Request) -> Response:
        """Add the bot to a group."""
        set_bot_status(self._simulator, self._group(request), "member", by=self._person(request))
        return JSONResponse({})

    async def remove_bot(self, request: Request) -> Response:
        """Put the bot out of a group."""
        set_bot_status(self._simulator, self._group(request), "kicked", by=self._person(request))
        return JSONResponse({})

    async def block(self, request: Request) -> Response:
        """Block the bot."""
        self._simulator.block(private_chat(self._simulator, request), blocked=True)
        return JSONResponse({})

    async def unblock(self, request: Request) -> Response:
        """Let the bot in again."""
        self._simulator.block(private_chat(self._simulator, request), blocked=False)
        return JSONResponse({})

    def _person(self, request: Request) -> Person:
        return private_chat(self._simulator, request).person

    def _people(self, numbers: list[Any]) -> list[Person]:
        chats = [self._simulator.chats.find(number) if type(number) is int else None for number in numbers]
        people = [chat.person for chat in chats if chat is not None]
        if len(people) < len(chats):
            raise ApiError(404, "no such person")
        return list({person.id: person for person in people}.values())

    def _chat(self, request: Request) -> Room:
        """Return the chat of the address: one of the person's, or the private one with the bot."""
        if "chat" not in request.path_params:
            return private_chat(self._simulator, request)
        room = self._simulator.chats.find_for(self._person(request), int(request.path_params["chat"]))
        if room is None:
            raise ApiError(404, "no such chat")
        return room

    def _group(self, request: Request) -> Group:
        room = self._chat(request)
        if not isinstance(room, Group):
            raise ApiError(422, "that is no group")
        return room

    def _chat_json(self, room: Room, person: Person) -> dict[str, Any]:
        """Return a chat as a phone lists it."""
        if isinstance(room, Chat):
            return {"id": room.id, "type": "bot", "title": self._simulator.bot["first_name"], "has_bot": True}
        if isinstance(room, Group):
            has_bot = room.bot_status == "member"
            return {"id": room.id, "type": room.kind, "title": room.title, "has_bot": has_bot}
        return {"id": room.id_for(person), "type": "person", "title": _other_name(room, person), "has_bot": False}

    def _message(self, chat: Room, number: Any) -> Message:
        message = chat.messages.get(number) if type(number) is int else None
        if message is None:
            raise ApiError(404, "no such message")
        return message


def private_chat(simulator: Simulator, request: Request) -> Chat:
    """Return the private chat of the person in the address."""
    chat = simulator.chats.find(request.path_params["person"])
    if chat is None:
        raise ApiError(404, "no such person")
    return chat


async def read_object(request: Request) -> dict[str, Any]:
    """Return the JSON object that was sent; nothing counts as an empty one."""
    body = await request.body()
    content = read_json(body) if body else {}
    if not isinstance(content, dict):
        raise ApiError(422, "an object is expected")
    return content


def check_strings(body: dict[str, Any], *names: str) -> None:
    """Refuse what is given and no text."""
    for name in names:
        if body.get(name) is not None and not isinstance(body[name], str):
            raise ApiError(422, f"{name} is a text")


def _other_name(room: Room, person: Person) -> str:
    return next(other.first_name for other in room.people if other is not person)


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
