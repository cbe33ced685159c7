"""Asking one address: HEAD, else a GET of which nothing but the head is read; redirects are followed one by one.

Every step is read, resolved and looked at anew: addresses.py. No cookie, no proxy, no connection is kept.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from api.link_check.addresses import PORTS, Unsafe, is_public, read
from api.link_check.pace import Pace
from content.desk.link_checking import Answer
from content.links import LinkState
from core.version import version

ANSWER_SECONDS = 15.0
LINK_SECONDS = 240.0  # with all redirects, and the waits between them
MOST_REDIRECTS = 5
READ_BYTES = 16 * 1024  # aiohttp takes at most twice as much before anybody reads on
REDIRECTS = frozenset({301, 302, 303, 307, 308})
FOR_GOOD = frozenset({301, 308})
GONE = frozenset({404, 410})
TOO_MANY_REQUESTS = 429
NOT_IN_THIS_RANGE = 416  # but there
AddressInfo = tuple[int, int, int, str, tuple[object, ...]]
OpenSocket = Callable[[AddressInfo], socket.socket]


class NotPublic(OSError):  # noqa: N818  it names what an address is
    """A name leads to no public address."""


class PublicResolver(AbstractResolver):
    """Resolves names, and leaves out every address that is not public."""

    def __init__(self, names: AbstractResolver) -> None:
        self._names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the public addresses of a name; raise NotPublic where it has others only."""
        public = [found for found in await self._names.resolve(host, port, family) if is_public(found["host"])]
        if not public:
            raise NotPublic(host)
        return public

    async def close(self) -> None:
        """Close what resolves."""
        await self._names.close()


def open_socket(info: AddressInfo) -> socket.socket:
    """Return a socket for an address."""
    family, kind, protocol, _, _ = info
    return socket.socket(family, kind, protocol)


class LinkClient:
    """Asks addresses, in an `async with`. `names`, `trust` and `opens` default to this machine's."""

    def __init__(
        self,
        *,
        public_url: str,
        pace: Pace,
        names: AbstractResolver | None = None,
        trust: ssl.SSLContext | None = None,
        opens: OpenSocket = open_socket,
    ) -> None:
        about = f"; +{public_url}" if public_url.startswith("https://") else ""
        self._headers = {"User-Agent": f"Bekal/{version()} (link check{about})", "Accept": "*/*"}
        self._pace, self._names, self._trust, self._opens = pace, names, trust, opens
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            resolver=PublicResolver(self._names or aiohttp.ThreadedResolver()), use_dns_cache=False, force_close=True,
            ssl=self._trust or True, socket_factory=self._guarded,
        )  # fmt: skip
        self._http = aiohttp.ClientSession(
            connector=connector, headers=self._headers, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS), read_bufsize=READ_BYTES, trust_env=False,
        )  # fmt: skip
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http is not None:
            await self._http.close()

    def _guarded(self, info: AddressInfo) -> socket.socket:
        """Open the socket of a connection: the last look at where it goes, whatever led there."""
        host, port = info[4][:2]
        if not is_public(str(host)) or port not in PORTS.values():
            raise NotPublic(host)
        return self._opens(info)

    async def check(self, written: str) -> Answer:
        """Ask an address and tell what became of it; whatever goes wrong is an answer, too."""
        try:
            async with asyncio.timeout(LINK_SECONDS):
                return await self._followed(written)
        except Unsafe as unsafe:
            return Answer(LinkState.REFUSED, unsafe.reason)
        except TimeoutError:
            return Answer(LinkState.UNREACHABLE, "timeout")
        except (aiohttp.ClientError, OSError) as error:
            return _unreached(error)

    async def _followed(self, written: str) -> Answer:
        here = first = read(written)
        for_good = first  # how far the way goes by redirects that are for good
        for _ in range(MOST_REDIRECTS + 1):
            status, location = await self._ask(here)
            if status not in REDIRECTS or not location:
                return _told(status, first, here, for_good)
            there = _next(here, location)
            if here == for_good and (status in FOR_GOOD or (here.scheme, there.scheme) == ("http", "https")):
                for_good = there
            here = there
        return Answer(LinkState.FAILING, "redirects", status)

    async def _ask(self, url: URL) -> tuple[int, str]:
        status, location = await self._request("HEAD", url)
        if status >= 400 and status != TOO_MANY_REQUESTS:  # noqa: PLR2004  many servers know HEAD badly
            status, location = await self._request("GET", url)
        return status, location

    async def _request(self, method: str, url: URL) -> tuple[int, str]:
        """Return the status and where it leads. The body is not read: the connection is closed on it."""
        assert self._http is not None
        headers = {"Range": f"bytes=0-{READ_BYTES - 1}"} if method == "GET" else {}
        async with self._pace.turn(url.raw_host or ""):
            answer = await self._http.request(method, url, allow_redirects=False, headers=headers)
            answer.close()
        return answer.status, answer.headers.get("Location", "")


def _next(here: URL, location: str) -> URL:
    try:
        there = str(here.join(URL(location)))
    except ValueError:
        raise Unsafe("wrong-address") from None
    return read(there)


def _told(status: int, first: URL, last: URL, for_good: URL) -> Answer:
    """Return what a last status means."""
    leads_to = str(last) if last != first else None
    if last.scheme != "https":
        return Answer(LinkState.REFUSED, "not-https", status, leads_to)
    if status in GONE:
        return Answer(LinkState.GONE, "", status, leads_to)
    if status >= 500 and status < 600:  # noqa: PLR2004
        return Answer(LinkState.FAILING, "", status, leads_to)
    if status >= 300 and status != NOT_IN_THIS_RANGE:  # noqa: PLR2004
        return Answer(LinkState.UNCLEAR, "", status, leads_to)
    if for_good != first or first.scheme == "http":
        return Answer(LinkState.MOVED, "", status, str(for_good if for_good.scheme == "https" else last))
    return Answer(LinkState.OK, "", status, leads_to)


def _unreached(error: Exception) -> Answer:
    cause = getattr(error, "os_error", None) if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, NotPublic):
        return Answer(LinkState.REFUSED, "private")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Answer(LinkState.UNREACHABLE, "name")
    if isinstance(error, aiohttp.ClientSSLError):
        return Answer(LinkState.UNREACHABLE, "certificate")
    return Answer(LinkState.UNREACHABLE, "connection")
