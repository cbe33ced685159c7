"""The stand-in as one ASGI app: Bot API, files, phone page, control address."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.api import BotApi
from simulator.control import Control
from simulator.simulator import Simulator

STATIC = Path(__file__).resolve().parent / "static"
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
SAFE_HEADERS = [
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-cache"),
]


def create_app(simulator: Simulator) -> ASGIApp:
    """Make the app. Calls of the Bot API are reached before anything else, since benchmarks count them."""
    bot_api = BotApi(simulator)
    control = Control(simulator).app()
    pages = _with_safe_headers(Starlette(routes=_pages(simulator)))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if path.startswith("/bot"):
            await bot_api(scope, receive, send)
        elif path.startswith("/simulator"):
            await control(scope, receive, send)
        else:
            await pages(scope, receive, send)

    return app


def _pages(simulator: Simulator) -> list[Route | Mount]:
    async def phone(_request: Request) -> Response:
        return FileResponse(STATIC / "phone.html")

    async def download(request: Request) -> Response:
        token, _, file_path = request.path_params["rest"].partition("/")
        file_id = file_path.rpartition("/")[2]
        is_known = token == simulator.token and simulator.files.get(file_id, {}).get("file_path") == file_path
        content = simulator.store.read_file(file_id) if is_known else None
        return Response(content) if content is not None else Response("Not Found", status_code=404)

    return [
        Route("/phone", phone),
        Route("/file/bot{rest:path}", download),
        Mount("/phone/static", StaticFiles(directory=STATIC)),
    ]


def _with_safe_headers(app: ASGIApp) -> ASGIApp:
    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *SAFE_HEADERS]}
            await send(message)

        await app(scope, receive, send_safely)

    return wrapped
