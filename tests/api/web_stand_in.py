"""The web as a test sees it: names that lead where the test says, and one local server behind every public address.

Whatever the link check connects to, the connection is noted and ends at the local server.
"""

import asyncio
import datetime
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from api.link_check.client import AddressInfo, LinkClient
from api.link_check.pace import Pace

PUBLIC = "93.184.215.14"  # where every name leads that the test says nothing else of
NAMES = ("good", "evil", "both", "rebound")  # of which the server has a certificate, each under .example
Asked = tuple[str, str, str, dict[str, str]]  # method, host, path, headers
Page = tuple[int, dict[str, str]]  # status, headers


class Names(AbstractResolver):
    """Resolves as the test says; a name with several answers gives the next one each time it is asked."""

    def __init__(self, answers: Mapping[str, list[list[str]]]) -> None:
        self.answers = {name: list(told) for name, told in answers.items()}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        told = self.answers.get(host, [[PUBLIC]])
        found = told.pop(0) if len(told) > 1 else told[0]
        if not found:
            raise OSError("no such name")
        return [
            ResolveResult(
                hostname=host, host=address, port=port, proto=0, flags=0,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
            )
            for address in found
        ]  # fmt: skip

    async def close(self) -> None:
        pass


@dataclass
class Web:
    """Pages by host and path, what was asked, and every address that was connected to."""

    trust: ssl.SSLContext
    ports: dict[int, int]
    pages: dict[str, Page | Callable[[Asked], Page]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    connected: list[tuple[str, int]] = field(default_factory=list)
    at: list[float] = field(default_factory=list)

    @asynccontextmanager
    async def client(self, *, apart_seconds: float = 0, **names: list[list[str]]) -> AsyncIterator[LinkClient]:
        """Yield a link client in this web. Names are written with _ for each dot."""
        resolver = Names({name.replace("_", "."): told for name, told in names.items()})
        async with LinkClient(
            public_url="https://bekal.example", pace=Pace(apart_seconds), names=resolver, trust=self.trust,
            opens=self.opened,
        ) as client:  # fmt: skip
            yield client

    def opened(self, info: AddressInfo) -> socket.socket:
        """Return a socket whose connection is noted, and ends at the local server."""
        web = self

        class Diverted(socket.socket):
            def connect(self, address: tuple[str, int]) -> None:  # type: ignore[override]
                web.connected.append(address[:2])
                super().connect(("127.0.0.1", web.ports[address[1]]))

        return Diverted(socket.AF_INET, socket.SOCK_STREAM)

    def answer(self, asked: Asked) -> Page:
        self.asked.append(asked)
        self.at.append(asyncio.get_running_loop().time())
        page = self.pages.get(asked[1] + asked[2], (200, {}))
        return page(asked) if callable(page) else page


@asynccontextmanager
async def standing_in(folder: Path) -> AsyncIterator[Web]:
    """Serve the web by https and http."""
    served, trust = certificates(folder)
    web = Web(trust, {})

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            method, path, _ = lines[0].split()
            headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
            status, more = web.answer((method, headers["host"], path, headers))
            told = "".join(f"{name}: {value}\r\n" for name, value in more.items())
            writer.write(f"HTTP/1.1 {status} X\r\n{told}Content-Length: 1000000\r\n\r\n".encode())
            if method == "GET":
                writer.write(b"x" * 1_000_000)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    secure = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=served)
    plain = await asyncio.start_server(talk, "127.0.0.1", 0)
    web.ports |= {443: secure.sockets[0].getsockname()[1], 80: plain.sockets[0].getsockname()[1]}
    try:
        yield web
    finally:
        secure.close()
        plain.close()


def certificates(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a certificate that vouches for itself; return how it is served and how it is trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName(f"{name}.example") for name in NAMES]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    written = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "certificate.pem").write_bytes(written + secret)
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(folder / "certificate.pem")
    return served, ssl.create_default_context(cadata=written.decode())
