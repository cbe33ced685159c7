"""The control address /simulator/…: people and their phones, faults, the log of calls: docs/simulator.md."""

import json
from functools import wraps
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.chats import Person
from simulator.errors import ApiError
from simulator.parameters import read_json
from simulator.phone_control import PERSON, Endpoint, PhoneControl, RouteRow, check_strings, private_chat, read_object
from simulator.simulator import Simulator, person_json


class Control:
    """The endpoints of one stand-in."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def app(self) -> Starlette:
        """Return the app of every route; it answers in JSON whatever is asked."""
        return Starlette(routes=self._routes(), exception_handlers={HTTPException: _refused})

    def _routes(self) -> list[Route]:
        table: list[RouteRow] = [
            ("GET", "/simulator/bot", self.bot),
            ("GET", "/simulator/people", self.people),
            ("POST", "/simulator/people", self.add_person),
            ("PATCH", PERSON, self.change_person),
            *PhoneControl(self._simulator).routes(),
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
        body = await read_object(request)
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
        person, body = private_chat(self._simulator, request).person, await read_object(request)
        _check_names(body)
        person.language_code = body.get("language_code", person.language_code)
        person.first_name = body.get("first_name", person.first_name)
        self._simulator.phones.tell(person.id, "person", person=person_json(person))
        self._simulator.store.changed()
        return JSONResponse(person_json(person))

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


def _check_names(body: dict[str, Any]) -> None:
    check_strings(body, "first_name", "last_name", "username", "language_code")
    if "first_name" in body and not (body["first_name"] or "").strip():
        raise ApiError(422, "first_name is empty")


def _in(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or texts.get("", "")
