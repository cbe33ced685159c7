"""How much a request may bring. The framework reads a whole body before it asks who sends it."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BODY_BYTES = 16_000_000  # an upload of 10 MB in base64, and what stands around it


class LimitedBody:
    """Refuses with 413 to read on where a body is too large."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, counting what it brings."""
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > MOST_BODY_BYTES:
                raise HTTPException(413, "This is too large.")
            return message

        await self._app(scope, counted if scope["type"] == "http" else receive, send)
