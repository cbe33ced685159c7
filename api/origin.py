"""Nothing is changed from another site's page: an unsafe request proves that it comes from ours, or bears an API token.

A browser says so in Sec-Fetch-Site, which no page can forge; an older one only in Origin.
https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import problem_response

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SameOriginOnly:
    """Refuses unsafe requests without proof, before anything else looks at them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, or refuse it with 403."""
        if scope["type"] == "http" and scope["method"] not in SAFE and not is_ours(Headers(scope=scope)):
            refusal = problem_response(
                403, "other-origin", "This request did not come from a page of the desk. Open the desk and try again."
            )
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)


def is_ours(headers: Headers) -> bool:
    """Tell whether a request proves that it comes from our own page, or needs no such proof: it bears a token."""
    if headers.get("authorization", "").startswith("Bearer "):
        return "cookie" not in headers
    if (site := headers.get("sec-fetch-site")) is not None:
        return site == "same-origin"
    origin, host = headers.get("origin"), headers.get("host")
    return bool(origin and host) and _netloc(origin or "") == host


def _netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # no address at all, like "http://["
        return None
